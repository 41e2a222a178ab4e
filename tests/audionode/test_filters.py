"""Filters: what each does to a sine, and how a change in the middle of a track is heard."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trustme

from audionode.chain import Chain
from audionode.filters import NAMES, FilterError, Tone
from audionode.opus import FRAME_BYTES
from audionode.patch import FiltersUpdate
from tests.audionode.conftest import Client, together
from tests.audionode.music import encode, tone
from tests.audionode.test_playing import assert_contiguous, assert_whole
from tests.audionode.voice_double import VoiceDouble, VoiceSession, decoded, pitches, seconds_of

Sound = np.ndarray[Any, Any]
RATE = 48000

EVERYTHING: dict[str, Any] = {
    "volume": 0.8,
    "equalizer": [{"band": 0, "gain": 0.1}],
    "karaoke": {"level": 0.5},
    "tremolo": {"depth": 0.3},
    "vibrato": {"depth": 0.3},
    "rotation": {"rotationHz": 0.1},
    "channelMix": {"leftToRight": 0.1},
    "lowPass": {"smoothing": 2.0},
}


def sine(pitch: float, seconds: float = 1, left: float = 1, right: float = 1) -> Sound:
    wave = 0.1 * np.sin(2 * np.pi * pitch * np.arange(int(seconds * RATE)) / RATE)
    return np.stack([wave * left, wave * right], 1)


def filtered(filters: dict[str, Any], sound: Sound, volume: int = 100) -> Sound:
    chain = Chain(Tone(volume, FiltersUpdate.model_validate(filters)).effects().nodes)
    pcm = (sound * 32767).round().astype(np.int16).tobytes()
    out = b"".join(chain.push(pcm[at : at + FRAME_BYTES]) for at in range(0, len(pcm), FRAME_BYTES)) + chain.flush()
    return np.frombuffer(out, np.int16).reshape(-1, 2) / 32767


def levels(sound: Sound) -> list[float]:
    """dB of each channel against the sine it was, once the filters have settled."""
    settled = sound[len(sound) // 4 :]
    return [float(20 * np.log10(np.sqrt((side**2).mean() * 2) / 0.1 + 1e-6)) for side in settled.T]


def strongest(sound: Sound) -> float:
    spectrum = np.abs(np.fft.rfft(sound[:, 0] * np.hanning(len(sound))))
    return float(spectrum.argmax() * RATE / len(sound))


@pytest.mark.parametrize(
    ("filters", "volume", "heard"),
    [({"volume": 0.5}, 100, -6.02), ({"volume": 0.5}, 50, -12.04), ({"volume": 5}, 20, 0.0), ({}, 50, -6.02)],
)
def test_both_volumes_multiply(filters: dict[str, Any], volume: int, heard: float) -> None:
    assert levels(filtered(filters, sine(1000), volume)) == pytest.approx([heard, heard], abs=0.02)


def test_a_volume_beyond_full_scale_clips() -> None:
    loud = filtered({"volume": 5}, 5 * sine(1000))
    assert loud.max() == pytest.approx(1, abs=1e-4)
    assert loud.min() == pytest.approx(-1, abs=1e-4)


@pytest.mark.parametrize(("gain", "heard"), [(-0.25, -40), (-0.1, -4.44), (0.25, 6.02), (1, 13.98), (2, 13.98)])
@pytest.mark.parametrize(("band", "pitch"), [(1, 40), (8, 1000), (13, 10000)])
def test_a_band_of_the_equalizer_is_raised_and_lowered(band: int, pitch: int, gain: float, heard: float) -> None:
    equalizer = {"equalizer": [{"band": band, "gain": gain}]}
    assert levels(filtered(equalizer, sine(pitch, 2)))[0] == pytest.approx(heard, abs=0.5)
    assert abs(levels(filtered(equalizer, sine(pitch * 8 if band < 8 else pitch / 8, 2)))[0]) < 1.1


def test_the_last_word_on_a_band_counts_and_no_gain_changes_nothing() -> None:
    twice = {"equalizer": [{"band": 8, "gain": 0.25}, {"band": 8, "gain": 0}]}
    assert Tone(100, FiltersUpdate.model_validate(twice)).effects().nodes == ()


def test_karaoke_takes_away_what_both_sides_share_but_for_its_band() -> None:
    assert levels(filtered({"karaoke": {}}, sine(1000)))[0] < -25
    assert levels(filtered({"karaoke": {}}, sine(220)))[0] == pytest.approx(0, abs=0.2)
    assert levels(filtered({"karaoke": {}}, sine(1000, left=1, right=0))) == pytest.approx([0, 0], abs=0.3)
    half = {"karaoke": {"level": 0.5, "monoLevel": 0}}
    assert levels(filtered(half, sine(1000))) == pytest.approx([-6.02, -6.02], abs=0.05)


@pytest.mark.parametrize(
    ("scales", "length", "pitch"),
    [
        ({"speed": 2}, 0.5, 440),
        ({"speed": 0.2}, 5, 440),
        ({"pitch": 1.5}, 1, 660),
        ({"rate": 1.2}, 1 / 1.2, 528),
        ({"speed": 1.25, "pitch": 0.8, "rate": 1.1}, 1 / 1.375, 387.2),
    ],
)
def test_timescale_moves_tempo_and_pitch_each_by_itself(scales: dict[str, float], length: float, pitch: float) -> None:
    effects = Tone(100, FiltersUpdate.model_validate({"timescale": scales})).effects()
    scaled = filtered({"timescale": scales}, sine(440, 3))
    assert effects.speed == pytest.approx(1 / length)
    assert len(scaled) / RATE / 3 == pytest.approx(length, rel=0.03)
    assert strongest(scaled) == pytest.approx(pitch, abs=1)


def test_tremolo_moves_the_level_at_its_frequency() -> None:
    envelope = abs(filtered({"tremolo": {"frequency": 4, "depth": 0.5}}, sine(1000, 2))[:, 0]).reshape(-1, 480).max(1)
    assert envelope.max() == pytest.approx(0.1, abs=0.005)
    assert envelope.min() == pytest.approx(0.05, abs=0.005)
    spectrum = np.abs(np.fft.rfft(envelope - envelope.mean()))
    assert spectrum.argmax() / 2 == pytest.approx(4, abs=0.5)


def test_vibrato_moves_the_pitch_and_keeps_length_and_level() -> None:
    moved = filtered({"vibrato": {"frequency": 4, "depth": 0.5}}, sine(1000, 2))
    windows = moved[RATE // 2 :].reshape(-1, 2400, 2)
    spectra = [np.abs(np.fft.rfft(window[:, 0] * np.hanning(2400), 1 << 15)) for window in windows]
    heard = [spectrum.argmax() * RATE / (1 << 15) for spectrum in spectra]
    assert max(heard) > 1015
    assert min(heard) < 985
    assert len(moved) == 2 * RATE
    assert levels(moved)[0] == pytest.approx(0, abs=0.3)


def test_rotation_goes_round_at_its_frequency() -> None:
    envelope = abs(filtered({"rotation": {"rotationHz": 1}}, sine(1000, 4))).reshape(-1, 480, 2).max(1)
    balance = envelope[:, 0] - envelope[:, 1]
    assert balance.max() == pytest.approx(0.1, abs=0.01)
    assert balance.min() == pytest.approx(-0.1, abs=0.01)
    assert np.abs(np.fft.rfft(balance)).argmax() / 4 == pytest.approx(1, abs=0.25)


def test_distortion_is_the_formula() -> None:
    values = {"sinOffset": 0.1, "sinScale": 2, "cosScale": 0.5, "tanScale": 3, "offset": 0.05, "scale": 1.5}
    sound = sine(440)
    expected = 0.05 + 1.5 * (0.1 + np.sin(sound * 2)) * np.cos(sound * 0.5) * np.tan(sound * 3)
    assert np.abs(filtered({"distortion": values}, sound) - np.clip(expected, -1, 1)).max() < 2e-4


def test_channels_are_mixed_by_their_four_shares() -> None:
    shares = {"leftToLeft": 0.5, "leftToRight": -0.25, "rightToLeft": -0.5}
    assert levels(filtered({"channelMix": shares}, sine(1000, right=0))) == pytest.approx([-6.02, -12.04], abs=0.05)
    assert levels(filtered({"channelMix": shares}, sine(1000, left=0))) == pytest.approx([-6.02, 0], abs=0.05)


@pytest.mark.parametrize("smoothing", [2, 20])
@pytest.mark.parametrize("pitch", [100, 1000, 5000])
def test_a_low_pass_falls_as_one_pole_does(smoothing: float, pitch: int) -> None:
    share = 1 / smoothing
    expected = 20 * np.log10(abs(share / (1 - (1 - share) * np.exp(-2j * np.pi * pitch / RATE))))
    assert levels(filtered({"lowPass": {"smoothing": smoothing}}, sine(pitch)))[0] == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    "neutral",
    [
        {"volume": 1},
        {"equalizer": [{"band": 3, "gain": 0}]},
        {"timescale": {}},
        {"tremolo": {"depth": 0, "frequency": 0}},
        {"vibrato": {"depth": 0}},
        {"rotation": {}},
        {"distortion": {}},
        {"channelMix": {}},
        {"lowPass": {"smoothing": 1}},
        {"nightcore": {"x": 1}},
    ],
)
def test_a_filter_at_rest_is_no_filter(neutral: dict[str, Any]) -> None:
    assert Tone(100, FiltersUpdate.model_validate(neutral)).effects().nodes == ()


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        ({"volume": -0.1}, r"Volume < 0\.0"),
        ({"volume": 5.1}, r"Volume > 5\.0"),
        ({"timescale": {"rate": 0}}, "rate <= 0"),
        ({"timescale": {"speed": 11}}, "speed x rate is not between"),
        ({"timescale": {"pitch": 0.5, "rate": 0.1}}, "pitch x rate is not between"),
        ({"tremolo": {"depth": -1}}, "Depth < 0"),
        ({"vibrato": {"depth": 1.5}}, "Depth > 1"),
        ({"vibrato": {"frequency": 14.1}}, r"Frequency > max \(14\.0\)"),
        ({"karaoke": {"filterWidth": -1}}, "filterWidth < 0"),
    ],
)
def test_a_value_no_filter_can_work_with_is_named(filters: dict[str, Any], reason: str) -> None:
    with pytest.raises(FilterError, match=reason):
        Tone(100, FiltersUpdate.model_validate(filters)).effects()


@pytest.mark.parametrize("extreme", [1e-9, 1e9, 1e300])
def test_extreme_values_are_played_without_a_crash(extreme: float) -> None:
    filters = {
        "karaoke": dict.fromkeys(["level", "monoLevel", "filterBand", "filterWidth"], extreme),
        "distortion": dict.fromkeys(["sinScale", "cosScale", "tanScale", "scale"], extreme),
        "channelMix": dict.fromkeys(["leftToLeft", "rightToLeft"], -extreme),
        "rotation": {"rotationHz": extreme},
        "tremolo": {"frequency": extreme},
        "lowPass": {"smoothing": extreme},
    }
    assert len(filtered(filters, sine(440))) == RATE


def roughness(session: VoiceSession) -> Sound:
    """The largest second difference in each frame: a click stands out by far."""
    heard = decoded([frame.opus for frame in session.sounding]).ravel()
    rough: Sound = np.abs(np.diff(heard, 2))[: len(heard) // 960 * 960 - 960].reshape(-1, 960).max(1)
    return rough


async def heard_at(double: VoiceDouble, frames: int) -> VoiceSession:
    session = double.sessions[-1]
    await double.until(lambda: len(session.sounding) >= frames)
    return session


async def test_a_change_in_the_middle_loses_no_frame_and_does_not_click(client: Client, authority: trustme.CA) -> None:
    changes = enumerate([*({name: EVERYTHING[name]} for name in EVERYTHING), EVERYTHING], start=70)
    await together(*(_is_changed_and_back(client, authority, guild, filters) for guild, filters in changes))


async def _is_changed_and_back(client: Client, authority: trustme.CA, guild: int, filters: dict[str, Any]) -> None:
    async with VoiceDouble(authority) as double:
        await client.join(guild, double)
        await client.play(guild, "coded.flac", endTime=3000)
        session, steady = double.sessions[-1], [5]
        for changed in (filters, {}):
            await heard_at(double, len(session.sounding) + 40)
            steady.append(len(session.sounding) - 2)
            await client.patch(guild, {"filters": changed})
            await double.caught_up()
            steady.append(len(session.sounding) + 10)
        await client.event("TrackEndEvent", guild)
    assert len(session.sounding) == 150, filters
    assert_contiguous(session)
    assert_whole(session.seconds(), 2)
    second_changes = {0, 49, 50, 99, 100}  # the track's own steps in pitch
    rough = [value for at, value in enumerate(roughness(session)) if at not in second_changes]
    windows = [roughness(session)[begin:end] for begin, end in zip(steady[::2], [*steady[1::2], 140], strict=True)]
    assert max(rough[1:]) < 1.5 * np.concatenate(windows).max(), filters


async def test_packets_sent_untouched_and_filters_take_turns_without_a_click(
    client: Client, authority: trustme.CA, music: Path
) -> None:
    for name in ("sine.opus", "sine.ogg"):
        encode(music / name, tone(4, 440), "libopus", RATE)
    await together(
        _takes_turns(client, authority, 61, "sine.opus", (music / "sine.opus").read_bytes()),
        _takes_turns(client, authority, 62, "sine.ogg", (music / "sine.ogg").read_bytes()),
    )


async def _takes_turns(client: Client, authority: trustme.CA, guild: int, name: str, file: bytes) -> None:
    async with VoiceDouble(authority) as double:
        await client.join(guild, double)
        await client.play(guild, name, endTime=4000)
        for turn in range(4):
            await heard_at(double, len(double.sessions[-1].sounding) + 25)
            await client.patch(guild, {"filters": {} if turn % 2 else {"volume": 0.8}})
        await client.event("TrackEndEvent", guild)
        session = double.sessions[-1]
    untouched = [frame.opus in file for frame in session.sounding]
    assert [before != after for before, after in pairwise(untouched)].count(True) == 4
    assert untouched[0]
    assert untouched[-1]
    assert len(session.sounding) == 200
    rough = roughness(session)
    assert max(rough[5:-5]) < 1.5 * max(rough[5:25])


async def test_a_tempo_is_changed_in_the_middle_without_a_click_and_the_track_goes_on_where_it_was(
    client: Client, double: VoiceDouble
) -> None:
    await client.join(63, double)
    await client.play(63, "coded.wav", endTime=4000)
    session = await double.heard(20)
    await client.patch(63, {"filters": {"timescale": {"speed": 2}}})
    await double.until(lambda: 3 in seconds_of([frame.opus for frame in session.sounding[-3:]]))
    await client.patch(63, {"filters": {}})
    await client.event("TrackEndEvent", 63)
    assert len(session.sounding) == 200
    assert_contiguous(session)
    known = [second for second in session.seconds() if second >= 0]
    assert known == sorted(known)
    assert set(known) == set(range(6))
    for second in (1, 2):
        assert 23 <= known.count(second) <= 27
    assert 48 <= known.count(4) <= 51
    rough = roughness(session)
    assert max(rough[5:]) < 2.5 * max(rough[5:18])


async def test_a_timescale_from_the_start_is_heard_in_pitch_and_length_and_position_is_what_was_heard(
    client: Client, double: VoiceDouble
) -> None:
    await client.join(64, double)
    await client.patch(64, {"filters": {"timescale": {"speed": 2, "pitch": 1.5}}})
    await client.play(64, "tone.wav")
    session = await double.heard(50)
    at_50 = (await client.request("GET", f"/v4/sessions/{client.session_id}/players/64"))["state"]["position"]
    await double.caught_up()
    assert 900 <= at_50 <= 20 * len(session.sounding)
    ended = await client.event("TrackEndEvent", 64)
    assert 98 <= len(session.sounding) <= 101
    assert ended["track"]["info"]["position"] == 20 * (len(session.sounding) - 1)
    heard = pitches([frame.opus for frame in session.sounding])[3:-3]
    assert all(abs(pitch - 660) < 8 for pitch in heard)


async def test_a_seek_under_timescale_goes_to_the_place_in_the_track(client: Client, double: VoiceDouble) -> None:
    await client.join(65, double)
    await client.patch(65, {"filters": {"timescale": {"speed": 2}}})
    await client.play(65, "coded.wav")
    session = await double.heard(20)
    await client.patch(65, {"position": 8000})
    await double.caught_up()
    before = len(session.sounding)
    ended = await client.event("TrackEndEvent", 65)
    heard = [second for second in session.seconds()[before + 1 :] if second >= 0]
    assert set(heard) == {8, 9, 10, 11}
    assert 23 <= heard.count(9) <= 27
    assert abs(ended["track"]["info"]["position"] - 10_000) <= 80


async def test_a_filter_set_twice_within_half_a_second_is_heard_as_set_last(
    client: Client, double: VoiceDouble
) -> None:
    await client.join(66, double)
    await client.play(66, "tone1k.wav", endTime=2000)
    await double.heard(10)
    for volume in (0.2, 2, 0.5, 0.25):
        await client.patch(66, {"filters": {"volume": volume}})
    await client.event("TrackEndEvent", 66)
    session = double.sessions[-1]
    assert len(session.sounding) == 100
    rows = decoded([frame.opus for frame in session.sounding])
    assert abs(rows[70:95]).max() == pytest.approx(0.366 / 4, abs=0.01)


async def test_a_value_no_filter_can_work_with_ends_the_track_and_says_why(client: Client, double: VoiceDouble) -> None:
    await client.join(67, double)
    await client.play(67, "tone.wav")
    await double.heard(10)
    answer = await client.patch(67, {"filters": {"timescale": {"speed": 0}}})
    assert answer["filters"] == {"timescale": {"speed": 0.0, "pitch": 1.0, "rate": 1.0}}
    failed = await client.event("TrackExceptionEvent", 67)
    assert failed["exception"]["cause"] == "speed <= 0"
    await client.event("TrackEndEvent", 67)
    await client.play(67, "tone.wav")
    await client.message(lambda sent: sent.get("reason") == "loadFailed" and sent["guildId"] == "67")
    await client.patch(67, {"filters": {}})
    await client.play(67, "tone.wav", endTime=200)
    await client.message(lambda _: client.events(67).count("TrackEndEvent:finished") == 2)
    first = ["TrackStartEvent", "TrackExceptionEvent", "TrackEndEvent:finished"]
    second = ["TrackStartEvent", "TrackExceptionEvent", "TrackEndEvent:loadFailed"]
    assert client.events(67) == [*first, *second, "TrackStartEvent", "TrackEndEvent:finished"]


async def test_the_node_names_all_filters(client: Client) -> None:
    served = {*EVERYTHING, "timescale", "distortion"}
    assert set((await client.request("GET", "/v4/info"))["filters"]) == served == set(NAMES)
