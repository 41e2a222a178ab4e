"""What one instance of audio found out, another need not ask for again."""

from __future__ import annotations

import tempfile
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from audio.adapters.config import Config
from audio.adapters.gateway import GatewayGuilds, GatewayVoice
from audio.adapters.memory import MemoryStore
from audio.adapters.node import WavelinkNodes
from audio.adapters.node_address import NodeAddress
from audio.domain.lyrics import Line, Lyrics
from audio.domain.track import Track
from kit import cache
from segue.common.v1 import actor_pb2
from segue.gateway.v1 import guild_service_pb2
from tests.audio.nodes.conftest import TIMING, bot_id
from tests.audio.nodes.fake import PASSWORD, FakeNode, track
from tests.audio.nodes.proxy import Proxy
from tests.audio.values import CHANNEL, GUILD
from tests.kit.mesh import Mesh, playing
from tests.kit.redis import redis

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kit.redis import Shared

ADDRESS = "https://video.example/watch?v=dQw4"
BLUE = Track("local", "blue.flac", "Blue", "Nobody", 1000, "", "", "", seekable=True, stream=False)
SUNG: dict[str, Any] = {
    "sourceName": "local",
    "provider": "LRC",
    "text": None,
    "lines": [{"timestamp": 5, "line": "Blue"}],
    "plugin": {},
}


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """The address of a Redis."""
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        async with redis(Path(folder)) as server:
            yield server.url()


@asynccontextmanager
async def sharing(url: str) -> AsyncIterator[Shared]:
    shared = cache.shared(url, b"the key of a deployment")
    assert shared
    yield shared
    await shared.close()


async def test_tracks_and_lyrics_are_loaded_once_for_all_instances(url: str) -> None:
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(FakeNode())
        proxy = await stack.enter_async_context(Proxy(fake.uri))
        fake.info |= {"plugins": [{"name": "lavalyrics-plugin", "version": "1.0.0"}]}
        fake.lyrics = SUNG
        found = track("dQw4", uri=ADDRESS, sourceName="youtube", isrc="GBARL9300135", title="Wörds " * 60)
        fake.results[ADDRESS] = {"loadType": "track", "data": found}
        fake.results["blue.flac"] = {"loadType": "track", "data": track("blue.flac")}
        answers: list[Any] = []
        for _ in range(2):
            addresses = [NodeAddress("main", proxy.uri, PASSWORD)]
            async with sharing(url) as shared, WavelinkNodes(addresses, bot_id, TIMING, shared) as nodes:
                answers.append((await nodes.load(ADDRESS, 5), await nodes.lyrics(BLUE)))
                answers.append((await nodes.load(ADDRESS, 5), await nodes.lyrics(BLUE)))

    assert answers == [answers[0]] * 4
    assert answers[0][0][0].title == found["info"]["title"]
    assert answers[0][1] == Lyrics("local", "LRC", (Line("Blue", 5),))
    assert len(proxy.seen("GET", "/v4/loadtracks")) == 2
    assert len(proxy.seen("GET", "/v4/lyrics")) == 1


async def test_members_are_asked_for_once_for_all_instances_but_for_those_who_need_to_be_sure(
    url: str, tmp_path: Path
) -> None:
    asked = 0

    async def member(request: Any) -> guild_service_pb2.GetMemberResponse:
        nonlocal asked
        asked += 1
        found = actor_pb2.Member(guild_id=request.guild_id, user_id=request.user_id, voice_channel_id=CHANNEL)
        return guild_service_pb2.GetMemberResponse(member=found)

    address = f"unix:{tmp_path}/out.sock"
    async with playing(Mesh(GetMember=member), address), grpc.aio.insecure_channel(address) as channel:
        members = []
        for _ in range(2):
            async with sharing(url) as shared:
                guilds = GatewayGuilds(channel, GatewayVoice(channel), MemoryStore(), Config(channel), shared)
                members += [await guilds.member(GUILD, 7, fresh=False) for _ in range(3)]
        async with sharing(url) as shared:
            guilds = GatewayGuilds(channel, GatewayVoice(channel), MemoryStore(), Config(channel), shared)
            members.append(await guilds.member(GUILD, 7, fresh=True))

    assert members == [members[0]] * 7
    assert (members[0].user_id, members[0].voice_channel_id) == (7, CHANNEL)
    assert asked == 2
