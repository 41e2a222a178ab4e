"""What is checked before anything starts; each finding is one sentence that says what to do."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
from typing import TYPE_CHECKING

from deploy.local import postgres
from deploy.local.run import SIMULATOR_OFFSET, TRACES_OFFSET
from deploy.local.settings import SERVICES, LocalSettings

if TYPE_CHECKING:
    from collections.abc import Iterator


def findings(settings: LocalSettings) -> list[str]:
    """Return one sentence for each thing that would keep the run from starting."""
    return [*_ports(settings), *(() if settings.database_url else _postgres(settings))]


def _ports(settings: LocalSettings) -> Iterator[str]:
    wanted = [(settings.segue_bind, 0, "the edge")]
    wanted += [("127.0.0.1", offset, f"ops of {service}") for offset, service in enumerate(SERVICES, start=1)]
    wanted += [("127.0.0.1", TRACES_OFFSET, "traces")]
    if not settings.discord_token:
        wanted.append(("127.0.0.1", SIMULATOR_OFFSET, "the simulator"))
    for host, offset, purpose in wanted:
        port = settings.segue_port + offset
        try:
            with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
                pass
        except OSError as error:
            reason = str(error.strerror).partition(" (while")[0]
            yield f"Port {port} on {host} ({purpose}) cannot be used: {reason}; set SEGUE_PORT to another base."


def _postgres(settings: LocalSettings) -> Iterator[str]:
    version = postgres.data_folder(settings.segue_home) / "PG_VERSION"
    if version.exists() and (found := version.read_text().strip()) != postgres.MAJOR:
        yield (
            f"The data in {version.parent} is PostgreSQL {found}'s, this Segue brings {postgres.MAJOR}: "
            "dump it with the Segue that made it, or set DATABASE_URL."
        )
    if os.geteuid() == 0:
        command = [*postgres.as_ordinary_user(), "true"]
        trial = subprocess.run(command, capture_output=True, check=False, timeout=10)  # noqa: S603 - all of it is ours
        if trial.returncode != 0:
            yield (
                "PostgreSQL does not run as root, and this machine forbids user namespaces (unshare --user): "
                "run make up as an ordinary user, or set DATABASE_URL."
            )
        return
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        yield f"PostgreSQL needs a named user, and uid {os.geteuid()} has no name here: add one, or set DATABASE_URL."
