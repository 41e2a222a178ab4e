"""A voice gateway and the people behind it: takes the node's packets apart and writes down what is heard."""

import asyncio
import json
import secrets
import socket
import ssl
import struct
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Self, cast

import av
import davey
import numpy as np
import trustme
from aiohttp import WSMsgType, web
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt

from tests.audionode.mls import ExternalSender, split_commit_welcome

AES = "aead_aes256_gcm_rtpsize"
XCHACHA = "aead_xchacha20_poly1305_rtpsize"
LISTENER = 777
SILENCE = b"\xf8\xff\xfe"
_DISCOVERY = struct.Struct(">HHI64sH")
_MARK = b"mark"


@dataclass
class Frame:
    """One packet as it arrived; `opus` after all decryption."""

    sequence: int
    timestamp: int
    at: float
    opus: bytes
    encrypted: bool

    @property
    def silent(self) -> bool:
        return self.opus == SILENCE


@dataclass
class VoiceSession:
    """What one identified connection did."""

    guild_id: int
    user_id: int
    ssrc: int
    mode: str
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    ops: list[tuple[int, Any]] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    close_code: int | None = None
    resumed: int = 0
    listener: Any = None
    joiner: Any = None
    epoch: int = 0
    socket: web.WebSocketResponse | None = None

    @property
    def sounding(self) -> list[Frame]:
        return [frame for frame in self.frames if not frame.silent]

    def seconds(self) -> list[int]:
        """The second of the time-coded track in each sounding frame; -1 where none is recognised."""
        return seconds_of([frame.opus for frame in self.sounding])


class VoiceDouble:
    """Serves wss and UDP on loopback; sessions in the order they identified."""

    def __init__(self, authority: trustme.CA, *, modes: tuple[str, ...] = (AES, XCHACHA), dave: bool = True) -> None:
        self._authority = authority
        self._modes = modes
        self.dave = dave
        self.by_welcome = False  # the listener commits, the node is welcomed
        self.hold_group = False  # do not form the group until `form_group`
        self.accept_resume = True
        self.refused_tokens: set[str] = set()
        self.sessions: list[VoiceSession] = []
        self.endpoint = ""
        self._changed = asyncio.Condition()
        self._stack = AsyncExitStack()
        self._udp_port = 0
        self._held: list[Callable[[], Any]] = []
        self._marks: list[asyncio.Event] = []

    async def __aenter__(self) -> Self:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert("localhost").configure_cert(context)
        app = web.Application()
        app.router.add_get("/", self._websocket)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        self.endpoint = f"localhost:{runner.addresses[0][1]}"
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Udp(self), local_addr=("127.0.0.1", 0)
        )
        self._stack.callback(transport.close)
        self._udp_port = transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for session in self.sessions:
            if session.socket is not None:
                await session.socket.close()
        await self._stack.aclose()

    async def until(self, condition: Callable[[], Any], timeout: float = 60) -> None:  # noqa: ASYNC109 - a test's patience
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(condition)

    async def heard(self, frames: int) -> VoiceSession:
        """The newest connection, once so many frames of sound came over it."""
        session = self.sessions[-1]
        await self.until(lambda: len(session.sounding) >= frames)
        return session

    async def caught_up(self) -> None:
        """Wait until all is heard that was sent before: what is sent to one port is read in that order."""
        read = asyncio.Event()
        self._marks.append(read)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(_MARK, ("127.0.0.1", self._udp_port))
        await read.wait()

    async def another_joins(self, user: int) -> None:
        """A second person enters the newest session's channel: the group moves on to its next epoch."""
        session = self.sessions[-1]
        assert session.socket is not None
        session.joiner = davey.DaveSession(1, user, self._group(session))
        session.joiner.set_external_sender(self._sender.package())
        key_package = bytes(session.joiner.get_serialized_key_package())
        await session.socket.send_json({"op": 11, "d": {"user_ids": [str(user)]}, "seq": 5})
        proposal = self._sender.propose_add(self._group(session), session.epoch, key_package)
        session.listener.process_proposals(davey.ProposalsOperationType.append, proposal[1:])
        await self._send(session, 27, proposal)

    async def downgrade(self) -> None:
        """Someone without encryption enters: from transition 9 on frames are clear."""
        socket = self.sessions[-1].socket
        assert socket is not None
        await socket.send_json({"op": 21, "d": {"transition_id": 9, "protocol_version": 0}, "seq": 6})
        await self.until(lambda: (23, {"transition_id": 9}) in self.sessions[-1].ops)
        await socket.send_json({"op": 22, "d": {"transition_id": 9}, "seq": 7})

    async def upgrade(self) -> None:
        """They leave: a new group is formed."""
        session = self.sessions[-1]
        assert session.socket is not None
        self._sender = ExternalSender()
        await session.socket.send_json({"op": 24, "d": {"epoch": 1, "protocol_version": 1}, "seq": 8})
        await self._send(session, 25, self._sender.package())

    async def garble_commit(self) -> None:
        """Announce a commit that is none."""
        await self._send(self.sessions[-1], 29, struct.pack(">H", 3) + b"garbage")

    def form_group(self) -> None:
        """Go on with what `hold_group` held back."""
        for step in self._held:
            self._spawn(step())
        self._held.clear()

    async def close(self, code: int) -> None:
        """Close the newest connection."""
        socket = self.sessions[-1].socket
        assert socket is not None
        await socket.close(code=code, message=b"because")

    def abort(self) -> None:
        """Break the newest connection off."""
        socket = self.sessions[-1].socket
        assert socket is not None
        transport = socket._req.transport  # type: ignore[union-attr]
        assert transport is not None
        transport.abort()

    def note(self) -> None:
        self._spawn(self._notify())

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._stack.callback(task.cancel)

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 8, "d": {"v": 8, "heartbeat_interval": 5000}})
        session: VoiceSession | None = None
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                assert session is not None
                await self._binary(session, message.data)
                continue
            body = json.loads(message.data)
            if body["op"] in {0, 7}:
                session = await self._enter(socket, body)
                if session is None:
                    return socket
            assert session is not None
            session.ops.append((body["op"], body["d"]))
            await self._json(session, body["op"], body["d"])
            self.note()
        if session is not None and session.socket is socket:
            session.close_code = socket.close_code
            self.note()
        return socket

    async def _enter(self, socket: web.WebSocketResponse, body: dict[str, Any]) -> VoiceSession | None:
        data = body["d"]
        if data["token"] in self.refused_tokens:
            await socket.close(code=4004)
            return None
        if body["op"] == 7:
            if not self.accept_resume:
                await socket.close(code=4006)
                return None
            session = next(known for known in self.sessions if str(known.guild_id) == data["server_id"])
            session.socket = socket
            session.resumed += 1
            await socket.send_json({"op": 9, "d": None})
            return session
        session = VoiceSession(int(data["server_id"]), int(data["user_id"]), secrets.randbelow(1 << 31), self._modes[0])
        session.socket = socket
        self.sessions.append(session)
        ready = {"ssrc": session.ssrc, "ip": "127.0.0.1", "port": self._udp_port, "modes": list(self._modes)}
        await socket.send_json({"op": 2, "d": ready, "seq": 1})
        return session

    async def _json(self, session: VoiceSession, op: int, data: Any) -> None:
        assert session.socket is not None
        if op == 3:
            await session.socket.send_json({"op": 6, "d": {"t": data["t"]}})
        elif op == 1:
            version = int(self.dave and session.ops[0][1]["max_dave_protocol_version"] > 0)
            body = {"mode": data["data"]["mode"], "secret_key": list(session.key), "dave_protocol_version": version}
            session.mode = data["data"]["mode"]
            await session.socket.send_json({"op": 11, "d": {"user_ids": [str(LISTENER)]}, "seq": 2})
            await session.socket.send_json({"op": 4, "d": body, "seq": 3})
            if version:
                self._sender = ExternalSender()
                await self._send(session, 25, self._sender.package())

    async def _send(self, session: VoiceSession, op: int, body: bytes) -> None:
        assert session.socket is not None
        await session.socket.send_bytes(struct.pack(">HB", 4, op) + body)

    async def _binary(self, session: VoiceSession, frame: bytes) -> None:
        op, body = frame[0], frame[1:]
        session.ops.append((op, len(body)))
        if op == 26:
            session.epoch = 0
            step = self._welcome if self.by_welcome else self._propose
            if self.hold_group:
                self._held.append(lambda: step(session, body))
            else:
                await step(session, body)
        elif op == 28:
            commit, welcome = split_commit_welcome(body)
            transition = session.epoch
            session.epoch += 1
            if transition == 0:
                session.listener.process_welcome(welcome)
            else:
                session.listener.process_commit(commit)
                session.joiner.process_welcome(welcome)
            await self._send(session, 29, struct.pack(">H", transition) + commit)
        self.note()

    def _group(self, session: VoiceSession) -> int:
        return CHANNELS.get(session.guild_id, DEFAULT_CHANNEL)

    async def _propose(self, session: VoiceSession, _: bytes) -> None:
        """The node commits the listener."""
        session.listener = davey.DaveSession(1, LISTENER, self._group(session))
        session.listener.set_external_sender(self._sender.package())
        key_package = bytes(session.listener.get_serialized_key_package())
        await self._send(session, 27, self._sender.propose_add(self._group(session), 0, key_package))

    async def _welcome(self, session: VoiceSession, key_package: bytes) -> None:
        """The listener commits the node."""
        session.listener = davey.DaveSession(1, LISTENER, self._group(session))
        session.listener.set_external_sender(self._sender.package())
        session.listener.get_serialized_key_package()
        proposal = self._sender.propose_add(self._group(session), 0, key_package)
        result = session.listener.process_proposals(davey.ProposalsOperationType.append, proposal[1:])
        session.listener.process_commit(result.commit)
        await self._send(session, 30, b"\0\0" + result.welcome)

    def datagram(self, data: bytes, address: tuple[str, int], reply: Callable[[bytes, Any], None]) -> None:
        if data == _MARK:
            self._marks.pop(0).set()
            return
        if len(data) == _DISCOVERY.size and data[:2] == b"\0\1":
            _, _, ssrc, _, _ = _DISCOVERY.unpack(data)
            reply(_DISCOVERY.pack(2, 70, ssrc, address[0].encode(), address[1]), address)
            return
        _, _, sequence, timestamp, ssrc = struct.unpack_from(">BBHII", data)
        session = next((known for known in self.sessions if known.ssrc == ssrc), None)
        if session is None:
            return
        try:
            self._hear(session, data, sequence, timestamp)
        except Exception as error:  # noqa: BLE001 - every failure to hear is the finding
            session.errors.append(f"{sequence}: {error!r}")
        self.note()

    def _hear(self, session: VoiceSession, data: bytes, sequence: int, timestamp: int) -> None:
        header, sealed, nonce = data[:12], data[12:-4], data[-4:]
        if session.mode == AES:
            payload = AESGCM(session.key).decrypt(nonce + bytes(8), sealed, header)
        else:
            payload = crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, header, nonce + bytes(20), session.key)
        encrypted = payload.endswith(b"\xfa\xfa")
        if encrypted:
            payload = bytes(session.listener.decrypt(session.user_id, davey.MediaType.audio, payload))
        session.frames.append(Frame(sequence, timestamp, time.monotonic(), payload, encrypted))


DEFAULT_CHANNEL = 381612740144398338
CHANNELS: dict[int, int] = {}


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, double: VoiceDouble) -> None:
        self._double = double
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        assert self._transport is not None
        self._double.datagram(data, addr, self._transport.sendto)


def decoded(packets: list[bytes]) -> np.ndarray[Any, Any]:
    """The left channel of each packet, one row of 960 samples in -1..1 per packet."""
    codec = av.CodecContext.create("libopus", "r")
    codec.sample_rate, codec.layout = 48000, "stereo"
    rows = []
    for packet in packets:
        for frame in codec.decode(av.Packet(packet)):
            samples = frame.to_ndarray()
            left = samples[0] if samples.shape[0] == 2 else samples.reshape(-1, 2)[:, 0]
            rows.append(left / 32768 if left.dtype.kind == "i" else left)
    return np.array(rows)


def pitches(packets: list[bytes]) -> list[float]:
    """The strongest frequency in each packet, in Hz."""
    rows = decoded(packets)
    spectra = np.abs(np.fft.rfft(rows * np.hanning(960), 1 << 14))
    return [float(index) * 48000 / (1 << 14) for index in spectra.argmax(axis=1)]


def seconds_of(packets: list[bytes]) -> list[int]:
    found = []
    for pitch in pitches(packets):
        second = round((pitch - 500) / 50)
        found.append(second if abs(pitch - 500 - 50 * second) < 12 else -1)
    return found
