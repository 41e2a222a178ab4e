"""What is said where nothing is to stay: it stands for a glance and is taken away, whichever process that falls to."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

_log = logging.getLogger(__name__)
_GLANCE = 10.0  # seconds


@dataclass(frozen=True)
class Noise:
    """What the bot said to a command or a message of this id; `written`: there is a message, which goes with it."""

    id: int
    guild_id: int
    channel_id: int
    said_ids: tuple[int, ...]
    written: bool


class Noises(Protocol):
    """What is still to be taken away. Every method raises Refused(UNAVAILABLE) while it cannot be known."""

    async def keep(self, noise: Noise, seconds: float) -> None:
        """Remember what is to be taken away in so many seconds."""

    async def left(self) -> Sequence[tuple[Noise, float]]:
        """List all that is remembered, and in how many seconds it is due; none: it is overdue."""

    async def forget(self, noise: Noise) -> None:
        """Forget what was taken away."""


class Tidying:
    """Sees to it that noise goes.

    `remove` takes it away, `keep` runs work beside everything else and again whenever it fails, `sleep` waits seconds.
    `holds` tells whether it is for this process to be told about a guild.
    """

    def __init__(
        self,
        noises: Noises,
        remove: Callable[[Noise], Awaitable[None]],
        *,
        keep: Callable[[Callable[[], Awaitable[None]], str], object],
        sleep: Callable[[float], Awaitable[None]],
        holds: Callable[[int], bool],
    ) -> None:
        self._noises, self._remove, self._keep, self._sleep, self._holds = noises, remove, keep, sleep, holds
        self._known: set[int] = set()

    async def later(self, noise: Noise) -> None:
        """Let noise stand for a glance, and take it away."""
        try:
            await self._noises.keep(noise, _GLANCE)
        except Refused as refusal:
            _log.warning("noise stays if this process ends: %s", refusal, extra={"guild_id": noise.guild_id})
        self._begin(noise, _GLANCE)

    async def recover(self, is_ours: Callable[[int], bool]) -> None:
        """Take away in its time what other processes left in guilds that are ours. Raises Refused; may be run again."""
        for noise, seconds in await self._noises.left():
            if is_ours(noise.guild_id):
                self._begin(noise, seconds)

    def _begin(self, noise: Noise, seconds: float) -> None:
        if noise.id not in self._known:
            self._known.add(noise.id)
            self._keep(partial(self._tidy, noise, seconds), f"noise around {noise.id}")

    async def _tidy(self, noise: Noise, seconds: float) -> None:
        await self._sleep(seconds)
        if await self._has_gone(noise):
            await self._noises.forget(noise)
        self._known.remove(noise.id)

    async def _has_gone(self, noise: Noise) -> bool:
        """Take noise away; False: that is for another process, which has taken it up."""
        try:
            await self._remove(noise)
        except Refused as refusal:
            is_left = refusal.reason is Reason.GUILD_NOT_FOUND  # the bot was sent away from there
            if not is_left and self._holds(noise.guild_id):
                raise
            return is_left
        return True
