"""The job `canary`: audio loads a known track of each source at each node, to know of a failure before people do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from worker.domain.job import Job, Result
    from worker.running import Report


class Sources(Protocol):
    """The sources of all nodes."""

    async def probe(self) -> Sequence[tuple[str, str, str]]:
        """Return (node, source, why it failed or empty) of each. Raises Refused if audio is away."""


class Canary:
    """Probes, and tells what it found."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def run(self, _: Job, __: Report) -> Result:
        """Probe all sources, whatever an earlier attempt found."""
        result: Result = {}
        for node, source, failure in await self._sources.probe():
            result.setdefault(node, {})[source] = failure
        return result
