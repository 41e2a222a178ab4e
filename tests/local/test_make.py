"""`make` as an ordinary user types it, in a checkout whose path is long and has spaces."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import psutil
import pytest

from deploy.local.settings import ROOT
from tests.e2e.discord import Discord
from tests.e2e.stack import eventually
from tests.local.test_run import alive, free_base, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOBODY = 65534
PATH_LENGTH = 200
IS_ROOT = os.geteuid() == 0
# setpriv itself still starts what only root may start; env no longer does.
ORDINARY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env") if IS_ROOT else ()
OFFLINE = (sys.executable, str(Path(__file__).with_name("offline.py")))


@dataclass
class Checkout:
    """A copy of this checkout that belongs to an ordinary user."""

    folder: Path
    python: str
    port: int
    started: list[asyncio.subprocess.Process] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.folder / ".segue"

    async def ready(self, up: asyncio.subprocess.Process) -> None:
        """Wait until the run is ready; what it said when it ended instead fails the test."""
        await until(lambda: up.returncode is not None or (self.home / "run.json").exists())
        if up.returncode is not None:
            pytest.fail((await up.communicate())[0].decode())

    def traces(self, directory: str) -> set[str]:
        """Return which of the things are there that last as long as a run."""
        return {name for name in ("run.json", "run-directory", directory) if (self.home / name).exists()}

    async def make(self, target: str, *, under: tuple[str, ...] = ()) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *(*under, *ORDINARY, "make", f"PYTHON={self.python}", target),
            cwd=self.folder,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "SEGUE_PORT": str(self.port)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self.started.append(process)
        return process

    async def stop(self) -> None:
        """End what a failed test has left."""
        for process in self.started:
            if process.returncode is None:
                process.terminate()
                await process.communicate()


def python_for_all() -> str:
    """Return a Python of this version that the ordinary user may run: one in root's home may not."""
    probe = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    found = (os.path.realpath(sys.executable), "/usr/bin/python3")
    tried = ((one, subprocess.run([*ORDINARY, one, "-c", probe], capture_output=True, check=False)) for one in found)
    return next(one for one, outcome in tried if outcome.returncode == 0)


def fill(folder: Path, python: str) -> None:
    """Copy the sources, and make an environment of the packages that are installed here."""
    folder.parent.chmod(0o755)
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    if IS_ROOT:
        subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", folder], check=True)
    subprocess.run([*ORDINARY, python, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    installed = Path(sysconfig.get_path("purelib"))
    packages = folder / ".venv" / installed.relative_to(sys.prefix)
    linked = subprocess.run(["cp", "-al", f"{installed}/.", packages], capture_output=True, check=False)
    if linked.returncode != 0:  # it lies on another disk
        subprocess.run(["cp", "-a", f"{installed}/.", packages], check=True)
    shutil.copy(Path(sys.prefix, "requirements.stamp"), folder / ".venv")


@pytest.fixture
async def checkout() -> AsyncIterator[Checkout]:
    with tempfile.TemporaryDirectory(prefix="ordinary-", dir="/tmp") as base:
        folder = Path(base) / "a checkout with spaces ".ljust(PATH_LENGTH - len(base) - 1, "x")
        python = python_for_all()
        await asyncio.to_thread(fill, folder, python)
        made = Checkout(folder, python, free_base())
        yield made
        await made.stop()


def is_offline_allowed() -> bool:
    """Tell whether this user may run something in a network of its own here: some containers forbid it."""
    return subprocess.run([*OFFLINE, "true"], capture_output=True, check=False).returncode == 0


async def play(simulator: str, query: str) -> tuple[Any, Any]:
    """Do what README says: join a voice channel and type; return the message, and what is heard once it sounds."""
    async with aiohttp.ClientSession() as http:
        discord = Discord(http, simulator)
        guild = await discord.guild()
        await discord.enter(guild, guild.owner, guild.voices[0])
        answer = await discord.command(guild, guild.owner, "play", query=query)

        async def sounding() -> Any:
            heard = await discord.voice(guild)
            return heard if heard["connected"] and not heard["silent"] else None

        return answer["message"], await eventually(sounding, within=30, what="sound")


async def test_make_up_and_make_down_work_for_an_ordinary_user_under_any_path(checkout: Checkout) -> None:
    up = await checkout.make("up")
    await checkout.ready(up)
    run = json.loads((checkout.home / "run.json").read_text())
    directory = (checkout.home / "run-directory").read_text().strip()
    message, heard = await play(run["simulator"], "first light")
    owners = {psutil.Process(pid).uids().effective for pid in run["pids"].values()}
    before = checkout.traces(directory)
    down = await checkout.make("down")
    said_by_down, _ = await down.communicate()
    said, _ = await up.communicate()

    assert (up.returncode, down.returncode) == (0, 0), said.decode() + said_by_down.decode()
    assert "First Light" in json.dumps(message)
    assert heard["rms"] > 0
    assert len(str(checkout.folder)) == PATH_LENGTH
    assert owners == {NOBODY if IS_ROOT else os.geteuid()}
    assert "Segue is ready" in said.decode()
    assert "Fetching packages" not in said.decode()
    assert before == {"run.json", "run-directory", directory}
    assert checkout.traces(directory) == set()
    assert [name for name, pid in run["pids"].items() if alive(pid)] == []


@pytest.mark.skipif(not is_offline_allowed(), reason="a network of one's own is not allowed here")
async def test_make_up_needs_no_network_once_all_is_installed(checkout: Checkout) -> None:
    up = await checkout.make("up", under=OFFLINE)
    await checkout.ready(up)
    supervisor = json.loads((checkout.home / "run.json").read_text())["pids"]["supervisor"]
    interfaces = await asyncio.to_thread(Path(f"/proc/{supervisor}/net/dev").read_text)
    down = await checkout.make("down")
    await down.communicate()
    said, _ = await up.communicate()

    assert (up.returncode, down.returncode) == (0, 0), said.decode()
    assert "Segue is ready" in said.decode()
    assert [line.split(":")[0].strip() for line in interfaces.splitlines()[2:]] == ["lo"]
