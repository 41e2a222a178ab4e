"""News for the page: which of the world's events happened, and where."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.world.world import World

_WAITING = 100  # events; a slower page loses the newest and reads the world again anyway


class Feed:
    """Spreads events to every open page."""

    def __init__(self, world: World) -> None:
        self._queues: set[asyncio.Queue[dict[str, Any]]] = set()
        world.subscribe(self._announce)

    def _announce(self, event: str, payload: Mapping[str, Any]) -> None:
        self._spread({"type": event, "channelId": payload.get("channel_id")})

    def called(self, path: str) -> None:
        """Tell of a REST call that changed something: private answers and commands emit no event."""
        self._spread({"type": "COMMANDS" if path.endswith("/commands") else "ANSWER", "channelId": None})

    def _spread(self, event: dict[str, Any]) -> None:
        for queue in self._queues:
            if not queue.full():
                queue.put_nowait(event)

    @contextmanager
    def follow(self) -> Iterator[asyncio.Queue[dict[str, Any]]]:
        """Give a queue of the events from now on."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_WAITING)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)
