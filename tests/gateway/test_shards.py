"""Operators see the bot's connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segue.common.v1 import actor_pb2
from segue.gateway.v1 import shard_service_pb2 as messages
from segue.gateway.v1.shard_service_pb2_grpc import ShardServiceStub
from tests.gateway.test_voice import refused

if TYPE_CHECKING:
    from tests.gateway.conftest import House


async def shards(house: House, *, operator: bool) -> list[messages.Shard]:
    """Ask with a token."""
    who = actor_pb2.Actor(user_id=7, surface=actor_pb2.SURFACE_API, scopes=["operator"], operator=operator)
    async with house.calling("edge", who) as call:
        answer: messages.ListShardsResponse = await call(ShardServiceStub, "ListShards", messages.ListShardsRequest())
    return list(answer.shards)


async def test_an_operator_sees_each_shard_with_its_guilds_and_its_instance(house: House) -> None:
    guilds = (await house.simulator.call("GET", "/world"))["guilds"]

    (shard,) = await house.simulator.until(
        lambda: shards(house, operator=True), lambda found: found[0].status == messages.SHARD_STATUS_CONNECTED
    )

    assert (shard.shard_id, shard.instance) == (0, "gateway")
    assert shard.guilds == len(guilds)
    assert 0 <= shard.latency.ToTimedelta().total_seconds() < 60


async def test_nobody_else_does(house: House) -> None:
    assert await refused(lambda: shards(house, operator=False)) == "LEVEL_TOO_LOW"
