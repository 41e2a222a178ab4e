"""Shards as gateway tells others about them."""

from __future__ import annotations

from dataclasses import dataclass


def shard_of(guild_id: int, count: int) -> int:
    """Return the shard that Discord tells about a guild, of so many; what is in none is told to the first one."""
    return (guild_id >> 22) % count


@dataclass(frozen=True)
class Shard:
    """A shard of this instance. `latency` is in seconds; None before the first heartbeat was answered."""

    id: int
    connected: bool
    guilds: int
    latency: float | None
    instance: str
