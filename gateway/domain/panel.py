"""A guild's panel: the one message that shows its player for as long as something plays."""

from __future__ import annotations

from dataclasses import dataclass


class MessageGoneError(Exception):
    """Somebody deleted the message."""


class ChannelLostError(Exception):
    """The channel is gone, or the bot may no longer write in it."""


@dataclass(frozen=True)
class Deed:
    """What a person did to a player. `method` is audio's, as `Pause`."""

    user_id: int
    method: str


@dataclass(frozen=True)
class Panel:
    """A panel. `version` is that of the player it shows, zero where something else stands in it."""

    guild_id: int
    channel_id: int
    message_id: int
    version: int
    deed: Deed | None = None
