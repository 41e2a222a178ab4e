"""Changes that are only tried."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from kit.postgres import transaction

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kit.postgres import Connection, Pool


class _Dry(Exception):  # noqa: N818  (never seen outside: it undoes a transaction)
    """The change was only tried."""


@asynccontextmanager
async def changing(pool: Pool, *, dry: bool) -> AsyncIterator[Connection]:
    """Give a connection in a transaction; `dry`: undo it at the end."""
    try:
        async with transaction(pool) as tx:
            yield tx
            _undo(when=dry)
    except _Dry:
        return


def _undo(*, when: bool) -> None:
    if when:
        raise _Dry
