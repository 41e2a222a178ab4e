"""The node goes on by itself: gapless, with and without its client."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.audionode.conftest import Client, StartNode
from tests.audionode.fixture_web import FixtureWeb
from tests.audionode.test_filters import roughness
from tests.audionode.test_playing import assert_contiguous
from tests.audionode.voice_double import VoiceDouble, VoiceSession


def told(client: Client, guild: int) -> list[tuple[str, str, Any]]:
    """Kind, track and userData of each event of the guild."""
    mine = [sent for sent in client.messages if sent["op"] == "event" and sent["guildId"] == str(guild)]
    return [(sent["type"], sent["track"]["info"]["identifier"], sent["track"]["userData"]) for sent in mine]


def assert_joined(session: VoiceSession, first: list[int], second: list[int]) -> None:
    """No frame of silence between, the packets in one row, and each second as often as it is long."""
    last = max(at for at, frame in enumerate(session.frames) if not frame.silent)
    assert not any(frame.silent for frame in session.frames[:last])
    assert_contiguous(session)
    known = [pitch for pitch in session.seconds() if pitch >= 0]
    assert known == sorted(known)
    assert sorted(set(known)) == first + second
    for pitch in first + second:
        assert 48 <= known.count(pitch) <= 51, (pitch, known.count(pitch))


@pytest.mark.parametrize(("one", "two"), [("one.wav", "two.wav"), ("one.wav", "two.opus"), ("one.opus", "two.wav")])
async def test_the_next_track_follows_without_a_frame_lost_doubled_or_silent(
    client: Client, double: VoiceDouble, pieces: Path, one: str, two: str
) -> None:
    await client.join(70, double)
    following = {"identifier": two, "userData": {"play": 2}}
    answer = await client.play(70, one, segueNext=following)
    assert answer["segueNext"] == {"position": 0, "endTime": None} | following
    await client.begun(70, 2)
    player = await client.request("GET", f"/v4/sessions/{client.session_id}/players/70")
    assert "segueNext" not in player
    assert player["track"]["userData"] == {"play": 2}
    await client.finished(70, 2)
    session = double.sessions[-1]
    assert 200 <= len(session.sounding) <= 202
    assert_joined(session, [0, 1], [5, 6])
    assert told(client, 70) == [
        ("TrackStartEvent", one, {}),
        ("TrackEndEvent", one, {}),
        ("TrackStartEvent", two, {"play": 2}),
        ("TrackEndEvent", two, {"play": 2}),
    ]
    started = [sent.get("type") for sent in client.messages].index("TrackStartEvent", 4)
    assert client.messages[started + 1]["op"] == "playerUpdate"
    ends = [sent["track"]["info"]["position"] for sent in client.messages if sent.get("type") == "TrackEndEvent"]
    assert all(abs(position - 1980) <= 40 for position in ends)


@pytest.mark.parametrize("kind", ["wav", "flac"])
@pytest.mark.parametrize("filters", [{}, {"equalizer": [{"band": 5, "gain": 0.2}]}], ids=["plain", "filtered"])
async def test_lossless_tracks_are_joined_to_the_sample(
    client: Client, double: VoiceDouble, pieces: Path, kind: str, filters: dict[str, Any]
) -> None:
    await client.join(71, double)
    await client.play(71, f"left.{kind}", segueNext={"identifier": f"right.{kind}"}, filters=filters)
    await client.finished(71, 2)
    session = double.sessions[-1]
    assert 200 <= len(session.sounding) <= 202
    rough = roughness(session)[5:-3]
    assert rough.max() < 1.2 * np.median(rough)


async def test_opus_after_opus_is_sent_untouched(client: Client, double: VoiceDouble, pieces: Path) -> None:
    await client.join(72, double)
    await client.play(72, "one.opus", segueNext={"identifier": "two.opus"})
    await client.finished(72, 2)
    session = double.sessions[-1]
    files = (pieces / "one.opus").read_bytes() + (pieces / "two.opus").read_bytes()
    assert all(frame.opus in files for frame in session.sounding)
    assert 200 <= len(session.sounding) <= 204
    assert_joined(session, [0, 1], [5, 6])


async def test_the_boundary_needs_no_client_and_its_events_wait(
    client: Client, double: VoiceDouble, pieces: Path
) -> None:
    await client.request("PATCH", f"/v4/sessions/{client.session_id}", json={"resuming": True, "timeout": 30})
    await client.join(73, double)
    await client.play(73, "one.wav", segueNext={"identifier": "two.wav", "userData": {"n": 2}})
    session, kept = await double.heard(20), client.session_id
    await client.close()
    await double.heard(110)
    await client.connect(kept)
    assert client.messages[0]["resumed"]
    await client.message(lambda sent: sent.get("type") == "TrackStartEvent")
    assert told(client, 73) == [("TrackEndEvent", "one.wav", {}), ("TrackStartEvent", "two.wav", {"n": 2})]
    await client.finished(73, 2)
    assert_joined(session, [0, 1], [5, 6])


async def test_the_end_mark_of_one_and_the_place_of_the_other_are_kept(
    client: Client, double: VoiceDouble, pieces: Path
) -> None:
    await client.join(74, double)
    following = {"identifier": "two.wav", "position": 1000, "endTime": 1600}
    await client.play(74, "one.wav", endTime=1000, segueNext=following)
    await client.finished(74, 2)
    session = double.sessions[-1]
    assert len(session.sounding) == 80
    known = [second for second in session.seconds() if second >= 0]
    assert [known.count(0), known.count(6)] == pytest.approx([50, 30], abs=1)
    assert set(known) == {0, 6}


async def test_a_tempo_goes_on_over_the_boundary(client: Client, double: VoiceDouble, pieces: Path) -> None:
    await client.join(88, double)
    following = {"identifier": "two.wav", "endTime": 800}
    await client.play(88, "one.wav", segueNext=following, filters={"timescale": {"speed": 2}})
    ended = await client.message(lambda sent: sent.get("reason") == "finished" and sent["guildId"] == "88")
    await client.finished(88, 2)
    session = double.sessions[-1]
    assert 88 <= len(session.sounding) <= 92
    assert abs(ended["track"]["info"]["position"] - 980) <= 40
    known = [second for second in session.seconds() if second >= 0]
    assert [known.count(second) for second in (0, 1, 5, 6)] == pytest.approx([25, 25, 25, 15], abs=2)
    await client.patch(88, {"filters": {}})


async def test_a_next_track_that_opens_late_is_started_at_the_boundary_and_heard_when_it_is_there(
    start_node: StartNode, connect: Callable[..., Any], double: VoiceDouble, pieces: Path
) -> None:
    async with FixtureWeb(pieces) as web, start_node(node_allow_private={web.host}) as url:
        client: Client = await connect(url)
        await client.join(89, double)
        await client.play(89, "coded.wav", segueNext={"identifier": f"http://{web.host}/gated/two.wav"})
        session = await double.heard(50)  # the track was looked up long ago, and is not to be opened yet
        web.gate.clear()
        await client.patch(89, {"position": 11000})
        await client.begun(89, 2)
        await double.until(lambda: session.frames[-1].silent)
        web.gate.set()
        await client.finished(89, 2)
        assert client.events(89) == ["TrackStartEvent", "TrackEndEvent:finished"] * 2
        known = [second for second in session.seconds() if second >= 0]
        assert [known.count(second) for second in (11, 5, 6)] == pytest.approx([50] * 3, abs=1)


async def test_many_short_tracks_leave_nothing_open(client: Client, double: VoiceDouble, pieces: Path) -> None:
    await client.join(90, double)
    await client.play(90, "blip.wav", endTime=400)
    for count in range(2, 11):
        await client.patch(90, {"segueNext": {"identifier": "blip.wav", "endTime": 400}})
        await client.begun(90, count)
    await client.finished(90, 10)
    await client.request("DELETE", f"/v4/sessions/{client.session_id}/players/90")
    await double.until(lambda: double.sessions[-1].close_code is not None)
    async with asyncio.timeout(60):
        while any("blip.wav" in link for link in open_files()):  # noqa: ASYNC110 - a thread closes them
            await asyncio.sleep(0.05)


def open_files() -> list[str]:
    links = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            links.append(str(descriptor.readlink()))
    return links


async def test_an_end_set_late_is_where_the_next_track_begins(
    client: Client, double: VoiceDouble, pieces: Path
) -> None:
    await client.join(75, double)
    await client.play(75, "one.wav", segueNext={"identifier": "two.wav", "endTime": 1000})
    await double.heard(5)
    await client.patch(75, {"endTime": 800})
    await client.finished(75, 2)
    session = double.sessions[-1]
    assert len(session.sounding) == 40 + 50
    assert_joined_at(session, 40)


def assert_joined_at(session: VoiceSession, frames: int, before: int = 0, after: int = 5) -> None:
    """The first track has so many frames, and the other one the rest."""
    seconds = session.seconds()
    assert {second for second in seconds[: frames - 1] if second >= 0} == {before}
    assert {second for second in seconds[frames + 1 : frames + 45] if second >= 0} == {after}
    last = max(at for at, frame in enumerate(session.frames) if not frame.silent)
    assert not any(frame.silent for frame in session.frames[:last])
