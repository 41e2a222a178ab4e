"""What is handed over follows: replaced, taken back, late, or failing."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.audionode.conftest import Client
from tests.audionode.test_filters import roughness
from tests.audionode.test_segue import assert_joined, told
from tests.audionode.voice_double import VoiceDouble


@pytest.mark.parametrize("name", ["missing.wav", "garbage.bin", "empty.mp3"])
async def test_a_next_track_that_cannot_be_played_fails_when_it_is_its_turn(
    client: Client, double: VoiceDouble, pieces: Path, name: str
) -> None:
    await client.join(79, double)
    await client.play(79, "two.wav", segueNext={"identifier": name, "userData": {"n": 2}})
    failed = await client.message(lambda sent: sent.get("reason") == "loadFailed" and sent["guildId"] == "79")
    assert failed["track"]["userData"] == {"n": 2}
    start = ["TrackStartEvent", "TrackEndEvent:finished"]
    assert client.events(79) == [*start, "TrackStartEvent", "TrackExceptionEvent", "TrackEndEvent:loadFailed"]
    assert 100 <= len(double.sessions[-1].sounding) <= 101
    await client.play(79, "two.wav", endTime=200)
    await client.finished(79, 2)


async def test_a_track_that_breaks_off_says_so_and_the_next_one_plays(
    client: Client, double: VoiceDouble, pieces: Path
) -> None:
    whole = (pieces / "coded.flac").read_bytes()
    (pieces / "torn.flac").write_bytes(whole[: len(whole) // 6])
    await client.join(80, double)
    await client.play(80, "torn.flac", segueNext={"identifier": "two.wav"})
    await client.finished(80, 2)
    (pieces / "torn.flac").unlink()
    first = ["TrackStartEvent", "TrackExceptionEvent", "TrackEndEvent:finished"]
    assert client.events(80) == [*first, "TrackStartEvent", "TrackEndEvent:finished"]
    session = double.sessions[-1]
    assert [second for second in session.seconds()[-60:-20] if second >= 0].count(6) >= 30


async def test_a_seek_a_pause_a_volume_and_a_filter_keep_the_next_track(
    client: Client, double: VoiceDouble, pieces: Path
) -> None:
    await client.join(81, double)
    await client.play(81, "one.wav", segueNext={"identifier": "two.wav"})
    session = await double.heard(76)
    for change in (
        {"position": 1200},
        {"paused": True},
        {"paused": False},
        {"volume": 60},
        {"filters": {"volume": 1.5}},
    ):
        assert "segueNext" in await client.patch(81, change)
    await double.heard(110)
    await client.patch(81, {"position": 1500})
    await client.finished(81, 2)
    known = [second for second in session.seconds() if second >= 0]
    assert sorted(set(known)) == [0, 1, 5, 6]
    assert [known.count(5), known.count(6)] == pytest.approx([50, 50], abs=1)
    assert client.events(81) == ["TrackStartEvent", "TrackEndEvent:finished"] * 2
    await client.patch(81, {"volume": 100, "filters": {}})


@pytest.mark.parametrize(("at", "crossfade"), [(20, 0), (76, 0), (20, 500), (51, 500)])
async def test_the_next_track_handed_over_last_is_the_one_that_follows(
    client: Client, double: VoiceDouble, pieces: Path, at: int, crossfade: int
) -> None:
    await client.join(82, double)
    await client.play(82, "one.wav", segueNext={"identifier": "high.wav"}, segue={"crossfade": crossfade})
    session = await double.heard(at)
    answer = await client.patch(82, {"segueNext": {"identifier": "two.wav"}, "segue": {}})
    assert answer["segueNext"]["identifier"] == "two.wav"
    await client.finished(82, 2)
    assert 200 <= len(session.sounding) <= 202
    assert_joined(session, [0, 1], [5, 6])
    assert [track for _, track, _ in told(client, 82)] == ["one.wav", "one.wav", "two.wav", "two.wav"]


@pytest.mark.parametrize(("at", "crossfade"), [(20, 0), (76, 0), (5, 1000), (26, 1000)])
async def test_a_next_track_taken_back_does_not_follow(
    client: Client, double: VoiceDouble, pieces: Path, at: int, crossfade: int
) -> None:
    await client.join(83, double)
    await client.play(83, "left.wav", segueNext={"identifier": "high.wav"}, segue={"crossfade": crossfade})
    session = await double.heard(at)
    assert "segueNext" not in await client.patch(83, {"segueNext": None})
    await client.finished(83, 1)
    await double.until(lambda: session.frames[-1].silent)
    assert client.events(83) == ["TrackStartEvent", "TrackEndEvent:finished"]
    assert 100 <= len(session.sounding) <= 101
    rough = roughness(session)
    assert rough[3:98].max() < 1.5 * np.median(rough)
    await client.patch(83, {"segue": {}})


async def test_a_stop_and_a_new_track_drop_the_next_one(client: Client, double: VoiceDouble, pieces: Path) -> None:
    await client.join(84, double)
    await client.play(84, "one.wav", segueNext={"identifier": "two.wav"})
    await double.heard(76)
    assert "segueNext" not in await client.patch(84, {"track": {"encoded": None}})
    await client.play(84, "one.wav", segueNext={"identifier": "two.wav"})
    await double.heard(100)
    assert "segueNext" not in await client.play(84, "one.wav", endTime=200)
    await client.finished(84, 1)
    assert await client.play(84, "one.wav", endTime=400, segueNext={"identifier": "two.wav", "endTime": 400})
    await client.finished(84, 3)
    ends = ["TrackEndEvent:stopped", "TrackEndEvent:replaced", *["TrackEndEvent:finished"] * 3]
    assert client.events(84) == [kind for end in ends for kind in ("TrackStartEvent", end)]
    assert [track for _, track, _ in told(client, 84)][-2:] == ["two.wav", "two.wav"]


@pytest.mark.parametrize("left", [250, 100, 50, 20])
async def test_a_next_track_handed_over_at_the_last_moment_follows(
    client: Client, double: VoiceDouble, pieces: Path, left: int
) -> None:
    await client.join(85, double)
    await client.play(85, "one.wav")
    session = await double.heard(101 - left // 20)
    answer = await client.patch(85, {"segueNext": {"identifier": "two.wav"}})
    if answer["track"] is None:
        await client.play(85, "two.wav")
    await client.finished(85, 2)
    seconds = session.seconds()
    assert [seconds.count(second) for second in (0, 1, 5, 6)] == pytest.approx([50] * 4, abs=1)
    assert client.events(85) == ["TrackStartEvent", "TrackEndEvent:finished"] * 2


async def test_without_a_present_track_nothing_is_kept(client: Client, double: VoiceDouble, pieces: Path) -> None:
    answer = await client.patch(86, {"segueNext": {"identifier": "two.wav"}})
    assert "segueNext" not in answer
    assert answer["track"] is None
    assert client.events(86) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"segueNext": {}}, "Bad Request"),
        ({"segueNext": {"identifier": ""}}, "must have an identifier"),
        ({"segueNext": {"identifier": "x", "position": -1}}, "must not be negative"),
        ({"segueNext": {"identifier": "x", "endTime": 0}}, "greater than its position"),
        ({"segueNext": {"identifier": "x", "position": 500, "endTime": 500}}, "greater than its position"),
        ({"segueNext": {"identifier": "x", "userData": None}}, "Bad Request"),
        ({"segue": {"crossfade": 12001}}, "between 0 and 12000"),
        ({"segue": {"crossfade": -1}}, "between 0 and 12000"),
        ({"segue": {"crossfade": 1.5}}, "Bad Request"),
        ({"segue": {"levelling": 1}}, "Bad Request"),
        ({"segue": None}, "Bad Request"),
    ],
)
async def test_what_is_no_next_track_is_refused_and_changes_nothing(
    client: Client, body: dict[str, Any], message: str
) -> None:
    refused = await client.patch(87, body)
    assert refused["_status"] == 400
    assert message in refused["message"]
    assert (await client.request("GET", f"/v4/sessions/{client.session_id}/players/87"))["_status"] == 404


async def test_the_node_names_the_extension_as_a_plugin(client: Client) -> None:
    assert {"name": "segue-next", "version": "1"} in (await client.request("GET", "/v4/info"))["plugins"]
