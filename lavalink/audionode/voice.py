"""A client of Discord's voice gateway (version 8): handshake, heartbeat, resume, and the UDP stream behind it."""

import asyncio
import json
import logging
import re
import socket
import ssl
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiohttp

from audionode.dave import MAX_VERSION, Dave, Message
from audionode.opus import FRAME_SAMPLES
from audionode.rtp import MODES, Packetizer

log = logging.getLogger(__name__)

# After these the gateway has forgotten the session, or said that we are not wanted.
FINAL_CODES = frozenset({1000, 4004, 4006, 4009, 4011, 4012, 4014, 4016, 4017, 4021, 4022})
_RECONNECT_DELAYS = (0.0, 0.2, 0.4, 0.6)
_CLOSE = aiohttp.ClientWSTimeout(ws_close=1.0)
_DISCOVERY = struct.Struct(">HHI64sH")
_ENDPOINT = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


class VoiceError(Exception):
    """The voice gateway could not be reached."""


@dataclass(frozen=True)
class VoiceServer:
    """What Discord told the client about the voice server of one guild."""

    token: str
    endpoint: str
    session_id: str
    channel_id: str


class VoiceListener(Protocol):
    """Who is told, on the loop, what becomes of a connection."""

    def voice_established(self, voice: "VoiceConnection") -> None:
        """The first session description came."""

    def voice_ready(self, voice: "VoiceConnection") -> None:
        """Frames may be sent, or may be sent again."""

    def voice_closed(self, voice: "VoiceConnection", code: int, reason: str) -> None:
        """The gateway ended the connection for good; called once."""


class VoiceTls:
    """The TLS settings for voice gateways: the system's authorities and, when given, one more from a file.

    The file is read when it is needed and again when it changed: it may be written after the node started.
    """

    def __init__(self, ca_file: str) -> None:
        self._ca_file = ca_file
        self._made: tuple[int, ssl.SSLContext] | None = None

    def context(self) -> ssl.SSLContext:
        """OSError when the file is missing or holds no certificate."""
        stamp = Path(self._ca_file).stat().st_mtime_ns if self._ca_file else 0
        if self._made is None or self._made[0] != stamp:
            made = ssl.create_default_context()
            if self._ca_file:
                made.load_verify_locations(self._ca_file)
            self._made = (stamp, made)
        return self._made[1]


class VoiceConnection:
    """One guild's voice session; everything but `send` belongs to the loop."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        tls: VoiceTls,
        server: VoiceServer,
        *,
        guild_id: int,
        user_id: int,
        listener: VoiceListener,
    ) -> None:
        self.server = server
        self.ping = 0
        self.connected = False
        self.speaking = False
        self.send_errors = 0
        self._http = http
        self._tls = tls
        self._guild_id = guild_id
        self._user_id = user_id
        self._listener = listener
        self._dave = Dave(user_id, int(server.channel_id))
        self._packetizer: Packetizer | None = None
        self._udp: socket.socket | None = None
        self._ssrc = 0
        self._sequence = -1
        self._leaving = False
        self._acknowledged = True
        self._beat = 0.0
        self._ws: aiohttp.ClientWebSocketResponse | None = None
        self._runner: asyncio.Task[None] | None = None

    async def connect(self, timeout: float) -> None:  # noqa: ASYNC109 - the deadline of the whole handshake, set by the caller's contract
        """Open the websocket; VoiceError when that fails or takes longer than `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                self._ws = await self._open()
        except (OSError, ValueError, aiohttp.ClientError) as error:
            raise VoiceError(f"{type(error).__name__}: {error}") from error
        self.connected = True
        self._runner = asyncio.create_task(self._run(), name=f"voice-{self._guild_id}")

    async def close(self) -> None:
        """Leave with close code 1000; the listener hears nothing."""
        self.connected, self._leaving = False, True
        if self._ws is not None:  # before the cancellation: a reader cancelled would break the socket off
            await self._ws.close(code=1000)
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
        self._release()

    async def set_speaking(self, *, speaking: bool) -> None:
        """Announce that audio begins or ended; frames are sent only after it began."""
        if speaking == self.speaking or self._ws is None or self._packetizer is None:
            return
        self.speaking = speaking
        await self._send({"op": 5, "d": {"speaking": int(speaking), "delay": 0, "ssrc": self._ssrc}})

    @property
    def ready(self) -> bool:
        """Whether `send` would send."""
        return self.connected and self._packetizer is not None and self._dave.ready

    def send(self, opus: bytes) -> tuple[int, int] | None:
        """Send one 20 ms frame: its RTP sequence and timestamp, or None when it may not be sent now.

        Called by the sender thread only. A datagram the system refuses is counted and lost, as on any network.
        """
        packetizer, udp = self._packetizer, self._udp
        if packetizer is None or udp is None or not (self.connected and self.speaking):
            return None
        payload = self._dave.encrypt(opus)
        if payload is None:
            return None
        try:
            udp.send(packetizer.pack(payload, FRAME_SAMPLES))
        except OSError:
            self.send_errors += 1
        return packetizer.sequence, packetizer.timestamp

    async def _open(self) -> aiohttp.ClientWebSocketResponse:
        if not _ENDPOINT.fullmatch(self.server.endpoint):
            raise VoiceError("the endpoint is not host:port")
        url = f"wss://{self.server.endpoint}/?v=8"
        return await self._http.ws_connect(url, ssl=self._tls.context(), max_msg_size=0, timeout=_CLOSE)

    async def _run(self) -> None:
        code, reason = 1006, ""
        try:
            while True:
                code, reason = await self._serve()
                if self._leaving:
                    return
                log.info("the voice gateway closed", extra={"guild": self._guild_id, "code": code, "reason": reason})
                if code in FINAL_CODES or not await self._reconnect():
                    break
        except Exception:
            log.exception("the voice connection failed", extra={"guild": self._guild_id})
        self.connected = False
        self._release()
        self._listener.voice_closed(self, code, reason)

    async def _reconnect(self) -> bool:
        for delay in _RECONNECT_DELAYS:
            await asyncio.sleep(delay)
            try:
                async with asyncio.timeout(2.5):
                    self._ws = await self._open()
            except (OSError, aiohttp.ClientError) as error:
                log.info("the voice gateway is unreachable", extra={"guild": self._guild_id, "error": str(error)})
            else:
                return True
        return False

    async def _serve(self) -> tuple[int, str]:
        """Follow one websocket to its end; the close code and reason."""
        assert self._ws is not None
        ws, heartbeat = self._ws, None
        await self._send(self._resume() if self._packetizer else self._identify())
        try:
            while True:
                message = await ws.receive()
                if message.type is aiohttp.WSMsgType.TEXT:
                    payload = json.loads(message.data)
                    if payload["op"] == 8:
                        period = payload["d"]["heartbeat_interval"] / 1000
                        heartbeat = asyncio.create_task(self._heartbeat(ws, period))
                    else:
                        await self._on_json(payload)
                elif message.type is aiohttp.WSMsgType.BINARY:
                    await self._on_binary(message.data)
                elif message.type is aiohttp.WSMsgType.CLOSE:
                    return message.data, message.extra or ""
                else:
                    return ws.close_code or 1006, ""
        finally:
            if heartbeat is not None:
                heartbeat.cancel()
                await asyncio.gather(heartbeat, return_exceptions=True)

    def _identify(self) -> Message:
        body = {
            "server_id": str(self._guild_id),
            "user_id": str(self._user_id),
            "session_id": self.server.session_id,
            "token": self.server.token,
            "max_dave_protocol_version": MAX_VERSION,
        }
        return {"op": 0, "d": body}

    def _resume(self) -> Message:
        body = {
            "server_id": str(self._guild_id),
            "session_id": self.server.session_id,
            "token": self.server.token,
            "seq_ack": self._sequence,
        }
        return {"op": 7, "d": body}

    async def _heartbeat(self, ws: aiohttp.ClientWebSocketResponse, period: float) -> None:
        self._acknowledged = True
        while self._acknowledged:
            self._acknowledged = False
            self._beat = time.monotonic()
            await self._send({"op": 3, "d": {"t": int(time.time() * 1000), "seq_ack": self._sequence}})
            await asyncio.sleep(period)
        await ws.close(code=4900)  # ours, and none the gateway knows: the session stays resumable

    async def _on_json(self, payload: dict[str, Any]) -> None:
        self._sequence = payload.get("seq", self._sequence)
        op, data = payload["op"], payload.get("d") or {}
        if op == 6:
            self._acknowledged = True
            self.ping = round((time.monotonic() - self._beat) * 1000)
        elif op == 2:
            await self._select(data)
        elif op == 4:
            await self._describe(data)
        elif op == 9:
            self._listener.voice_ready(self)
        else:
            await self._answer(self._dave.on_json(op, data))

    async def _on_binary(self, frame: bytes) -> None:
        self._sequence, op = struct.unpack_from(">HB", frame)
        await self._answer(self._dave.on_binary(op, frame[3:]))

    async def _answer(self, messages: list[Message]) -> None:
        for message in messages:
            await self._send(message)
        if self.ready:
            self._listener.voice_ready(self)

    async def _select(self, data: dict[str, Any]) -> None:
        mode = next((mode for mode in data["modes"] if mode in MODES), None)
        if mode is None:
            raise VoiceError(f"none of the encryption modes is known: {data['modes']}")
        self._ssrc = data["ssrc"]
        address, port = await self._discover(data["ip"], data["port"])
        endpoint = {"address": address, "port": port, "mode": mode}
        await self._send({"op": 1, "d": {"protocol": "udp", "data": endpoint}})

    async def _discover(self, host: str, port: int) -> tuple[str, int]:
        """Ask the voice server for our address as it sees it; requests may be lost, so ask again."""
        loop = asyncio.get_running_loop()
        self._release()
        self._udp = udp = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        udp.setblocking(False)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # what others say is never read
        await loop.sock_connect(udp, (host, port))
        for _ in range(5):
            await loop.sock_sendall(udp, _DISCOVERY.pack(1, 70, self._ssrc, b"", 0))
            try:
                async with asyncio.timeout(1):
                    answer = await loop.sock_recv(udp, 128)
            except (TimeoutError, ConnectionError):
                continue
            if len(answer) == _DISCOVERY.size:
                _, _, _, address, seen_port = _DISCOVERY.unpack(answer)
                return address.rstrip(b"\0").decode(), seen_port
        raise VoiceError("the voice server does not answer over UDP")

    async def _describe(self, data: dict[str, Any]) -> None:
        first = self._packetizer is None
        self.speaking = False
        self._packetizer = Packetizer(data["mode"], bytes(data["secret_key"]), self._ssrc)
        messages = self._dave.start(int(data.get("dave_protocol_version", 0)))
        if first:
            self._listener.voice_established(self)
        await self._answer(messages)

    async def _send(self, message: Message) -> None:
        """A websocket that closed meanwhile is the reader's to notice."""
        assert self._ws is not None
        try:
            if isinstance(message, bytes):
                await self._ws.send_bytes(message)
            else:
                await self._ws.send_str(json.dumps(message))
        except ConnectionError:
            log.debug("the voice gateway's socket is closing", extra={"guild": self._guild_id})

    def _release(self) -> None:
        if self._udp is not None:
            self._udp.close()
            self._udp = None
