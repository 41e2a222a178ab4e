"""The node goes on by itself: gapless, crossfaded, levelled, with and without its client."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from audionode.chain import framed, linked
from audionode.filters import Effects
from audionode.library import Library
from audionode.loudness import Loudness, tagged
from audionode.media import Media
from audionode.passage import Passage
from audionode.pipeline import Pipeline
from tests.audionode.conftest import Client, StartNode
from tests.audionode.fixture_web import FixtureWeb
from tests.audionode.music import encode, write_wav
from tests.audionode.test_filters import roughness
from tests.audionode.test_playing import assert_contiguous
from tests.audionode.voice_double import VoiceDouble, VoiceSession, decoded

RATE = 48000
CUT = 2 * RATE + 347  # samples of the first track: no whole number of frames
Sound = np.ndarray[Any, Any]


def coded(first: int, samples: int, level: float = 0.3) -> Sound:
    """Time code that begins with second `first`."""
    moments = np.arange(samples) / RATE
    pitch = 500 + 50 * (first + moments.astype(int))
    return (level * np.sin(2 * np.pi * pitch * moments) * 32767).astype(np.int16)


def tone(pitch: float, first: int, samples: int, level: float = 0.3) -> Sound:
    moments = np.arange(first, first + samples) / RATE
    return (level * np.sin(2 * np.pi * pitch * moments) * 32767).astype(np.int16)


@pytest.fixture(scope="session")
def pieces(music: Path) -> Path:
    """Tracks to be joined: each second of `one` and `two` has a pitch of its own, `left` and `right` are one tone."""
    write_wav(music / "one.wav", coded(0, CUT))
    write_wav(music / "two.wav", coded(5, 2 * RATE))
    for name, first, samples in (("left", 0, CUT), ("right", CUT, 2 * RATE)):
        write_wav(music / f"{name}.wav", tone(440, first, samples))
        encode(music / f"{name}.flac", tone(440, first, samples), "flac", RATE)
    encode(music / "one.opus", coded(0, 2 * RATE), "libopus", RATE)
    encode(music / "two.opus", coded(5, 2 * RATE), "libopus", RATE)
    write_wav(music / "low.wav", tone(500, 0, 4 * RATE))
    write_wav(music / "high.wav", tone(2000, 0, 4 * RATE))
    encode(music / "low.opus", tone(500, 0, 4 * RATE), "libopus", RATE)
    encode(music / "high.opus", tone(2000, 0, 4 * RATE), "libopus", RATE)
    write_wav(music / "blip.wav", tone(2000, 0, RATE))
    write_wav(music / "quiet.wav", tone(997, 0, 3 * RATE, 0.02))
    write_wav(music / "loud.wav", tone(997, 0, 3 * RATE, 0.9))
    return music


async def heard_at(double: VoiceDouble, frames: int) -> VoiceSession:
    session = double.sessions[-1]
    await double.until(lambda: len(session.sounding) >= frames)
    return session


async def begun(client: Client, guild: int, times: int) -> None:
    """Wait until so many tracks have begun."""
    await client.message(lambda _: client.events(guild).count("TrackStartEvent") == times)


async def finished(client: Client, guild: int, times: int) -> None:
    """Wait until so many tracks have ended by themselves."""
    await client.message(lambda _: client.events(guild).count("TrackEndEvent:finished") == times)


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
    await begun(client, 70, 2)
    player = await client.request("GET", f"/v4/sessions/{client.session_id}/players/70")
    assert "segueNext" not in player
    assert player["track"]["userData"] == {"play": 2}
    await finished(client, 70, 2)
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
    await finished(client, 71, 2)
    session = double.sessions[-1]
    assert 200 <= len(session.sounding) <= 202
    rough = roughness(session)[5:-3]
    assert rough.max() < 1.2 * np.median(rough)


def passage(music: Path, name: str) -> Passage:
    library = Library(music)
    made = Passage(lambda: Media(library.open(name)), start=0, end=None, levelled=False, on_first=lambda *_: None)
    made.reel = made.open(contextlib.nullcontext)
    return made


def test_what_is_encoded_of_lossless_tracks_is_both_of_them_and_nothing_else(pieces: Path) -> None:
    one, two = passage(pieces, "one.wav"), passage(pieces, "two.wav")
    pipeline = Pipeline(one)
    pipeline.start(one, 0, Effects(), two)
    frames = []
    while (frame := pipeline.make(last=True)) is not None:
        frames.append(frame)
    pcm = b"".join(frame.pcm or b"" for frame in frames)
    expected = np.repeat(np.concatenate([coded(0, CUT), coded(5, 2 * RATE)]), 2).tobytes()
    assert pcm[: len(expected)] == expected
    assert set(pcm[len(expected) :]) <= {0}
    positions = [frame.position for frame in frames if frame.passage is two]
    assert positions == [960 * count for count in range(len(positions))]
    pipeline.close()


async def test_opus_after_opus_is_sent_untouched(client: Client, double: VoiceDouble, pieces: Path) -> None:
    await client.join(72, double)
    await client.play(72, "one.opus", segueNext={"identifier": "two.opus"})
    await finished(client, 72, 2)
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
    session, kept = await heard_at(double, 20), client.session_id
    await client.close()
    await heard_at(double, 150)
    await client.connect(kept)
    assert client.messages[0]["resumed"]
    await client.message(lambda sent: sent.get("type") == "TrackStartEvent")
    assert told(client, 73) == [("TrackEndEvent", "one.wav", {}), ("TrackStartEvent", "two.wav", {"n": 2})]
    await finished(client, 73, 2)
    assert_joined(session, [0, 1], [5, 6])


async def test_the_end_mark_of_one_and_the_place_of_the_other_are_kept(
    client: Client, double: VoiceDouble, pieces: Path
) -> None:
    await client.join(74, double)
    following = {"identifier": "two.wav", "position": 1000, "endTime": 1600}
    await client.play(74, "one.wav", endTime=1000, segueNext=following)
    await finished(client, 74, 2)
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
    await finished(client, 88, 2)
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
        await client.load(f"http://{web.host}/gated/two.wav")
        web.free = 2 * web.seen["/gated/two.wav"]  # for the second look-up
        await client.play(89, "one.wav", segueNext={"identifier": f"http://{web.host}/gated/two.wav"})
        await begun(client, 89, 2)
        session = double.sessions[-1]
        await double.until(lambda: session.frames[-1].silent)
        web.gate.set()
        await finished(client, 89, 2)
        assert client.events(89) == ["TrackStartEvent", "TrackEndEvent:finished"] * 2
        known = [second for second in session.seconds() if second >= 0]
        assert [known.count(second) for second in (0, 1, 5, 6)] == pytest.approx([50] * 4, abs=1)


async def test_many_short_tracks_leave_nothing_open(client: Client, double: VoiceDouble, pieces: Path) -> None:
    await client.join(90, double)
    await client.play(90, "blip.wav", endTime=400)
    for count in range(2, 11):
        await client.patch(90, {"segueNext": {"identifier": "blip.wav", "endTime": 400}})
        await begun(client, 90, count)
    await finished(client, 90, 10)
    await client.request("DELETE", f"/v4/sessions/{client.session_id}/players/90")
    await double.until(lambda: double.sessions[-1].close_code is not None)
    async with asyncio.timeout(10):
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
    await heard_at(double, 20)
    await client.patch(75, {"endTime": 800})
    await finished(client, 75, 2)
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


def strengths(session: VoiceSession) -> Sound:
    """Amplitudes of 500 Hz and 2 kHz in each frame."""
    rows = decoded([frame.opus for frame in session.sounding])
    moments = np.arange(960) / RATE
    waves = [np.exp(-2j * np.pi * pitch * moments) for pitch in (500, 2000)]
    return np.stack([np.abs(rows @ wave) / 480 for wave in waves], 1)


@pytest.mark.parametrize(
    ("tracks", "wanted"),
    [(("low.wav", "high.wav"), 2000), (("low.opus", "high.opus"), 2000), (("low.wav", "blip.wav"), 12000)],
)
async def test_a_crossfade_mixes_both_at_equal_power_and_shorter_tracks_limit_it(
    client: Client, double: VoiceDouble, tracks: tuple[str, str], wanted: int, pieces: Path
) -> None:
    one, two = tracks
    length, fade = (1000, 500) if two == "blip.wav" else (4000, 2000)
    await client.join(76, double)
    following = {"identifier": two, "userData": {"n": 2}}
    answer = await client.play(76, one, segueNext=following, segue={"crossfade": wanted})
    assert answer["segue"] == {"crossfade": wanted, "levelling": False}
    await begun(client, 76, 2)
    session = double.sessions[-1]
    heard = len(session.sounding)
    await finished(client, 76, 2)
    frames, begins = (4000 + length - fade) // 20, (4000 - fade) // 20
    assert abs(len(session.sounding) - frames) <= 2
    assert abs(heard - begins) <= 4
    assert_contiguous(session)
    low, high = strengths(session).T
    assert high[5 : begins - 1].max() < 0.01
    assert low[begins + fade // 20 + 2 :].max() < 0.01
    steps = (np.arange(begins + 3, begins + fade // 20 - 3) - begins + 0.5 - 312 / 960) / (fade // 20)
    both = slice(begins + 3, begins + fade // 20 - 3)
    assert low[both] == pytest.approx(0.3 * np.cos(np.pi / 2 * steps), abs=0.02)
    assert high[both] == pytest.approx(0.3 * np.sin(np.pi / 2 * steps), abs=0.02)
    await client.patch(76, {"segue": {}})


async def test_a_crossfade_is_changed_in_its_middle_without_a_frame_lost(
    client: Client, double: VoiceDouble, pieces: Path
) -> None:
    await client.join(77, double)
    await client.play(77, "low.wav", segueNext={"identifier": "high.wav"}, segue={"crossfade": 2000})
    session = await heard_at(double, 150)
    await client.patch(77, {"volume": 50})
    await finished(client, 77, 2)
    assert abs(len(session.sounding) - 300) <= 1
    assert_contiguous(session)
    low, high = strengths(session).T
    steps = (np.arange(170, 195) - 100 + 0.5 - 312 / 960) / 100
    assert low[170:195] == pytest.approx(0.15 * np.cos(np.pi / 2 * steps), abs=0.02)
    assert high[170:195] == pytest.approx(0.15 * np.sin(np.pi / 2 * steps), abs=0.02)
    await client.patch(77, {"volume": 100})


def loudness(session: VoiceSession, begin: int, end: int) -> float:
    graph = linked([("ebur128", "metadata=1")], ("s16", "stereo", RATE))
    rows = decoded([frame.opus for frame in session.sounding])[begin:end]
    graph.push(framed(np.repeat((rows.ravel() * 32767).astype(np.int16), 2).tobytes()))
    said: dict[str, str] = {}
    with contextlib.suppress(av.error.BlockingIOError):
        while True:
            said.update(graph.pull().metadata)
    return float(said["lavfi.r128.I"])


async def test_levelling_brings_a_quiet_and_a_loud_track_together(
    client: Client, double: VoiceDouble, pieces: Path
) -> None:
    await client.join(78, double)
    await client.play(78, "loud.wav", segueNext={"identifier": "quiet.wav"}, segue={"levelling": True})
    await finished(client, 78, 2)
    session = double.sessions[-1]
    loud, quiet = loudness(session, 5, 145), loudness(session, 155, 295)
    assert abs(loud - quiet) < 1.5
    assert loud == pytest.approx(-16, abs=1)
    envelope = np.abs(decoded([frame.opus for frame in session.sounding])).max(1)
    for track in (envelope[5:145], envelope[155:295]):
        assert track.max() - track.min() < 0.02


@pytest.mark.parametrize(
    ("said", "nodes"),
    [
        (Loudness(-10.0, 0.0), [("volume", "-6.0dB")]),
        (Loudness(-16.3, -3.0), []),
        (Loudness(-70.0, -80.0), []),
        (Loudness(-24.0, -3.0), [("volume", "2.0dB"), "alimiter"]),
        (Loudness(-50.0, -40.0), [("volume", "20.0dB"), "alimiter"]),
        (Loudness(-20.0, 0.0), [("volume", "-1.0dB")]),
    ],
)
def test_no_track_is_raised_into_clipping(said: Loudness, nodes: list[Any]) -> None:
    assert [node if node[0] == "volume" else node[0] for node in said.nodes()] == nodes


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({"replaygain_track_gain": "-7.50 dB", "replaygain_track_peak": "0.5"}, Loudness(-10.5, -6.02)),
        ({"replaygain_track_gain": "+3 dB"}, Loudness(-21.0, 0.0)),
        ({"r128_track_gain": "-1280"}, Loudness(-18.0, 0.0)),
        ({"replaygain_track_gain": "loud"}, None),
        ({}, None),
    ],
)
def test_what_a_file_says_of_its_loudness_is_taken(tags: dict[str, str], said: Loudness | None) -> None:
    found = tagged(tags)
    assert (found is None) == (said is None)
    if found is not None and said is not None:
        assert found.integrated == pytest.approx(said.integrated)
        assert found.peak == pytest.approx(said.peak, abs=0.01)


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
    await finished(client, 79, 2)


async def test_a_track_that_breaks_off_says_so_and_the_next_one_plays(
    client: Client, double: VoiceDouble, pieces: Path
) -> None:
    whole = (pieces / "coded.flac").read_bytes()
    (pieces / "torn.flac").write_bytes(whole[: len(whole) // 6])
    await client.join(80, double)
    await client.play(80, "torn.flac", segueNext={"identifier": "two.wav"})
    await finished(client, 80, 2)
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
    session = await heard_at(double, 85)
    for change in (
        {"position": 1200},
        {"paused": True},
        {"paused": False},
        {"volume": 60},
        {"filters": {"volume": 1.5}},
    ):
        assert "segueNext" in await client.patch(81, change)
    await heard_at(double, 110)
    await client.patch(81, {"position": 1500})
    await finished(client, 81, 2)
    known = [second for second in session.seconds() if second >= 0]
    assert sorted(set(known)) == [0, 1, 5, 6]
    assert [known.count(5), known.count(6)] == pytest.approx([50, 50], abs=1)
    assert client.events(81) == ["TrackStartEvent", "TrackEndEvent:finished"] * 2
    await client.patch(81, {"volume": 100, "filters": {}})


@pytest.mark.parametrize("crossfade", [0, 500])
@pytest.mark.parametrize("at", [20, 75])
async def test_the_next_track_handed_over_last_is_the_one_that_follows(
    client: Client, double: VoiceDouble, pieces: Path, at: int, crossfade: int
) -> None:
    await client.join(82, double)
    await client.play(82, "one.wav", segueNext={"identifier": "high.wav"}, segue={"crossfade": crossfade})
    session = await heard_at(double, at)
    answer = await client.patch(82, {"segueNext": {"identifier": "two.wav"}, "segue": {}})
    assert answer["segueNext"]["identifier"] == "two.wav"
    await finished(client, 82, 2)
    assert 200 <= len(session.sounding) <= 202
    assert_joined(session, [0, 1], [5, 6])
    assert [track for _, track, _ in told(client, 82)] == ["one.wav", "one.wav", "two.wav", "two.wav"]


@pytest.mark.parametrize("crossfade", [0, 1000])
@pytest.mark.parametrize("at", [20, 85])
async def test_a_next_track_taken_back_does_not_follow(
    client: Client, double: VoiceDouble, pieces: Path, at: int, crossfade: int
) -> None:
    await client.join(83, double)
    await client.play(83, "left.wav", segueNext={"identifier": "high.wav"}, segue={"crossfade": crossfade})
    session = await heard_at(double, at if not crossfade else at - 55 if at > 55 else at)
    assert "segueNext" not in await client.patch(83, {"segueNext": None})
    await finished(client, 83, 1)
    await double.until(lambda: session.frames[-1].silent)
    assert client.events(83) == ["TrackStartEvent", "TrackEndEvent:finished"]
    assert 100 <= len(session.sounding) <= 101
    rough = roughness(session)
    assert rough[3:98].max() < 1.5 * np.median(rough)
    await client.patch(83, {"segue": {}})


async def test_a_stop_and_a_new_track_drop_the_next_one(client: Client, double: VoiceDouble, pieces: Path) -> None:
    await client.join(84, double)
    await client.play(84, "one.wav", segueNext={"identifier": "two.wav"})
    await heard_at(double, 90)
    assert "segueNext" not in await client.patch(84, {"track": {"encoded": None}})
    await client.play(84, "one.wav", segueNext={"identifier": "two.wav"})
    await heard_at(double, 110)
    assert "segueNext" not in await client.play(84, "one.wav", endTime=200)
    await finished(client, 84, 1)
    assert await client.play(84, "one.wav", endTime=400, segueNext={"identifier": "two.wav", "endTime": 400})
    await finished(client, 84, 3)
    ends = ["TrackEndEvent:stopped", "TrackEndEvent:replaced", *["TrackEndEvent:finished"] * 3]
    assert client.events(84) == [kind for end in ends for kind in ("TrackStartEvent", end)]
    assert [track for _, track, _ in told(client, 84)][-2:] == ["two.wav", "two.wav"]


@pytest.mark.parametrize("left", [250, 100, 50, 20])
async def test_a_next_track_handed_over_at_the_last_moment_follows(
    client: Client, double: VoiceDouble, pieces: Path, left: int
) -> None:
    await client.join(85, double)
    await client.play(85, "one.wav")
    session = await heard_at(double, 101 - left // 20)
    answer = await client.patch(85, {"segueNext": {"identifier": "two.wav"}})
    if answer["track"] is None:
        await client.play(85, "two.wav")
    await finished(client, 85, 2)
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
