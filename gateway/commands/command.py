"""What a command or a button is, and all of them by name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Protocol

from gateway.domain import choice
from gateway.domain.cards.base import Say
from gateway.domain.interaction import First, Interaction
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from gateway.choosing import Settings
    from gateway.community import Community
    from gateway.domain.cards.base import Card, Form
    from gateway.importing import Imports
    from gateway.panels import Panels
    from gateway.personal import Account, Lastfm, Likes
    from gateway.playback import Playback
    from gateway.playlists import Playlists
    from gateway.singing import Singing

_CHAT_INPUT, _ON_MESSAGE = 1, 3  # Discord's types of commands
_SUBCOMMAND = 1  # Discord's type of options that are commands
_IN_GUILDS = 0
_MANAGE_SERVER = 1 << 5  # Discord's bit
_LONGEST = 1000  # characters of an option; the contract's limit for a query
_LONGEST_ID = 18  # digits


@dataclass(frozen=True)
class Desk:
    """What commands and their answers work with."""

    playback: Playback
    imports: Imports
    playlists: Playlists
    panels: Panels
    settings: Settings
    likes: Likes
    account: Account
    features: Features
    say: Say
    community: Community
    singing: Singing
    lastfm: Lastfm


class Features(Protocol):
    """What is switched on."""

    def is_on(self, feature: str, guild_id: int) -> bool:
        """Tell whether a feature is on in a guild."""


class Tongues(Say, Protocol):
    """Says a message in the language that commands are found by, and in others."""

    def localized(self, key: str) -> dict[str, str]:
        """Say it in the others, by Discord's locales."""


class Kind(IntEnum):
    """What people give with an option; the numbers are Discord's."""

    TEXT = 3
    INTEGER = 4
    BOOLEAN = 5
    MEMBER = 6
    CHANNEL = 7
    FILE = 11


@dataclass(frozen=True)
class Option:
    """Something that people give with a command.

    A text may be completed while it is typed, by what `suggest` finds for the words so far (what is shown, what it
    stands for), or be one of `choices`; it has at most `longest` characters. An integer may have to be within `limits`.
    Of what has a place, somebody may type that instead: `at` finds the id of what stands there, zero: nothing.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = True
    suggest: Callable[[Desk, Interaction, str], Awaitable[Iterable[tuple[str, str]]]] | None = None
    at: Callable[[Desk, Interaction, int], Awaitable[int]] | None = None
    choices: tuple[str, ...] = ()
    limits: tuple[int, int] | None = None
    longest: int = _LONGEST


async def _refuse(_desk: Desk, _asked: Interaction) -> Card:
    raise Refused(Reason.UNKNOWN_METHOD)


@dataclass(frozen=True)
class Command:
    """A slash command, or what a button or that of a form does. `first` is sent before `run` is called.

    A name of two parts is that of a subcommand, as `filter-save`. One that shows a `form`, or one that is looked up
    first, runs nothing, unless there is no form for what was asked. `watch` gives the next card of what a card shows
    that goes on. Discord shows one `for_managers` to those who may manage the server, unless the server decides
    otherwise. One `on_message` is in the menu of messages.
    """

    name: str
    first: First
    run: Callable[[Desk, Interaction], Awaitable[Card]] = _refuse
    options: tuple[Option, ...] = ()
    form: Callable[[Say, Interaction], Form | None] | None = None
    filled_form: Callable[[Desk, Interaction], Awaitable[Form]] | None = None
    watch: Callable[[Desk, Interaction, str], Awaitable[Card]] | None = None
    on_message: bool = False
    for_managers: bool = False

    @property
    def group(self) -> str:
        """The feature that it belongs to: the file it stands in."""
        return (self.form or self.filled_form or self.run).__module__.rpartition(".")[2]

    async def pinned(self, desk: Desk, asked: Interaction) -> Interaction:
        """Return what is asked for with what stands at typed places now: others stand there as soon as it is done."""
        found: dict[str, str] = {}
        for option in self.options:
            place = choice.place(asked.options.get(option.name, ""))
            if option.at and place and (item_id := await option.at(desk, asked, place)):
                found[option.name] = choice.of(item_id)
        return replace(asked, options=asked.options | found)


_UNKNOWN = Command("unknown", First.PRIVATE, _refuse)


class Commands:
    """The commands and buttons of the bot, and what it makes of messages that name no command."""

    def __init__(
        self, commands: Iterable[Command], buttons: Iterable[Command], written: Iterable[Command] = ()
    ) -> None:
        self._commands = {command.name: command for command in commands}
        self._buttons = {button.name: button for button in buttons}
        self._written = {command.name: command for command in written}

    def find(self, interaction: Interaction) -> Command:
        """Find what an interaction asks for; of what another release knew, say that it is unknown."""
        known = self._buttons if interaction.clicked else self._commands | self._written
        return known.get(interaction.name, _UNKNOWN)

    def spoken(self, words: str) -> tuple[str, dict[str, str]]:
        """Find the command that words begin with, and the words for its first option; an empty name: there is none.

        Only those can be written that need nothing but these words. Subcommands cannot: what some of them show is for
        the person alone, and all see the answer to a message.
        """
        name, _, rest = " ".join(words.split()).partition(" ")
        command = self._commands.get(name.lower(), _UNKNOWN)
        first = next((option for option in command.options if option.kind is Kind.TEXT), None)
        needed = [option for option in command.options if option.required and (option is not first or not rest)]
        if command is _UNKNOWN or "-" in command.name or command.form or command.on_message or needed:
            return "", {}
        return command.name, {first.name: rest[: first.longest]} if first and rest else {}

    def knows(self, button: str) -> bool:
        """Tell whether there is a button of this name."""
        return button in self._buttons

    def declared(self, say: Tongues) -> list[dict[str, Any]]:
        """Declare the slash commands as Discord wants them."""
        groups: defaultdict[str, list[Command]] = defaultdict(list)
        for command in self._commands.values():
            groups[command.name.partition("-")[0]].append(command)
        return [_declare(say, name, commands) for name, commands in groups.items()]


def number_of(asked: Interaction, option: str) -> int:
    """Read the id that a button stands for. Raises INVALID_ARGUMENT."""
    given = asked.options[option]
    if not (given.isascii() and given.isdecimal() and len(given) <= _LONGEST_ID):
        raise Refused(Reason.INVALID_ARGUMENT, fields={option: given})
    return int(given)


def chosen(asked: Interaction, option: str) -> int:
    """Read the id of what was chosen, or stood at a place that was typed. INVALID_ARGUMENT for anything else."""
    item_id = choice.chosen(asked.options[option])
    if not item_id:
        raise Refused(Reason.INVALID_ARGUMENT, fields={option: asked.options[option]})
    return item_id


def is_on(asked: Interaction, option: str) -> bool:
    """Tell whether somebody said yes to an option."""
    return asked.options.get(option) == str(True)


def page_of(asked: Interaction) -> tuple[int, str]:
    """Read which page a button stands for: the place of its first entry, and its token."""
    first, _, token = asked.options.get("about", "1-").partition("-")
    return int(first), token


def _declare(say: Tongues, name: str, commands: list[Command]) -> dict[str, Any]:
    """Declare a command, or several under the name that they have in common."""
    if commands[0].on_message:
        return {"type": _ON_MESSAGE, **_localize(say, "name", f"menu-{name}"), "contexts": [_IN_GUILDS]}
    if commands[0].name == name:
        options = _declare_options(say, commands[0])
    else:
        options = [
            {"type": _SUBCOMMAND, **_describe(say, one.name), "options": _declare_options(say, one)} for one in commands
        ]
    declared = {"type": _CHAT_INPUT, **_describe(say, name), "contexts": [_IN_GUILDS], "options": options}
    return declared | ({"default_member_permissions": str(_MANAGE_SERVER)} if commands[0].for_managers else {})


def _describe(say: Tongues, name: str) -> dict[str, Any]:
    return _localize(say, "name", f"command-{name}") | _localize(say, "description", f"command-{name}.description")


def _localize(say: Tongues, field: str, key: str) -> dict[str, Any]:
    return {field: say(key), f"{field}_localizations": say.localized(key)}


def _declare_options(say: Tongues, command: Command) -> list[dict[str, Any]]:
    return [_declare_option(say, f"command-{command.name}", option) for option in command.options]


def _declare_option(say: Tongues, key: str, option: Option) -> dict[str, Any]:
    declared: dict[str, Any] = {
        "type": option.kind.value,
        **_localize(say, "name", f"{key}.{option.name}"),
        **_localize(say, "description", f"{key}.{option.name}-description"),
        "required": option.required,
    }
    if option.choices:
        declared["choices"] = [
            {**_localize(say, "name", f"{key}.{option.name}-{one}"), "value": one} for one in option.choices
        ]
    elif option.kind is Kind.TEXT:
        declared |= {"max_length": option.longest, "autocomplete": option.suggest is not None}
    if option.limits:
        declared |= {"min_value": option.limits[0], "max_value": option.limits[1]}
    return declared
