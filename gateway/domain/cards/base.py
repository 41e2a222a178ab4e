"""What answers are made of, and those that are the same everywhere. Foreign text in them is escaped."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from gateway.domain import text
from gateway.domain.player import LISTED, pages_of

if TYPE_CHECKING:
    from gateway.domain.panel import Deed
    from gateway.domain.player import E, Page
    from kit.errors import Refused

TITLE = 120  # characters shown
BUTTON_PREFIX = "segue"


class Say(Protocol):
    """Says a message of the catalogue."""

    def __call__(self, key: str, /, **values: str | float | tuple[str, ...]) -> str:
        """Say it with these values; several of one kind are listed."""


@dataclass(frozen=True)
class Button:
    """A button. Its `custom_id` holds all that is needed to act on it, so that any process can, at any time.

    It is `lit` while what it switches is on, and grey while it would only be refused.
    """

    custom_id: str
    label: str
    emoji: str
    lit: bool = False
    grey: bool = False


@dataclass(frozen=True)
class Link:
    """A button that opens a page."""

    url: str
    label: str
    emoji: str


class SelectKind(Enum):
    """What a list shows: choices of ours, or what Discord knows. Channels without a word are those with text."""

    CHOICES = "choices"
    PEOPLE = "people"
    ROLES = "roles"
    CHANNELS = "channels"
    VOICE_CHANNELS = "voice-channels"


@dataclass(frozen=True)
class Select:
    """A list that people choose of: what is shown, and what it stands for. `custom_id` as of a button.

    They choose between `fewest` and `most` at once; `chosen` already is what stands for these.
    """

    custom_id: str
    placeholder: str
    choices: tuple[tuple[str, str], ...] = ()
    fewest: int = 1
    most: int = 1
    kind: SelectKind = SelectKind.CHOICES
    chosen: tuple[str, ...] = ()


Row = tuple[Button | Link, ...] | Select


@dataclass(frozen=True)
class Section:
    """A part of a card: text, with a picture or a button beside it."""

    text: str
    artwork: str = ""
    button: Button | None = None


@dataclass(frozen=True)
class File:
    """A file that an answer has with it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Card:
    """An answer. With a heading it is shown as a box, without one as a plain sentence.

    A row is up to five buttons, or one list. `version` is that of the player it shows, if it can go on as the guild's
    panel, else zero; `deed` is what it says of who did what last. `watched` names what it shows, if that goes on by
    itself; in `changes_in` seconds it will look different, None: nobody knows. `refusal` is why it does not show what
    was asked for: it is said to the person alone, beside the card. One of `sections` has nothing but them and the rows,
    and a message that showed such a card once takes no other ones.
    """

    text: str = ""
    heading: str = ""
    artwork: str = ""
    rows: tuple[Row, ...] = ()
    version: int = 0
    watched: str = ""
    refusal: Refused | None = None
    sections: tuple[Section, ...] = ()
    deed: Deed | None = None
    file: File | None = None
    changes_in: float | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Field:
    """A field of a form: one line, or several if it is `long`. `value` is in it from the start."""

    name: str
    label: str
    example: str = ""
    value: str = ""
    long: bool = False
    required: bool = True
    longest: int = 4000


@dataclass(frozen=True)
class Form:
    """A form. Its `custom_id` is like that of a button."""

    custom_id: str
    heading: str
    fields: tuple[Field, ...]


def done(say: Say, key: str) -> Card:
    """Confirm a change that needs no more than a sentence."""
    return Card(say(key))


def named(say: Say, key: str, name: str) -> Card:
    """Confirm a change of something that people gave a name."""
    return Card(say(key, name=text.escape(name, TITLE)))


def refused(say: Say, refusal: Refused, ref: str) -> Card:
    """Say why not: one sentence, one way out, and the reference that finds the trace."""
    return Card(say("card-refused", why=why(say, refusal), ref=ref))


def why(say: Say, refusal: Refused) -> str:
    """Say why not, and the way out."""
    key = f"error-{refusal.reason.lower().replace('_', '-')}"
    field = next(iter(refusal.fields), "").rpartition(".")[2].partition("[")[0]
    values: dict[str, str | float] = {
        "seconds": max(1, round(refusal.retry_after or 1)),
        "field": field,
        "required": "",
        **{name: _value(name, value) for name, value in refusal.metadata.items()},
    }
    way_out = say("way-out-dj", **values) if "dj" in values else say(f"{key}.way-out", **values)
    return f"{say(key, **values)} {way_out}"


def _value(name: str, value: str) -> str | int:
    if name == "channels":
        return ", ".join(f"<#{channel}>" for channel in value.split(","))
    if name == "dj":
        return f"<@{value}>"
    return int(value) if value.isdecimal() else value


def pages(say: Say, name: str, page: Page[E], first: int, *beside: Button) -> tuple[Row, ...]:
    """Give the buttons that turn pages, and those beside them; `first` is the place of the first entry of this one."""
    buttons = [Button(f"{BUTTON_PREFIX}:{name}:1-", say("button-first"), "⏮️")] if first > 1 else []
    if page.more:
        behind = f"{first + len(page.entries)}-{page.more}"
        buttons.append(Button(f"{BUTTON_PREFIX}:{name}:{behind}", say("button-more"), "▶️"))
    buttons += beside
    return (tuple(buttons),) if buttons else ()


def numbered(say: Say, name: str, page: Page[E], first: int, count: int) -> tuple[str, tuple[Row, ...]]:
    """Say which page of a list of so many entries this is, and give the buttons that turn pages and lead to any.

    Of a single page there is nothing to say.
    """
    of = pages_of(count)
    if of == 1:
        return "", pages(say, name, page, first)
    another = Button(f"{BUTTON_PREFIX}:ask_page:{of}-{name}", say("button-page"), "🔢")
    line = say("card-queue-page", page=(first - 1) // LISTED + 1, pages=of)
    return line, pages(say, name, page, first, another)


def join(*lines: str) -> str:
    """Put lines together, without empty ones."""
    return "\n".join(filter(None, lines))
