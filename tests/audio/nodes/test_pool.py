"""Nodes that come, go, fill up and are too old while everything runs."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audio.adapters.node import WavelinkNodes
from audio.adapters.node_address import NodeAddress
from audio.domain.node import KnownNode, NodeAway, NodeEventKind, NodeState, Start, VoiceState
from kit.errors import Reason, Refused
from tests.audio.nodes.conftest import TIMING, bot_id, listening
from tests.audio.nodes.fake import PASSWORD, FakeNode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.audio.nodes.conftest import Ears

GUILD, OTHER = 1, 2
VOICE = VoiceState("token", "voice.example:443", "discord-session", 77)
START = Start("a.flac", 0, paused=False, user_data={"play_seq": 1, "item_id": 5})
OLD = {"semver": "4.1.3", "major": 4, "minor": 1, "patch": 3, "preRelease": ""}


@asynccontextmanager
async def two_nodes(*, leave: float = 5.0) -> AsyncIterator[tuple[WavelinkNodes, Ears, FakeNode, FakeNode]]:
    """A configured node, `main`, a node that nobody knows yet, and bucket 0 opened."""
    async with FakeNode() as main, FakeNode() as more, listening(main.uri, timing=replace(TIMING, leave=leave)) as pair:
        nodes, ears = pair
        await nodes.open(0, {})
        yield nodes, ears, main, more


def known(node: FakeNode, **more: Any) -> KnownNode:
    return KnownNode("more", node.uri, PASSWORD, **more)


async def states(nodes: WavelinkNodes) -> dict[str, NodeState]:
    return {node.name: node.state for node in await nodes.stats()}


async def test_an_added_node_is_announced_to_the_buckets_and_takes_players() -> None:
    async with two_nodes() as (nodes, ears, _, more):
        nodes.apply([known(more)])
        ready = await ears.until(NodeEventKind.SESSION_READY)
        await nodes.start(0, "more", GUILD, START)
        await nodes.open(1, {})
        await nodes.start(1, "more", OTHER, START)

        assert (ready.bucket, ready.node, ready.reason, bool(ready.session_id)) == (0, "more", "new", True)
        assert nodes.choose(GUILD, avoid=["main"]) == "more"
        configured = {node.name: node.configured for node in await nodes.stats()}
        assert configured == {"main": True, "more": False}


async def test_a_drained_node_gets_no_new_players_and_every_bucket_hears_of_it_once() -> None:
    async with two_nodes() as (nodes, ears, _, more):
        await nodes.open(1, {})
        for _ in range(2):
            nodes.apply([known(more), KnownNode("main", draining=True)])
        await ears.until(NodeEventKind.SESSION_READY, 2)
        await ears.until(NodeEventKind.DRAINING, 2)

        assert {(event.bucket, event.node) for event in ears.of(NodeEventKind.DRAINING)} == {(0, "main"), (1, "main")}
        assert len(ears.of(NodeEventKind.DRAINING)) == 2
        assert nodes.is_draining("main")
        assert {nodes.choose(guild) for guild in range(50)} == {"more"}
        assert await states(nodes) == {"main": NodeState.DRAINING, "more": NodeState.CONNECTED}
        await nodes.start(0, "main", GUILD, START)  # what it has goes on until it has moved
        nodes.apply([known(more)])
        assert not nodes.is_draining("main")
        assert {nodes.choose(guild) for guild in range(50)} == {"main", "more"}


async def test_a_node_that_is_removed_keeps_its_players_until_they_have_moved() -> None:
    async with two_nodes() as (nodes, ears, _, more):
        nodes.apply([known(more)])
        await ears.until(NodeEventKind.SESSION_READY)
        await nodes.connect(0, "more", GUILD, VOICE)
        await nodes.start(0, "more", GUILD, START)
        nodes.apply([])
        await ears.until(NodeEventKind.DRAINING)
        assert {nodes.choose(guild) for guild in range(50)} == {"main"}
        assert await nodes.players(0, "more")
        await nodes.destroy(0, "more", GUILD)
        async with asyncio.timeout(60):
            while "more" in await states(nodes):  # noqa: ASYNC110  (it tells nobody that it is gone)
                await asyncio.sleep(0.02)

        with pytest.raises(NodeAway):
            await nodes.players(0, "more")
        assert [event.node for event in ears.of(NodeEventKind.SESSION_LOST)] == ["more"]


async def test_players_that_nobody_moves_are_taken_from_a_removed_node_so_that_none_sounds_twice() -> None:
    async with two_nodes(leave=0.1) as (nodes, ears, _, more):
        nodes.apply([known(more)])
        await ears.until(NodeEventKind.SESSION_READY)
        await nodes.start(0, "more", GUILD, START)
        nodes.apply([])
        lost = await ears.until(NodeEventKind.SESSION_LOST)

        assert lost.node == "more"
        assert [session.players for session in more.sessions.values()] == [{}]


async def test_a_node_that_comes_back_at_another_address_is_a_new_one() -> None:
    async with FakeNode() as third, two_nodes() as (nodes, ears, _, more):
        nodes.apply([known(more)])
        await ears.until(NodeEventKind.SESSION_READY)
        async with asyncio.timeout(60):
            while {node.uri for node in await nodes.stats() if node.name == "more"} != {third.uri}:
                nodes.apply([known(third)])
                await asyncio.sleep(0.02)
        await ears.until(NodeEventKind.SESSION_READY, 2)

        assert more.sessions == {} or all(session.socket is None for session in more.sessions.values())


async def test_a_node_of_the_settings_stays_whatever_is_kept_of_its_name() -> None:
    async with two_nodes() as (nodes, _, main, more):
        nodes.apply([replace(known(more), name="main")])

        assert [(node.name, node.uri) for node in await nodes.stats()] == [("main", main.uri)]


async def test_a_node_below_4_2_is_refused_with_a_sentence_until_it_is_updated(fake: FakeNode) -> None:
    fake.info["version"] = OLD
    async with listening(fake.uri, timing=replace(TIMING, first_delay=0.3)) as (nodes, ears):
        assert await nodes.open(0, {}) == {}
        (refused,) = await nodes.stats()
        with pytest.raises(Refused, match=Reason.NO_NODE):
            nodes.choose(GUILD)
        with pytest.raises(Refused, match=Reason.NO_NODE):
            await nodes.load("words", 1)
        fake.info["version"] = {**OLD, "semver": "4.2.0", "minor": 2, "patch": 0}
        await ears.until(NodeEventKind.SESSION_READY)

        assert (refused.state, refused.version, refused.connected) == (NodeState.REFUSED, "4.1.3", False)
        assert "Lavalink 4.1.3" in refused.detail
        assert "4.2 or later" in refused.detail
        assert nodes.choose(GUILD) == "main"


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        (KnownNode("far", "ws://10.0.0.2:2333", "youshallnotpass"), Reason.NODE_PASSWORD_DEFAULT),
        (KnownNode("far", "ws://node.example:2333", ""), Reason.NODE_PASSWORD_DEFAULT),
        (KnownNode("far", "ws://user:secret@127.0.0.1:2333", PASSWORD), Reason.INVALID_ARGUMENT),
        (KnownNode("far", "ftp://127.0.0.1", PASSWORD), Reason.INVALID_ARGUMENT),
        (KnownNode("far", "ws://127.0.0.1:9", PASSWORD), Reason.NODE_UNANSWERED),
    ],
)
async def test_what_cannot_be_played_through_is_not_added(
    nodes: WavelinkNodes, node: KnownNode, reason: Reason
) -> None:
    with pytest.raises(Refused) as refused:
        await nodes.check(node)

    assert refused.value.reason is reason
    assert "secret" not in str(refused.value.metadata)


async def test_a_wrong_password_and_an_old_version_are_noticed_before_a_node_is_added(
    nodes: WavelinkNodes, fake: FakeNode
) -> None:
    await nodes.check(KnownNode("far", fake.uri, PASSWORD))
    with pytest.raises(Refused, match=Reason.NODE_UNANSWERED):
        await nodes.check(KnownNode("far", fake.uri, "wrong"))
    fake.info["version"] = OLD
    with pytest.raises(Refused) as refused:
        await nodes.check(KnownNode("far", fake.uri, PASSWORD))

    assert (refused.value.reason, refused.value.metadata) == (
        Reason.NODE_TOO_OLD,
        {"name": "far", "version": "4.1.3"},
    )


async def test_new_players_go_to_the_node_with_least_load_that_is_near_the_voice_server() -> None:
    async with FakeNode() as busy, FakeNode() as idle:
        busy.more_stats = {"cpu": {"cores": 4, "systemLoad": 0.8, "lavalinkLoad": 0.7}}
        addresses = [NodeAddress("busy", busy.uri, PASSWORD, "rotterdam"), NodeAddress("idle", idle.uri, PASSWORD)]
        async with WavelinkNodes(addresses, bot_id, TIMING) as nodes:
            await nodes.open(0, {})
            await nodes.stats()
            assert {nodes.choose(guild) for guild in range(20)} == {"idle"}
            assert {nodes.choose(guild, avoid=["idle"]) for guild in range(20)} == {"busy"}
            assert {nodes.choose(guild, avoid=["idle", "busy"]) for guild in range(20)} == {"idle"}
            busy.more_stats = {"frameStats": {"sent": 3000, "nulled": 0, "deficit": 0}}
            await nodes.stats()
            assert {nodes.choose(guild, "rotterdam1.discord.media") for guild in range(20)} == {"busy"}
            busy.more_stats = {"frameStats": {"sent": 2600, "nulled": 100, "deficit": 300}}
            await nodes.stats()
            assert {nodes.choose(guild, "rotterdam1.discord.media") for guild in range(20)} == {"idle"}
