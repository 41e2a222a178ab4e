"""Gateway and voice gateway by hand, for what a well-behaved library never does."""

from __future__ import annotations

import asyncio
import json
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from aiohttp import ClientWebSocketResponse, WSMsgType

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.simulator.conftest import Simulator

GUILDS, MEMBERS, VOICE_STATES, PRESENCES, MESSAGES, CONTENT = 1, 1 << 1, 1 << 7, 1 << 8, 1 << 9, 1 << 15
USUAL = GUILDS | MEMBERS | VOICE_STATES | MESSAGES | CONTENT
_PATIENCE = 60


class Socket:
    """One websocket that speaks in operations."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.sequence = 0

    async def send(self, op: int, data: Any) -> None:
        """Send one operation."""
        await self.socket.send_str(json.dumps({"op": op, "d": data}))

    async def expect(self, op: int, event: str | None = None) -> Any:
        """Read on to this operation, or to this event; returns its data."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                message = await self.socket.receive()
                if message.type is WSMsgType.BINARY:
                    continue
                assert message.type is WSMsgType.TEXT, (message, self.socket.close_code)
                content = json.loads(message.data)
                self.sequence = content.get("s") or self.sequence
                if content["op"] == op and event in (None, content.get("t")):
                    return content["d"]

    async def event(self, name: str) -> Any:
        """Read on to this event."""
        return await self.expect(0, name)

    async def closed(self) -> int | None:
        """Read to the end; returns the close code."""
        async with asyncio.timeout(_PATIENCE):
            while not self.socket.closed:
                await self.socket.receive()
        return self.socket.close_code


@asynccontextmanager
async def gateway(simulator: Simulator) -> AsyncIterator[Socket]:
    """Connect to the gateway and read HELLO."""
    url = f"ws://127.0.0.1:{simulator.ports[1]}/?v=10&encoding=json"
    async with simulator.http.ws_connect(url) as socket:
        raw = Socket(socket)
        await raw.expect(10)
        yield raw


async def identify(raw: Socket, intents: int = USUAL) -> dict[str, Any]:
    """Identify; returns READY, once the first guild is there."""
    await raw.send(2, {"token": "any", "intents": intents, "properties": {}})
    ready: dict[str, Any] = await raw.event("READY")
    await raw.event("GUILD_CREATE")
    return ready


async def resume(raw: Socket, ready: dict[str, Any], sequence: int) -> None:
    """Ask to resume."""
    await raw.send(6, {"token": "any", "session_id": ready["session_id"], "seq": sequence})


async def ask_voice(raw: Socket, guild_id: str, channel_id: str | None) -> None:
    """Send op 4."""
    await raw.send(4, {"guild_id": guild_id, "channel_id": channel_id, "self_mute": False, "self_deaf": False})


async def join(raw: Socket, guild_id: str, channel_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Join a voice channel; returns the state and the server."""
    await ask_voice(raw, guild_id, channel_id)
    return await raw.event("VOICE_STATE_UPDATE"), await raw.event("VOICE_SERVER_UPDATE")


@asynccontextmanager
async def voice(simulator: Simulator, server: dict[str, Any]) -> AsyncIterator[Socket]:
    """Connect to the voice gateway and read HELLO."""
    tls = ssl.create_default_context(cafile=str(simulator.home / "voice-ca.pem"))
    async with simulator.http.ws_connect(f"wss://{server['endpoint']}/?v=8", ssl=tls) as socket:
        raw = Socket(socket)
        await raw.expect(8)
        yield raw


def credentials(state: dict[str, Any], server: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Make the data of a voice IDENTIFY or RESUME."""
    usual = {
        "server_id": server["guild_id"],
        "user_id": state["user_id"],
        "session_id": state["session_id"],
        "token": server["token"],
        "max_dave_protocol_version": 1,
    }
    return usual | changed


async def describe(raw: Socket, state: dict[str, Any], server: dict[str, Any]) -> dict[str, Any]:
    """Identify at the voice gateway, up to the session description."""
    await raw.send(0, credentials(state, server))
    ready = await raw.expect(2)
    data = {"address": "127.0.0.1", "port": 1, "mode": ready["modes"][0]}
    await raw.send(1, {"protocol": "udp", "data": data})
    description: dict[str, Any] = await raw.expect(4)
    return description
