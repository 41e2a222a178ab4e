"""A node to speak to, and the events it tells."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from audio.adapters.node import WavelinkNodes
from audio.adapters.node_address import NodeAddress
from audio.adapters.node_link import Timing
from tests.audio.nodes.fake import PASSWORD, FakeNode
from tests.audio.nodes.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from audio.domain.node import NodeEvent, NodeEventKind

BOT_ID = 381612740144398337
TIMING = Timing(voice=1, heartbeat=30, first_delay=0.02, longest_delay=0.1, open=3)


async def bot_id() -> int:
    return BOT_ID


@dataclass
class Ears:
    """Everything the nodes' events said, in order."""

    nodes: WavelinkNodes
    events: list[NodeEvent] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def listen(self) -> None:
        async for event in self.nodes.events():
            async with self.news:
                self.events.append(event)
                self.news.notify_all()

    async def until(self, kind: NodeEventKind, count: int = 1) -> NodeEvent:
        """Wait for the nth event of a kind."""
        async with asyncio.timeout(60), self.news:
            await self.news.wait_for(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]

    def of(self, *kinds: NodeEventKind) -> list[NodeEvent]:
        return [event for event in self.events if event.kind in kinds]


@asynccontextmanager
async def listening(*uris: str, timing: Timing = TIMING) -> AsyncIterator[tuple[WavelinkNodes, Ears]]:
    """The adapter on nodes named `main`, `node-1`, …, and its events."""
    names = ["main", *(f"node-{number}" for number in range(1, len(uris)))]
    addresses = [NodeAddress(name, uri, PASSWORD) for name, uri in zip(names, uris, strict=True)]
    async with WavelinkNodes(addresses, bot_id, timing) as nodes:
        ears = Ears(nodes)
        listener = asyncio.create_task(ears.listen())
        yield nodes, ears
    await listener


@pytest.fixture
async def fake() -> AsyncIterator[FakeNode]:
    async with FakeNode() as node:
        yield node


@pytest.fixture
async def proxy(fake: FakeNode) -> AsyncIterator[Proxy]:
    async with Proxy(fake.uri) as proxy:
        yield proxy


@pytest.fixture
async def adapter(proxy: Proxy) -> AsyncIterator[tuple[WavelinkNodes, Ears]]:
    async with listening(proxy.uri) as pair:
        yield pair


@pytest.fixture
def nodes(adapter: tuple[WavelinkNodes, Ears]) -> WavelinkNodes:
    return adapter[0]


@pytest.fixture
def ears(adapter: tuple[WavelinkNodes, Ears]) -> Ears:
    return adapter[1]
