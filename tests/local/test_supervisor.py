"""The supervisor alone, with small shell commands for processes."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pytest

from deploy.local.process import Process
from deploy.local.supervisor import StartError, Supervisor

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 60.0


class World:
    """A supervisor in a folder, and what it said."""

    def __init__(self, folder: Path, *processes: Process) -> None:
        self.said: list[str] = []
        self.log = folder
        self.supervisor = Supervisor(
            processes, directory=folder, logs=folder, say=self.said.append, changed=lambda _: None
        )

    async def start(self) -> None:
        async with asyncio.timeout(LIMIT):
            await self.supervisor.start()


def shell(name: str, script: str, **values: object) -> Process:
    return Process(name=name, command=("sh", "-c", script), environment={"PATH": os.defpath}, **values)  # type: ignore[arg-type]


async def test_a_process_starts_when_the_step_before_it_has_ended(tmp_path: Path) -> None:
    async def ready() -> bool:
        return (tmp_path / "second").exists()

    step = shell("step", "sleep 0.2; touch first")
    server = shell("server", "test -e first && touch second; exec sleep 60", after=("step",), ready=ready)
    world = World(tmp_path, server, step)
    await world.start()
    assert set(world.supervisor.pids) == {"server"}
    await world.supervisor.stop()
    assert world.supervisor.pids == {}


async def test_a_failed_step_ends_the_start_with_what_it_said(tmp_path: Path) -> None:
    migrate = shell("migrate", "echo no such database; exit 3")
    world = World(tmp_path, migrate, shell("audio", "true", after=("migrate",)))
    with pytest.raises(StartError, match=r"migrate failed \(exit code 3\)(?s:.*)no such database"):
        await world.start()
    await world.supervisor.stop()


async def test_the_start_is_over_when_also_the_steps_nobody_waits_for_have_ended(tmp_path: Path) -> None:
    world = World(tmp_path, shell("music", "sleep 0.3; touch made"))
    await world.start()
    assert (tmp_path / "made").exists()
    await world.supervisor.stop()


async def test_a_failed_step_nobody_waits_for_is_only_said(tmp_path: Path) -> None:
    async def ready() -> bool:
        return len(world.said) > 0

    world = World(tmp_path, shell("music", "echo no encoder; exit 1"), shell("node", "exec sleep 60", ready=ready))
    await world.start()
    assert "no encoder" in world.said[0]
    await world.supervisor.stop()


async def test_a_process_that_never_gets_ready_ends_the_start(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    world = World(tmp_path, shell("gateway", "echo the token is wrong; exit 1", ready=never))
    with pytest.raises(StartError, match=r"gateway failed(?s:.*)the token is wrong"):
        await world.start()
    assert world.said == [
        "gateway ended (exit code 1); starting it again",
        "  the token is wrong",
        "gateway ended (exit code 1); starting it again in 1 s",
        "  the token is wrong",
    ]
    await world.supervisor.stop()


async def test_a_step_with_a_period_runs_again_and_a_later_failure_is_only_said(tmp_path: Path) -> None:
    script = "echo run >> runs; test $(wc -l < runs) -lt 3"
    world = World(tmp_path, shell("certificates", script, every=0.05), shell("envoy", "true", after=("certificates",)))
    await world.start()
    async with asyncio.timeout(LIMIT):
        while not world.said:  # noqa: ASYNC110 - what is awaited happens in another process
            await asyncio.sleep(0.02)
    assert "certificates failed (exit code 1)" in world.said[0]
    assert (tmp_path / "runs").read_text().count("run") >= 3
    await world.supervisor.stop()


async def test_a_process_that_does_not_stop_is_killed_after_its_time(tmp_path: Path) -> None:
    async def ready() -> bool:
        return (tmp_path / "up").exists()

    deaf = shell("deaf", "trap '' TERM; touch up; while :; do sleep 1; done", ready=ready, stop_within=0.2)
    world = World(tmp_path, deaf)
    await world.start()
    async with asyncio.timeout(LIMIT):
        await world.supervisor.stop()
    assert world.said[-1] == "deaf did not stop within 0.2 s and is killed"
