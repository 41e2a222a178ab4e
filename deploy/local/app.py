"""The commands: `up` runs the system in the foreground, `down` stops one elsewhere, `doctor` looks at the bot."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import time
from typing import IO, TYPE_CHECKING

from deploy.local import examination, preflight, remains
from deploy.local.plan import Plan
from deploy.local.run import Run, prepare, write_private
from deploy.local.settings import ROOT, SERVICES, LocalSettings
from deploy.local.supervisor import Supervisor
from kit.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deploy.local.process import Process

STOP_LIMIT = 60.0  # seconds `down` waits


class WrongStartError(Exception):
    """The run cannot start here and now; the text is one sentence for each reason."""


async def up(settings: LocalSettings, plan: type[Plan] = Plan) -> None:
    """Start everything, say where it is, and keep it until SIGINT, SIGTERM or SIGHUP."""
    began = time.monotonic()
    with _sole_run(settings.segue_home):
        remains.sweep(settings.segue_home)
        if reasons := preflight.findings(settings):
            raise WrongStartError("\n".join(reasons))
        run = prepare(settings)
        remains.remember(run.home, run.directory)
        try:
            await _supervise(settings, run, plan(settings, run, os.getpid()).processes(), began)
        finally:
            remains.sweep(settings.segue_home)
    _say("stopped")


async def down(settings: LocalSettings) -> None:
    """Stop the run of this home and wait for its end."""
    lock = _lock_file(settings.segue_home)
    pid = lock.read_text().strip() if lock.exists() and _is_locked(lock) else ""
    if not pid:
        _say(f"nothing runs in {settings.segue_home}")
        return
    os.kill(int(pid), signal.SIGTERM)
    deadline = time.monotonic() + STOP_LIMIT
    while _is_locked(lock):
        if time.monotonic() > deadline:
            raise WrongStartError(f"The supervisor (pid {pid}) has not stopped within {STOP_LIMIT:g} s.")
        await asyncio.sleep(0.1)
    _say("stopped")


async def _say_findings(settings: LocalSettings) -> None:
    _, said = await examination.examine(settings)
    _say(said)


async def doctor(settings: LocalSettings, *where_and_what: str) -> None:
    """Say what Discord lets the bot do, and play into a channel. Raises UnwellError if something is in the way."""
    code, said = await examination.examine(settings)
    _say(said)
    if where_and_what:
        _say(await examination.play(settings, *where_and_what))
    if code:
        raise examination.UnwellError("Something is in the way, see above.")


async def _supervise(settings: LocalSettings, run: Run, processes: list[Process], began: float) -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(name, asked.set)
    ready = asyncio.Event()

    def changed(pids: dict[str, int]) -> None:
        if ready.is_set():
            _write_addresses(settings, run, pids)

    supervisor = Supervisor(
        processes,
        directory=ROOT,
        logs=run.home / "logs",
        say=_say,
        changed=changed,
    )

    async def keep() -> None:
        await supervisor.start()
        ready.set()
        changed(supervisor.pids)
        _say(_table(settings, run, time.monotonic() - began))
        async with Tasks() as beside:
            if settings.discord_token:
                beside.spawn(_say_findings(settings), "look at the bot")
            await supervisor.run()

    tasks = [asyncio.create_task(keep()), asyncio.create_task(asked.wait())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        _say("stopping …")
        await supervisor.stop()


def _write_addresses(settings: LocalSettings, run: Run, pids: dict[str, int]) -> None:
    content = {
        "edge": run.edge_url,
        "simulator": None if settings.discord_token else f"http://127.0.0.1:{run.simulator}",
        "traces": f"http://127.0.0.1:{run.traces}",
        "ops": {instance: f"http://{address}" for instance, address in run.ops.items()},
        "token": (run.home / "operator-token").read_text(encoding="utf-8"),
        "pids": {"supervisor": os.getpid(), **pids},
    }
    write_private(run.home / "run.json", json.dumps(content, indent=2) + "\n")


def _table(settings: LocalSettings, run: Run, seconds: float) -> str:
    rows = [
        ("Simulator", f"http://127.0.0.1:{run.simulator}", "type /play, listen to the channel"),
        ("Edge", run.edge_url, "REST, gRPC and gRPC-Web on one port"),
        ("Traces", f"http://127.0.0.1:{run.traces}", "what happened, as waterfalls"),
        *((f"Ops of {name}", f"http://{run.ops[name]}", "/health /ready /metrics /performance") for name in SERVICES),
        ("Music", str(settings.music_dir or run.home / "music"), ""),
        ("Token", str(run.home / "operator-token"), ""),
        ("Logs", str(run.home / "logs"), ""),
    ]
    if settings.discord_token:
        rows[0] = ("Discord", "your bot", "type /play in your server")
    width = max(len(address) for _, address, note in rows if note)
    lines = [f"  {name:<15}  {address:<{width}}  {note}".rstrip() for name, address, note in rows]
    return "\n".join([f"Segue is ready ({seconds:.1f} s). Ctrl-C stops it.", "", *lines, ""])


@contextlib.contextmanager
def _sole_run(home: Path) -> Iterator[None]:
    """Hold the home's lock, which the kernel lets go whenever and however this process ends."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _lock_file(home).open("a+")
    except OSError as error:
        raise WrongStartError(f"SEGUE_HOME cannot be used: {error.strerror}: {home}.") from error
    with lock:
        if not _try_lock(lock):
            lock.seek(0)
            raise WrongStartError(f"Segue already runs in {home} (pid {lock.read().strip()}); make down stops it.")
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _lock_file(home: Path) -> Path:
    return home / "supervisor.lock"


def _is_locked(path: Path) -> bool:
    with path.open("a+") as lock:
        return not _try_lock(lock)


def _try_lock(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - this is what the person at the terminal reads
