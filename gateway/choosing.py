"""What gateway needs of api."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from gateway.domain.player import Page
    from gateway.domain.setting import Changed, Choices, Value


class Settings(Protocol):
    """What guilds chose. Each method raises Refused; a repeated `request_id` has no second effect.

    `seen` is the version that somebody saw: if there is another one by now, Refused(VERSION_STALE). None: any.
    """

    async def get(self, guild_id: int, *, within: float | None = None) -> Choices:
        """Look at them, `within` so many seconds."""

    async def choose(self, guild_id: int, name: str, value: Value, seen: int | None, *, request_id: str) -> Choices:
        """Choose one."""

    async def reset(self, guild_id: int, names: Collection[str], seen: int, *, request_id: str) -> Choices:
        """Let some have their defaults again."""

    async def changes(self, guild_id: int, token: str, limit: int) -> Page[Changed]:
        """List who changed what, the newest first, from the page that a token names; empty: from the first."""
