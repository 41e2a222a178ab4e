"""What a container may do, seen from inside, and who reaches whom."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.containers.bases import ROOT
from tests.containers.deployment import ALL, OPS, PROJECT, SERVICES
from tests.e2e.stack import eventually

if TYPE_CHECKING:
    from tests.containers.deployment import Deployment

FILE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
# Tries a TCP connection from a service's container: prints its outcome.
CONNECT = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)
    print("open")
except OSError:
    print("closed")
"""
LOGIN = """
import asyncio, asyncpg, sys
async def main():
    url = open("/run/segue/gateway/secrets/database-url").read()
    connection = await asyncpg.connect(url)
    print(await connection.fetchval("SELECT current_user"))
    try:
        await connection.fetch(f"SELECT * FROM {sys.argv[1]}.alembic_version")
        print("read")
    except asyncpg.InsufficientPrivilegeError:
        print("refused")
    try:
        await asyncpg.connect(url.replace("segue_gateway", f"segue_{sys.argv[1]}"))
        print("in")
    except asyncpg.InvalidPasswordError:
        print("kept out")
asyncio.run(main())
"""


async def test_every_health_check_says_healthy(stack: Deployment) -> None:
    await eventually(stack.all_healthy, within=120, what="every container is healthy")


@pytest.mark.parametrize("service", ALL)
async def test_a_container_is_an_ordinary_user_that_can_change_nothing(stack: Deployment, service: str) -> None:
    status = await stack.inside(service, "cat", "/proc/1/status")
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert "0" not in facts["Uid"].split()
    assert {facts[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert facts["NoNewPrivs"].strip() == "1"
    mounts = [line.split() for line in (await stack.inside(service, "cat", "/proc/mounts")).splitlines()]
    assert [options.split(",")[0] for _, place, _, options, *_ in mounts if place == "/"] == ["ro"]


@pytest.mark.parametrize("service", ALL)
async def test_the_limits_of_a_container_are_in_force(stack: Deployment, service: str) -> None:
    host = (await stack.inspect(service))["HostConfig"]
    assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-file": "3", "max-size": "10m"}}
    assert host["RestartPolicy"]["Name"] == "unless-stopped"
    assert 0 < host["MemoryReservation"] <= host["Memory"]
    assert host["NanoCpus"] > 0
    limit = await stack.inside(
        service,
        "sh",
        "-c",
        "cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes",
    )
    assert int(limit) == host["Memory"]


@pytest.mark.parametrize("other", sorted(set(SERVICES) - {"gateway"}))
async def test_gateway_reads_no_schema_but_its_own_and_logs_in_as_nobody_else(stack: Deployment, other: str) -> None:
    told = await stack.inside("gateway", "python3", "-c", LOGIN, other)
    assert told.split("\n")[:3] == ["segue_gateway", "refused", "kept out"]


async def test_nobody_but_audio_reaches_the_node_and_nobody_but_their_owners_the_stores(stack: Deployment) -> None:
    networks = (await stack.inspect("node"))["NetworkSettings"]["Networks"]
    address = next(iter(networks.values()))["IPAddress"]
    store = (await stack.inspect("postgres"))["NetworkSettings"]["Networks"][f"{PROJECT}_data"]["IPAddress"]

    async def reach(service: str, host: str, port: int) -> str:
        return (await stack.inside(service, "python3", "-c", CONNECT, host, str(port))).strip()

    tries = {
        **{(service, address, 2333): "open" for service in ("audio", "simulator")},
        **{(service, address, 2333): "closed" for service in ("gateway", "api", "worker")},
        ("gateway", "node", 2333): "closed",
        **{(service, store, 5432): "open" for service in SERVICES},
        **{(service, store, 5432): "closed" for service in ("node", "simulator")},
    }
    found = await asyncio.gather(*(reach(*tried) for tried in tries))
    assert dict(zip(tries, found, strict=True)) == tries


async def test_the_volume_of_lavalinks_plugins_is_lavalinks(stack: Deployment) -> None:
    owner = await stack.inside("identity", "stat", "-c", "%u:%g", "/run/segue/plugins")
    assert owner.strip() == FILE["services"]["lavalink"]["user"]


async def test_nothing_but_the_edge_is_reached_from_outside_where_it_may_be(stack: Deployment) -> None:
    published = {}
    for service in ALL:
        ports = (await stack.inspect(service))["HostConfig"]["PortBindings"] or {}
        published.update({(service, inner): [b["HostIp"] for b in outer] for inner, outer in ports.items()})
    assert set(published) == {
        ("edge", "3000/tcp"),
        ("simulator", "3100/tcp"),
        ("prometheus", "9090/tcp"),
        *((f"envoy-{name}", f"{3000 + offset}/tcp") for offset, name in enumerate(OPS, start=1)),
    }
    assert published.pop(("edge", "3000/tcp")) == ["0.0.0.0"]
    assert all(addresses == ["127.0.0.1"] for addresses in published.values())
    outside = _address()
    async with stack.http.get(f"http://{outside}:{stack.port}/health") as answer:
        assert answer.status == 200
    for port in (*range(stack.port + 1, stack.port + 6), stack.port + 100):
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(outside, port)


def _address() -> str:
    """Return an address of this machine that is not loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


async def test_a_secret_given_as_a_file_is_where_its_reader_looks_and_counts(stack: Deployment) -> None:
    placed = await stack.inside("api", "cat", "/run/segue/api/secrets/operator-token")
    assert placed == stack.token
    assert (await stack.rest("GET", "/v1/me"))[0] == 200


async def test_no_secret_is_in_the_environment_of_a_container(stack: Deployment) -> None:
    for service in ALL:
        environment = json.dumps((await stack.inspect(service))["Config"]["Env"])
        assert stack.token not in environment
        assert "postgresql://" not in environment
