"""API tokens: random secrets of which only the hash is kept."""

from __future__ import annotations

import dataclasses
import hashlib

_SCHEME = "bearer "


@dataclasses.dataclass(frozen=True, slots=True)
class Token:
    """A valid token."""

    token_id: str
    user_id: int | None
    """None: the operator's, whose user has not been learnt yet."""
    scopes: tuple[str, ...]
    guild_ids: tuple[int, ...]
    """Empty: all of the user's guilds."""
    operator: bool


def bearer(header: str) -> str:
    """Return the secret in an `authorization` header; empty if there is none."""
    return header[len(_SCHEME) :].strip() if header[: len(_SCHEME)].lower() == _SCHEME else ""


def digest(secret: str) -> bytes:
    """Return what is kept of a secret. It has 256 random bits, so a plain hash cannot be guessed backwards."""
    return hashlib.sha256(secret.encode()).digest()
