"""A program that adds tracks without pause, and keeps account of what was acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from typing import TYPE_CHECKING

import aiohttp
import grpc

from tests.e2e.stack import eventually
from tests.e2e.surfaces import call, over_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.e2e.discord import Guild
    from tests.e2e.stack import Stack

BREATH = 0.02  # seconds between two tries


class Adding:
    """Adds over REST and gRPC; a call that is refused for now is made again, with the same request id."""

    def __init__(self, stack: Stack, guild: Guild, handle: str) -> None:
        """Know where to add, and what."""
        self._stack, self._guild, self._handle = stack, guild, handle
        self._stopping = asyncio.Event()
        self.acknowledged: dict[str, list[str]] = {"rest": [], "grpc": []}
        self.refused = {"rest": 0, "grpc": 0}

    @contextlib.asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Add while the block runs; at its end each call that was begun is acknowledged."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._add("rest", self._over_rest))
            group.create_task(self._add("grpc", self._over_grpc))
            await self.advance(5)
            yield
            await self.advance(5)
            self._stopping.set()

    async def advance(self, count: int) -> None:
        """Wait until so many more adds of each surface are acknowledged."""
        wanted = {surface: len(items) + count for surface, items in self.acknowledged.items()}

        async def probe() -> bool:
            return all(len(self.acknowledged[surface]) >= least for surface, least in wanted.items())

        await eventually(probe, within=40, what=f"{count} more adds over each surface")

    async def _add(self, surface: str, once: Callable[[str], Awaitable[str | None]]) -> None:
        while not self._stopping.is_set():
            request_id = str(uuid.uuid4())
            item = await once(request_id)
            while item is None:
                await asyncio.sleep(BREATH)
                item = await once(request_id)
            self.acknowledged[surface].append(item)

    async def _over_rest(self, request_id: str) -> str | None:
        body = {"handles": [self._handle], "requestId": request_id}
        try:
            status, answer = await self._stack.rest("POST", f"/v1/guilds/{self._guild.id}/queue:add", body)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            return None  # nobody took the call: the edge itself was away
        if status == 200:
            return str(answer["firstItemId"])
        assert (status, answer["details"][0]["reason"]) == (503, "UNAVAILABLE"), answer
        self.refused["rest"] += 1
        return None

    async def _over_grpc(self, request_id: str) -> str | None:
        fields = {"guild_id": int(self._guild.id), "handles": [self._handle], "request_id": request_id}
        try:
            answer = await call(over_grpc, self._stack, "AddQueueItems", **fields)
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
            self.refused["grpc"] += 1
            return None
        return str(answer.first_item_id)


async def queued(stack: Stack, guild: Guild) -> list[str]:
    """Return the ids of all that waits in a guild's queue."""
    items: list[str] = []
    token = ""
    while True:
        _, page = await stack.rest("GET", f"/v1/guilds/{guild.id}/queue?pageSize=200&pageToken={token}")
        items += [item["itemId"] for item in page.get("items", [])]
        if not (token := page.get("nextPageToken", "")):
            return items
