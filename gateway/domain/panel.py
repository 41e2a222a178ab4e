"""A guild's panel: the one message that shows its player for as long as something plays."""

from __future__ import annotations

from dataclasses import dataclass

BUTTONS = ("previous", "pause", "skip", "stop", "favorite", "shuffle", "loop", "autoplay", "lyrics", "queue")
"""All buttons, as they are ordered where nobody chose."""


class MessageGoneError(Exception):
    """Somebody deleted the message."""


class ChannelLostError(Exception):
    """The channel or the guild is gone, or the bot may no longer write there."""


@dataclass(frozen=True)
class Deed:
    """What a person did to a player. `method` is audio's, as `Pause`."""

    user_id: int
    method: str


@dataclass(frozen=True)
class Owner:
    """Who owns a guild, and how that is called."""

    user_id: int
    guild_name: str


@dataclass(frozen=True)
class Panel:
    """A panel. `version` is that of the player it shows, zero where something else stands in it.

    `item_id` is the item it shows, zero where that is not known; `message_id` zero: it is still to be posted.
    """

    guild_id: int
    channel_id: int
    message_id: int
    version: int
    deed: Deed | None = None
    item_id: int = 0
