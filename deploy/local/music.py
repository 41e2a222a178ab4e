"""Synthesises a few short pieces, so that there is something of one's own to play at the first start."""

from __future__ import annotations

import math
import os
import shutil
import sys
from array import array
from dataclasses import dataclass
from functools import cache
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

RATE = 16_000  # Hz of the synthesis; nothing here sounds above 8 kHz
OPUS_RATE = 48_000
OPUS_FRAME = 960  # samples, 20 ms
ARTIST = "Segue"
ECHO = 0.012  # seconds the right ear hears a note later
RINGS = 1.6  # seconds a plucked note rings at most


@dataclass(frozen=True)
class Piece:
    """Chords as semitones above `root` (a MIDI note); each lasts a bar, over which `pattern` picks its notes."""

    title: str
    root: int
    beat: float  # seconds of one note of the pattern
    chords: tuple[tuple[int, ...], ...]
    pattern: tuple[int, ...]
    rounds: int

    @property
    def bar(self) -> float:
        """Seconds of one chord."""
        return self.beat * len(self.pattern)

    @property
    def seconds(self) -> float:
        """Length of the whole piece, with its last note's ring."""
        return self.bar * len(self.chords) * self.rounds + RINGS


PIECES = (
    Piece(
        title="First Light",
        root=60,
        beat=0.30,
        chords=((0, 4, 7, 11), (-3, 0, 4, 7), (-7, -3, 0, 4), (-5, -1, 2, 5)),
        pattern=(0, 1, 2, 3, 2, 1),
        rounds=4,
    ),
    Piece(
        title="Night Tram",
        root=57,
        beat=0.24,
        chords=((0, 3, 7, 10), (-4, 0, 3, 7), (3, 7, 10, 14), (-2, 2, 5, 9)),
        pattern=(0, 2, 1, 3, 2, 1, 3, 2),
        rounds=4,
    ),
    Piece(
        title="Paper Boats",
        root=62,
        beat=0.36,
        chords=((0, 4, 7, 12), (-5, -1, 2, 7), (-3, 0, 4, 9), (-7, -3, 0, 5)),
        pattern=(3, 1, 2),
        rounds=6,
    ),
)


def frequency(note: int) -> float:
    """Return the Hz of a MIDI note."""
    return float(440.0 * 2.0 ** ((note - 69) / 12.0))


@cache
def pluck(note: int) -> list[float]:
    """Return a note that decays, the brighter part of it first."""
    step = 2 * math.pi * frequency(note) / RATE
    return [
        0.27
        * min(1.0, n / 80)
        * (1 - n / (RINGS * RATE))
        * (math.exp(-n / 6000) * math.sin(step * n) + 0.4 * math.exp(-n / 2000) * math.sin(2 * step * n))
        for n in range(int(RINGS * RATE))
    ]


@cache
def pad(note: int, seconds: float) -> list[float]:
    """Return a soft note that swells and fades."""
    step = 2 * math.pi * frequency(note) / RATE
    length = int(seconds * RATE)
    return [0.08 * math.sin(math.pi * n / length) * math.sin(step * n) for n in range(length)]


def notes(piece: Piece) -> Iterator[tuple[float, list[float]]]:
    """Yield when each note starts, in seconds, and its sound."""
    for number, chord in enumerate(piece.chords * piece.rounds):
        start = number * piece.bar
        yield start, pad(piece.root + chord[0] - 12, piece.bar)
        yield start, pad(piece.root + chord[0] - 24, piece.bar)
        yield start, pad(piece.root + chord[2], piece.bar)
        for position, choice in enumerate(piece.pattern):
            octave = 12 if position % 4 == 2 and number % 2 else 0
            yield start + position * piece.beat, pluck(piece.root + chord[choice] + octave)


def render(piece: Piece) -> array[float]:
    """Return interleaved stereo samples between -1 and 1."""
    length = int((piece.seconds + ECHO) * RATE)
    ears = [[0.0] * length, [0.0] * length]
    for start, sound in notes(piece):
        for ear, late in zip(ears, (0.0, ECHO), strict=True):
            begin = int((start + late) * RATE)
            end = min(begin + len(sound), length)
            ear[begin:end] = map(add, ear[begin:end], sound)
    samples = array("f", bytes(8 * length))
    samples[0::2], samples[1::2] = (array("f", ear) for ear in ears)
    return samples


def write(piece: Piece, path: Path) -> Path:
    """Encode a piece as Ogg Opus with its tags; return the path."""
    import av  # noqa: PLC0415 - loading it costs more than all other starts of this module

    samples = render(piece)
    source = av.AudioFrame(format="flt", layout="stereo", samples=len(samples) // 2)
    source.planes[0].update(samples.tobytes())
    source.sample_rate = RATE
    resampler = av.AudioResampler(format="s16", layout="stereo", rate=OPUS_RATE, frame_size=OPUS_FRAME)
    with av.open(path, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=OPUS_RATE, layout="stereo")
        stream.bit_rate = 96_000
        stream.metadata.update({"title": piece.title, "artist": ARTIST})
        for frame in (*resampler.resample(source), *resampler.resample(None)):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def main() -> None:
    """Fill a folder that is empty, each file by rename; one that holds anything is left alone."""
    folder = Path(sys.argv[1])
    if any(folder.iterdir()):
        return
    os.nice(10)
    scratch = folder.with_name(folder.name + ".new")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    written = [write(piece, scratch / f"{piece.title}.opus") for piece in PIECES]
    for path in written:
        path.replace(folder / path.name)
    scratch.rmdir()


if __name__ == "__main__":
    main()
