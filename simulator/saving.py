"""Keeps the world on disk a moment after it changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.world.world import World

_DELAY = 0.2  # seconds: many changes, one write


class Saving:
    """Saves soon after each change, and at the end."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._timer: asyncio.TimerHandle | None = None
        world.subscribe(self._announced)

    def _announced(self, _event: str, _payload: Mapping[str, Any]) -> None:
        self.changed()

    def changed(self) -> None:
        """Save within the delay."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_DELAY, self._save)

    def _save(self) -> None:
        self._timer = None
        self._world.save()

    def close(self) -> None:
        """Save now if something changed."""
        if self._timer is not None:
            self._timer.cancel()
            self._save()
