"""Shards as gateway tells others about them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shard:
    """A shard of this instance. `latency` is in seconds; None before the first heartbeat was answered."""

    id: int
    connected: bool
    guilds: int
    latency: float | None
    instance: str
