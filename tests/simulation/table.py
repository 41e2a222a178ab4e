"""All commands that people give: a new one is one more entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation import editing, playing

if TYPE_CHECKING:
    from random import Random

    from tests.simulation.command import Command
    from tests.simulation.model import Plain

TABLE: tuple[type[Command], ...] = (
    playing.Join,
    playing.Leave,
    playing.Play,
    playing.Pause,
    playing.Resume,
    playing.Stop,
    playing.Skip,
    playing.Jump,
    playing.Previous,
    playing.Loop,
    playing.Volume,
    playing.Replay,
    playing.Seek,
    playing.PutInstead,
    editing.Add,
    editing.Remove,
    editing.Move,
    editing.Clear,
    editing.RemoveMany,
    editing.Swap,
    editing.Shuffle,
    editing.Sort,
    editing.Reverse,
    editing.Undo,
    editing.Redo,
)
VOTED = {command.action for command in TABLE} - {"", "SKIP"}
_WEIGHTS = [command.weight for command in TABLE]
_REGRETS = 0.5  # how likely it is that whoever takes edits back goes on with it


def think(dice: Random, seen: Plain) -> Command:
    """Choose a command."""
    if seen.undone and dice.random() < _REGRETS:
        return dice.choice((editing.Undo, editing.Undo, editing.Redo)).think(dice, seen)
    return dice.choices(TABLE, _WEIGHTS)[0].think(dice, seen)
