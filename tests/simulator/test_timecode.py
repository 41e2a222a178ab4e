"""Time-coded tracks survive Opus, and only they are read as such."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from simulator import timecode

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt


def through_opus(pcm: npt.NDArray[np.float32], bit_rate: int) -> list[npt.NDArray[np.float32]]:
    """Encode and decode; returns the frames."""
    encoder, decoder = av.CodecContext.create("libopus", "w"), av.CodecContext.create("libopus", "r")
    encoder.sample_rate, encoder.layout, encoder.format = timecode.RATE, "stereo", "s16"
    encoder.bit_rate = bit_rate
    decoder.sample_rate, decoder.layout = timecode.RATE, "stereo"
    heard = []
    for at in range(0, len(pcm) - timecode.FRAME + 1, timecode.FRAME):
        both = np.repeat(np.clip(pcm[at : at + timecode.FRAME], -1, 1) * 32767, 2).astype("<i2")
        frame = av.AudioFrame.from_ndarray(both.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = timecode.RATE
        for packet in encoder.encode(frame):
            parts = [part.to_ndarray() for part in decoder.decode(av.Packet(bytes(packet)))]
            mono = np.concatenate(parts, axis=1).reshape(-1, 2).mean(axis=1)
            heard.append((mono / 32768).astype(np.float32))
    return heard


@pytest.mark.parametrize(("bit_rate", "gain"), [(48_000, 1.0), (128_000, 1.0), (64_000, 0.05), (64_000, 2.0)])
def test_every_frame_tells_its_tenth_through_opus(bit_rate: int, gain: float) -> None:
    heard = through_opus(timecode.samples(4, start=58) * np.float32(gain), bit_rate)
    told = [timecode.decode(frame) for frame in heard]
    assert told == [((58 + n // 50) % 60, n // 5 % 10) for n in range(len(heard))]


@pytest.mark.parametrize("offset_ms", [5, 10, 15])
def test_a_frame_across_a_border_tells_one_of_its_two_tenths(offset_ms: int) -> None:
    heard = through_opus(timecode.samples(3)[offset_ms * 48 :], 96_000)
    for n, frame in enumerate(heard):
        code = timecode.decode(frame)
        assert code is not None
        middle = n * 20 + offset_ms - 6.5 + 10  # Opus' delay; the middle of the frame
        assert abs(code[0] * 1000 + code[1] * 100 + 50 - middle) <= 60


def test_silence_and_noise_tell_nothing() -> None:
    noise = np.random.default_rng(1).normal(0, 0.2, (200, timecode.FRAME)).astype(np.float32)
    assert timecode.decode(np.zeros(timecode.FRAME, np.float32)) is None
    assert [timecode.decode(frame) for frame in noise] == [None] * 200


def test_a_written_track_has_the_length_and_the_sound(tmp_path: Path) -> None:
    timecode.write_wav(tmp_path / "t.wav", 2.5)
    with wave.open(str(tmp_path / "t.wav")) as track:
        assert (track.getframerate(), track.getnframes()) == (48_000, 120_000)
        pcm = np.frombuffer(track.readframes(48_000), "<i2")[47_040:] / np.float32(32768)
    assert timecode.decode(pcm.astype(np.float32)) == (0, 9)
