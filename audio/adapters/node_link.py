"""wavelink's Node, with the holes of its connection closed: every word to and from an audio node goes through here."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import aiohttp
import wavelink
from opentelemetry.instrumentation.aiohttp_client import create_trace_config
from opentelemetry.instrumentation.utils import suppress_http_instrumentation
from wavelink.websocket import Websocket

from audio.domain.node import NodeAway, NodeRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    import discord

    from audio.adapters.node_address import NodeAddress

logger = logging.getLogger(__name__)

_NO = (400, 500)
"""The statuses by which a node refuses what was asked; any other failure says nothing about the effect."""


@dataclass(frozen=True)
class Timing:
    """How long things may take, in seconds."""

    request: float = 5.0
    voice: float = 5.0  # a node may never answer a PATCH that opens a voice connection
    load: float = 10.0
    open: float = 2.0  # until the first answers of a bucket's nodes; later ones are announced
    close: float = 1.0
    leave: float = 15.0  # until the players of a node that is removed have moved
    heartbeat: float = 3.0  # a silent peer is noticed after one and a half of it
    first_delay: float = 0.2
    longest_delay: float = 5.0
    resume: int = 300  # how long a node keeps the players of a lost session


class NodeSilent(NodeAway):
    """The node did not answer in time."""


class _Answered(Exception):  # noqa: N818 - as NodeAway
    """The node answered with an error."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(f"{status} {sentence}")
        self.status = status
        self.sentence = sentence


class Bot:
    """What wavelink needs of a Discord client: an id for its headers, and a way out for what nodes say."""

    def __init__(self, user_id: int, hear: Callable[[dict[str, Any]], None]) -> None:
        self.user = SimpleNamespace(id=user_id)
        self._hear = hear

    def dispatch(self, event: str, *facts: Any) -> None:
        """Pass a node's message on; what else wavelink dispatches is about itself."""
        if event == "wavelink_message":
            self._hear(*facts)


def open_http() -> aiohttp.ClientSession:
    """The connections to all nodes. Each call has its own deadline; the limits of loads are kept per node."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=3),
        raise_for_status=_raise_for_status,
        trace_configs=[create_trace_config()],
    )


async def _raise_for_status(response: aiohttp.ClientResponse) -> None:
    # Before wavelink sees it: wavelink drops the node's sentence, and trips over errors that are not Lavalink's.
    if response.status < 400:
        return
    try:
        body = await response.json(content_type=None)
        sentence = str(body["message"] or body["error"])
    except (ValueError, KeyError, TypeError):
        sentence = response.reason or ""
    raise _Answered(response.status, sentence)


class Link(wavelink.Node):
    """A connection to an audio node: REST, and while `attach` runs a websocket with its session.

    Its players, queues, retries and inactivity timers are never used, and it is never put into wavelink's Pool, which
    is state of the process.
    """

    def __init__(self, name: str, address: NodeAddress, http: aiohttp.ClientSession, timing: Timing) -> None:
        super().__init__(
            identifier=name,
            uri=address.uri,
            password=address.password,
            session=http,
            heartbeat=timing.heartbeat,
            retries=0,
            resume_timeout=timing.resume,
            inactive_player_timeout=None,
            inactive_channel_tokens=None,
        )
        self._timing = timing

    def become(self, bot: Bot) -> None:
        """Speak as this bot from now on."""
        self._client = cast("discord.Client", bot)

    async def attach(self, bot: Bot, session_id: str) -> None:
        """Open the websocket, asking for the session back (empty: a new one), and listen until it ends.

        What the node says goes to the bot. Raises NodeAway when the websocket cannot be opened or the session cannot be
        made resumable.
        """
        self.become(bot)
        self._session_id = session_id or None
        self._websocket = listener = _Listener(self, self._session, self._timing.close)
        try:
            with suppress_http_instrumentation():  # keeping a session is nobody's request
                async with asyncio.timeout(self._timing.request):
                    await listener.connect()
                await listener.keep_alive()
        except (_Answered, TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise self._away(error) from error
        finally:
            self._status = wavelink.NodeStatus.DISCONNECTED
            if listener.socket is not None:
                await listener.socket.close()

    async def settle(self, session_id: str, *, resumed: bool) -> None:
        """Take over the session that the node has just opened, before anybody hears of it."""
        lost = "" if resumed else self.session_id
        self._session_id = session_id
        if lost:
            await self._abandon(lost)
        settings = {"resuming": True, "timeout": self._timing.resume}
        await self.call("PATCH", f"v4/sessions/{session_id}", settings)
        self._status = wavelink.NodeStatus.CONNECTED

    async def _abandon(self, session_id: str) -> None:
        # The node may not have noticed yet that the old socket is gone: its players would sound beside the new ones.
        # From the first word on it ends with its socket; while it waits to be resumed, nobody would get at it.
        path = f"v4/sessions/{session_id}"
        try:
            await self.call("PATCH", path, {"resuming": False})
            for player in await self.call("GET", f"{path}/players"):
                await self.call("DELETE", f"{path}/players/{player['guildId']}")
        except (NodeAway, NodeRefused) as error:
            logger.info("the old session is gone", extra={"node": self.identifier, "error": str(error)})

    def _away(self, error: Exception) -> NodeAway:
        # Not its repr, which shows the headers that were sent and the password in them.
        return NodeAway(f"{self.identifier}: {type(error).__name__} {error}")

    async def detach(self) -> None:
        """Close the websocket and wait for the node to say so; the session stays resumable."""
        try:
            async with asyncio.timeout(self._timing.close):
                await self.close()
        except TimeoutError:
            logger.info("the node did not confirm the close", extra={"node": self.identifier})

    async def call(
        self,
        method: wavelink.node.Method,
        path: str,
        body: dict[str, Any] | list[str] | None = None,
        *,
        params: dict[str, str] | None = None,
        seconds: float | None = None,
    ) -> Any:
        """Ask the node; raises NodeRefused when it says no, NodeSilent past the deadline, NodeAway for all else."""
        try:
            async with asyncio.timeout(seconds or self._timing.request):
                return await self.send(method, path=path, data=body, params=params)
        except _Answered as answer:
            if answer.status in _NO:
                raise NodeRefused(answer.sentence) from answer
            raise self._away(answer) from answer
        except TimeoutError as error:
            raise NodeSilent(f"{self.identifier} did not answer {method} {path}") from error
        except (aiohttp.ClientError, OSError, ValueError, wavelink.WavelinkException) as error:
            raise self._away(error) from error


class _Listener(Websocket):
    """wavelink's listener, rewritten where it breaks: one attempt to connect, and every end of the socket ends it."""

    def __init__(self, link: Link, http: aiohttp.ClientSession, farewell: float) -> None:
        super().__init__(node=link)
        self._link = link
        self._http = http
        self._farewell = farewell

    async def connect(self) -> None:
        self.socket = await self._http.ws_connect(
            f"{self._link.uri}/v4/websocket",
            heartbeat=self._link.heartbeat,
            headers=self.headers,
            timeout=aiohttp.ClientWSTimeout(ws_close=self._farewell),
        )

    async def keep_alive(self) -> None:
        assert self.socket is not None
        async for frame in self.socket:
            if frame.type is aiohttp.WSMsgType.TEXT:
                message = frame.json()
                if isinstance(message, dict) and message.get("op") == "ready":
                    await self._link.settle(message["sessionId"], resumed=message["resumed"])
                self.dispatch("message", message)
