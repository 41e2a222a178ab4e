"""Keeps the proxies of a run supplied where no supervisor does it: in containers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from typing import TYPE_CHECKING

from mesh import certificates, rendering
from mesh.topology import EDGE, read_topology

if TYPE_CHECKING:
    from pathlib import Path

    from mesh.topology import Run

logger = logging.getLogger(__name__)

_HOUR = 3600.0
_QUIT = b"POST /quitquitquit HTTP/1.1\r\nHost: envoy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_PATIENCE = 2.0  # seconds that a proxy has to answer


async def keep(run: Run, ready: Path | None) -> None:
    """Provide certificates and configurations, touch `ready`, then renew certificates each hour until SIGTERM."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    _provide(run)
    for instance in rendering.render(run):
        await _end_proxy(run, instance)
    if ready:
        await asyncio.to_thread(ready.touch)
    logger.info("everything is there")
    while not stopping.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_HOUR):
                await stopping.wait()
        _provide(run)


def _provide(run: Run) -> None:
    certificates.provide_all(run.directory, read_topology().identities((*run.ops, EDGE)))


async def _end_proxy(run: Run, instance: str) -> None:
    """Let a proxy that runs with an older configuration end; whatever restarts it starts the new one."""
    try:
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_unix_connection(run.file(instance, "admin.sock"))
            writer.write(_QUIT)
            await reader.read()
            writer.close()
    except (OSError, TimeoutError):
        return  # none runs; the next one starts with what was written
    logger.info("the proxy of %s starts again with its new configuration", instance)
