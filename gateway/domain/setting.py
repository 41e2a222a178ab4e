"""The settings of a guild as people choose them: a line each, in groups, with what they can be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from gateway.domain import position
from gateway.domain.panel import BUTTONS
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Value = bool | int | float | str | tuple[int | str, ...] | Mapping[str, int]
"""A length is in seconds, a choice by its name in the contract, a role, a channel, a person or a playlist by its id.

What is put in order, or has shares in percent, has the contract's names in small letters.
"""

ON, OFF = "on", "off"
MOST_CHOSEN = 25
"""What people can choose at once in Discord."""
LONGEST_TYPED = 4000
"""Characters that people can type in Discord."""
MOST_LINES = 100
"""Texts in a list, by the contract."""


class Kind(Enum):
    """What a setting is a choice of."""

    SWITCH = "switch"
    NUMBER = "number"
    LENGTH = "length"
    CHOICE = "choice"
    TEXT = "text"
    ROLE = "role"
    CHANNEL = "channel"
    PEOPLE = "people"
    ROLES = "roles"
    CHANNELS = "channels"
    VOICE_CHANNELS = "voice-channels"
    LINES = "lines"
    ORDER = "order"
    SHARES = "shares"
    PLAYLIST = "playlist"


_LISTS = {Kind.PEOPLE, Kind.ROLES, Kind.CHANNELS, Kind.VOICE_CHANNELS, Kind.LINES}
_COLON = re.compile("[:\\uff1a]")  # also as it is typed in Japanese


@dataclass(frozen=True)
class Setting:
    """A setting. Its name is that of the contract; its words are `setting-<name>`.

    A number and a length in seconds lie within `limits`, which of a text, and of each of several lines, are those of
    its characters; a number has a `unit` (percent). With `none` it has words for zero or nothing. An order, and shares
    within `limits`, are of some of the `choices`. It is off while the one that it `needs`, which may be itself, is zero
    or nothing.
    """

    name: str
    group: str
    kind: Kind
    limits: tuple[int, int] = (0, 0)
    choices: tuple[str, ...] = ()
    unit: str = ""
    none: bool = False
    needs: str = ""


_VOTED = ("pause", "resume", "stop", "leave", "previous", "replay", "queue_clear", "queue_shuffle")
_WELCOME = "welcome_channel_id"
SETTINGS = (
    Setting("fair_queue", "queue", Kind.SWITCH),
    Setting("allow_duplicates", "queue", Kind.SWITCH),
    Setting("allow_streams", "queue", Kind.SWITCH),
    Setting("max_queue_length", "queue", Kind.NUMBER, (1, 20_000)),
    Setting("max_items_per_requester", "queue", Kind.NUMBER, (0, 20_000), none=True),
    Setting("max_track_length", "queue", Kind.LENGTH, (0, 604_800), none=True),
    Setting("loudness_levelling", "playback", Kind.SWITCH),
    Setting("skip_segments", "playback", Kind.SWITCH),
    Setting("crossfade", "playback", Kind.LENGTH, (0, 12), none=True),
    Setting("autoplay_playlist_id", "playback", Kind.PLAYLIST, none=True),
    Setting("stay_connected", "channel", Kind.SWITCH),
    Setting("empty_channel_timeout", "channel", Kind.LENGTH, (0, 86_400), none=True),
    Setting("voice_channel_ids", "channel", Kind.VOICE_CHANNELS, none=True),
    Setting("vote_share_percent", "people", Kind.NUMBER, (0, 100), unit="percent", none=True),
    Setting("vote_shares", "people", Kind.SHARES, (0, 100), _VOTED, none=True),
    Setting("dj_role_id", "people", Kind.ROLE, none=True),
    Setting("lone_listener_is_dj", "people", Kind.SWITCH),
    Setting("session_dj", "people", Kind.SWITCH),
    Setting("command_cooldown", "commands", Kind.LENGTH, (0, 3_600), none=True),
    Setting("commands_per_minute", "commands", Kind.NUMBER, (0, 1_000), none=True),
    Setting("command_channel_ids", "commands", Kind.CHANNELS, none=True),
    Setting("request_channel_id", "commands", Kind.CHANNEL, none=True),
    Setting("max_songs_per_message", "commands", Kind.NUMBER, (1, 25)),
    Setting("blocked_user_ids", "blocks", Kind.PEOPLE, none=True),
    Setting("blocked_role_ids", "blocks", Kind.ROLES, none=True),
    Setting("blocked_tracks", "blocks", Kind.LINES, (1, 256), none=True),
    Setting("blocked_artists", "blocks", Kind.LINES, (1, 256), none=True),
    Setting("blocked_domains", "blocks", Kind.LINES, (1, 253), none=True),
    Setting("language", "appearance", Kind.CHOICE, choices=("en", "de", "es", "ja"), none=True),
    Setting("music_channel_id", "appearance", Kind.CHANNEL, none=True),
    Setting("panel_buttons", "appearance", Kind.ORDER, choices=BUTTONS, none=True),
    Setting("voice_status", "appearance", Kind.SWITCH),
    Setting(_WELCOME, "community", Kind.CHANNEL, none=True, needs=_WELCOME),
    Setting("welcome_text", "community", Kind.TEXT, (0, 1500), none=True, needs=_WELCOME),
    Setting("welcome_mention", "community", Kind.SWITCH, needs=_WELCOME),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}
GROUPS = tuple(dict.fromkeys(setting.group for setting in SETTINGS))


@dataclass(frozen=True)
class Choices:
    """What is so in a guild; `chosen` names what somebody chose, the rest are defaults.

    `playlists` are those of the guild that can be chosen: what they are called, by their ids.
    """

    version: int
    values: Mapping[str, Value]
    chosen: Collection[str]
    playlists: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Changed:
    """A change of a setting, as it was before and after. `surface` is the contract's, as `API`."""

    at: float
    user_id: int
    surface: str
    setting: Setting
    before: Value
    after: Value


def find(name: str) -> Setting:
    """Find a setting. Refused(UNKNOWN_METHOD) for one that only another release knows."""
    if name not in BY_NAME:
        raise Refused(Reason.UNKNOWN_METHOD)
    return BY_NAME[name]


def members(group: str) -> list[Setting]:
    """List the settings of a group."""
    return [setting for setting in SETTINGS if setting.group == group]


def is_too_long(setting: Setting, value: Value) -> bool:
    """Tell whether a list is longer than people can choose or type in Discord; over REST it can be."""
    if not isinstance(value, tuple):
        return False
    return len(_join(value)) > LONGEST_TYPED if setting.kind is Kind.LINES else len(value) > MOST_CHOSEN


def read(setting: Setting, written: str, words: Mapping[str, str]) -> Value:
    """Read what somebody typed or chose, of several each on a line. Refused(INVALID_ARGUMENT) for what it cannot be.

    `words` are what choices that are typed are called.
    """
    try:
        if setting.kind is Kind.ORDER:
            return tuple(_by_word(words, _lines(written)))
        if setting.kind is Kind.SHARES:
            return _read_shares(setting, written, words)
        return _read_list(setting, written) if setting.kind in _LISTS else _read(setting, written)
    except ValueError as error:
        least, most = map(str, setting.limits)
        raise Refused(
            Reason.INVALID_ARGUMENT,
            fields={"setting": written},
            kind=setting.kind.value,
            least=least,
            most=most,
            lines=str(MOST_LINES),
            words=", ".join(words.values()),
        ) from error


def write(setting: Setting, value: Value, words: Mapping[str, str]) -> str:
    """Write a value as `read` reads it. Refused(INVALID_ARGUMENT) for a list that is too long to be typed."""
    if is_too_long(setting, value):
        raise Refused(Reason.INVALID_ARGUMENT, fields={"setting": setting.name}, kind="too-long")
    if isinstance(value, Mapping):
        return "\n".join(f"{words[one]}: {value.get(one, '')}" for one in setting.choices)
    if isinstance(value, tuple):
        return _join([words[str(one)] for one in value or setting.choices] if setting.kind is Kind.ORDER else value)
    return position.write(float(value)) if setting.kind is Kind.LENGTH else str(value)


def _read(setting: Setting, written: str) -> Value:
    match setting.kind:
        case Kind.SWITCH:
            return written == ON
        case Kind.NUMBER:
            return _within(setting, int(written))
        case Kind.LENGTH:
            return _within(setting, position.parse(written))
        case Kind.CHOICE:
            return setting.choices[setting.choices.index(written)]
        case Kind.TEXT | Kind.PLAYLIST:
            if setting.kind is Kind.TEXT:
                _within(setting, len(written))
            return written
        case _:
            return int(written)


def _read_shares(setting: Setting, written: str, words: Mapping[str, str]) -> Value:
    """Read a share behind each word; without one, it has none."""
    rows = [_COLON.split(line, maxsplit=1) for line in _lines(written)]
    shares = [share.strip().removesuffix("%").rstrip() for _, share in rows]
    named = zip(_by_word(words, [word for word, _ in rows]), shares, strict=True)
    return {name: int(_within(setting, int(share))) for name, share in named if share}


def _by_word(words: Mapping[str, str], given: Sequence[str]) -> list[str]:
    """Find what is meant by words, in whatever case. ValueError for a word that means nothing, or is there twice."""
    meant = {word.casefold(): name for name, word in words.items()}
    found = [meant.get(word.strip().casefold(), "") for word in given]
    if "" in found or len({*found}) < len(found):
        raise ValueError(given)
    return found


def _lines(written: str) -> list[str]:
    return list(filter(None, map(str.strip, written.split("\n"))))


def _read_list(setting: Setting, written: str) -> Value:
    lines = tuple(dict.fromkeys(_lines(written)))
    if setting.kind is not Kind.LINES:
        return tuple(map(int, lines))
    for line in lines:
        _within(setting, len(line))
    if len(lines) > MOST_LINES:
        raise ValueError(written)
    return lines


def _join(values: Sequence[int | str]) -> str:
    return "\n".join(map(str, values))


def _within(setting: Setting, value: float) -> float:
    least, most = setting.limits
    if not least <= value <= most:
        raise ValueError(value)
    return value
