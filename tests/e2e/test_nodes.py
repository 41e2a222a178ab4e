"""Audio nodes come and go over REST while everything runs."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import psutil

from tests.e2e.stack import Stack, eventually

if TYPE_CHECKING:
    from collections.abc import Callable

AGAIN = "/v1/nodes/again"


def configured(stack: Stack) -> dict[str, str]:
    """Return address and password of the node that the stack began with."""
    told = psutil.Process(stack.run["pids"]["audio"]).environ()["LAVALINK_NODES"]
    uri, _, password = told.partition("=")[2].partition("|")
    return {"uri": uri, "password": password}


async def until(stack: Stack, what: str, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the nodes by name once they are as told."""

    async def probe() -> dict[str, Any] | None:
        _, body = await stack.rest("GET", "/v1/nodes")
        nodes = {node["name"]: node for node in body["nodes"]}
        return nodes if condition(nodes) else None

    return await eventually(probe, within=20, what=what) or {}


def reason(body: dict[str, Any]) -> str:
    """Return why a call was refused."""
    found: str = body["details"][0]["reason"]
    return found


async def test_a_node_is_added_drained_used_again_and_removed(stack: Stack) -> None:
    request = {"name": "again", "region": "rotterdam", "requestId": str(uuid.uuid4()), **configured(stack)}
    first = await stack.rest("POST", "/v1/nodes", request)
    again = await stack.rest("POST", "/v1/nodes", request)
    nodes = await until(
        stack, "the node is used", lambda nodes: nodes.get("again", {}).get("state") == "NODE_STATE_CONNECTED"
    )
    drained = await stack.rest("POST", f"{AGAIN}:drain", {})
    used = await stack.rest("POST", f"{AGAIN}:undrain", {})
    removed = await stack.rest("DELETE", AGAIN)
    await until(stack, "the node is gone", lambda nodes: "again" not in nodes)

    assert [status for status, _ in (first, again, drained, used, removed)] == [200] * 5
    assert (nodes["again"]["region"], nodes["again"]["configured"]) == ("rotterdam", False)
    assert nodes["node"]["configured"]
    assert drained[1]["node"]["state"] == "NODE_STATE_DRAINING"
    assert used[1]["node"]["state"] == "NODE_STATE_CONNECTED"
    assert request["password"] not in str((first, nodes, drained))


async def test_what_cannot_be_done_with_nodes_is_refused_with_its_reason(stack: Stack) -> None:
    far = {"name": "far", "uri": "ws://10.255.0.1:2333"}
    (name,) = await until(stack, "one node", lambda nodes: len(nodes) == 1)
    refusals = [
        await stack.rest("DELETE", f"/v1/nodes/{name}"),
        await stack.rest("DELETE", "/v1/nodes/nobody"),
        await stack.rest("POST", "/v1/nodes", {**configured(stack), "name": name}),
        await stack.rest("POST", "/v1/nodes", {**far, "password": "youshallnotpass"}),
        await stack.rest("POST", "/v1/nodes", {**configured(stack), "name": "far", "password": "wrong"}),
    ]

    assert [reason(body) for _, body in refusals] == [
        "NODE_CONFIGURED",
        "NODE_NOT_FOUND",
        "NODE_EXISTS",
        "NODE_PASSWORD_DEFAULT",
        "NODE_UNANSWERED",
    ]
    assert list(await until(stack, "one node", lambda nodes: len(nodes) == 1)) == [name]


async def test_there_are_no_lyrics_while_nothing_plays(stack: Stack) -> None:
    _, body = await stack.rest("GET", f"/v1/guilds/{(await stack.discord.guild()).id}/player/lyrics")

    assert reason(body) == "NOTHING_PLAYING"


async def test_a_canary_finds_the_music_folder_of_the_node(stack: Stack) -> None:
    _, asked = await stack.rest("POST", "/v1/jobs:run", {"kind": "canary"})

    async def probe() -> dict[str, Any] | None:
        _, body = await stack.rest("GET", f"/v1/jobs/{asked['job']['jobId']}")
        job: dict[str, Any] = body["job"]
        return job if job["status"] == "JOB_STATUS_SUCCEEDED" else None

    job = await eventually(probe, within=30, what="the canary was run") or {}
    assert job["result"]["node"]["local"] == ""
