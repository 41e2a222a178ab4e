"""The job `purge`: every owner of tables removes what is past its time, batch by batch, and guilds left for good."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from kit.errors import Refused
from worker.domain.job import added

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from worker.domain.job import Job, Result
    from worker.running import Report

BATCH = 1000
OLDER_THAN = timedelta(days=7)


class Owner(Protocol):
    """A service that owns tables."""

    async def purge(self, limit: int, older_than: timedelta) -> Mapping[str, int]:
        """Remove at most `limit` rows of each kind; return how many of each were. Raises Refused if it is away."""

    async def forget(self, guild_ids: Collection[int]) -> None:
        """Remove all that is kept of guilds; doing it again is harmless. Raises Refused if it is away."""


class Left(Protocol):
    """Knows what is to be forgotten."""

    async def left(self) -> Collection[int]:
        """Return some guilds that the bot left for good and that are not forgotten. Raises Refused."""


class Purging:
    """Purges all owners; one that is away does not keep the others from it.

    The last owner is who knows which guilds were left: it forgets a guild once all others have.
    """

    def __init__(self, owners: Mapping[str, Owner], guilds: Left) -> None:
        self._owners = owners
        self._guilds = guilds

    async def run(self, job: Job, report: Report) -> Result:
        """Purge all, from what an earlier attempt came to. Raises the last refusal once all were asked."""
        result, refusal = job.result, None
        for service, owner in self._owners.items():
            try:
                result = await self._purge(service, owner, result, report)
            except Refused as refused:
                refusal = refused
        if refusal:
            raise refusal
        while guild_ids := await self._guilds.left():
            for service, owner in self._owners.items():
                await owner.forget(guild_ids)
                result = added(result, service, {"guilds": len(guild_ids)})
            await report(result)
        return result

    @staticmethod
    async def _purge(service: str, owner: Owner, result: Result, report: Report) -> Result:
        while True:
            removed = await owner.purge(BATCH, OLDER_THAN)
            result = added(result, service, removed)
            await report(result)
            if not any(removed.values()):
                return result
