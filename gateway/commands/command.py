"""What a command or a button is, and all of them by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.domain.interaction import First, Interaction
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from gateway.domain.cards import Card, Say
    from gateway.panels import Panels
    from gateway.playback import Playback

_CHAT_INPUT, _STRING = 1, 3  # Discord's types of commands and of options
_IN_GUILDS = 0
_LONGEST = 1000  # characters of an option; the contract's limit for a query


@dataclass(frozen=True)
class Desk:
    """What commands and their answers work with."""

    playback: Playback
    panels: Panels
    say: Say


@dataclass(frozen=True)
class Option:
    """A text that people give with a command."""

    name: str
    suggested: bool = False


@dataclass(frozen=True)
class Command:
    """A slash command, or what a button does. `first` is sent before `run` is called."""

    name: str
    first: First
    run: Callable[[Desk, Interaction], Awaitable[Card]]
    options: tuple[Option, ...] = ()


async def _refuse(_desk: Desk, _asked: Interaction) -> Card:
    raise Refused(Reason.UNKNOWN_METHOD)


_UNKNOWN = Command("unknown", First.PRIVATE, _refuse)


class Commands:
    """The commands and buttons of the bot."""

    def __init__(self, commands: Iterable[Command], buttons: Iterable[Command]) -> None:
        self._commands = {command.name: command for command in commands}
        self._buttons = {button.name: button for button in buttons}

    def find(self, interaction: Interaction) -> Command:
        """Find what an interaction asks for; of what another release knew, say that it is unknown."""
        known = self._buttons if interaction.clicked else self._commands
        return known.get(interaction.name, _UNKNOWN)

    def declared(self, say: Say) -> list[dict[str, Any]]:
        """Declare the slash commands as Discord wants them."""
        return [_declare(say, command) for command in self._commands.values()]


def _declare(say: Say, command: Command) -> dict[str, Any]:
    key = f"command-{command.name}"
    return {
        "type": _CHAT_INPUT,
        "name": say(key),
        "description": say(f"{key}.description"),
        "contexts": [_IN_GUILDS],
        "options": [
            {
                "type": _STRING,
                "name": say(f"{key}.{option.name}"),
                "description": say(f"{key}.{option.name}-description"),
                "required": True,
                "max_length": _LONGEST,
                "autocomplete": option.suggested,
            }
            for option in command.options
        ],
    }
