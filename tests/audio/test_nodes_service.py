"""NodeService: nodes are added, drained and removed while everything runs, and every instance learns of it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from audio.adapters.clock import SystemClock
from audio.adapters.known_nodes import PostgresKnownNodes
from audio.domain.lyrics import Line, Lyrics
from audio.domain.node import KnownNode
from audio.roster import Roster
from kit.errors import Reason
from segue.audio.v1 import catalog_service_pb2, node_service_pb2, node_service_pb2_grpc
from segue.common.v1 import actor_pb2
from tests.audio.client import Client, refused
from tests.audio.rig import FakeNodes, NodeWorld
from tests.audio.values import GUILD
from tests.kit.serving import from_peer

if TYPE_CHECKING:
    from kit.postgres import Pool

PASSWORD = "a secret of the node"


async def call(client: Client, method: str, request: Any, *, operator: bool = True, caller: str = "edge") -> Any:
    """Call as the operator."""
    scopes = ["operator"]
    someone = actor_pb2.Actor(user_id=1, surface=actor_pb2.SURFACE_API, scopes=scopes, operator=operator)
    stub = node_service_pb2_grpc.NodeServiceStub(client.channel)
    return await getattr(stub, method)(request, metadata=from_peer(caller, someone))


def adding(name: str = "more", **more: Any) -> node_service_pb2.AddNodeRequest:
    request = {"name": name, "uri": "ws://10.0.0.2:2333", "password": PASSWORD, "region": "rotterdam", **more}
    return node_service_pb2.AddNodeRequest(**request)


def draining(name: str, **more: Any) -> node_service_pb2.DrainNodeRequest:
    return node_service_pb2.DrainNodeRequest(name=name, **more)


async def kept(pool: Pool) -> list[KnownNode]:
    return await PostgresKnownNodes(pool).all()


async def test_an_added_node_is_kept_used_at_once_here_and_by_the_other_instances_when_they_look(
    client: Client, pool: Pool
) -> None:
    answer = await call(client, "AddNode", adding())
    known = KnownNode("more", "ws://10.0.0.2:2333", PASSWORD, "rotterdam")
    other = NodeWorld()
    await Roster(PostgresKnownNodes(pool), FakeNodes(other), SystemClock()).look()

    assert (answer.node.name, answer.node.configured) == ("more", False)
    assert await kept(pool) == client.world.known == other.known == [known]


async def test_no_password_is_ever_shown(client: Client, pool: Pool) -> None:
    answers = [await call(client, "AddNode", adding()), await call(client, "DrainNode", draining("more"))]
    answers.append(await call(client, "ListNodes", node_service_pb2.ListNodesRequest()))

    assert not [answer for answer in answers if PASSWORD in str(answer)]
    assert PASSWORD not in repr(await kept(pool))
    stored = await pool.fetch("SELECT answer FROM request")
    assert len(stored) == 2
    assert not [row for row in stored if PASSWORD.encode() in row["answer"]]


async def test_a_repeated_request_has_one_effect_and_a_different_one_is_refused(client: Client, pool: Pool) -> None:
    request_id = str(uuid.uuid4())
    first = await call(client, "AddNode", adding(request_id=request_id))
    client.world.unfit = Reason.NODE_UNANSWERED  # meanwhile it went away
    again = await call(client, "AddNode", adding(request_id=request_id))
    with refused(Reason.REQUEST_ID_REUSED):
        await call(client, "AddNode", adding("other", request_id=request_id))

    assert first == again
    assert [node.name for node in await kept(pool)] == ["more"]


async def test_what_is_only_validated_changes_nothing(client: Client, pool: Pool) -> None:
    await call(client, "AddNode", adding(validate_only=True))
    await call(client, "DrainNode", draining("one", validate_only=True))
    with refused(Reason.NODE_NOT_FOUND):
        await call(client, "RemoveNode", node_service_pb2.RemoveNodeRequest(name="more", validate_only=True))
    assert await kept(pool) == []

    await call(client, "AddNode", adding())
    await call(client, "RemoveNode", node_service_pb2.RemoveNodeRequest(name="more", validate_only=True))
    assert len(await kept(pool)) == 1


async def test_names_are_given_once_and_unknown_ones_refused(client: Client) -> None:
    await call(client, "AddNode", adding())
    for taken in ("more", "one"):
        with refused(Reason.NODE_EXISTS):
            await call(client, "AddNode", adding(taken))
    for method, request in (
        ("RemoveNode", node_service_pb2.RemoveNodeRequest(name="nobody")),
        ("DrainNode", draining("nobody")),
        ("UndrainNode", node_service_pb2.UndrainNodeRequest(name="nobody")),
    ):
        with refused(Reason.NODE_NOT_FOUND):
            await call(client, method, request)


async def test_a_node_of_the_settings_is_drained_and_used_again_but_never_removed(client: Client, pool: Pool) -> None:
    with refused(Reason.NODE_CONFIGURED):
        await call(client, "RemoveNode", node_service_pb2.RemoveNodeRequest(name="one"))
    await call(client, "DrainNode", draining("one"))
    assert client.rig.nodes.is_draining("one")
    assert await kept(pool) == [KnownNode("one", draining=True)]

    await call(client, "UndrainNode", node_service_pb2.UndrainNodeRequest(name="one"))
    assert not client.rig.nodes.is_draining("one")


async def test_what_is_left_of_a_node_of_earlier_settings_gives_way_to_one_of_its_name(
    client: Client, pool: Pool
) -> None:
    await pool.execute("INSERT INTO node (name, draining) VALUES ('more', true)")
    with refused(Reason.NODE_NOT_FOUND):
        await call(client, "RemoveNode", node_service_pb2.RemoveNodeRequest(name="more"))
    await call(client, "AddNode", adding())

    assert [(node.name, node.draining) for node in await kept(pool)] == [("more", False)]


async def test_a_removed_node_is_gone(client: Client, pool: Pool) -> None:
    await call(client, "AddNode", adding())
    await call(client, "RemoveNode", node_service_pb2.RemoveNodeRequest(name="more"))

    assert await kept(pool) == client.world.known == []


@pytest.mark.parametrize("reason", [Reason.NODE_UNANSWERED, Reason.NODE_TOO_OLD, Reason.NODE_PASSWORD_DEFAULT])
async def test_a_node_that_cannot_be_played_through_is_not_kept(client: Client, pool: Pool, reason: Reason) -> None:
    client.world.unfit = reason
    with refused(reason):
        await call(client, "AddNode", adding())

    assert await kept(pool) == []


@pytest.mark.parametrize(
    "wrong",
    [{"name": "a b"}, {"name": ""}, {"uri": "10.0.0.2:2333"}, {"uri": ""}, {"region": "The Moon"}, {"request_id": "1"}],
)
async def test_what_is_not_well_formed_is_refused_before_anything_is_asked(
    client: Client, pool: Pool, wrong: dict[str, str]
) -> None:
    with refused(Reason.INVALID_ARGUMENT):
        await call(client, "AddNode", adding(**wrong))

    assert await kept(pool) == []


async def test_only_the_operator_changes_nodes_and_only_worker_probes_them(client: Client) -> None:
    with refused(Reason.LEVEL_TOO_LOW):
        await call(client, "AddNode", adding(), operator=False)
    with refused(Reason.CALLER_REFUSED):
        await call(client, "ProbeSources", node_service_pb2.ProbeSourcesRequest())
    found = await node_service_pb2_grpc.NodeServiceStub(client.channel).ProbeSources(
        node_service_pb2.ProbeSourcesRequest(), metadata=from_peer("worker")
    )

    assert [(probe.node, probe.source, probe.detail) for probe in found.probes] == [("one", "local", "")]


async def test_lyrics_are_those_of_the_current_track(client: Client) -> None:
    request = catalog_service_pb2.GetLyricsRequest(guild_id=GUILD)
    with refused(Reason.NOTHING_PLAYING):
        await client("GetLyrics", request)
    played = await client.play("a")
    with refused(Reason.LYRICS_NOT_FOUND):
        await client("GetLyrics", request)
    client.world.lyrics["a.wav"] = Lyrics("local", "LRC", (Line("Blue", 500, 1500), Line("Train", 2000)))
    synced = (await client("GetLyrics", request)).lyrics
    client.world.lyrics["a.wav"] = Lyrics("local", "LRC", (Line("Blue"),))
    plain = (await client("GetLyrics", request)).lyrics

    assert (synced.item_id, synced.source, synced.provider, synced.synced) == (
        played.item.item_id,
        "local",
        "LRC",
        True,
    )
    assert [(line.text, line.start.ToMilliseconds()) for line in synced.lines] == [("Blue", 500), ("Train", 2000)]
    assert [line.HasField("length") for line in synced.lines] == [True, False]
    assert (plain.synced, plain.lines[0].HasField("start")) == (False, False)
