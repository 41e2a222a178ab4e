"""A Docker engine for one run of the tests: its images, containers and networks end with it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kit.release import RELEASE
from tests.containers import bases

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

PROGRAMS = {
    "dockerd": "docker.io",
    "docker": "docker.io",
    "iptables": "iptables",
    "debootstrap": "debootstrap",
    "docker-compose": "docker-compose",
    "tar": "tar",
}
# In the order of building, two at a time: what all services share comes with the first, beside two that share nothing.
TARGETS = ("gateway", "simulator", "node", "setup", "audio", "worker", "api")
BUILDERS = 2
START = 60.0  # seconds the engine has to answer


def obstacle() -> str:
    """Return why no engine can be started here, in a sentence; empty: one can."""
    if os.geteuid() != 0:
        return "only root can start a Docker engine"
    if missing := sorted({package for program, package in PROGRAMS.items() if not shutil.which(program)}):
        return f"these Debian packages are missing: {', '.join(missing)}"
    if any(_command(pid) == "dockerd" for pid in _pids()):
        return "another Docker engine runs on this machine, and two share the rules of one firewall"
    try:
        bases.mirror()
    except LookupError as error:
        return str(error)
    return ""


async def refusal() -> str:
    """Start an engine and end it again; return why that is not possible here, empty: it is."""
    engine = Engine()
    try:
        await engine.start()
    except RuntimeError as error:
        return str(error)
    finally:
        await engine.__aexit__()
    return ""


def _pids() -> Iterator[str]:
    return (entry for entry in os.listdir("/proc") if entry.isdecimal())  # noqa: PTH208 - names are all that is wanted


def _command(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


@dataclass
class Engine:
    """A running `dockerd` with every image of docker-compose.yml."""

    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="segue-engine-", dir="/var/tmp")))
    process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Start it, make the base images, and build ours upon them."""
        try:
            await _timed("engine", self.start())
            await _timed("base images", bases.make(self.docker))
            await _timed("images", self._build())
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Remove every container, end the engine, and delete its files."""
        if self.process and self.process.returncode is None:
            if left := (await self.docker("ps", "-aq")).split():
                await self.docker("rm", "-fv", *left)
            self.process.terminate()
            await asyncio.wait_for(self.process.wait(), START)
        await asyncio.to_thread(_delete, self.home)

    @property
    def environment(self) -> dict[str, str]:
        """What makes Docker's programs speak with this engine."""
        # The builder that every engine and client has; its successor is a plugin of its own.
        return {
            "DOCKER_HOST": f"unix://{self.home}/docker.sock",
            "DOCKER_BUILDKIT": "0",
            "COMPOSE_DOCKER_CLI_BUILD": "0",
        }

    async def docker(self, *arguments: str) -> str:
        """Run `docker …` and return what it prints."""
        return await bases.run("docker", *arguments, environment=self.environment)

    async def start(self) -> None:
        """Start the engine, without any image. Raises RuntimeError with what it says if it cannot be."""
        places = {"data-root": "data", "exec-root": "exec", "pidfile": "pid"}
        options = [f"--{option}={self.home}/{name}" for option, name in places.items()]
        with (self.home / "dockerd.log").open("wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                *("dockerd", "--storage-driver=overlay2", *options, f"--host={self.environment['DOCKER_HOST']}"),
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START
        while True:
            try:
                await self.docker("version")
            except RuntimeError as error:
                if self.process.returncode is not None or time.monotonic() > deadline:
                    _, _, why = (self.home / "dockerd.log").read_text("utf-8").rpartition("failed to start daemon: ")
                    raise RuntimeError(f"no Docker engine could be started: {' '.join(why.split())[-500:]}") from error
                await asyncio.sleep(0.2)
            else:
                return

    async def _build(self) -> None:
        waiting = iter(TARGETS)
        await asyncio.gather(*(self._build_next(waiting) for _ in range(BUILDERS)))

    async def _build_next(self, waiting: Iterator[str]) -> None:
        for target in waiting:
            file = self.home / f"Dockerfile.{target}"
            file.write_text(bases.only(bases.ROOT / "Dockerfile", target), encoding="utf-8")
            await self.docker("build", "-q", "-f", str(file), "-t", f"segue/{target}:{RELEASE}", str(bases.ROOT))


def _delete(home: Path) -> None:
    """Delete an engine's files; it may leave mounts behind."""
    for line in reversed(Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()):
        if (place := line.split()[1]).startswith(str(home)):
            subprocess.run(["umount", "-l", place], check=False)
    shutil.rmtree(home, ignore_errors=True)


async def _timed(what: str, work: Coroutine[None, None, None]) -> None:
    began = time.monotonic()
    await work
    print(f"{what}: {time.monotonic() - began:.0f} s", flush=True)  # noqa: T201 - to whoever waits for it
