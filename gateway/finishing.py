"""What other processes left unanswered: each guild's is answered as it was asked, and no guild waits for another."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from gateway.domain.interaction import Interaction

_AT_ONCE = 20


async def finish(
    left: Iterable[Interaction],
    answer: Callable[[Interaction], Coroutine[object, object, None]],
    spawn: Callable[[Coroutine[object, object, None], str], asyncio.Task[None]],
) -> None:
    """Answer what is left, oldest first; what fails keeps nothing else back. `spawn` runs a task of its own."""
    by_guild: dict[int, list[Interaction]] = {}
    for asked in left:
        by_guild.setdefault(asked.guild_id, []).append(asked)
    places = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(guild: Iterable[Interaction]) -> None:
        async with places:
            for asked in guild:
                await asyncio.wait([spawn(answer(asked), f"interaction {asked.id}")])

    await asyncio.gather(*map(in_turn, by_guild.values()))
