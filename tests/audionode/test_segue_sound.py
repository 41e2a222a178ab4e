"""How two tracks are joined: to the sample, crossfaded, at one loudness."""

import contextlib
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from audionode.chain import Chain, framed, linked
from audionode.filters import Effects
from audionode.library import Library
from audionode.loudness import Loudness, tagged
from audionode.media import Media
from audionode.passage import Passage
from audionode.pipeline import Frame, Pipeline
from tests.audionode.conftest import Client
from tests.audionode.music import CUT, RATE, coded, sine
from tests.audionode.test_playing import assert_contiguous
from tests.audionode.voice_double import VoiceDouble, VoiceSession, decoded

Sound = np.ndarray[Any, Any]


def passage(music: Path, name: str, end: int | None = None, crossfade: int = 0) -> Passage:
    made = Passage(
        lambda: Media(Library(music).open(name)),
        start=0,
        end=end,
        levelled=False,
        on_first=lambda *_: None,
        crossfade=crossfade,
    )
    made.reel = made.open(contextlib.nullcontext)
    return made


def test_what_is_encoded_of_lossless_tracks_is_both_of_them_and_nothing_else(pieces: Path) -> None:
    one, two = passage(pieces, "one.wav"), passage(pieces, "two.wav")
    frames = joined(one, two)
    pcm = b"".join(frame.pcm or b"" for frame in frames)
    expected = np.repeat(np.concatenate([coded(0, CUT), coded(5, 2 * RATE)]), 2).tobytes()
    assert pcm[: len(expected)] == expected
    assert set(pcm[len(expected) :]) <= {0}
    positions = [frame.position for frame in frames if frame.passage is two]
    assert positions == [960 * count for count in range(len(positions))]


def joined(one: Passage, two: Passage) -> list[Frame]:
    pipeline = Pipeline(one)
    pipeline.start(one, 0, Effects(), two)
    frames = []
    while (frame := pipeline.make(last=True)) is not None:
        frames.append(frame)
    for each in (one, two):
        each.close()
    return frames


def test_a_next_track_of_which_the_first_sound_was_sent_is_taken_back(pieces: Path) -> None:
    one, two = passage(pieces, "one.wav"), passage(pieces, "two.wav", crossfade=500)
    pipeline = Pipeline(one)
    pipeline.start(one, 0, Effects(), two)
    sent: list[Frame] = []
    while (frame := made(pipeline)).passage is one:
        sent.append(frame)
    one.position = sent[-1].position
    assert pipeline.sound_until([frame], one, one) == 0
    pipeline.change(Effects(), [], [frame], heard=one, following=one)
    while (rest := pipeline.make(last=True)) is not None:
        sent.append(rest)
    for each in (one, two):
        each.close()
    assert {frame.passage for frame in sent} == {one}
    assert [frame.position for frame in sent] == [960 * count for count in range(-(-CUT // 960))]


def made(pipeline: Pipeline) -> Frame:
    frame = pipeline.make(last=True)
    assert frame is not None
    return frame


def test_two_crossfades_in_a_row_have_each_its_own_length(pieces: Path) -> None:
    one, two = passage(pieces, "low.wav"), passage(pieces, "high.wav", crossfade=2000)
    three = passage(pieces, "low.wav", crossfade=500)
    pipeline = Pipeline(one)
    pipeline.start(one, 0, Effects(), two)
    frames: list[Frame] = []
    while (frame := pipeline.make(last=True)) is not None:
        frames.append(frame)
        if frame.passage is two:
            pipeline.offer(three)
    for each in (one, two, three):
        each.close()
    assert len(frames) == (4000 - 2000 + 4000 - 500 + 4000) // 20
    rows = np.frombuffer(b"".join(frame.pcm or b"" for frame in frames), np.int16).reshape(-1, 960, 2)[:, :, 0] / 32768
    low, high = amplitudes(rows).T
    for begins, count in ((100, 100), (275, 25)):
        steps = (np.arange(count) + 0.5) / count
        fading, growing = (low, high) if begins == 100 else (high, low)
        assert fading[begins : begins + count] == pytest.approx(0.3 * np.cos(np.pi / 2 * steps), abs=0.01)
        assert growing[begins : begins + count] == pytest.approx(0.3 * np.sin(np.pi / 2 * steps), abs=0.01)


@pytest.mark.parametrize(("end", "heard"), [(None, 4000 + 4000 - 2000), (1000, 4000 + 1000 - 500)])
def test_a_crossfade_is_at_most_half_of_what_is_to_be_heard(pieces: Path, end: int | None, heard: int) -> None:
    frames = joined(passage(pieces, "low.wav"), passage(pieces, "high.wav", end, crossfade=12000))
    assert len(frames) == heard // 20


def strengths(session: VoiceSession) -> Sound:
    """Amplitudes of 500 Hz and 2 kHz in each frame that was heard."""
    return amplitudes(decoded([frame.opus for frame in session.sounding]))


def amplitudes(rows: Sound) -> Sound:
    """Of 500 Hz and 2 kHz, one row per frame."""
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
    await client.finished(76, 2)
    session = double.sessions[-1]
    ended = (await client.event("TrackEndEvent", 76))["track"]["info"]
    frames, begins = (4000 + length - fade) // 20, (4000 - fade) // 20
    assert abs(len(session.sounding) - frames) <= 2
    assert abs(ended["position"] - 20 * begins) <= 80
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
    session = await double.heard(110)
    await client.patch(77, {"volume": 50})
    await client.finished(77, 2)
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
    await client.finished(78, 2)
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


def test_a_boost_moves_no_sample_in_time(pieces: Path) -> None:
    quiet = np.repeat(sine(997, 0, RATE, 0.02), 2)
    chain = Chain(Loudness(-36.0, -34.0).nodes())
    louder = np.frombuffer(chain.push(quiet.tobytes()) + chain.flush(), np.int16)
    assert len(louder) == len(quiet)
    assert np.abs(louder - 10.0 * quiet).max() < 20


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
