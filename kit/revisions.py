"""Where the migrations of each service lie, without the weight of the tool that runs them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def schemas() -> list[str]:
    """Return the services that have a schema of their own."""
    return sorted(folder.parent.parent.name for folder in ROOT.glob("*/migrations/versions"))


def versions(schema: str) -> Path:
    """Return the folder of a schema's migrations."""
    return ROOT / schema / "migrations" / "versions"


def known(schema: str) -> frozenset[str]:
    """Return the revisions of a schema: the part of each file's name before its first underscore."""
    return frozenset(file.stem.partition("_")[0] for file in versions(schema).glob("[0-9]*_*.py"))
