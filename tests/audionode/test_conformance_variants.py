"""Servers that were set up otherwise, as recorded in 17 to 19: short periods, a newer Java, a plugin of their own."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import trustme

from audionode.settings import PLUGINS, Limits
from tests.audionode.conformance import Replay, Target
from tests.audionode.conftest import Client, StartNode, together
from tests.audionode.fixture_web import FixtureWeb
from tests.audionode.test_conformance import all_endpoints
from tests.audionode.voice_double import VoiceDouble

pytestmark = pytest.mark.skipif("LAVALINK_URL" in os.environ, reason="only a node of our own may be set up otherwise")

FILES = ["17-variant-config", "18-java25", "19-playlist-search-plugin"]

# What that recording's own source answered, and what of this node's answers the same.
DEMO = {
    "demolist:/music/tone.wav,/music/tone10.wav": "localartist:Ünit Tests",
    "demosel:/music/tone.wav,/music/tone10.wav": "localartist:Ünit Tests",
    "demolist:": "localartist:nobody",
    "demosearch:/music/tone.wav,/music/tone10.wav": "localsearch:tone",
    "demosearch:": "localsearch:no such words",
    "demofail:x": "text.mp3",
    "demoboom:x": "garbage.bin",
}


@pytest.fixture
async def targets(start_node: StartNode, music: Path) -> AsyncIterator[list[Target]]:
    """A client for each file, of a node with the periods and the sources of the recorded servers."""
    limits = Limits(player_update=1.0, stuck=2.0)
    async with FixtureWeb(music) as web_server, aiohttp.ClientSession() as http:
        settings = {"node_ytdlp": False, "node_plugins_off": set(PLUGINS), "node_allow_private": {web_server.host}}
        async with start_node(limits, **settings) as url:
            clients = [Client(http, url) for _ in FILES]
            for client in clients:
                await client.connect()
            yield [Target(client, embedded=True, files="", web=web_server.host, identifiers=DEMO) for client in clients]
            for client in clients:
                await client.close()


async def test_servers_that_are_set_up_otherwise_are_answered_as_recorded(
    targets: list[Target], authority: trustme.CA
) -> None:
    replays = await together(*(_replay(file, here, authority) for file, here in zip(FILES, targets, strict=True)))
    mismatches = [f"{replay.file}: {mismatch}" for replay in replays for mismatch in replay.mismatches]
    assert not mismatches, "\n".join(mismatches)


async def _replay(file: str, here: Target, authority: trustme.CA) -> Replay:
    async def turn_down() -> None:
        """Before its stop, the recorded client had changed this filter some times."""
        await here.client.patch(9, {"filters": {"volume": 0.1}})

    async with VoiceDouble(authority) as double:
        here.endpoints = all_endpoints(file, double.endpoint)
        replay = Replay(file, here)
        await replay.run({"stop": turn_down})
    return replay
