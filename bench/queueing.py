"""How fast queues are edited and read, and that it does not matter how long they are."""

from __future__ import annotations

import random
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import psutil

from bench import echo, sql
from bench.measuring import Row, in_turn, milliseconds, ratio, told
from kit import actor, client
from segue.audio.v1 import player_pb2, player_service_pb2_grpc, queue_service_pb2_grpc
from segue.audio.v1 import player_service_pb2 as player
from segue.audio.v1 import queue_service_pb2 as queue
from segue.common.v1 import actor_pb2

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import grpc

    from bench.measuring import Call
    from tests.e2e.discord import Guild
    from tests.e2e.stack import Stack

ROUNDS = 200
BLOCK = 10  # so many calls of a kind after one another
SKIPS = 40
SHORT, LONG = 10, 10_000
BULKS = {1_000: ("<= 40 ms", "<= 20 ms"), LONG: ("<= 400 ms", "<= 150 ms")}
BULK_ROUNDS = 9


class Queue:
    """A guild's queue, edited by the guild's owner the way gateway asks for it: through two proxies with mutual TLS."""

    def __init__(self, guild: Guild, channel: grpc.aio.Channel, handle: str) -> None:
        """Know whose queue it is, and what to add."""
        self.guild_id = int(guild.id)
        self._owner = _owner(guild)
        self._queue = queue_service_pb2_grpc.QueueServiceStub(channel)
        self._player = player_service_pb2_grpc.PlayerServiceStub(channel)
        self._handle = handle
        self._middle = self._new = 0
        self._tokens = [""]

    async def fill(self, count: int) -> None:
        """Add so many tracks to the empty queue, and read all its pages once."""
        first = (await self._add(count)).first_item_id
        self._middle = first + count // 2
        while token := (await self.page(self._tokens[-1])).next_page_token:
            self._tokens.append(token)

    async def append(self) -> None:
        """Add a track at the end."""
        await self._add(1)

    async def insert(self) -> None:
        """Add a track at the start."""
        self._new = (await self._add(1, player_pb2.PLACEMENT_NEXT)).first_item_id

    async def move(self) -> None:
        """Put that track into the middle."""
        request = queue.MoveQueueItemRequest(guild_id=self.guild_id, item_id=self._new, before_item_id=self._middle)
        await self._call(self._queue.MoveQueueItem, request)

    async def remove(self) -> None:
        """Take it out again."""
        request = queue.RemoveQueueItemRequest(guild_id=self.guild_id, item_id=self._new)
        await self._call(self._queue.RemoveQueueItem, request)

    async def skip(self) -> None:
        """Play the first track, and wait for its sound."""
        await self._call(self._player.Skip, player.SkipRequest(guild_id=self.guild_id))

    async def page(self, token: str = "") -> queue.ListQueueItemsResponse:
        """Read a page of 25; by default the first."""
        request = queue.ListQueueItemsRequest(guild_id=self.guild_id, page_token=token)
        answer: queue.ListQueueItemsResponse = await self._call(self._queue.ListQueueItems, request)
        return answer

    async def any_page(self) -> None:
        """Read a page anywhere."""
        await self.page(random.choice(self._tokens))  # noqa: S311 - nobody guesses it

    async def _add(self, count: int, placement: player_pb2.Placement.ValueType = player_pb2.PLACEMENT_END) -> Any:
        handles = [self._handle] * count
        request = queue.AddQueueItemsRequest(guild_id=self.guild_id, handles=handles, placement=placement)
        return await self._call(self._queue.AddQueueItems, request)

    async def _call(self, method: Callable[..., Any], request: object) -> Any:
        with actor.acting_as(self._owner):
            return await method(request)


def _owner(guild: Guild) -> actor_pb2.Actor:
    """Act as the guild's owner in Discord, as gateway does."""
    member = actor_pb2.Member(
        guild_id=int(guild.id), user_id=int(guild.owner), owner=True, voice_channel_id=int(guild.voices[0])
    )
    return actor_pb2.Actor(user_id=int(guild.owner), surface=actor_pb2.SURFACE_DISCORD, member=member)


@asynccontextmanager
async def _channel(stack: Stack) -> AsyncIterator[grpc.aio.Channel]:
    """Open a channel to audio at gateway's own proxy."""
    sidecar = psutil.Process(stack.run["pids"]["gateway"]).environ()["SEGUE_MESH"]
    async with client.channel(sidecar, "audio") as channel:
        yield channel


async def handle_of(stack: Stack, words: str) -> str:
    """Return a track that can be added."""
    _, found = await stack.rest("GET", f"/v1/search?query={words}")
    return str(found["tracks"][0]["handle"])


async def measure(stack: Stack) -> list[Row]:
    """Measure adds, edits, pages and bulk adds."""
    handle = await handle_of(stack, "long")
    return [*await _adds(stack, handle), *await _edits(stack, handle), *await _bulks(stack, handle)]


async def _adds(stack: Stack, handle: str) -> list[Row]:
    """Compare an add through two proxies with the same SQL alone and with an echo over gRPC."""
    guild = await stack.discord.found_guild("Adds")
    request = queue.AddQueueItemsRequest(guild_id=int(guild.id), handles=[handle])
    async with _channel(stack) as mesh, stack.channel() as edge, sql.adding(stack) as add, echo.saying() as say:
        stub = queue_service_pb2_grpc.QueueServiceStub(edge)
        calls = {
            "mesh": Queue(guild, mesh, handle).append,
            "sql": lambda: add(1),
            "echo": say,
            "edge": lambda: stub.AddQueueItems(request, metadata=stack.metadata, timeout=5),
        }
        taken = await in_turn(calls, ROUNDS // BLOCK, block=BLOCK)
    mesh_ms, sql_ms, echo_ms = (milliseconds(taken[name]) for name in ("mesh", "sql", "echo"))
    return [
        Row(
            "add a track, gateway to audio through two mTLS proxies, p50 / p99",
            told(taken["mesh"]),
            "2.0 / 10 ms",
            "p50 <= 1.2 ms",
        ),
        Row(f"the same SQL alone ({sql.COUNT} statements), p50 / p99", told(taken["sql"])),
        Row("direct grpc.aio echo, p50 / p99", told(taken["echo"])),
        Row("add / SQL", ratio(taken["mesh"], taken["sql"]), "<= 8", "<= 5"),
        Row("(add - SQL) / echo", f"{(mesh_ms - sql_ms) / echo_ms:.1f}", stretch="<= 4"),
        Row("add a track through the edge, with a token, p50 / p99", told(taken["edge"])),
    ]


async def _edits(stack: Stack, handle: str) -> list[Row]:
    """Compare a queue of 10,000 tracks with one of 10; each round leaves both as long as they were."""
    guilds = [await stack.discord.found_guild(f"{length} tracks") for length in (SHORT, LONG)]
    async with _channel(stack) as channel:
        queues = [Queue(guild, channel, handle) for guild in guilds]
        for each, length in zip(queues, (SHORT, LONG), strict=True):
            await each.fill(length)
        long = queues[1]
        pages = await in_turn({"first": long.page, "any": long.any_page}, ROUNDS // BLOCK, block=BLOCK)
        taken = await in_turn(_alternating(queues, "insert", "move", "remove"), ROUNDS)
        for guild in guilds:
            await stack.enter(guild, guild.owner, guild.voices[0])
            await stack.discord.command(guild, guild.owner, "play", query="minutes", placement="now")
        taken |= await in_turn(_alternating(queues, "append", "skip"), SKIPS)
        for guild in guilds:
            await stack.discord.command(guild, guild.owner, "leave")
    rows = []
    for name in ("insert", "move", "remove", "skip"):
        at_ten, at_many = taken[name, 0], taken[name, 1]
        times = f"{milliseconds(at_many):.2f} / {milliseconds(at_ten):.2f} ms"
        rows.append(Row(f"{name}, at {LONG:,} / at {SHORT} tracks, p50", times))
        rows.append(Row(f"{name}, ratio", ratio(at_many, at_ten), "<= 1.5", "<= 1.15"))
    times = f"{milliseconds(pages['any']):.2f} / {milliseconds(pages['first']):.2f} ms"
    rows.append(Row(f"page of 25 anywhere in {LONG:,} / first page, p50", times))
    rows.append(Row("page, ratio", ratio(pages["any"], pages["first"]), "<= 1.5", "<= 1.1"))
    return rows


def _alternating(queues: list[Queue], *names: str) -> dict[tuple[str, int], Call]:
    """Return what is done to queues, each thing to one after the other."""
    return {(name, at): getattr(each, name) for name in names for at, each in enumerate(queues)}


async def _bulks(stack: Stack, handle: str) -> list[Row]:
    """Add many tracks at once over gRPC at the edge, and with the same SQL alone."""
    guild_id = int((await stack.discord.found_guild("Bulks")).id)
    async with stack.channel() as edge, sql.adding(stack) as add:
        stub = queue_service_pb2_grpc.QueueServiceStub(edge)

        async def many(count: int) -> None:
            request = queue.AddQueueItemsRequest(guild_id=guild_id, handles=[handle] * count)
            await stub.AddQueueItems(request, metadata=stack.metadata, timeout=15)

        async def clear() -> None:
            await stub.ClearQueue(queue.ClearQueueRequest(guild_id=guild_id), metadata=stack.metadata, timeout=15)

        calls: dict[tuple[str, int], Call] = {}
        for count in BULKS:
            calls |= {
                ("edge", count): partial(many, count),
                ("clear", count): clear,
                ("sql", count): partial(add, count),
            }
        taken = await in_turn(calls, BULK_ROUNDS)
    rows = []
    for count, goals in BULKS.items():
        rows.append(
            Row(
                f"add {count:,} tracks at once through the edge, p50",
                f"{milliseconds(taken['edge', count]):.0f} ms",
                *goals,
            )
        )
        rows.append(Row("the same SQL alone, p50", f"{milliseconds(taken['sql', count]):.1f} ms"))
    return rows
