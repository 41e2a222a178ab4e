"""The same table for instances with hosts of their own, as in containers, and what keeps their proxies supplied."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import pytest_asyncio
import yaml

from tests.mesh.stack import ENVIRONMENT, INSTANCES, envoy_binary, free_address, mesh_command, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

OPS = ",".join(f"{instance}=127.0.0.1:{port}" for port, instance in enumerate(INSTANCES, start=3001))
HOSTS = ",".join(f"{instance}={instance}.segue.test" for instance in INSTANCES)
PROXIES = (*INSTANCES, "edge")


def described(directory: Path, *more: str) -> tuple[str, ...]:
    """Return the arguments of a run whose instances are hosts."""
    return (str(directory), "--edge", "0.0.0.0:3000", "--ops", OPS, "--hosts", HOSTS, *more)


def configuration(directory: Path, instance: str) -> dict[str, Any]:
    """Return what a proxy is started with."""
    loaded: dict[str, Any] = yaml.load((directory / instance / "envoy.yaml").read_text(), yaml.CSafeLoader)
    return loaded


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run with hosts, metrics and a receiver of spans."""
    made = tmp_path_factory.mktemp("hosts")
    mesh_command("certificates", str(made), "--instances", ",".join(PROXIES))
    mesh_command("render", *described(made, "--metrics", "0.0.0.0:9901", "--traces", "collector.test:4317"))
    return made


@pytest.mark.parametrize("instance", PROXIES)
async def test_the_proxy_of_a_host_accepts_its_configuration_without_a_warning(directory: Path, instance: str) -> None:
    checked = await asyncio.create_subprocess_exec(
        *(envoy_binary(), "--mode", "validate", "-c", str(directory / instance / "envoy.yaml")),
        *("--log-level", "warning"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaints = await checked.communicate()
    assert (checked.returncode, complaints) == (0, b"")


def test_peers_are_reached_by_name_and_behind_mutual_tls_alone(directory: Path) -> None:
    for instance in PROXIES:
        clusters = configuration(directory, instance)["static_resources"]["clusters"]
        for cluster in (each for each in clusters if "load_assignment" in each):
            endpoints = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"]
            hosts = [e["endpoint"]["address"].get("socket_address", {}).get("address") for e in endpoints]
            by_name = [host for host in hosts if host]
            assert bool(by_name) == ("cluster_type" in cluster)
            assert all(host.endswith(".test") for host in by_name)
            assert ("transport_socket" in cluster) == any(".segue.test" in host for host in by_name)


def test_the_administration_stays_a_socket_of_its_owner(directory: Path) -> None:
    for instance in PROXIES:
        assert configuration(directory, instance)["admin"]["address"]["pipe"]["mode"] == 0o600


def test_a_host_without_an_instance_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="non-zero exit status"):
        mesh_command("render", str(tmp_path), "--edge", "0.0.0.0:1", "--ops", OPS, "--hosts", "audio=audio")


# `python -m mesh keep`


@pytest_asyncio.fixture
async def keeping(tmp_path: Path) -> AsyncIterator[Keeper]:
    """Yield a keeper and a proxy that it supplies."""
    keeper = Keeper(tmp_path)
    await keeper.start()
    yield keeper
    await keeper.stop()


class Keeper:
    """A `mesh keep`, and the edge's proxy started again whenever it ends, as Docker does."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ready = directory / "ready"
        self.metrics = free_address()
        self.edge = free_address()
        self.starts = 0
        self._process: asyncio.subprocess.Process | None = None
        self._proxy: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start both."""
        await self.keep()
        self._proxy = asyncio.create_task(self._restart_for_ever())
        await until(self.is_ready)

    async def keep(self, *more: str) -> None:
        """Start `mesh keep` and wait until it has provided everything."""
        described = ("--edge", self.edge, "--ops", OPS, "--hosts", HOSTS, "--metrics", self.metrics, *more)
        self.ready.unlink(missing_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "mesh", "keep", str(self.directory), *described, "--ready", str(self.ready)),
            env=ENVIRONMENT,
            stderr=asyncio.subprocess.PIPE,
        )
        assert self._process.stderr
        async for line in self._process.stderr:
            if b"everything is there" in line:
                return

    async def end_keeping(self) -> int | None:
        """Tell `mesh keep` to stop; return its exit code."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        await self._process.communicate()
        return self._process.returncode

    async def is_ready(self) -> bool:
        """Return whether the proxy says so."""
        status, _ = await self.ask("/ready")
        return status == 200

    async def ask(self, path: str, method: str = "GET") -> tuple[int, str]:
        """Ask the proxy's metrics listener; (0, "") if nobody answers."""
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.request(method, f"http://{self.metrics}{path}") as answer,
            ):
                return answer.status, await answer.text()
        except aiohttp.ClientError:
            return 0, ""

    async def _restart_for_ever(self) -> None:
        while True:
            self.starts += 1
            command = (envoy_binary(), "-c", str(self.directory / "edge/envoy.yaml"), "--disable-hot-restart")
            proxy = await asyncio.create_subprocess_exec(*command, "--log-level", "off", "--concurrency", "1")
            try:
                await proxy.wait()
            finally:
                if proxy.returncode is None:
                    proxy.kill()
                    await proxy.wait()

    async def stop(self) -> None:
        """End both."""
        await self.end_keeping()
        assert self._proxy
        self._proxy.cancel()
        await asyncio.gather(self._proxy, return_exceptions=True)


async def test_a_proxy_tells_how_it_does_and_nothing_else_of_its_administration(keeping: Keeper) -> None:
    status, text = await keeping.ask("/stats/prometheus")
    assert (status, "envoy_server_live" in text) == (200, True)
    for path in ("/config_dump", "/certs", "/quitquitquit", "/stats"):
        assert (await keeping.ask(path))[0] == 404
    assert (await keeping.ask("/ready", method="POST"))[0] == 404
    assert keeping.starts == 1


async def test_a_file_says_that_everything_is_there(keeping: Keeper) -> None:
    assert await asyncio.to_thread(keeping.ready.exists)


async def test_a_proxy_ends_once_when_its_configuration_changed_and_never_otherwise(keeping: Keeper) -> None:
    assert await keeping.end_keeping() == 0
    await keeping.keep()
    assert keeping.starts == 1

    await keeping.end_keeping()
    await keeping.keep("--cors", "https://dashboard.test")

    async def is_new() -> bool:
        return keeping.starts == 2 and await keeping.is_ready()

    await until(is_new)


async def test_a_proxy_ends_when_its_contract_alone_is_a_newer_one(keeping: Keeper) -> None:
    await keeping.end_keeping()
    contract = keeping.directory / "edge/contract.binpb"
    current = await asyncio.to_thread(contract.read_bytes)
    await asyncio.to_thread(contract.write_bytes, b"of an older release")
    await keeping.keep()

    async def is_new() -> bool:
        return keeping.starts == 2 and await keeping.is_ready()

    await until(is_new)
    assert await asyncio.to_thread(contract.read_bytes) == current
