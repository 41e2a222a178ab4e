"""Volume and filters: what they come to, and what the node and people are told of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf import json_format

from audio.choosing import Choosing
from audio.domain import filters as known_filters
from audio.domain.filters import PLAIN, Sound, combined
from audio.domain.player import Item, Player
from audio.domain.settings import GuildSettings
from audio.stage import Meter
from kit import actor
from kit.errors import Reason
from kit.interceptor import validate
from segue.audio.v1 import filters_pb2, player_service_pb2
from tests.audio.client import LISTENER, Client, refused
from tests.audio.rig import NodeWorld, Rig, play, sounds
from tests.audio.values import GUILD, track

if TYPE_CHECKING:
    from audio.adapters.memory import MemoryStore

NIGHTCORE, VAPORWAVE, BASS = "FILTER_PRESET_NIGHTCORE", "FILTER_PRESET_VAPORWAVE", "FILTER_PRESET_BASS_BOOST"


async def update(client: Client, *, who: int = 2, **fields: Any) -> Any:
    request = player_service_pb2.UpdatePlayerRequest(guild_id=GUILD)
    json_format.ParseDict(fields, request)
    return await client("UpdatePlayer", request, who=who)


async def save(client: Client, name: str) -> Any:
    return await client("SaveFilters", player_service_pb2.SaveFiltersRequest(guild_id=GUILD, name=name))


def told(world: NodeWorld) -> list[Sound]:
    return [what[2] for what in world.said if what[0] == "sound"]


def test_of_presets_that_set_the_same_filter_the_last_one_counts_and_what_is_set_by_hand_over_all() -> None:
    assert combined({"presets": [NIGHTCORE, BASS, VAPORWAVE]}) == {
        "timescale": {"speed": 1.0, "pitch": 1.0, "rate": 0.8},
        "equalizer": combined({"presets": [BASS]})["equalizer"],
    }
    by_hand = {"speed": 2.0}
    assert combined({"presets": [NIGHTCORE], "timescale": by_hand}) == {"timescale": by_hand}


def test_every_preset_of_the_contract_is_known_and_keeps_the_rules_of_the_contract() -> None:
    for name in filters_pb2.FilterPreset.keys()[1:]:
        made = combined({"presets": [name]})
        assert made
        filters = json_format.ParseDict(dict(made), filters_pb2.Filters())
        validate(player_service_pb2.UpdatePlayerRequest(guild_id=1, filters=filters))


def test_a_faster_track_is_further_after_the_same_time() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    item = Item(1, track("a", length_ms=60_000), 1)
    player = Player(1, current=item, play_seq=1, heard_seq=1, position_at=now, filters={"presets": [NIGHTCORE]})
    assert player.position(now + timedelta(seconds=10)) == 12_000
    assert known_filters.speed({"timescale": {"speed": 2.0, "rate": 1.5}}) == 3.0


def test_a_meter_turns_what_a_node_counted_into_where_the_track_is() -> None:
    meter = Meter()
    meter.note(7, 10_000, 0.0, moves=True)
    meter.turn(1.0, moves=True)
    meter.speed = 2.0
    assert meter.read(7, 2.0) == 13_000
    meter.hear(7, 12_500, 2.5, moves=True)  # heard for 1.5 s since it became faster
    assert meter.read(7, 2.5) == 14_000
    meter.turn(3.0, moves=False)
    assert meter.read(7, 9.0) == 15_000


async def test_volume_and_filters_reach_the_node_with_the_answer_and_stay_for_the_next_track(client: Client) -> None:
    await client.play("a", "b")
    answer = await update(client, volume=150, filters={"presets": [NIGHTCORE]})
    assert (answer.player.volume, answer.player.speed) == (150, pytest.approx(1.2))
    expected = Sound(150, combined({"presets": [NIGHTCORE]}))
    assert told(client.world) == [expected]
    await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))
    assert told(client.world) == [expected]
    await update(client, filters={})
    assert told(client.world)[-1] == Sound(150)
    with refused(Reason.LEVEL_TOO_LOW):
        await update(client, volume=10, who=LISTENER)


async def test_the_first_band_and_one_that_stays_as_it_is_reach_the_node_with_all_that_it_needs_of_a_band(
    client: Client,
) -> None:
    await client.play("a")
    equalizer = [{"band": 0, "gain": 0.25}, {"band": 14, "gain": 0}]
    answer = await update(client, filters={"equalizer": equalizer})

    assert told(client.world)[-1].filters == {"equalizer": equalizer}
    assert [(one.band, one.gain) for one in answer.player.filters.equalizer] == [(0, 0.25), (14, 0.0)]


async def test_equal_loudness_is_asked_of_the_node_once_the_guild_wants_it(client: Client) -> None:
    await client.play("a", "b")
    with actor.acting_as(actor.system()):
        await Choosing(client.rig.store).apply(GUILD, GuildSettings(version=1, loudness_levelling=True))
    await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))
    assert told(client.world) == [Sound(levelling=True)]


async def test_filters_that_the_node_cannot_do_are_refused_and_the_music_plays_on(client: Client) -> None:
    client.world.cannot_vibrate = True
    await client.play("a", "b")
    with refused(Reason.FILTERS_UNSUPPORTED):
        await update(client, filters={"presets": ["FILTER_PRESET_VIBRATO"]})
    assert (await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))).applied
    assert len(told(client.world)) == 1


async def test_saved_filters_are_used_by_name_replaced_and_deleted(client: Client) -> None:
    with refused(Reason.NOTHING_TO_SAVE):
        await save(client, "mine")
    await update(client, filters={"presets": [BASS]})
    assert list((await save(client, "mine")).player.saved_filters) == ["mine"]
    await update(client, filters={})
    answer = await update(client, savedFilters="mine")
    assert list(answer.player.filters.presets) == [filters_pb2.FILTER_PRESET_BASS_BOOST]
    request = player_service_pb2.DeleteSavedFiltersRequest(guild_id=GUILD, name="mine")
    assert not (await client("DeleteSavedFilters", request)).player.saved_filters
    with refused(Reason.SAVED_FILTERS_NOT_FOUND):
        await update(client, savedFilters="mine")
    for number in range(known_filters.SAVED):
        await save(client, f"{number}")
    with refused(Reason.TOO_MANY_SAVED):
        await save(client, "one more")


async def test_a_player_that_moves_to_another_node_sounds_the_same_there(
    rig: Rig, world: NodeWorld, memory: MemoryStore
) -> None:
    world.up["two"] = True
    await play(rig.store, "a")
    player = await rig.until(GUILD, sounds("a"))
    async with rig.store.change(GUILD) as change:
        await change.save(replace(change.player, volume=30), "playback", wake=True)
    await rig.until(GUILD, lambda player: player.seen_version == player.wanted_version)
    world.kill(player.node)
    await rig.until(GUILD, lambda player: player.node == "two" and player.is_heard)
    assert told(world) == [Sound(30), Sound(30)]
    assert PLAIN not in told(world)
