"""The UDP side of voice: address discovery, and the bot's packets on their way to the ear."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import time
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
from nacl.exceptions import CryptoError

if TYPE_CHECKING:
    from simulator.voice.calls import Call, Calls

MODES = ("aead_aes256_gcm_rtpsize", "aead_xchacha20_poly1305_rtpsize")
_DISCOVERY = struct.Struct(">HHI64sH")
_SO_TIMESTAMPNS = 35  # Linux; Python's socket module has no name for it
_BUFFER = 4 << 20  # bytes: packets wait here, unlost, while the process is busy
_OPUS = 120
_log = logging.getLogger(__name__)


def _decrypt(call: Call, packet: bytes) -> bytes:
    """Open the transport encryption; returns the payload without RTP header and extension. Raises ValueError."""
    header = 12 + 4 * (packet[0] & 0x0F)
    extension = 0
    if packet[0] & 0x10:
        extension = 4 * int.from_bytes(packet[header + 2 : header + 4], "big")
        header += 4
    sealed, nonce, extra = packet[header:-4], packet[-4:], packet[:header]
    try:
        if call.mode == MODES[0]:
            plain = AESGCM(call.key).decrypt(nonce + bytes(8), sealed, extra)
        else:
            plain = crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, extra, nonce + bytes(20), call.key)
    except (InvalidTag, CryptoError) as error:
        raise ValueError("transport encryption does not fit the key") from error
    return plain[extension:]


class Media:
    """One UDP socket for all calls; packets are told apart by their source."""

    def __init__(self, calls: Calls, host: str) -> None:
        self._calls = calls
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._socket.setblocking(False)
        self._socket.bind((host, 0))
        self.port: int = self._socket.getsockname()[1]

    def start(self) -> None:
        """Read from now on, on the running loop."""
        asyncio.get_running_loop().add_reader(self._socket, self._read)

    def close(self) -> None:
        """Stop reading."""
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def _read(self) -> None:
        for _ in range(100):  # then let others run
            try:
                packet, control, _flags, sender = self._socket.recvmsg(2048, 64)
            except (BlockingIOError, ConnectionRefusedError):
                return
            at_ms = time.time() * 1000
            for _level, kind, value in control:
                if kind == _SO_TIMESTAMPNS:
                    seconds, nanoseconds = struct.unpack("qq", value[:16])
                    at_ms = seconds * 1000 + nanoseconds / 1e6
            self._take(packet, round(at_ms, 3), sender)

    def _take(self, packet: bytes, at_ms: float, sender: tuple[str, int]) -> None:
        if len(packet) == _DISCOVERY.size and packet[:2] == b"\x00\x01":
            ssrc = int.from_bytes(packet[4:8], "big")
            answer = _DISCOVERY.pack(2, _DISCOVERY.size - 4, ssrc, sender[0].encode(), sender[1])
            self._socket.sendto(answer, sender)
        elif len(packet) > 12 + 16 + 4 and packet[0] >> 6 == 2 and packet[1] & 0x7F == _OPUS:
            sequence, timestamp, ssrc = struct.unpack_from(">HII", packet, 2)
            call = self._calls.of_ssrc(ssrc)
            if call is not None and call.mode is not None:
                self._hear(call, packet, at_ms, sequence, timestamp)

    def _hear(self, call: Call, packet: bytes, at_ms: float, sequence: int, timestamp: int) -> None:
        ear = self._calls.ear(call.guild_id)
        try:
            opus, encrypted = _decrypt(call, packet), False
            if call.delivery is not None:
                opus, encrypted = call.delivery.open(opus)
        except ValueError as error:
            _log.warning("guild %s, packet %s: %s", call.guild_id, sequence, error)
            ear.fail(at_ms)
            return
        ear.hear(at_ms, sequence, timestamp, opus, encrypted=encrypted)
