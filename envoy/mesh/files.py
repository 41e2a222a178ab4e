"""Files that a proxy reads, also while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def replace(path: Path, content: bytes) -> bool:
    """Write a file by rename, for its owner alone, unless it holds this already: proxies take up only renames.

    True: it held something else.
    """
    before = path.read_bytes() if path.exists() else None
    if before == content:
        return False
    fresh = path.with_suffix(f"{path.suffix}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_bytes(content)
    fresh.rename(path)
    return before is not None
