"""A live Ogg/Opus stream: one page for each few frames, so that a browser hears them at once (RFC 3533, RFC 7845)."""

from __future__ import annotations

import asyncio
import struct
import time
from typing import TYPE_CHECKING

from simulator.voice.ear import SILENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simulator.voice.ear import Ear

_SAMPLES = 960  # of a 20 ms frame, in the 48 kHz that Ogg/Opus counts
_PATIENCE = 0.1  # seconds without a frame after which silence is sent, to keep the stream live
_POLYNOMIAL = 0x04C11DB7


def _crc_table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1) ^ (_POLYNOMIAL if value & 0x80000000 else 0)
        table.append(value & 0xFFFFFFFF)
    return table


_CRC = _crc_table()


def _checksum(content: bytes) -> int:
    value = 0
    for byte in content:
        value = ((value << 8) & 0xFFFFFFFF) ^ _CRC[(value >> 24) ^ byte]
    return value


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
        return self.page([head], first=True) + self.page([tags])


async def stream(ear: Ear) -> AsyncIterator[bytes]:
    """Yield the stream from now on, silence included while the bot is quiet; never ends by itself."""
    pages, queue = _Pages(), ear.listen()
    started, sent = time.monotonic(), 0
    try:
        yield pages.headers()
        while True:
            try:
                packets = [await asyncio.wait_for(queue.get(), _PATIENCE)]
                while not queue.empty():
                    packets.append(queue.get_nowait())
            except TimeoutError:
                packets = [SILENCE] * max(0, min(50, int((time.monotonic() - started) * 50) - sent))
            sent += len(packets)
            for packet in packets:
                yield pages.page([packet], samples=_SAMPLES)
    finally:
        ear.leave(queue)
