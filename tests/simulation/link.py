"""The way of one process to the nodes: the real adapter, with a wire of the world in place of HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from audio.adapters.node import WavelinkNodes
from audio.adapters.node_address import NodeAddress
from audio.adapters.node_link import Link, NodeSilent, Timing
from audio.adapters.node_peer import Peer
from audio.domain.node import NodeAway, NodeRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audio.adapters.node_link import Bot
    from tests.simulation.lavalink import Node
    from tests.simulation.loop import Process, Wire
    from tests.simulation.session import Socket

_TIMING = Timing()


class WireLink(Link):
    """A connection to a node."""

    def __init__(self, node: Node, process: Process, wire: Wire) -> None:
        self._node, self._process, self._wire = node, process, wire
        self._timing = _TIMING
        self._client: Any = None
        self._session_id: str | None = None
        self._socket: Socket | None = None

    @property
    def identifier(self) -> str:
        return self._node.name

    async def attach(self, bot: Bot, session_id: str) -> None:
        self._session_id = session_id or None
        try:
            self._socket = await self._wire.ask(self._process, self._node.open, self._process, session_id)
        except ConnectionError as error:
            raise NodeAway(self.identifier) from error
        try:
            while self._socket and (message := await self._socket.inbox.get()):
                if message["op"] == "ready":
                    await self.settle(message["sessionId"], resumed=message["resumed"])
                bot.dispatch("wavelink_message", message)
        finally:
            await self.detach()

    async def detach(self) -> None:
        socket, self._socket = self._socket, None
        if socket:
            self._wire.send(None, self._node.hang_up, socket)

    async def call(
        self,
        method: Any,
        path: str,
        body: dict[str, Any] | list[str] | None = None,
        *,
        params: dict[str, str] | None = None,
        seconds: float | None = None,
    ) -> Any:
        self._node.judge.touched(self._process, path)
        try:
            async with asyncio.timeout(seconds or self._timing.request):
                status, answer = await self._wire.ask(
                    self._process, self._node.serve, self._process, method, path, body
                )
        except TimeoutError as error:
            raise NodeSilent(f"{self.identifier} did not answer {method} {path}") from error
        except ConnectionError as error:
            raise NodeAway(self.identifier) from error
        if status == 400:
            raise NodeRefused(answer["message"])
        if status >= 400:
            raise NodeAway(answer["message"])
        return answer


class WirePeer(Peer):
    """A node as one process knows it."""

    def __init__(self, node: Node, process: Process, wire: Wire) -> None:
        self._way = node, process, wire

        async def bot_id() -> int:
            return 1

        super().__init__(NodeAddress(node.name, "", ""), None, bot_id, _TIMING)  # type: ignore[arg-type]  # no HTTP

    def link(self, _: str) -> Link:
        return WireLink(*self._way)


def nodes_of(process: Process, nodes: Mapping[str, Node], wire: Wire) -> WavelinkNodes:
    """Return `audio.nodes.AudioNodes` of a process."""
    made = WavelinkNodes((), lambda: None)  # type: ignore[arg-type,return-value]  # peers know their bot
    made._peers = {name: WirePeer(node, process, wire) for name, node in nodes.items()}
    return made
