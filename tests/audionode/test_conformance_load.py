"""Many requests at once, as recorded in 15, 16 and 20: no order of a play is new, and none starves the others."""

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from audionode.settings import Limits
from audionode.track import TrackInfo, encode
from tests.audionode.conformance import Replay, Target, steps
from tests.audionode.conftest import Client, StartNode
from tests.audionode.fixture_web import FixtureWeb
from tests.audionode.test_conformance import needs_voice, target, voice
from tests.audionode.voice_double import AES, XCHACHA, VoiceDouble

__all__ = ["target", "voice"]  # the fixtures of the suite

ours_only = pytest.mark.skipif("LAVALINK_URL" in os.environ, reason="the real server is exhausted by this")
RACES = "16-races-and-stats"
REPEATS = 10


def noted(file: str, beginning: str) -> dict[str, Any]:
    """What the recording notes under this beginning."""
    return next(step for step in steps(file) if step.get("note", "").startswith(beginning))


def told(client: Client, guild: int) -> list[str]:
    """The guild's events so far in the words of the recording."""
    return [event.replace("Event", "") for event in client.events(guild)]


@ours_only
async def test_voice_servers_that_never_answer_leave_the_node_to_all_others(
    client: Client, connect: Callable[..., Any], node: str, double: VoiceDouble
) -> None:
    recorded = noted("15-hang-exhaustion", "each PATCH")
    await client.join(1, double)
    await client.play(1, "long.wav")
    heard = double.sessions[-1]
    await double.until(lambda: heard.sounding)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        dead = {"endpoint": f"localhost:{silent.getsockname()[1]}"}
        count = recorded["hung_patches_until_GET_version_no_longer_answers"] + 4
        hanging = [asyncio.create_task(client.join(100 + number, double, **dead)) for number in range(count)]
        await client.request("GET", "/version")
        await connect(node)
        assert not any(task.done() for task in hanging)
        after = len(heard.frames) + recorded["music_still_plays_frames_in_5_s"] // 2  # they hang for 2.5 s
        await double.until(lambda: len(heard.frames) >= after)
        assert {answer["_status"] for answer in await asyncio.gather(*hanging)} == {500}
    assert all(not frame.silent for frame in heard.frames)
    await client.request("DELETE", f"/v4/sessions/{client.session_id}/players/1")


@needs_voice
@pytest.mark.parametrize("missing", ["local file gone", "http 404"])
async def test_a_play_that_cannot_start_is_told_in_a_recorded_order(
    target: Callable[[], Any], voice: VoiceDouble, missing: str
) -> None:
    here: Target = await target()
    gone = {"local file gone": ("local", f"{here.files}gone.wav"), "http 404": ("http", f"http://{here.web}/f/gone")}
    source, place = gone[missing]
    track = encode(TrackInfo(place, "t", "a", 4000, source, "wav", uri=place))
    known = noted(RACES, f"40 plays that cannot start ({missing})")["seen"]
    orders = set()
    for guild in range(1, REPEATS + 1):
        await here.client.join(guild, voice)
        await here.client.patch(guild, {"track": {"encoded": track}})
        await here.client.event("TrackEndEvent", guild)
        await here.client.event("TrackExceptionEvent", guild)
        orders.add(" , ".join(told(here.client, guild)))
    assert orders <= known.keys()
    assert len(orders) == 1 or not here.embedded


@needs_voice
async def test_of_two_plays_at_once_each_answer_tells_its_own(target: Callable[[], Any], voice: VoiceDouble) -> None:
    here: Target = await target()
    known = noted(RACES, "15 times two plays at once")["seen"]

    async def play(guild: int, name: str) -> str:
        track = {"identifier": f"{here.files}tone.wav", "userData": {"name": name}}
        answer = await here.client.patch(guild, {"track": track})
        return str(answer["track"]["userData"]["name"])

    for guild in range(1, REPEATS + 1):
        await here.client.join(guild, voice)
        answers = await asyncio.gather(play(guild, "a"), play(guild, "b"))
        mine = [sent for sent in here.client.messages if sent["op"] == "event" and sent["guildId"] == str(guild)]
        events = [
            f"{sent['type'].removeprefix('Track').removesuffix('Event')}:{sent['track']['userData']['name']}"
            + (f":{sent['reason']}" if "reason" in sent else "")
            for sent in mine
        ]
        order = f"{' '.join(events)} | answers: {'/'.join(answers)}"
        assert order in known, order
        assert list(answers) == ["a", "b"] or not here.embedded


@needs_voice
async def test_a_play_is_told_before_where_it_is(target: Callable[[], Any], voice: VoiceDouble) -> None:
    here: Target = await target()
    await here.client.join(1, voice)
    await here.client.message(lambda sent: sent["op"] == "playerUpdate")
    here.client.messages.clear()
    await here.client.play(1, f"{here.files}tone.wav")
    await here.client.message(lambda sent: sent["op"] == "playerUpdate")
    order = [sent.get("type", sent["op"]).removesuffix("Event") for sent in here.client.messages]
    assert " , ".join(order) in "|".join(noted(RACES, "40 plays: order")["seen"]).replace("(after the HTTP answer)", "")


@needs_voice
async def test_the_first_cipher_that_the_voice_server_lists_is_used(
    target: Callable[[], Any], authority: trustme.CA
) -> None:
    here: Target = await target()
    async with VoiceDouble(authority, modes=(XCHACHA, AES), dave=here.embedded) as double:
        await here.client.join(1, double)
        await here.client.play(1, f"{here.files}tone.wav")
        await double.until(lambda: len(double.sessions[-1].sounding) > 50)
        assert double.sessions[-1].mode == noted(RACES, "voice server that lists XChaCha20 first")["mode"]
        assert double.sessions[-1].errors == []
        await here.client.request("DELETE", f"/v4/sessions/{here.client.session_id}/players/1")


@ours_only
async def test_players_and_statistics_of_a_busy_session_are_as_recorded(
    start_node: StartNode, connect: Callable[..., Any], double: VoiceDouble
) -> None:
    asked = {step["name"]: step for step in steps(RACES) if "name" in step}
    async with start_node() as url:
        here = Target(await connect(url), embedded=True, files="", web="")
        for player in asked["GET players"]["body"]:
            here.endpoints[player["voice"]["endpoint"]] = double.endpoint
            guild, body = int(player["guildId"]), {"voice": here.translate(player["voice"])}
            if player["track"]:
                place = here.translate(player["track"]["info"]["identifier"])
                body |= {"track": {"identifier": place}, "paused": player["paused"]}
            await here.client.patch(guild, body)
        replay = Replay(RACES, here)
        await replay.request(asked["GET stats with players"])
        await replay.request(asked["GET players"])
        recorded = noted(RACES, "stats messages of this session")["messages"][0]["msg"]
        replay.compare("stats", recorded, await here.client.message(lambda sent: sent["op"] == "stats"))
    assert not replay.mismatches, "\n".join(replay.mismatches)


@ours_only
async def test_sources_that_are_silent_leave_the_node_to_all_others(
    start_node: StartNode, connect: Callable[..., Any], music: Path
) -> None:
    async with FixtureWeb(music) as silent, start_node(Limits(load=1.0), node_allow_private={silent.host}) as url:
        client: Client = await connect(url)
        place = f"http://{silent.host}/slow.wav"
        loading = [asyncio.create_task(client.load(place)) for _ in range(32)]  # the most recorded in 20
        async with asyncio.timeout(60):
            while not silent.seen.get("/slow.wav"):  # noqa: ASYNC110 - it can only be asked
                await asyncio.sleep(0.01)
        await client.request("GET", "/version")
        assert not any(task.done() for task in loading)
        assert {answer["loadType"] for answer in await asyncio.gather(*loading)} == {"error"}
