"""Time-coded tracks: audio that says where in the track it was cut from.

Second n of a track is a sine of 500 + 50 * (n mod 60) Hz; over it lies a sine 9.5 dB weaker, of 4000 + 150 * t Hz in
tenth t of that second. All tones are multiples of 50 Hz, so 20 ms hold whole periods of each and they do not leak into
one another; they end below 5.4 kHz, so they survive Opus from 48 kbit/s on and every usual sample rate.

A 20 ms frame across a border is read as the tenth which fills most of it. Opus delays by 6.5 ms, hence a frame that
begins with a tenth is read as that tenth, and an aligned stream shows each tenth in exactly five frames. A time is
known modulo 60 s, with a resolution of 100 ms.
"""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

RATE = 48_000
FRAME = RATE // 50  # samples in 20 ms; bin k of its spectrum is 50 * k Hz

_SECONDS = np.arange(60) + 10
_TENTHS = np.arange(10) * 3 + 80
_LEVEL = 0.45
_TENTH_LEVEL = 0.15
_QUIET = 1e-3
_PURITY = 0.6  # of a frame's energy: music and noise stay far below, a border inside the frame above


def samples(seconds: float, *, start: int = 0) -> npt.NDArray[np.float32]:
    """Make mono samples at 48 kHz, between -1 and 1, of a track from second `start` on."""
    at = start * RATE + np.arange(round(seconds * RATE))
    second = _SECONDS[at // RATE % 60]
    tenth = _TENTHS[at // (RATE // 10) % 10]
    turn = 2 * np.pi * (at % FRAME) / FRAME  # every tone starts each frame at phase 0, so borders do not click
    return (_LEVEL * np.sin(second * turn) + _TENTH_LEVEL * np.sin(tenth * turn)).astype(np.float32)


def write_wav(path: Path, seconds: float, *, start: int = 0) -> None:
    """Write a time-coded track as 16-bit mono wav at 48 kHz."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((samples(seconds, start=start) * 32767).astype("<i2").tobytes())


def decode(frame: npt.NDArray[np.float32]) -> tuple[int, int] | None:
    """Read (second, tenth) from 960 mono samples at 48 kHz; None when the frame is not of a time-coded track."""
    level = float(np.sqrt(np.mean(frame**2)))
    if len(frame) != FRAME or level < _QUIET:
        return None
    magnitude = np.abs(np.fft.rfft(frame)) * 2 / FRAME
    tones, marks = magnitude[_SECONDS], magnitude[_TENTHS]
    second, tenth = int(tones.argmax()), int(marks.argmax())
    near = tones[(second + np.arange(-3, 4)) % 60]  # second 59 borders on second 0
    energy = float(np.sum(near**2) + np.sum(marks**2)) / 2
    if energy < _PURITY * level**2 or marks[tenth] < tones[second] / 10:
        return None
    # In a frame halved by the border of a second the two tones may disagree: the stronger one decides.
    if tenth == 9 and tones[second - 1] > tones[second] / 2:
        tenth = 0
    elif tenth == 0 and tones[(second + 1) % 60] > tones[second] / 2:
        tenth = 9
    return second, tenth
