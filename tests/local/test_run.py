"""The run as a person sees it: run.json, restarts, and that nothing is left behind however it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from deploy.local.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

ENDS_WITHIN = 25.0  # five times what is promised
LIMIT = 60.0


async def until(condition: Callable[[], bool], limit: float = LIMIT) -> None:
    async with asyncio.timeout(limit):
        while not condition():  # noqa: ASYNC110 - what is awaited happens in other processes
            await asyncio.sleep(0.02)


def free_base() -> int:
    """Return a base port whose offsets are free, outside the range the kernel hands out."""
    for base in range(20000, 32000, 10):
        try:
            for offset in (*range(5), 100, 101):
                socket.create_server(("127.0.0.1", base + offset)).close()
        except OSError:
            continue
        return base
    raise AssertionError("no free ports")


def alive(pid: int) -> bool:
    """Return whether a process runs; one that only waits to be reaped does not."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


class LocalRun:
    """One `python -m deploy.local` with stand-ins, in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_base()
        self.process: asyncio.subprocess.Process | None = None

    async def command(self, name: str, **environment: str) -> asyncio.subprocess.Process:
        return await self.spawn(sys.executable, "-m", "tests.local.standin_run", name, **environment)

    async def spawn(self, *command: str, **environment: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, "SEGUE_HOME": str(self.home), "SEGUE_PORT": str(self.port), **environment},
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def start(self) -> None:
        self.process = await self.command("up")
        await until((self.home / "run.json").exists)

    async def stop(self) -> str:
        assert self.process
        self.process.terminate()
        output, _ = await self.process.communicate()
        assert self.process.returncode == 0, output.decode()
        return output.decode()

    @property
    def addresses(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.home / "run.json").read_text())
        return content

    def members(self) -> list[psutil.Process]:
        """Return every process that carries this home in its environment, but the supervisor."""
        found = []
        for process in psutil.process_iter():
            try:
                marked = process.environ()
            except (psutil.Error, OSError):
                continue
            if marked.get("SEGUE_HOME") == str(self.home) and "SEGUE_RUN" in marked:
                found.append(process)
        return found


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[LocalRun]:
    home = tmp_path / ("a home with spaces " + "x" * (200 - len(str(tmp_path)) - 20))
    run = LocalRun(home)
    yield run
    if run.process and run.process.returncode is None:
        run.process.kill()
        await run.process.communicate()
        await until(lambda: not run.members())


async def test_run_json_names_every_process_and_is_gone_after_a_clean_stop(run: LocalRun) -> None:
    await run.start()
    addresses = run.addresses
    assert (run.home / "run.json").stat().st_mode & 0o777 == 0o600
    assert addresses["edge"] == f"http://127.0.0.1:{run.port}"
    assert addresses["ops"]["gateway"] == f"http://127.0.0.1:{run.port + 1}"
    assert addresses["token"] == (run.home / "operator-token").read_text()
    assert set(addresses["pids"]) == {"supervisor", "guard", "postgres", "audio", "gateway"}
    assert all(alive(pid) for pid in addresses["pids"].values())
    output = await run.stop()
    assert "gateway is ready" in output
    assert not (run.home / "run.json").exists()
    assert run.members() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP], ids=["ctrl-c", "terminal closed"])
async def test_nothing_is_left_behind_when_the_terminal_ends_it(run: LocalRun, number: signal.Signals) -> None:
    await run.start()
    assert run.process
    run.process.send_signal(number)
    await run.process.communicate()
    assert run.process.returncode == 0
    assert not (run.home / "run.json").exists()
    assert run.members() == []


async def test_nothing_is_left_behind_when_it_is_stopped_in_the_middle_of_its_start(run: LocalRun) -> None:
    run.process = await run.command("up")
    await until((run.home / "logs" / "initdb.log").exists)
    assert "postgres is ready" not in await run.stop()
    assert run.members() == []


async def test_nothing_is_left_behind_when_make_is_killed(run: LocalRun, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tests.local.standin_run "$3"\n')
    python.chmod(0o755)
    run.process = await run.spawn("make", "--old-file=setup", f"VENV='{python}'", "up")
    await until((run.home / "run.json").exists)
    supervisor = run.addresses["pids"]["supervisor"]
    run.process.kill()
    await run.process.communicate()
    await until(lambda: not alive(supervisor))
    assert not (run.home / "run.json").exists()
    assert run.members() == []


async def test_a_killed_process_comes_back_with_a_new_pid_in_run_json(run: LocalRun) -> None:
    await run.start()
    for name in ("audio", "postgres", "guard"):
        before = run.addresses["pids"][name]
        os.kill(before, signal.SIGKILL)
        await until(lambda name=name, before=before: run.addresses["pids"].get(name, before) != before)  # type: ignore[misc]
    await run.stop()


async def test_everything_ends_with_a_killed_supervisor_and_the_next_start_works(run: LocalRun) -> None:
    await run.start()
    token = run.addresses["token"]
    assert run.process
    run.process.kill()
    await run.process.communicate()
    await until(lambda: not run.members(), ENDS_WITHIN)
    for name in ("audio", "gateway"):
        assert not alive(int((run.home / f"{name}.child").read_text()))
    await run.start()
    assert run.addresses["token"] == token
    await run.stop()


async def test_what_the_guard_could_not_end_is_ended_by_the_next_start(run: LocalRun) -> None:
    await run.start()
    assert run.process
    os.kill(run.addresses["pids"]["guard"], signal.SIGSTOP)
    run.process.kill()
    await run.process.communicate()
    left = int((run.home / "audio.child").read_text())
    assert alive(left)
    (run.home / "run.json").unlink()
    await run.start()
    assert not alive(left)
    await run.stop()


async def test_a_second_run_in_the_same_home_is_refused_and_down_stops_the_first(run: LocalRun) -> None:
    await run.start()
    second = await run.command("up")
    output, _ = await second.communicate()
    assert second.returncode == 1
    assert "already runs" in output.decode()
    down = await run.command("down")
    await down.communicate()
    assert down.returncode == 0
    assert run.process
    await run.process.communicate()
    assert run.process.returncode == 0
    assert run.members() == []


async def test_a_port_in_use_is_said_before_anything_starts(run: LocalRun) -> None:
    with socket.create_server(("127.0.0.1", run.port + 4)):
        up = await run.command("up")
        output, _ = await up.communicate()
    assert up.returncode == 1
    assert f"Port {run.port + 4} on 127.0.0.1 (ops of api) cannot be used" in output.decode()
    assert not (run.home / "postgres").exists()


async def test_a_wrong_setting_is_said_before_anything_starts(run: LocalRun) -> None:
    up = await run.command("up", SEGUE_INSTANCES="audio=none")
    output, _ = await up.communicate()
    assert up.returncode == 2
    assert output.decode().startswith("SEGUE_INSTANCES is wrong: 'audio=none'")
    assert not run.home.exists()
