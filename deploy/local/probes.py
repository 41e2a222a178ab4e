"""Asks whether a process is ready. A probe answers True or False and never raises for a process that is not there."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path

LIMIT = 5.0  # seconds one question may take


async def http_ok(address: str, path: str, headers: tuple[tuple[str, str], ...] = ()) -> bool:
    """Return whether `GET path` answers 200; the address is `host:port` or the path of a Unix socket."""
    status, _ = await _get(address, path, headers)
    return status == b"200"


async def peers_healthy(admin: str) -> bool:
    """Return whether a proxy reaches everything it leads to, and of those of which one is to be ready, one that is.

    `admin` is its admin socket. An instance may well stand by, and not be ready as long as another is.
    """
    status, body = await _get(admin, "/clusters")
    flags: defaultdict[bytes, list[bool]] = defaultdict(list)
    for line in body.splitlines():
        if b"::health_flags::" in line:
            flags[line.partition(b"::")[0]].append(line.endswith(b"::healthy"))
    judged = [any(found) if cluster.endswith(b"-ready") else all(found) for cluster, found in flags.items()]
    return status == b"200" and all(judged)


async def _get(address: str, path: str, headers: tuple[tuple[str, str], ...] = ()) -> tuple[bytes, bytes]:
    """Return the status and what follows the status line; empty if nobody answers."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    try:
        async with asyncio.timeout(LIMIT):
            reader, writer = await _connect(address)
            try:
                writer.write("\r\n".join([*lines, "", ""]).encode())
                await writer.drain()
                first, _, rest = (await reader.read()).partition(b"\n")
                return first.split()[1] if first else b"", rest
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return b"", b""


async def _connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if address.startswith("/"):
        return await asyncio.open_unix_connection(address)
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host.strip("[]"), int(port))


async def postgres_ready(data: Path, sockets: Path) -> bool:
    """Return whether the server of this data folder takes connections on a socket in `sockets`.

    Its status file alone does not say so: one that was killed leaves the file as it was.
    """
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        async with asyncio.timeout(LIMIT):
            _, writer = await _connect(str(sockets / ".s.PGSQL.5432"))
    except (OSError, TimeoutError):
        return False
    writer.close()
    return len(lines) > 7 and Path(lines[4]) == sockets and lines[7].strip() == "ready"


async def at_once() -> bool:
    """Say of a process that has nothing to open that it is ready."""
    return True
