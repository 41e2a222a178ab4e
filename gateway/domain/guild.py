"""Guilds and channels as gateway tells others about them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Guild:
    """A guild the bot is in."""

    id: int
    name: str
    owner_id: int
    member_count: int
    icon_uri: str


@dataclass(frozen=True)
class Presence:
    """A guild the bot is in since `joined_at` (Unix time); None: Discord does not tell at the moment."""

    id: int
    name: str
    joined_at: float | None


class ChannelKind(Enum):
    """What a channel is for."""

    TEXT = "text"
    VOICE = "voice"
    STAGE = "stage"


@dataclass(frozen=True)
class Channel:
    """A channel of a guild."""

    id: int
    name: str
    kind: ChannelKind


@dataclass(frozen=True)
class Bot:
    """The bot's identity. `owner_id` is the Discord user who owns the application."""

    user_id: int
    owner_id: int
    name: str
