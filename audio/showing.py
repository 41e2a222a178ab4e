"""Showing players in Discord: the newest state of each guild, one call under way per guild, and nothing waits for it.

Whichever instance commits a change shows it; a bucket's new owner shows all its players again, for what the owner
before committed and could not show any more.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from audio.domain.player import ChangeKind
from audio.stage import keep_apart
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from audio.changes import Changed, OwnerStore
    from audio.clock import Clock, Tasks
    from audio.domain.player import Player
    from audio.stage import Spans

logger = logging.getLogger(__name__)

_AT_ONCE = 64  # calls under way in all guilds together
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # seconds between tries; then the next change is awaited
_VOTE = "Vote"  # in place of the method: it is not done yet
_PASSING = {Reason.UNAVAILABLE, Reason.DEADLINE_EXCEEDED}


@dataclass(frozen=True)
class Deed:
    """What a person did: the method they called, as `Pause`, or that they voted."""

    user_id: int
    method: str


_Due: TypeAlias = "tuple[Player, Deed | None]"


class Panels(Protocol):
    """What gateway does for panels."""

    async def show(self, player: Player, deed: Deed | None) -> None:
        """Show a player in its guild's panel. Raises Refused."""
        ...


class Showing:
    """Shows all players that this instance changes. `deed` tells what a person is doing at this moment."""

    def __init__(
        self,
        panels: Panels,
        store: OwnerStore,
        clock: Clock,
        tasks: Tasks,
        spans: Spans,
        *,
        deed: Callable[[], Deed | None],
    ) -> None:
        self._panels, self._store, self._clock, self._tasks, self._spans = panels, store, clock, tasks, spans
        self._deed = deed
        self._due: dict[int, _Due | None] = {}  # guilds being shown, and what came since
        self._gate = asyncio.Semaphore(_AT_ONCE)

    def committed(self, changed: Changed) -> None:
        """Hear of a change that this instance committed."""
        deed = self._deed()
        if deed and changed.kind is ChangeKind.VOTE:
            deed = Deed(deed.user_id, _VOTE)
        self._offer(changed.player, deed)

    def gained(self, bucket: int) -> None:
        """Show the players of a bucket again, in the background and until it works."""
        self._run(lambda: self._show_all(bucket), f"show bucket {bucket}")

    async def _show_all(self, bucket: int) -> None:
        for guild_id in await self._store.active(bucket):
            self._offer(await self._store.player(guild_id), None)

    def _offer(self, player: Player, deed: Deed | None) -> None:
        guild_id = player.guild_id
        is_idle = guild_id not in self._due
        self._due[guild_id] = _merged(self._due.get(guild_id), (player, deed))
        if is_idle:
            self._run(lambda: self._show(guild_id), f"panel of {guild_id}")

    async def _show(self, guild_id: int) -> None:
        pauses = iter(_PAUSES)
        while (due := self._due[guild_id]) is not None:
            self._due[guild_id] = None
            try:
                async with self._gate:
                    await self._panels.show(*due)
                pauses = iter(_PAUSES)
            except Refused as refused:
                pause = next(pauses, None) if refused.reason in _PASSING else None
                if pause is None:
                    logger.warning("a panel was not shown", extra={"guild_id": guild_id, "error": str(refused)})
                    continue
                self._due[guild_id] = _merged(due, self._due[guild_id])
                await self._clock.sleep(pause)
        del self._due[guild_id]

    def _run(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        keep_apart(self._tasks, self._spans, work, name)


def _merged(before: _Due | None, after: _Due | None) -> _Due | None:
    """Return the newest player of two, with the last deed."""
    if before is None or after is None:
        return before or after
    return max(before[0], after[0], key=lambda player: player.version), after[1] or before[1]
