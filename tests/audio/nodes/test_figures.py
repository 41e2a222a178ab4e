"""What operators see of the nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_client import REGISTRY

from audio.domain.node import NodeEventKind
from kit.errors import Refused

if TYPE_CHECKING:
    from audio.adapters.node import WavelinkNodes
    from tests.audio.nodes.conftest import Ears
    from tests.audio.nodes.fake import FakeNode
    from tests.audio.nodes.proxy import Proxy


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"node": "main", **labels}) or 0.0


async def test_a_node_is_connected_while_it_has_a_session(nodes: WavelinkNodes, ears: Ears, fake: FakeNode) -> None:
    assert value("segue_node_connected") == 0
    await nodes.open(3, {})
    assert value("segue_node_connected") == 1
    await fake.stop()
    await ears.until(NodeEventKind.SESSION_LOST)

    assert value("segue_node_connected") == 0


async def test_frames_are_counted_by_their_fate_and_a_surplus_as_none(
    nodes: WavelinkNodes, ears: Ears, proxy: Proxy, fake: FakeNode
) -> None:
    await nodes.open(3, {})
    before = {fate: value("segue_node_frames_total", fate=fate) for fate in ("sent", "nulled", "missing")}
    for frames in ({"sent": 2900, "nulled": 60, "deficit": 40}, {"sent": 3005, "nulled": 0, "deficit": -5}, None):
        await proxy.say({"op": "stats", **fake.stats(), "playingPlayers": 1, "frameStats": frames})

    last = {"type": "WebSocketClosedEvent", "guildId": "1", "code": 4006, "reason": "", "byRemote": True}
    await proxy.say({"op": "event", **last})
    await ears.until(NodeEventKind.VOICE_CLOSED)

    assert value("segue_node_frames_total", fate="sent") == before["sent"] + 5905
    assert value("segue_node_frames_total", fate="nulled") == before["nulled"] + 60
    assert value("segue_node_frames_total", fate="missing") == before["missing"] + 40
    assert value("segue_node_playing_players") == 1
    assert value("segue_node_load") == 0.25


@pytest.mark.parametrize(("query", "source"), [("https://radio.example/live", "http"), ("words of a song", "local")])
async def test_what_could_not_be_loaded_is_counted_by_its_source(
    nodes: WavelinkNodes, fake: FakeNode, query: str, source: str
) -> None:
    identifier = query if source == "http" else f"localsearch:{query}"
    fake.results[identifier] = {"loadType": "error", "data": {"message": "It says no.", "severity": "common"}}
    before = value("segue_loads_failed_total", source=source)
    with pytest.raises(Refused):
        await nodes.load(query, 5)

    assert value("segue_loads_failed_total", source=source) == before + 1
