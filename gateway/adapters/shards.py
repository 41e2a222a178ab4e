"""The shards of this instance, as the connection knows them."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from gateway.domain.shard import Shard
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    import discord


class DiscordShards:
    """The shards of a client. `instance` is the name they are held under."""

    def __init__(self, client: discord.AutoShardedClient, instance: str) -> None:
        self._client = client
        self._instance = instance

    def known(self) -> Sequence[Shard]:
        """List them by number. Refused(UNAVAILABLE) before Discord said how many there are."""
        if not self._client.shards:
            raise Refused(Reason.UNAVAILABLE, part="discord")
        guilds = Counter(guild.shard_id for guild in self._client.guilds)
        return [
            Shard(
                number,
                self._client.is_ready() and not shard.is_closed(),
                guilds[number],
                shard.latency if math.isfinite(shard.latency) else None,
                self._instance,
            )
            for number, shard in sorted(self._client.shards.items())
        ]
