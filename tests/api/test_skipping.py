"""Segments are skipped where a node can: who turns it on is told when it is known that none can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf import json_format

from kit.errors import Reason
from kit.migrate import migrate
from segue.audio.v1 import node_service_pb2
from tests.api.client import Client, member, voice
from tests.api.test_app import running
from tests.api.test_settings import refused
from tests.kit.mesh import Mesh

if TYPE_CHECKING:
    from pathlib import Path

GUILD = 720
CAN = {"version": "4.2.2", "plugins": ["lavalyrics-plugin", "sponsorblock-plugin"]}
CANNOT = {"version": "4.2.2", "plugins": ["lavalyrics-plugin"]}
AWAY = {"state": "NODE_STATE_AWAY"}


@pytest.mark.parametrize(
    ("nodes", "is_refused"),
    [([CANNOT, CANNOT], True), ([CANNOT, CAN], False), ([CANNOT, AWAY], False), ([], False)],
    ids=["none can", "one can", "one is away", "there is none yet"],
)
async def test_skipping_is_turned_on_unless_it_is_known_of_every_node_that_it_cannot(
    database_url: str, tmp_path: Path, nodes: list[dict[str, Any]], is_refused: bool
) -> None:
    async def listed(_: object) -> node_service_pb2.ListNodesResponse:
        return json_format.ParseDict({"nodes": nodes}, node_service_pb2.ListNodesResponse())

    await migrate(database_url, ["api"])
    mesh = Mesh(GetMember=member, GetVoice=voice)
    async with running(database_url, tmp_path, mesh):
        client = Client(f"unix:{tmp_path}/app.sock")
        await client.update(guild_id=GUILD, skip_segments=True)  # audio is away
        mesh.answers["ListNodes"] = listed
        await client.update(guild_id=GUILD, skip_segments=True, fair_queue=True)  # it was on before
        await client.update(guild_id=GUILD, reset=["skip_segments"])
        if is_refused:
            with refused(Reason.NOT_SUPPORTED) as caught:
                await client.update(guild_id=GUILD, skip_segments=True)
            assert caught.value.metadata["missing"] == "sponsorblock-plugin"
        else:
            await client.update(guild_id=GUILD, skip_segments=True)
        assert (await client.get(guild_id=GUILD)).skip_segments is not is_refused
