"""Panels: in each guild one message shows the player and is kept true while something plays.

The answer that shows what plays goes on as the panel, so that nothing stands in a channel twice.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from gateway.domain.cards import music
from gateway.domain.panel import ChannelLostError, Deed, MessageGoneError, Panel

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gateway.domain.cards.base import Card, Say
    from gateway.domain.player import Player
    from gateway.playback import Players

_PAUSE = 1.0  # seconds between two edits of a panel


class Rows(Protocol):
    """Where panels are kept. Every method raises Refused(UNAVAILABLE) while it is away."""

    async def find(self, guild_id: int) -> Panel | None:
        """Return a guild's panel."""

    async def begin(self, panel: Panel) -> Panel | None:
        """Keep a panel as its guild's only one; return the one before."""

    async def keep(self, before: Panel, panel: Panel) -> None:
        """Keep a panel as it is now, unless another message became the panel."""

    async def forget(self, panel: Panel) -> None:
        """Forget a panel, unless another message became it."""

    async def overwrite(self, guild_id: int, message_id: int) -> bool:
        """Set the version of a panel to zero; tell whether the message is one."""


class Messages(Protocol):
    """Messages in channels. Every method raises ChannelLostError, or Refused(UNAVAILABLE) while Discord is away."""

    async def post(self, channel_id: int, card: Card) -> int:
        """Post a message; return its id."""

    async def edit(self, channel_id: int, message_id: int, card: Card) -> None:
        """Show another card in a message. Raises MessageGoneError."""


@dataclass
class _Turn:
    """A guild's edits, one after the other."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    newest: int = 0  # the highest version that was to be shown
    deed: Deed | None = None  # the last one that was not shown yet
    free_at: float = 0.0


class Panels:
    """The panels of all guilds. `say` gives a guild's words, `now` seconds that never go back, `sleep` waits some."""

    def __init__(
        self,
        rows: Rows,
        messages: Messages,
        players: Players,
        say: Callable[[int], Say],
        *,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._rows, self._messages, self._players, self._say = rows, messages, players, say
        self._now, self._sleep = now, sleep
        self._turns: defaultdict[int, _Turn] = defaultdict(_Turn)

    async def begin(self, guild_id: int, channel_id: int, message_id: int, version: int) -> None:
        """Let a message that shows the player at a version go on as the panel; the one before says that it ended."""
        async with self._turns[guild_id].lock:
            before = await self._rows.begin(Panel(guild_id, channel_id, message_id, version))
            if before and before.message_id != message_id:
                with suppress(MessageGoneError, ChannelLostError):  # then nothing of it is left to be read
                    await self._messages.edit(before.channel_id, before.message_id, music.moved_on(self._say(guild_id)))
        await self._catch_up(guild_id)

    async def overwritten(self, guild_id: int, message_id: int) -> None:
        """Take note that a click put something else into a message: if it is the panel, the player is shown again."""
        if await self._rows.overwrite(guild_id, message_id):
            await self._catch_up(guild_id)

    async def show(self, guild_id: int, player: Player, deed: Deed | None = None) -> None:
        """Show a player in its guild's panel, if there is one and it does not show this version or a newer one yet."""
        turn = self._turns[guild_id]
        turn.newest = max(turn.newest, player.version)
        turn.deed = deed or turn.deed
        async with turn.lock:
            if await self._may_edit(turn, player.version) and (panel := await self._rows.find(guild_id)):
                await self._bring(turn, panel, player)

    async def _may_edit(self, turn: _Turn, version: int) -> bool:
        """Wait until the panel may be edited again; return whether nothing newer is to be shown."""
        if version == turn.newest:
            await self._sleep(max(0.0, turn.free_at - self._now()))
        return version == turn.newest

    async def _bring(self, turn: _Turn, panel: Panel, player: Player) -> None:
        deed = turn.deed or panel.deed
        if player.version < panel.version or (player.version, deed) == (panel.version, panel.deed):
            return
        turn.free_at = self._now() + _PAUSE
        await self._put(panel, player, deed)
        if turn.deed is deed:
            turn.deed = None

    async def _put(self, panel: Panel, player: Player, deed: Deed | None) -> None:
        card = music.panel(self._say(panel.guild_id), player, deed)
        is_over = player.current is None
        try:
            message_id = await self._write(panel, card, is_over=is_over)
        except ChannelLostError:  # not tried again before somebody asks for music there
            is_over, message_id = True, panel.message_id
        if is_over:
            await self._rows.forget(panel)
        else:
            shown = replace(panel, message_id=message_id, version=player.version, deed=deed)
            await self._rows.keep(panel, shown)

    async def _write(self, panel: Panel, card: Card, *, is_over: bool) -> int:
        try:
            await self._messages.edit(panel.channel_id, panel.message_id, card)
        except MessageGoneError:
            if not is_over:
                return await self._messages.post(panel.channel_id, card)
        return panel.message_id

    async def _catch_up(self, guild_id: int) -> None:
        """Show what came while the message was not the panel, or was overwritten."""
        await self.show(guild_id, await self._players.get(guild_id))
