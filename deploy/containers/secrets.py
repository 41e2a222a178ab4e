"""Puts each secret where its reader finds it: `python -m deploy.containers.secrets RUN`.

What nobody brought along is made at random once, and kept in RUN/ca beside the certificate authority.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.containers.settings import GivenSecrets
from kit import settings

if TYPE_CHECKING:
    from pydantic import SecretStr

SERVICES = ("gateway", "audio", "api", "worker")
DATABASE = "postgres:5432/segue"
NODE = "main=ws://lavalink:2333"
_PRIVATE, _SHARED = 0o400, 0o444  # the latter in volumes whose only reader is another user


def place(run: Path, given: GivenSecrets) -> None:
    """Write the secrets of all containers below `run`; a second time changes nothing that was not given anew."""
    kept = run / "ca"
    owner, node = _kept(kept, "postgres-password"), _kept(kept, "node-password")
    _write(run / "postgres", "password", owner, _SHARED)
    _write(run / "node", "password", node, _SHARED)
    roles = {service: _kept(kept, f"{service}-password") for service in SERVICES}
    database = given.database_url.get_secret_value()
    # A database of somebody else's has its own users: the one of the URL serves all.
    _write(run / "migrate", "database-url", database or _url("segue", owner))
    _write(run / "migrate", "role-passwords", "" if database else ",".join(f"{k}={v}" for k, v in roles.items()))
    for service, password in roles.items():
        _write(run / service, "database-url", database or _url(f"segue_{service}", password))
    _write(run / "audio", "lavalink-nodes", given.lavalink_nodes.get_secret_value() or f"{NODE}|{node}")
    _write(run / "audio", "handle-key", _given(given.handle_key, kept, "handle-key"))
    _write(run / "audio", "retired-handle-keys", given.retired_handle_keys.get_secret_value())
    _write(run / "api", "operator-token", _given(given.operator_token, kept, "operator-token"))


def _url(user: str, password: str) -> str:
    return f"postgresql://{user}:{password}@{DATABASE}"


def _given(secret: SecretStr, kept: Path, name: str) -> str:
    return secret.get_secret_value() or _kept(kept, name)


def _kept(folder: Path, name: str) -> str:
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        _replace(path, secrets.token_urlsafe(32), _PRIVATE)
    return path.read_text(encoding="utf-8")


def _write(pod: Path, name: str, value: str, mode: int = _PRIVATE) -> None:
    folder = pod / "secrets"
    folder.mkdir(mode=0o755, exist_ok=True)
    _replace(folder / name, value, mode)


def _replace(path: Path, value: str, mode: int) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(value, encoding="utf-8")
    fresh.chmod(mode)
    fresh.replace(path)


def main() -> None:
    """Place them below the folder of the command line."""
    place(Path(sys.argv[1]), settings.load(GivenSecrets))


if __name__ == "__main__":
    main()
