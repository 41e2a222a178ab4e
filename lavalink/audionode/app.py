"""The composition root: builds the node from its settings and takes it down in reverse."""

import asyncio
import gc
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, closing

import aiohttp
from aiohttp import web

from audionode.library import Library
from audionode.node import Node
from audionode.opus import libopus
from audionode.player import Engine
from audionode.rest import Rest
from audionode.sender import Sender
from audionode.settings import SKIPPING, Limits, Settings
from audionode.skipping import SkippingRoutes
from audionode.sources import Sources
from audionode.sponsorblock import SponsorBlock
from audionode.stream import DecodeSlots
from audionode.tasks import Tasks
from audionode.tracing import Tracing
from audionode.voice import VoiceTls
from audionode.web import Guard
from audionode.ytdlp import ADMITTED, YtDlp

log = logging.getLogger(__name__)

_LOADERS = 8 + ADMITTED  # however many wait for yt-dlp, some are left
_SWITCH_INTERVAL = 0.001  # the sender thread must not wait 5 ms for another thread's turn to end


@asynccontextmanager
async def running(settings: Settings, limits: Limits | None = None) -> AsyncIterator[int]:
    """A node that serves until the block ends; yields its port."""
    limits = limits or Limits()
    sys.setswitchinterval(_SWITCH_INTERVAL)
    libopus()
    async with AsyncExitStack() as stack:
        tracing = Tracing(settings.otel_exporter_otlp_endpoint, settings.node_name)
        stack.push_async_callback(asyncio.to_thread, tracing.close)
        loader = ThreadPoolExecutor(_LOADERS, thread_name_prefix="load")
        stack.callback(loader.shutdown, wait=False, cancel_futures=True)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        sender = Sender()
        sender.start()
        stack.callback(sender.stop)
        tasks = Tasks()
        stack.push_async_callback(tasks.close, limits.stop)
        listener, url = _listening(settings)
        stack.callback(listener.close)
        guard = Guard(settings.node_allow_private)
        ytdlp = YtDlp(guard, limits, settings.ssl_cert_file) if settings.node_ytdlp else None
        if ytdlp is not None:
            stack.push_async_callback(asyncio.to_thread, ytdlp.close)
        engine = Engine(
            sources=Sources(Library(settings.music_dir), guard, limits, settings.node_public_url or url, ytdlp),
            sender=sender,
            slots=DecodeSlots(max(2, os.cpu_count() or 1)),
            http=http,
            tls=VoiceTls(settings.node_voice_ca),
            limits=limits,
            tasks=tasks,
        )
        node = Node(engine)
        report = tasks.start(node.report(), "stats")
        stack.callback(report.cancel)
        rest = Rest(node, settings.password(), loader, tracing, settings.plugins())
        application = rest.application()
        if SKIPPING in settings.plugins():
            site = stack.enter_context(closing(SponsorBlock(guard, limits.load)))
            application.add_routes(SkippingRoutes(rest, site).all())
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=limits.stop)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        stack.push_async_callback(node.close)
        await web.SockSite(runner, listener).start()
        port: int = listener.getsockname()[1]
        gc.collect()
        gc.freeze()  # a full collection of what is now loaded would stop every thread for 20 ms
        allowed = sorted(settings.node_allow_private)
        log.info("the node is ready", extra={"port": port, "node": settings.node_name, "private_allowed": allowed})
        yield port


def _listening(settings: Settings) -> tuple[socket.socket, str]:
    """The socket of the node and its address: tracks carry it, so it is known before anything is served."""
    host = settings.node_host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, settings.node_port), family=family)
    port = listener.getsockname()[1]
    return listener, f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
