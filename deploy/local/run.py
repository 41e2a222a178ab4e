"""What is picked once for a run and kept while it lasts: folders, ports, secrets."""

from __future__ import annotations

import secrets
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

from deploy.local.settings import SERVICES, LocalSettings

SIMULATOR_OFFSET = 100
TRACES_OFFSET = 101


@dataclass(frozen=True, kw_only=True)
class Run:
    """Addresses of one run; `directory` is its short private folder (Unix sockets have a limit of 107 bytes)."""

    directory: Path
    home: Path
    edge: str  # host:port it listens on
    ops: dict[str, str]  # host:port by instance
    nodes: dict[str, int]  # loopback port by embedded node
    simulator: int
    simulator_discord: int
    simulator_voice: int
    traces: int

    @property
    def edge_url(self) -> str:
        """The edge's URL on this machine."""
        host, _, port = self.edge.rpartition(":")
        return f"http://{'127.0.0.1' if host in ('0.0.0.0', '[::]') else host}:{port}"  # noqa: S104 - compared, not bound

    def file(self, *parts: str) -> str:
        """Return a path inside the private folder."""
        return str(self.directory.joinpath(*parts))


def prepare(settings: LocalSettings) -> Run:
    """Make the folders and secrets of a run and pick its ephemeral ports."""
    home = settings.segue_home
    (home / "logs").mkdir(parents=True, exist_ok=True)
    if not settings.music_dir:
        (home / "music").mkdir(exist_ok=True)
    for name in ("operator-token", "handle-key"):
        _keep_secret(home / name)
    directory = _private_folder()
    run = Run(
        directory=directory,
        home=home,
        edge=f"{_bracket(settings.segue_bind)}:{settings.segue_port}",
        ops=_ops(settings),
        nodes={} if settings.foreign_nodes else {name: free_port() for name in settings.instances("node")},
        simulator=settings.segue_port + SIMULATOR_OFFSET,
        simulator_discord=free_port(),
        simulator_voice=free_port(),
        traces=settings.segue_port + TRACES_OFFSET,
    )
    for instance in (*run.ops, "edge", "postgres"):
        (directory / instance).mkdir(mode=0o700)
    write_private(directory / "node-password", secrets.token_urlsafe(24))
    return run


def _ops(settings: LocalSettings) -> dict[str, str]:
    """Give the first instance of each service its fixed ops port and the others ephemeral ones."""
    ports: dict[str, str] = {}
    for offset, service in enumerate(SERVICES, start=1):
        for instance in settings.instances(service):
            port = settings.segue_port + offset if instance == service else free_port()
            ports[instance] = f"127.0.0.1:{port}"
    return ports


def _private_folder() -> Path:
    """Make the folder under a short path, whatever TMPDIR says."""
    base = tempfile.gettempdir()
    short = base if len(base) <= 20 else "/tmp"  # noqa: S108 - the folder itself is random and private
    directory = Path(short) / f"segue-{secrets.token_hex(4)}"
    directory.mkdir(mode=0o700)
    return directory


def _keep_secret(path: Path) -> None:
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32))


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner can read, by rename, so that no reader ever sees half of it."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600, exist_ok=False)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def free_port() -> int:
    """Return a loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _bracket(host: str) -> str:
    return f"[{host}]" if ":" in host else host
