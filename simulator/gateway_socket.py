"""One socket of the gateway, from HELLO to its end."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from simulator.websocket import Close, Websocket
from simulator.world.refusal import Refusal
from simulator.world.world import CONTENT_GRANTED, MEMBERS_GRANTED

if TYPE_CHECKING:
    from simulator.faults import Faults
    from simulator.gateway import Gateway, Session

_HEARTBEAT_MS = 41_250
_KNOWN_INTENTS = (1 << 26) - 1
_PRESENCES, _MEMBERS, _CONTENT = 1 << 8, 1 << 1, 1 << 15
# Intents that an application has to be granted, and the flags that say so, either of them.
_GRANTED = {_PRESENCES: 1 << 12 | 1 << 13, _MEMBERS: MEMBERS_GRANTED, _CONTENT: CONTENT_GRANTED}
_CHUNK = 1000
_RESUME_OR_FRESH_OPS = (2, 6)
_log = logging.getLogger(__name__)


class GatewaySocket:
    """Reads what the bot sends; writes in order, from a queue."""

    def __init__(self, gateway: Gateway, faults: Faults) -> None:
        self._gateway = gateway
        self._faults = faults
        self._socket = Websocket()
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._deflate: Any = None
        self.session: Session | None = None

    async def run(self, request: web.Request) -> web.StreamResponse:
        """Serve until either side closes."""
        await self._socket.prepare(request)
        if request.query.get("compress") == "zlib-stream":
            self._deflate = zlib.compressobj()
        self._gateway.sockets.add(self)
        writer = asyncio.create_task(self._write())
        try:
            await self._socket.converse(self._read(request.query))
        finally:
            self._gateway.sockets.discard(self)
            writer.cancel()
            if self.session is not None and self.session.socket is self:
                _log.info("gateway socket ended with %s", self._socket.final_code)
                self._gateway.lost(self.session, self._socket.final_code)
        with suppress(asyncio.CancelledError):
            await writer
        await self._socket.finish()
        return self._socket

    def send(self, text: str) -> None:
        """Queue a message."""
        self._queue.put_nowait(text)

    def _send(self, op: int, data: Any = None) -> None:
        self.send(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    async def _write(self) -> None:
        while True:
            text = await self._queue.get()
            try:
                if self._deflate is None:
                    await self._socket.send_str(text)
                else:
                    packed = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                    await self._socket.send_bytes(packed)
            except ConnectionError as error:
                _log.info("gateway socket gone while writing: %s", error)
                return

    def close(self, code: int, reason: str = "") -> None:
        """Close from our side."""
        self._socket.hang_up(code, reason)

    def invalidate(self, *, resumable: bool) -> None:
        """Tell the bot that its session is invalid (op 9); it ends unless it may be resumed."""
        self._send(9, resumable)
        if not resumable and self.session is not None:
            session, self.session = self.session, None
            self._gateway.end(session)

    def send_away(self) -> None:
        """Tell the bot to connect anew and resume (op 7)."""
        self._send(7)

    async def _read(self, query: Any) -> None:
        if query.get("v", "10") != "10" or query.get("encoding", "json") != "json":
            raise Close(4012, "Invalid API version.")
        self._send(10, {"heartbeat_interval": _HEARTBEAT_MS})
        while True:
            try:
                message = await self._socket.receive(timeout=_HEARTBEAT_MS / 1000 * 1.5)
            except TimeoutError as error:
                raise Close(4009, "Session timed out.") from error
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            try:
                content = json.loads(message.data)
                op, data = int(content["op"]), content.get("d")
                await self._take(op, data)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise Close(4002, "Error while decoding payload.") from error

    async def _take(self, op: int, data: Any) -> None:
        if op == 1:
            self._send(11)
        elif op in _RESUME_OR_FRESH_OPS:
            self._begin(op, data)
        elif self.session is None:
            raise Close(4003, "Not authenticated.")
        elif op == 4:
            self._voice(self.session, data)
        elif op == 8:
            self._members(self.session, data)
        elif op not in (3, 31):  # presence, soundboard
            raise Close(4001, "Unknown opcode.")

    def _begin(self, op: int, data: dict[str, Any]) -> None:
        if self.session is not None:
            raise Close(4005, "Already authenticated.")
        if op == 2:
            self._gateway.conduct.identified_at_ms.append(round(time.time() * 1000, 3))
        fault = self._faults.take("gateway_close")
        if fault is not None:
            raise Close(fault.code, "")
        self._identify(data) if op == 2 else self._resume(data)
        if self.session is not None and self._faults.take("gateway_reconnect") is not None:
            self.send_away()

    def _identify(self, data: dict[str, Any]) -> None:
        if not data.get("token"):
            raise Close(4004, "Authentication failed.")
        number, count = data.get("shard") or (0, 1)
        if not 0 <= int(number) < int(count):
            raise Close(4010, "Invalid shard.")
        intents = int(data["intents"])
        if not 0 <= intents <= _KNOWN_INTENTS:
            raise Close(4013, "Invalid intent(s).")
        flags = self._gateway.world.flags
        if any(intents & intent and not flags & granted for intent, granted in _GRANTED.items()):
            raise Close(4014, "Disallowed intent(s).")
        self.session = self._gateway.begin(self, (int(number), int(count)), intents)

    def _resume(self, data: dict[str, Any]) -> None:
        session = self._gateway.find(data["session_id"])
        missed = None if session is None else session.missed(int(data["seq"]))
        if session is None or missed is None or self._faults.take("invalid_session") is not None:
            if session is not None:
                self._gateway.end(session)
            self._send(9, False)
            return
        if session.expiry is not None:
            session.expiry.cancel()
        self.session, session.socket = session, self
        for text in missed:
            self.send(text)
        session.dispatch("RESUMED", {})
        self._gateway.conduct.resumed += 1

    def _voice(self, session: Session, data: dict[str, Any]) -> None:
        try:
            self._gateway.switchboard.ask(session.id, data)
        except Refusal as refusal:
            _log.warning("voice state update ignored, as Discord does: %s", refusal)

    def _members(self, session: Session, data: dict[str, Any]) -> None:
        query, wanted, limit = data.get("query"), data.get("user_ids"), int(data.get("limit") or 0)
        if query == "" and limit == 0 and not session.intents & _MEMBERS:
            raise Close(4014, "Disallowed intent(s).")
        members = self._gateway.world.members(int(data["guild_id"]))
        if wanted is not None:
            ids = {str(user_id) for user_id in (wanted if isinstance(wanted, list) else [wanted])}
            members = [member for member in members if member["user"]["id"] in ids]
        else:
            members = [m for m in members if m["user"]["username"].lower().startswith((query or "").lower())]
        members = members[: limit or None]
        chunks = [members[at : at + _CHUNK] for at in range(0, len(members), _CHUNK)] or [[]]
        for index, chunk in enumerate(chunks):
            about = {"guild_id": str(data["guild_id"]), "chunk_index": index, "chunk_count": len(chunks)}
            nonce = {} if data.get("nonce") is None else {"nonce": data["nonce"]}
            session.dispatch("GUILD_MEMBERS_CHUNK", about | {"members": chunk, "not_found": []} | nonce)
