"""Switching features on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from api.domain.flag import MOST_GUILDS, Flag, Switch, switched
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager


class FlagChange(Protocol):
    """An open transaction on a flag. Any exception undoes all of it."""

    flag: Flag

    async def save(self, flag: Flag) -> None:
        """Write the flag under the next version, and tell of it."""


class Flags(Protocol):
    """Where flags are kept. Every method raises Refused(UNAVAILABLE) while it is away."""

    def change(self, name: str, *, dry: bool) -> AbstractAsyncContextManager[FlagChange]:
        """Open a change; `dry`: undo it at the end."""

    async def page(self, after: str, limit: int) -> Sequence[Flag]:
        """Return flags behind a name, by name."""

    async def changed_since(self, cursor: int) -> list[tuple[str, int]]:
        """Return flags and their versions where the last change is an event behind a cursor."""


async def update(change: FlagChange, switch: Switch) -> Flag:
    """Do it; return the flag as it is now. What was so before makes no new version."""
    lists = (switch.on_in, switch.off_in, switch.reset_in)
    if switch.percent is None and not any(lists):
        raise Refused(Reason.INVALID_ARGUMENT, fields={"percent": "something has to be switched"})
    if sum(map(len, lists)) != len(frozenset().union(*lists)):
        raise Refused(Reason.INVALID_ARGUMENT, fields={"on_in": "a guild can be named in one list alone"})
    wanted = switched(change.flag, switch)
    if len(wanted.on_in) + len(wanted.off_in) > MOST_GUILDS:
        raise Refused(Reason.INVALID_ARGUMENT, fields={"on_in": f"a flag can name {MOST_GUILDS} guilds"})
    if wanted != change.flag:
        await change.save(wanted)
    return change.flag
