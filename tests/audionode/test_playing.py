"""What is heard: every second once and in order, whatever the format and the encryption."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trustme

from tests.audionode.conftest import Client
from tests.audionode.voice_double import AES, XCHACHA, VoiceDouble


def assert_whole(seconds: list[int], length: int, first: int = 0) -> None:
    """Each second from `first` on is 50 frames in a row; a frame on a border may belong to either side."""
    assert seconds == sorted(seconds, key=lambda second: (second < 0, second)) or -1 in seconds
    for second in range(first, length):
        assert 48 <= seconds.count(second) <= 52, (second, seconds.count(second))
    known = [second for second in seconds if second >= 0]
    assert known == sorted(known)
    assert seconds.count(-1) <= length - first


def assert_contiguous(double: VoiceDouble) -> None:
    frames = double.sessions[-1].frames
    for before, after in zip(frames, frames[1:], strict=False):
        assert (after.sequence - before.sequence) & 0xFFFF == 1
        assert (after.timestamp - before.timestamp) & 0xFFFFFFFF == 960


@pytest.mark.parametrize("mode", [AES, XCHACHA])
async def test_every_second_of_a_track_is_heard_once_and_end_to_end_encrypted(
    node: str, connect: Callable[..., Any], authority: trustme.CA, mode: str
) -> None:
    client: Client = await connect(node)
    async with VoiceDouble(authority, modes=(mode,)) as double:
        await client.join(1, double)
        await client.play(1, "coded.flac")
        await client.event("TrackEndEvent", 1)
        session = double.sessions[-1]
        await double.until(lambda: session.frames and session.frames[-1].silent)
        assert session.errors == []
        assert all(frame.encrypted for frame in session.sounding)
        assert len(session.sounding) == 300
        assert_whole(session.seconds(), 6)
        assert_contiguous(double)
        assert client.events(1) == ["TrackStartEvent", "TrackEndEvent:finished"]
