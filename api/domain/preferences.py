"""What a person chooses for themselves. Only choices are kept, as of guilds."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.domain.guild_settings import Choices


@dataclasses.dataclass(frozen=True, slots=True)
class Preferences:
    """The contract's `Preferences`."""

    version: int = 0
    language: str = ""
    private_answers: bool = False
    default_source: str = ""
    keep_history: bool = True


_NAMES = {field.name for field in dataclasses.fields(Preferences)}


def preferred(version: int, choices: Choices) -> Preferences:
    """Return the choices, and the defaults of the rest. What only a later release knows is left out."""
    return Preferences(version=version, **{name: value for name, value in choices.items() if name in _NAMES})
