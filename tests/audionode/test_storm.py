"""Whatever is commanded in whatever order, a stream goes on frame by frame, ends, and leaves nothing open."""

import random
import time
from pathlib import Path
from typing import Any

import pytest

from audionode.filters import Tone
from audionode.library import Library
from audionode.media import Media
from audionode.opus import FRAME_SAMPLES
from audionode.passage import Passage
from audionode.patch import FiltersUpdate
from audionode.stream import DecodeSlots, Step, TrackStream
from tests.audionode.test_segue import open_files

NAMES = ["one.wav", "two.wav", "one.opus", "left.flac", "blip.wav", "low.opus", "coded.mp3", "coded.webm", "quiet.wav"]
FILTERS: list[dict[str, Any]] = [
    {},
    {"volume": 0.5},
    {"timescale": {"speed": 2}},
    {"timescale": {"speed": 0.7, "pitch": 1.2}},
    {"vibrato": {}},
]


class Storm:
    """One stream under random commands; what it did wrong is in `wrong`."""

    def __init__(self, seed: int, music: Path) -> None:
        self.chance = random.Random(seed)
        self.wrong: list[str] = []
        self.handed = 0
        self._music = music
        self._moved = False
        self._stream = TrackStream(
            self._passage(),
            DecodeSlots(2),
            tone=Tone(100, FiltersUpdate()),
            on_ready=lambda _: None,
            on_failed=lambda _, error: self.wrong.append(repr(error)),
        )

    def run(self) -> None:
        heard: tuple[Passage | None, int] = (None, 0)
        deadline = time.monotonic() + 60
        self._stream.start()
        while not self.wrong:
            self._command()
            step = self._stream.send_next(lambda _: (0, 0))
            if step is Step.ENDED:
                break
            if step is Step.STARVED:
                time.sleep(0.001)
            elif step is Step.SENT:
                now = self._stream._passage, self._stream._passage.position
                if now[0] is heard[0] and not self._moved and now[1] != heard[1] + FRAME_SAMPLES:
                    self.wrong.append(f"from {heard[1]} to {now[1]}")
                heard, self._moved = now, False
            if time.monotonic() > deadline:
                self.wrong.append("the stream neither ends nor goes on")
        if error := self._stream.error or self._stream._passage.error:
            self.wrong.append(repr(error))
        self._stream.close()
        self._stream.join(5)

    def _command(self) -> None:
        chance, stream, kind = self.chance, self._stream, self.chance.random()
        if kind < 0.02:
            stream.seek(stream._passage, chance.randint(0, 3000))
            self._moved = True
        elif kind < 0.05:
            filters = FiltersUpdate.model_validate(chance.choice(FILTERS))
            stream.set_tone(Tone(chance.choice([100, 50]), filters))
        elif kind < 0.09 and self.handed < 8:
            self.handed += 1
            stream.set_following(self._passage())
        elif kind < 0.1:
            stream.set_following(None)
        elif kind < 0.11:
            stream.set_end(stream._passage, chance.randint(0, 4000))

    def _passage(self) -> Passage:
        name, late = self.chance.choice(NAMES), self.chance.random() < 0.2

        def opened() -> Media:
            time.sleep(0.02 * late)
            return Media(Library(self._music).open(name))

        return Passage(
            opened,
            start=self.chance.choice([0, 0, 300]),
            end=self.chance.choice([None, None, 400, 900]),
            levelled=self.chance.random() < 0.15,
            crossfade=self.chance.choice([0, 0, 100, 500, 3000]),
            on_first=lambda *_: None,
        )


@pytest.mark.parametrize("seeds", [range(start, start + 10) for start in (0, 10, 20)], ids=lambda seeds: f"{seeds[0]}-")
def test_no_order_of_commands_breaks_a_stream(pieces: Path, seeds: range) -> None:
    for seed in seeds:
        storm = Storm(seed, pieces)
        storm.run()
        assert storm.wrong == [], seed
    deadline = time.monotonic() + 60
    while any(name in link for link in open_files() for name in NAMES):
        assert time.monotonic() < deadline
        time.sleep(0.05)
