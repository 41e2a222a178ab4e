"""Managers choose the playlist that the music goes on with, and people see when it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kit.errors import Reason, Refused
from segue.audio.v1 import player_pb2
from tests.gateway.conftest import text

if TYPE_CHECKING:
    from tests.gateway.conftest import House

MANAGER = "Olivia"


async def guild_id(house: House) -> int:
    return int((await house.simulator.guild())["id"])


async def autoplay(house: House, *, person: str = MANAGER, **options: Any) -> Any:
    return await house.simulator.command("autoplay", person=person, **{"mode": "on", **options})


async def suggested(house: House, words: str) -> list[tuple[str, str]]:
    body = {**await house.simulator.place(MANAGER), "name": "autoplay", "options": {"mode": "on", "playlist": words}}
    found = await house.simulator.call("POST", "/autocomplete", {**body, "focused": "playlist"})
    return [(one["name"], one["value"]) for one in found["choices"]]


def chosen(house: House) -> list[str]:
    return [request.autoplay_playlist_id for request, _ in house.api.calls]


async def test_a_playlist_is_chosen_by_its_name_or_from_what_is_suggested_and_given_up_again(house: House) -> None:
    ours = house.api.keep("Par*ty", "a", guild_id=await guild_id(house))
    named = await autoplay(house, playlist="par*ty")
    picked = await autoplay(house, playlist=ours)
    none = await autoplay(house, playlist="-")

    assert text(named["message"]) == text(picked["message"])
    assert "When the queue is empty, I go on with Par\\*ty." in text(named["message"])
    assert "When the queue is empty, I go on by myself." in text(none["message"])
    assert chosen(house) == [ours, ours, ""]
    assert [request.autoplay for request in house.audio.asked("UpdatePlayer")] == [True, True, True]


async def test_without_a_playlist_the_choice_stays_and_anybody_may_ask(house: House) -> None:
    answer = await autoplay(house, person="Dana", mode="off")

    assert "I stop." in text(answer["message"])
    assert chosen(house) == []


async def test_those_of_the_server_are_suggested_and_none_of_a_person_alone(house: House) -> None:
    ours = house.api.keep("Party", "a", guild_id=await guild_id(house))
    house.api.keep("Party of mine", "b")
    everything, found, nothing = [await suggested(house, words) for words in ("", "part", "else")]

    assert [value for _, value in everything] == [value for _, value in found] == ["-", ours]
    assert nothing == [("No playlist: whatever fits", "-")]


REFUSALS = [
    (Refused(Reason.LEVEL_TOO_LOW, required="MANAGER"), "Only people who manage the server can do that."),
    (Refused(Reason.PLAYLIST_NOT_SHARED), "That playlist is not one of this server. Share it with the server first"),
]


@pytest.mark.parametrize(("refusal", "sentence"), REFUSALS)
@pytest.mark.parametrize("person", ["Dana", "Liam"])
async def test_a_refusal_is_private_and_changes_nothing(
    house: House, person: str, refusal: Refused, sentence: str
) -> None:
    ours = house.api.keep("Party", "a", guild_id=await guild_id(house))
    house.api.refusal = refusal
    answer = await autoplay(house, person=person, playlist=ours)

    assert answer["ephemeral"]
    assert sentence in text(answer["message"])
    assert not house.audio.asked("UpdatePlayer")


async def test_a_playlist_that_nobody_knows_is_refused(house: House) -> None:
    answer = await autoplay(house, playlist="Nowhere")

    assert answer["ephemeral"]
    assert chosen(house) == []


@pytest.mark.parametrize("gone", [False, True])
async def test_the_player_says_where_a_track_is_from_and_that_the_playlist_is_gone(house: House, gone: bool) -> None:
    await house.simulator.command("play", query="alpha")
    reason = player_pb2.AUTOPLAY_REASON_RELATED if gone else player_pb2.AUTOPLAY_REASON_PLAYLIST
    pick = player_pb2.AutoplayPick(reason=reason, because="bravo", playlist_gone=gone)
    house.audio.player.current.requester_id = 0
    house.audio.player.current.pick.CopyFrom(pick)
    shown = text((await house.simulator.command("nowplaying"))["message"])

    assert ("Picked from the playlist of this server" in shown) is not gone
    assert ("The playlist I went on with is gone" in shown) is gone
