"""What Discord's errors mean: for a message that somebody wants to change, and for the answer to an interaction."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import aiohttp
import discord

from gateway.domain.interaction import GoneError
from gateway.domain.panel import ChannelLostError, MessageGoneError
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNKNOWN_MESSAGE = 10008
_AWAY = (discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError, OSError)


@contextmanager
def _away() -> Iterator[None]:
    """Raise Refused(UNAVAILABLE) where Discord gives no answer of its own."""
    try:
        yield
    except _AWAY as error:
        raise Refused(Reason.UNAVAILABLE, part="discord") from error


@contextmanager
def named() -> Iterator[None]:
    """Raise MessageGoneError, ChannelLostError or Refused(UNAVAILABLE) for what Discord says."""
    try:
        with _away():
            yield
    except discord.NotFound as error:
        raise (MessageGoneError if error.code == _UNKNOWN_MESSAGE else ChannelLostError) from error
    except discord.Forbidden as error:
        raise ChannelLostError from error


@contextmanager
def of_an_answer() -> Iterator[None]:
    """Raise GoneError where Discord does not find or open what an answer belongs to; Refused(UNAVAILABLE)."""
    try:
        with _away():
            yield
    except (discord.NotFound, discord.Forbidden) as error:
        raise GoneError(str(error)) from error
