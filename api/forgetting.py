"""All that services keep about a person: shown as one, and forgotten by each, however long one is away."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol

from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

logger = logging.getLogger(__name__)

_PAGE, _LARGEST_PAGE = 1000, 5000
_AGAIN = 30.0  # seconds between looks for services that have not forgotten somebody


class Keeper(Protocol):
    """A service that keeps something about people. Every method raises Refused while it is away."""

    async def export(self, user_id: int, token: str, size: int) -> tuple[Sequence[Any], str]:
        """Return a page of what it keeps, and the token of the next one."""

    async def erase(self, user_id: int) -> None:
        """Forget a person; doing it again is harmless."""


class Erasures(Protocol):
    """Which services have to forget whom."""

    async def left(self, user_id: int) -> Collection[str]:
        """Return the services that have not forgotten a person yet."""

    async def under_way(self) -> Sequence[int]:
        """Return some people whom not all services have forgotten."""

    async def done(self, user_id: int, service: str) -> None:
        """Take note that a service has forgotten a person."""


class Forgetting:
    """Asks each service, in the order given. `sleep` waits some seconds."""

    def __init__(
        self,
        keepers: Mapping[str, Keeper],
        erasures: Erasures,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._keepers = keepers
        self._erasures = erasures
        self._sleep = sleep

    @property
    def services(self) -> Collection[str]:
        """All of them."""
        return tuple(self._keepers)

    async def export(self, user_id: int, token: str, size: int) -> tuple[list[tuple[str, Sequence[Any]]], str]:
        """Return a page by service, and the token of the next one. Raises Refused(PAGE_TOKEN_INVALID)."""
        names = sorted(self._keepers)
        name, _, inner = token.partition(":")
        if token and name not in names:
            raise Refused(Reason.PAGE_TOKEN_INVALID)
        left = min(size or _PAGE, _LARGEST_PAGE)
        found: list[tuple[str, Sequence[Any]]] = []
        for each in names[names.index(name) if token else 0 :]:
            if not left:
                return found, f"{each}:"
            records, inner = await self._keepers[each].export(user_id, inner, left)
            found.append((each, records))
            left -= len(records)
            if inner:
                return found, f"{each}:{inner}"
        return found, ""

    async def finish(self, user_id: int) -> list[str]:
        """Let each service forget a person that has not yet; return those that are away."""
        left = await self._erasures.left(user_id)
        return [name for name in self._keepers if name in left and not await self._erased(name, user_id)]

    async def run(self) -> None:
        """Finish what was asked for while a service was away, for ever."""
        while True:
            for user_id in await self._erasures.under_way():
                await self.finish(user_id)
            await self._sleep(_AGAIN)

    async def _erased(self, name: str, user_id: int) -> bool:
        try:
            await self._keepers[name].erase(user_id)
        except Refused as refused:
            logger.warning("a person is to be forgotten later", extra={"service": name, "reason": str(refused)})
            return False
        await self._erasures.done(user_id, name)
        return True
