"""A live Ogg/Opus stream: one page for each frame, so that a browser hears it soon (RFC 3533, RFC 7845)."""

from __future__ import annotations

import asyncio
import struct
import time
import zlib
from typing import TYPE_CHECKING

from simulator.voice.ear import SILENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simulator.voice.ear import Ear

_SAMPLES = 960  # of a 20 ms frame, in the 48 kHz that Ogg/Opus counts
_PATIENCE = 0.1  # seconds without a frame after which silence is sent, to keep the stream live
_BLOCK = 32 << 10  # bytes: Chromium hands its player nothing less
_PACKET = 2_000  # bytes that each packet is padded to: about three blocks a second
_MIRROR = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _checksum(content: bytes) -> int:
    """Compute Ogg's CRC: zlib's polynomial with the bits of every byte the other way round, and no inversions."""
    mirrored = zlib.crc32(content.translate(_MIRROR), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(mirrored.to_bytes(4, "little").translate(_MIRROR), "big")


def _padded(packet: bytes) -> bytes:
    """Pad a packet of one frame as RFC 6716 section 3.2.5 allows; others stay as they are."""
    room = _PACKET - len(packet) - 2
    if packet[0] & 3 or room < 1:
        return packet
    whole, rest = divmod(room - 1 - room // 256, 255)
    zeros = 254 * whole + rest
    return bytes([packet[0] | 3, 0x41]) + b"\xff" * whole + bytes([rest]) + packet[1:] + bytes(zeros)


class _Pages:
    """Packs packets into the pages of one stream."""

    def __init__(self) -> None:
        self._number = 0
        self._position = 0

    def page(self, packets: list[bytes], *, first: bool = False, samples: int = 0) -> bytes:
        self._position += samples
        lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
        head = struct.pack("<4sBBqII", b"OggS", 0, 2 if first else 0, self._position, 1, self._number)
        self._number += 1
        tail = bytes([len(lacing)]) + lacing + b"".join(packets)
        return head + struct.pack("<I", _checksum(head + bytes(4) + tail)) + tail

    def headers(self) -> bytes:
        head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 2, 0, 48_000, 0, 0)
        vendor = b"simulator"
        tags = b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", 0)
        return self.page([head], first=True) + self.page([tags.ljust(_BLOCK, b"\0")])


async def stream(ear: Ear) -> AsyncIterator[bytes]:
    """Yield the stream from now on, silence included while the bot is quiet; never ends by itself."""
    pages, queue = _Pages(), ear.listen()
    started, sent = time.monotonic(), 0
    try:
        yield pages.headers()
        while True:
            try:
                async with asyncio.timeout(_PATIENCE):
                    packets = [await queue.get()]
                while not queue.empty():
                    packets.append(queue.get_nowait())
            except TimeoutError:
                packets = [SILENCE] * max(0, min(50, int((time.monotonic() - started) * 50) - sent))
            sent += len(packets)
            for packet in packets:
                yield pages.page([_padded(packet)], samples=_SAMPLES)
    finally:
        ear.leave(queue)
