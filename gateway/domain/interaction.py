"""An interaction: who asked for what, and how it is first answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from uuid import NAMESPACE_OID, uuid5

TOKEN_LIFE = 14 * 60.0
"""Seconds for which an answer can surely still be given; Discord's tokens live 15 minutes."""
_EPOCH_MS = 1_420_070_400_000  # Discord's ids count from here


class GoneError(Exception):
    """Nobody waits for an answer any more, or what it was to be shown in is not there."""


class First(Enum):
    """The first response to an interaction; Discord wants it within 3 seconds."""

    PUBLIC = "public"
    """The answer will be a new message for everyone."""
    PRIVATE = "private"
    """The answer will be a new message for the person alone."""
    UPDATE = "update"
    """The answer will change the message that was clicked."""
    FORM = "form"
    """The answer is a form. What is filled in comes as another interaction."""


@dataclass(frozen=True)
class Role:
    """A role of a guild."""

    id: int
    name: str


@dataclass(frozen=True)
class Person:
    """A member of a guild, with the facts that permissions are judged by."""

    guild_id: int
    user_id: int
    display_name: str
    roles: tuple[Role, ...] = ()
    permissions: int = 0
    owner: bool = False
    voice_channel_id: int = 0


@dataclass(frozen=True)
class Interaction:
    """A command, a click, a choice from a list, or a form. `name` is the command's, or what the button does.

    `choices` are what was chosen from a list; `focused` is the option that somebody types, while they do. `locale` and
    `guild_locale` are the languages of the person and the guild; `private`: the person alone sees what was clicked;
    `quiet`: the person wants no answer that others see; `passing`: it was said where nothing is to stay but the panel.
    `source` is where the person wants words to be searched for, unless they say.
    Only a thread has a `parent_channel_id`. `message_id` is what was clicked, or where the answer stands; `watched`
    names what the answer shows while that goes on.
    """

    id: int
    application_id: int
    token: str = field(repr=False)
    person: Person
    name: str
    clicked: bool = False
    options: dict[str, str] = field(default_factory=dict)
    channel_id: int = 0
    parent_channel_id: int = 0
    choices: tuple[str, ...] = ()
    focused: str = ""
    locale: str = ""
    guild_locale: str = ""
    private: bool = False
    quiet: bool = False
    passing: bool = False
    source: str = ""
    message_id: int = 0
    watched: str = ""

    @property
    def expires_at(self) -> float:
        """The Unix time until which it can surely be answered."""
        return ((self.id >> 22) + _EPOCH_MS) / 1000 + TOKEN_LIFE

    @property
    def guild_id(self) -> int:
        """The guild it happened in."""
        return self.person.guild_id

    def is_private(self, first: First) -> bool:
        """Tell whether the person alone sees an answer that begins so."""
        return first is First.PRIVATE or (first is First.UPDATE and self.private)

    @property
    def request_id(self) -> str:
        """The id of its effect: the same interaction, told twice, has one."""
        return str(uuid5(NAMESPACE_OID, f"discord-interaction-{self.id}"))
