"""The shards of this instance, as the connection knows them, and how it is to be connected."""

from __future__ import annotations

import logging
import math
from collections import Counter
from typing import TYPE_CHECKING

from gateway.domain.shard import Shard
from kit.errors import Refused
from segue.common.v1 import ops_service_pb2

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gateway.adapters.bot import Bot
    from gateway.adapters.others import Others

MOST_SHARDS = 4
"""Shards that one process holds: what they tell is read on one thread."""

_log = logging.getLogger(__name__)
_HEALTHY = ops_service_pb2.HEALTH_STATUS_HEALTHY
_DEGRADED, _UNHEALTHY = ops_service_pb2.HEALTH_STATUS_DEGRADED, ops_service_pb2.HEALTH_STATUS_UNHEALTHY


class DiscordShards:
    """The shards of a client. `instance` is the name they are held under."""

    def __init__(self, client: Bot, instance: str) -> None:
        self._client = client
        self._instance = instance

    def known(self) -> Sequence[Shard]:
        """List those that were connected once, by number."""
        guilds = Counter(guild.shard_id for guild in self._client.guilds)
        return [
            Shard(
                number,
                number in self._client.told and not shard.is_closed(),
                guilds[number],
                shard.latency if math.isfinite(shard.latency) else None,
                self._instance,
            )
            for number, shard in sorted(self._client.shards.items())
        ]


class Connections:
    """How the bot is connected with Discord, told to people. `instance` is the name of this one."""

    def __init__(self, bot: Bot, others: Others, instance: str) -> None:
        self._bot, self._others, self._instance = bot, others, instance
        self._unheld: list[int] = []

    async def check(self) -> tuple[ops_service_pb2.HealthStatus.ValueType, str]:
        """Say what this instance holds, or who does, and what nobody does."""
        holders = await self._holders()
        unheld = [number for number, holder in holders.items() if not holder]
        nobody = f"Nobody holds {_shards(unheld)} of {len(holders)}; a gateway holds at most {MOST_SHARDS}."
        if unheld != self._unheld:
            self._unheld = unheld
            _log.warning(nobody if unheld else "Somebody holds each shard again.")
        if holders and not self._bot.held and not {"", self._instance} & {*holders.values()}:
            return _HEALTHY, f"{_connected({*holders.values()})} connected to Discord; this instance stands by."
        if trouble := self._bot.trouble():
            return _UNHEALTHY, trouble
        if unheld:
            return _DEGRADED, nobody
        return _HEALTHY, f"Holds {_shards(self._bot.held)} of {len(holders)}." if len(holders) > 1 else ""

    async def _holders(self) -> Mapping[int, str]:
        try:
            return await self._others.holders()
        except Refused:  # what is known without them is said
            return {}


def _shards(numbers: Iterable[int]) -> str:
    listed = ", ".join(map(str, sorted(numbers)))
    return f"shards {listed}" if "," in listed else f"shard {listed}"


def _connected(instances: set[str]) -> str:
    return f"{', '.join(sorted(instances))} {'is' if len(instances) == 1 else 'are'}"
