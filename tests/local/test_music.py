"""The pieces of one's own: playable, tagged, the same each time, and never over a person's own files."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import av
import pytest

from deploy.local.music import PIECES, Piece, render
from deploy.local.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def fill(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-m", "deploy.local.music", str(folder)], check=True, timeout=60, cwd=ROOT)


def test_every_piece_can_be_decoded_to_its_end_and_is_tagged(tmp_path: Path) -> None:
    folder = tmp_path / "music"
    fill(folder)
    for piece in PIECES:
        with av.open(folder / f"{piece.title}.opus") as container:
            stream = container.streams.audio[0]
            assert (stream.metadata["title"], stream.metadata["artist"]) == (piece.title, "Segue")
            seconds = sum(frame.samples for frame in container.decode(stream)) / 48_000
        assert 20 <= seconds <= 40
        assert seconds == pytest.approx(piece.seconds, abs=0.1)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.mp3").touch()
    fill(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.mp3"]


def test_a_piece_never_clips() -> None:
    short = Piece("Test", 60, 0.1, ((0, 4, 7, 12),), (0, 1, 2, 3), 1)
    assert 0.1 < max(render(short)) < 0.95
