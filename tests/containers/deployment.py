"""docker-compose.yml, up: what a person who runs it sees, driven like the stack of the end-to-end tests."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.containers import bases
from tests.e2e.stack import Stack, eventually

if TYPE_CHECKING:
    from tests.containers.engine import Engine

PROJECT = "segue"
SERVICES = ("gateway", "audio", "api", "worker")
OPS = ("gateway", "audio", "worker", "api")  # in the order of their ports
PROFILES = {"COMPOSE_PROFILES": "simulator,observability"}  # of the second, only what `up` names is there
PROXIES = ("edge", *(f"envoy-{service}" for service in SERVICES))
ALL = ("identity", "postgres", "valkey", "simulator", "node", "prometheus", *SERVICES, *PROXIES)


@dataclass
class Deployment(Stack):
    """The whole file up with the simulator profile, published at ports of its own."""

    engine: Engine = field(kw_only=True)
    known_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    async def start(self) -> None:
        """Bring it up, and wait until it serves."""
        began = time.monotonic()
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "operator-token").write_text(self.known_token)
        (self.home / "env").write_text("".join(f"{name}={value}\n" for name, value in self._settings().items()))
        await self.compose("up", "-d", "--no-build", *ALL)
        await eventually(self.is_healthy, within=120, what="the system is healthy")
        print(f"up: {time.monotonic() - began:.0f} s", flush=True)  # noqa: T201 - to whoever waits for it

    async def stop(self) -> None:
        """Leave every container to the engine, which ends with them."""

    async def down(self, *arguments: str) -> None:
        """Take it down, and once more while the engine counts on a network what it has just removed from it."""

        async def probe() -> bool:
            try:
                await self.compose("down", *arguments)
            except RuntimeError as error:
                raise AssertionError(str(error)) from error
            return True

        await eventually(probe, within=60, what="all is down")

    def _settings(self) -> dict[str, str]:
        ports = {f"{service.upper()}_PORT": self.port + offset for offset, service in enumerate(OPS, start=1)}
        settings: dict[str, object] = {
            "DISCORD_TOKEN": "simulator",
            "DISCORD_API_URL": "http://simulator:3101/api/v10",
            "DISCORD_GATEWAY_URL": "ws://simulator:3101/",
            "DISCORD_CDN_URL": "http://simulator:3101",
            "SEGUE_BIND": "0.0.0.0",
            "SEGUE_PORT": self.port,
            "SIMULATOR_PORT": self.port + 100,
            "PROMETHEUS_PORT": self.port + 5,
            "MUSIC_DIR": self.music,
            "OPERATOR_TOKEN_FILE": self.home / "operator-token",
            **ports,
            **self.environment,
        }
        return {name: str(value) for name, value in settings.items()}

    async def compose(self, *arguments: str) -> str:
        """Run `docker-compose …` in the project."""
        command = ("docker-compose", "--env-file", str(self.home / "env"), "-p", PROJECT, *arguments)
        return await bases.run(*command, environment={**self.engine.environment, **PROFILES})

    async def docker(self, *arguments: str) -> str:
        """Run `docker …`."""
        return await self.engine.docker(*arguments)

    @staticmethod
    def name(service: str) -> str:
        """Return the name of a service's container."""
        return f"{PROJECT}_{service}_1"

    async def inspect(self, service: str) -> dict[str, Any]:
        """Return everything the engine knows of a container."""
        found: list[dict[str, Any]] = json.loads(await self.docker("inspect", self.name(service)))
        return found[0]

    async def inside(self, service: str, *command: str) -> str:
        """Run a command in a container and return what it prints."""
        return await self.docker("exec", self.name(service), *command)

    async def logs(self, service: str) -> str:
        """Return what a container wrote."""
        return await bases.run(
            "sh", "-c", f"docker logs {self.name(service)} 2>&1", environment=self.engine.environment
        )

    async def all_healthy(self) -> bool:
        """Ask every health check."""
        states = await asyncio.gather(*map(self.inspect, ALL))
        sick = [state["Name"] for state in states if state["State"].get("Health", {}).get("Status") != "healthy"]
        assert not sick, sick
        return True

    @property
    def run(self) -> dict[str, Any]:
        """Return where things are."""
        ops = {name: f"http://127.0.0.1:{self.port + offset}" for offset, name in enumerate(OPS, start=1)}
        page = f"http://127.0.0.1:{self.port + 100}"
        return {"edge": f"http://127.0.0.1:{self.port}", "simulator": page, "token": self.known_token, "ops": ops}

    async def pid(self, name: str) -> int:
        """Return the first process of a container, 0 while there is none; the edge is also `envoy-edge`."""
        return int((await self.inspect(name.replace("envoy-edge", "edge")))["State"]["Pid"])

    async def kill(self, name: str) -> None:
        """Kill a container's process with -9, as a crash does, and wait until another one stands in its place.

        `docker kill` would not do: the engine takes it for a wish that the container stays down.
        """
        old = await self.pid(name)
        assert old
        os.kill(old, signal.SIGKILL)

        async def probe() -> bool:
            return await self.pid(name) not in {0, old}

        await eventually(probe, within=30, what=f"{name} started again")

    async def health(self, service: str) -> tuple[int, Any]:
        """Ask a service's ops port for its health."""
        async with self.http.get(f"{self.run['ops'][service]}/health") as answer:
            return answer.status, await answer.json(content_type=None)
