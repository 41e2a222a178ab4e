"""Composition root: puts the world, Discord's two gateways, its REST API and the control API behind their ports."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import logging
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from simulator.answers import Answers
from simulator.causing import Causing
from simulator.conduct import Conduct
from simulator.control import Control, guard
from simulator.faults import Faults
from simulator.feed import Feed
from simulator.gateway import Gateway
from simulator.gateway_socket import GatewaySocket
from simulator.page import page_routes
from simulator.rest import PREFIX, Rest
from simulator.saving import Saving
from simulator.voice import gateway as voice_gateway
from simulator.voice.calls import Calls
from simulator.voice.certificates import server_context
from simulator.voice.media import Media
from simulator.voice.switchboard import Switchboard
from simulator.world.world import World

if TYPE_CHECKING:
    import ssl

    from simulator.settings import Settings

_GRACE = 0.2  # seconds for open requests when stopping
_STUCK = 30.0  # seconds without a turn of the event loop
_MAX_BODY = 26 << 20  # bytes; Discord takes attachments of 25 MiB
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Addresses:
    """Where a running simulator is found."""

    page: str
    discord_api: str
    discord_gateway: str
    voice: str


async def _serve(
    stack: AsyncExitStack, app: web.Application, settings: Settings, port: int, tls: ssl.SSLContext | None = None
) -> str:
    """Listen until the stack closes; returns host:port as others reach it."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GRACE)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, settings.host, port, ssl_context=tls).start()
    return f"{settings.name}:{runner.addresses[0][1]}"


async def start(stack: AsyncExitStack, settings: Settings) -> Addresses:
    """Start everything; the stack stops it again."""
    settings.home.mkdir(parents=True, exist_ok=True)
    tls = server_context(settings.home, settings.name)
    world, calls, faults = World(settings.home), Calls(), Faults()
    saving = Saving(world)
    stack.callback(saving.close)
    media = Media(calls, settings.host)
    media.start()
    stack.callback(media.close)
    voice_app = web.Application()
    voice_app.router.add_get("/", voice_gateway.handler(calls, faults, media.port))
    voice = await _serve(stack, voice_app, settings, settings.voice_port, tls)

    switchboard = Switchboard(world, calls, voice)
    gateway, answers, feed = Gateway(world, switchboard, Conduct(), settings.shards), Answers(world), Feed(world)

    def changed(path: str) -> None:
        saving.changed()
        feed.called(path)

    async def connect(request: web.Request) -> web.StreamResponse:
        return await GatewaySocket(gateway, faults).run(request)

    rest = Rest(world, gateway, answers, faults, changed)
    discord_app = web.Application(client_max_size=_MAX_BODY)
    discord_app.router.add_get("/", connect)
    discord_app.router.add_get("/attachments/{path:.+}", rest.attachment)
    discord_app.router.add_route("*", PREFIX + "/{path:.*}", rest.handle)
    discord = await _serve(stack, discord_app, settings, settings.discord_port)
    gateway.url = f"ws://{discord}/"

    page_app = web.Application(middlewares=[guard], client_max_size=_MAX_BODY)
    control = Control(
        world=world,
        answers=answers,
        calls=calls,
        switchboard=switchboard,
        causing=Causing(gateway, calls, faults, answers),
        feed=feed,
        conduct=gateway.conduct,
    )
    page_app.router.add_routes([*control.routes(), *page_routes(settings.traces_url)])
    page = await _serve(stack, page_app, settings, settings.port)
    return Addresses(f"http://{page}", f"http://{discord}{PREFIX}", gateway.url, voice)


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        addresses = await start(stack, settings)
        _log.info("ready: page %s, API %s, voice %s", addresses.page, addresses.discord_api, addresses.voice)
        await _until(stop)


async def _until(stopping: asyncio.Event) -> None:
    """Wait; end the process, showing where it stood, if its event loop is stuck meanwhile: nothing else would."""
    while not stopping.is_set():
        faulthandler.dump_traceback_later(_STUCK, exit=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STUCK / 6):
                await stopping.wait()
    faulthandler.cancel_dump_traceback_later()
