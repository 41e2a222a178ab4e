"""`python -m deploy.local.traces`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal

from aiohttp import web

from deploy.local.traces.forward import Forwarder
from deploy.local.traces.receiver import Receiver, serve
from deploy.local.traces.settings import TracesSettings
from deploy.local.traces.store import TraceStore
from deploy.local.traces.web import application
from kit.settings import load

STOP_WITHIN = 2.0


async def run(settings: TracesSettings) -> None:
    """Receive and show spans until SIGTERM or SIGINT."""
    store = TraceStore(settings.traces_spans)
    receiver = Receiver([lambda request: store.add(request.resource_spans)])
    async with contextlib.AsyncExitStack() as stack:
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        if settings.otel_exporter_otlp_endpoint:
            forwarder = Forwarder(
                settings.otel_exporter_otlp_endpoint,
                settings.otel_exporter_otlp_headers,
                settings.otel_exporter_otlp_certificate,
            )
            receiver.consumers.append(forwarder.offer)
            stack.callback(tasks.create_task(forwarder.run()).cancel)
        server = serve(f"unix:{settings.traces_socket}", receiver)
        await server.start()
        stack.push_async_callback(server.stop, STOP_WITHIN)
        runner = web.AppRunner(application(store), access_log=None, shutdown_timeout=STOP_WITHIN)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", settings.traces_port).start()
        await _asked_to_stop()


async def _asked_to_stop() -> None:
    asked = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, asked.set)
    await asked.wait()


def main() -> None:
    """Read the settings and run."""
    logging.basicConfig(level=logging.INFO)
    asyncio.run(run(load(TracesSettings)))


if __name__ == "__main__":
    main()
