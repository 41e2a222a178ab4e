"""Lengths of time as messages."""

from __future__ import annotations

from google.protobuf.duration_pb2 import Duration


def from_ms(ms: int) -> Duration:
    """Encode milliseconds."""
    return _from_nanoseconds(ms * 1_000_000)


def from_seconds(seconds: float) -> Duration:
    """Encode seconds."""
    return _from_nanoseconds(round(seconds * 1_000_000_000))


def _from_nanoseconds(nanoseconds: int) -> Duration:
    encoded = Duration()
    encoded.FromNanoseconds(nanoseconds)
    return encoded
