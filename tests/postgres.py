"""A real PostgreSQL for tests: `database_url` is an empty database for the whole run."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.postgres import as_ordinary_user, binary

READY_WITHIN = 60.0
# Nothing here needs to outlive the machine; what was committed must outlive the server.
OPTIONS = ("listen_addresses=", "fsync=off", "max_connections=60", "shared_buffers=32MB")


class Cluster:
    """A PostgreSQL server of its own, on a Unix socket in a folder of its own."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="segue-pg-"))
        self._home.chmod(0o755)
        self._server: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://segue@/postgres?host={self._home}"
        self._run("initdb", "-D", str(self._home / "data"), "-U", "segue", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        options = [part for option in OPTIONS for part in ("-c", option)]
        end_with_us = ("setpriv", "--pdeathsig", "QUIT", "--")
        where = ("-D", str(self._home / "data"), "-k", str(self._home))
        command = [*as_ordinary_user(), *end_with_us, binary("postgres"), *where, *options]
        with (self._home / "log").open("ab") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log)
        ends = time.monotonic() + READY_WITHIN
        while subprocess.run([binary("pg_isready"), "-q", "-h", str(self._home)], check=False).returncode != 0:
            assert self._server.poll() is None, (self._home / "log").read_text()
            assert time.monotonic() < ends, "PostgreSQL did not become ready"
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server as a restart of the machine would: connections are cut."""
        if self._server:
            subprocess.run(["kill", "-QUIT", str(self._server.pid)], check=True)
            self._server.wait(timeout=READY_WITHIN)
            self._server = None

    def remove(self) -> None:
        """Stop the server and delete its files."""
        self.stop()
        shutil.rmtree(self._home)

    @staticmethod
    def _run(program: str, *arguments: str) -> None:
        done = subprocess.run([*as_ordinary_user(), binary(program), *arguments], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running server; a test that stops it starts it again."""
    made = Cluster()
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="session")
def database_url(cluster: Cluster) -> str:
    """The address of an empty database."""
    return cluster.url
