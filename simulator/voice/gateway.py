"""Discord's voice gateway, version 8: the handshake, resumes, and the messages of end-to-end encryption."""

from __future__ import annotations

import json
import logging
import struct
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from simulator.voice import dave
from simulator.voice.calls import FINAL
from simulator.voice.media import MODES
from simulator.websocket import Close, Websocket

if TYPE_CHECKING:
    from simulator.faults import Faults
    from simulator.voice.calls import Call, Calls

_HEARTBEAT_MS = 13_750
_REPEATABLE = 200  # messages kept for a resume
_IGNORED_OPS = (5, 12, 15, 16, 20, 23)  # speaking, video, media sinks, versions, platform, ready for transition
_log = logging.getLogger(__name__)


class _Conversation:
    """One socket, from HELLO to its end."""

    def __init__(self, calls: Calls, faults: Faults, udp_port: int) -> None:
        self._calls = calls
        self._faults = faults
        self._udp_port = udp_port
        self._address = ""
        self._socket = Websocket()
        self._call: Call | None = None

    async def run(self, request: web.Request) -> web.WebSocketResponse:
        assert request.transport is not None
        self._address = request.transport.get_extra_info("sockname")[0]  # where it came in, its packets come in too
        await self._socket.prepare(request)
        try:
            await self._socket.converse(self._read(request.query.get("v")))
        finally:
            self._leave()
        await self._socket.finish()
        return self._socket

    async def _read(self, version: str | None) -> None:
        if version != "8":
            raise Close(4012, "Unknown protocol.")
        await self._socket.send_str(json.dumps({"op": 8, "d": {"v": 8, "heartbeat_interval": _HEARTBEAT_MS}}))
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                await self._text(message.data)
            elif message.type is WSMsgType.BINARY:
                await self._binary(message.data)

    def _leave(self) -> None:
        call = self._call
        if call is not None and call.socket is self._socket:
            _log.info("voice socket of guild %s ended with %s", call.guild_id, self._socket.final_code)
            call.socket = None
            if self._socket.final_code in FINAL:
                self._calls.forget(call)

    async def _send(self, op: int, data: Any) -> None:
        """Send a message that a resume repeats."""
        await self._repeatable(lambda sequence: json.dumps({"op": op, "d": data, "seq": sequence}))

    async def _send_binary(self, op: int, body: bytes) -> None:
        await self._repeatable(lambda sequence: struct.pack(">HB", sequence, op) + body)

    async def _repeatable(self, make: Any) -> None:
        call = self._identified()
        sequence = call.sent[-1][0] + 1 if call.sent else 1
        content = make(sequence)
        call.sent = [*call.sent[-_REPEATABLE:], (sequence, content)]
        await self._write(content)

    async def _write(self, content: str | bytes) -> None:
        if isinstance(content, str):
            await self._socket.send_str(content)
        else:
            await self._socket.send_bytes(content)

    def _identified(self) -> Call:
        if self._call is None:
            raise Close(4003, "Not authenticated.")
        return self._call

    async def _text(self, text: str) -> None:
        try:
            message = json.loads(text)
            await self._take(int(message["op"]), message.get("d"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Close(4002, "Failed to decode payload.") from error

    async def _take(self, op: int, data: Any) -> None:
        match op:
            case 0:
                await self._identify(data)
            case 1:
                await self._select_protocol(data)
            case 3:
                beat = data.get("t", 0) if isinstance(data, dict) else data
                await self._socket.send_str(json.dumps({"op": 6, "d": {"t": beat}}))
            case 7:
                await self._resume(data)
            case 31:
                _log.warning("the bot could not use a commit or welcome")  # it sends a new key package (op 26) next
                self._identified()
            case _ if op in _IGNORED_OPS:
                self._identified()
            case _:
                raise Close(4001, "Unknown opcode.")

    def _claimed(self, data: Any) -> Call:
        """Find the call that the client names, and check that it is its own."""
        fault = self._faults.take("voice_close")
        if fault is not None:
            raise Close(fault.code, "")
        call = self._calls.of_guild(int(data["server_id"]))
        if call is None or data["session_id"] != call.session_id:
            raise Close(4006, "Session is no longer valid.")
        if data["token"] != call.token:
            raise Close(4004, "Authentication failed.")
        return call

    async def _identify(self, data: Any) -> None:
        if self._call is not None:
            raise Close(4005, "Already authenticated.")
        call = self._claimed(data)
        if data.get("user_id") != str(call.user_id):
            raise Close(4004, "Authentication failed.")
        if int(data.get("max_dave_protocol_version") or 0) < dave.VERSION:
            raise Close(4017, "E2EE/DAVE protocol required.")
        if call.mode is not None or call.socket is not None:  # once more: the earlier connection is over
            self._calls.close(call, 4006)
            call = self._calls.open(call.guild_id, call.channel_id, call.user_id, call.session_id, call.token)
        self._call, call.socket = call, self._socket
        self._calls.ear(call.guild_id).begin()
        ready = {"ssrc": call.ssrc, "ip": self._address, "port": self._udp_port, "modes": MODES, "experiments": []}
        await self._send(2, ready)

    async def _resume(self, data: Any) -> None:
        call = self._claimed(data)
        if call.mode is None:
            raise Close(4006, "Session is no longer valid.")
        self._call, call.socket = call, self._socket
        acknowledged = data.get("seq_ack")
        for sequence, content in call.sent:
            if acknowledged is not None and sequence > int(acknowledged):
                await self._write(content)
        await self._socket.send_str(json.dumps({"op": 9, "d": None}))

    async def _select_protocol(self, data: Any) -> None:
        call = self._identified()
        mode = data["data"]["mode"]
        if data["protocol"] != "udp":
            raise Close(4012, "Unknown protocol.")
        if mode not in MODES:
            raise Close(4016, "Unknown encryption mode.")
        call.mode = mode
        call.delivery = dave.Delivery(call.channel_id, call.user_id)
        description = {"mode": mode, "secret_key": list(call.key), "audio_codec": "opus", "video_codec": "H264"}
        await self._send(4, description | {"media_session_id": call.token, "dave_protocol_version": dave.VERSION})
        await self._send(11, {"user_ids": [str(dave.LISTENER)]})
        await self._send_binary(25, call.delivery.external_sender)

    async def _binary(self, content: bytes) -> None:
        call = self._identified()
        if call.delivery is None or not content:
            raise Close(4005, "Binary message before the session description.")
        match content[0]:
            case 26 if not call.delivery.proposed:
                await self._send_binary(27, call.delivery.proposal())
            case 26:  # the bot begins anew: so does the group
                call.delivery = dave.Delivery(call.channel_id, call.user_id)
                await self._send_binary(25, call.delivery.external_sender)
                await self._send_binary(27, call.delivery.proposal())
            case 28:
                try:
                    commit = call.delivery.commit(content[1:])
                except ValueError as error:
                    raise Close(4005, f"Invalid commit: {error}") from error
                await self._send_binary(29, struct.pack(">H", 0) + commit)
            case _:
                raise Close(4001, "Unknown opcode.")


def handler(calls: Calls, faults: Faults, udp_port: int) -> Any:
    """Make the aiohttp handler of the voice gateway."""

    async def connect(request: web.Request) -> web.WebSocketResponse:
        return await _Conversation(calls, faults, udp_port).run(request)

    return connect
