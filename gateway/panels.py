"""Panels: in each guild one message shows the player and is kept true while something plays.

The answer that shows what plays goes on as the panel, so that nothing stands in a channel twice; a guild may have a
channel for it instead. Where people just type what they want to hear, it stands also while nothing plays.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from gateway.domain.cards import panel as cards
from gateway.domain.cards import requests
from gateway.domain.panel import BUTTONS, ChannelLostError, Deed, MessageGoneError, Panel
from kit.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from gateway.domain.cards.base import Card, Say
    from gateway.domain.guild_settings import GuildSettings
    from gateway.domain.panel import Owner
    from gateway.domain.player import Player
    from gateway.playback import Playback

_log = logging.getLogger(__name__)
_PAUSE = 1.25  # seconds between two edits of a panel: Discord takes five in five seconds
_AHEAD = 25  # items to jump to; as many as Discord lists


class Rows(Protocol):
    """Where panels are kept. Every method raises Refused(UNAVAILABLE) while it is away."""

    async def find(self, guild_id: int) -> Panel | None:
        """Return a guild's panel."""

    async def begin(self, panel: Panel) -> None:
        """Keep a panel as its guild's only one, or the newer message that is; the other is a former one from now on."""

    async def former(self, guild_id: int) -> list[Panel]:
        """List the former panels of a guild."""

    async def end(self, panel: Panel) -> None:
        """Note that a message is not to be taken for a panel: it is a former one, until it has ended."""

    async def ended(self, panel: Panel) -> None:
        """Forget a former panel."""

    async def guilds(self) -> list[int]:
        """List the guilds that have panels, or former ones."""

    async def keep(self, before: Panel, panel: Panel) -> None:
        """Keep a panel as it is now, unless another message became the panel."""

    async def forget(self, panel: Panel) -> None:
        """Forget a panel, unless another message became it."""

    async def overwrite(self, guild_id: int, message_id: int, version: int, deed: Deed | None) -> bool:
        """Set what a panel shows, but for a newer deed; tell whether the message is one."""

    async def lose(self, channel_id: int) -> bool:
        """Note that a channel is lost; tell whether that was not known."""

    async def regain(self, channel_id: int) -> None:
        """Note that a channel is not lost any more."""

    async def is_lost(self, channel_id: int) -> bool:
        """Tell whether a channel was lost a short while ago."""


class Messages(Protocol):
    """Messages in channels. Every method raises ChannelLostError, or Refused(UNAVAILABLE) while Discord is away."""

    async def post(self, channel_id: int, card: Card) -> int:
        """Post a message; return its id."""

    async def edit(self, channel_id: int, message_id: int, card: Card) -> None:
        """Show another card in a message. Raises MessageGoneError."""

    async def delete(self, channel_id: int, message_id: int) -> None:
        """Delete a message. Raises MessageGoneError."""

    async def is_buried(self, channel_id: int, message_id: int) -> bool:
        """Tell whether a message is no longer among the last ones; no, where the bot cannot look."""

    async def owner(self, guild_id: int) -> Owner:
        """Tell whose a guild is."""

    async def tell(self, user_id: int, card: Card) -> None:
        """Write to a person."""


@dataclass
class _Turn:
    """A guild's edits, one after the other."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    newest: int = 0  # the highest version that was to be shown
    deed: Deed | None = None  # the last one that was not shown yet
    free_at: float = 0.0
    ending: bool = False
    room: int = 0  # the channel where the panel waits while nothing plays, until it has left that; zero: none


class Panels:
    """The panels of all guilds. `now` gives seconds that never go back, `sleep` waits some.

    `say` gives a guild's words, `settings` tells what it chose, `knows` whether there is a button of a name; `spawn`
    runs a task beside everything else.
    """

    def __init__(
        self,
        rows: Rows,
        messages: Messages,
        playback: Playback,
        settings: Callable[[int], GuildSettings],
        say: Callable[[int], Say],
        *,
        knows: Callable[[str], bool],
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        spawn: Callable[[Coroutine[object, object, None], str], object],
    ) -> None:
        self._rows, self._messages, self._playback = rows, messages, playback
        self._settings, self._say, self._knows = settings, say, knows
        self._now, self._sleep, self._spawn = now, sleep, spawn
        self._turns: defaultdict[int, _Turn] = defaultdict(_Turn)

    async def draw(self, guild_id: int, player: Player, deed: Deed | None = None) -> Card:
        """Draw a player as a panel.

        What comes next is read after the player: if it is newer than that, the next version is to be shown already.
        """
        if player.current is None and (channel_id := self._settings(guild_id).request_channel_id):
            return requests.invitation(self._say(guild_id), player, channel_id)
        ahead = (await self._playback.queues.page(guild_id, "", _AHEAD)).entries if player.queue_length else ()
        chosen = self._settings(guild_id).panel_buttons or BUTTONS
        buttons = [name for name in chosen if name != "favorite" or self._knows(name)]
        return cards.panel(self._say(guild_id), player, ahead, buttons, deed)

    async def answer(self, guild_id: int, channel_id: int, player: Player) -> Card:
        """Draw a player for a channel: as a panel, or with the way to the channel where the guild wants that."""
        home = await self._home(guild_id)
        if home in (0, channel_id):
            return await self.draw(guild_id, player)
        return cards.elsewhere(self._say(guild_id), player, home)

    async def begin(self, guild_id: int, channel_id: int, message_id: int, version: int) -> None:
        """Let a message that shows the player at a version go on as the panel; the one before will say that it ended.

        Where the guild has a channel for it, the panel is there instead.
        """
        if await self._home(guild_id) in (0, channel_id):
            await self._rows.begin(Panel(guild_id, channel_id, message_id, version))
            await self._rows.regain(channel_id)
        self._spawn(self._catch_up(guild_id), f"panel of {guild_id}")

    async def clicked(self, guild_id: int, channel_id: int, message_id: int, card: Card) -> None:
        """Take note that the answer of a click stands in a message: if it is the panel, what came since is shown.

        If it became a former panel since the click, it looks like a panel again, and will end once more.
        """
        if not await self._rows.overwrite(guild_id, message_id, card.version, card.deed):
            if not (card.version and card.rows):
                return
            await self._rows.end(Panel(guild_id, channel_id, message_id, card.version))
        self._spawn(self._catch_up(guild_id), f"panel of {guild_id}")

    async def recover(self, mine: Callable[[int], bool]) -> None:
        """Bring panels of guilds to where the players are: what another process was at when it ended is not known."""
        for guild_id in filter(mine, await self._rows.guilds()):
            await self._catch_up(guild_id)

    async def show(self, guild_id: int, player: Player, deed: Deed | None = None) -> None:
        """Show a player in its guild's panel, if there is one and it does not show this version or a newer one yet."""
        turn = self._turns[guild_id]
        turn.newest = max(turn.newest, player.version)
        turn.deed = deed or turn.deed
        async with turn.lock:
            if player.version == turn.newest:
                await self._sleep(max(0.0, turn.free_at - self._now()))
            if player.version == turn.newest and (panel := await self._find(guild_id, player)):
                await self._bring(turn, panel, player)

    async def settle(self, guild_id: int) -> None:
        """Let the panel stand in the guild's channel for it, whether something plays or not."""
        turn = self._turns[guild_id]
        async with turn.lock:
            turn.room = self._settings(guild_id).request_channel_id
            home, before = await self._home(guild_id), await self._rows.find(guild_id)
            if not home or (before and before.channel_id == home):
                return
            panel = Panel(guild_id, home, message_id=0, version=0)
            player = await self._playback.players.get(guild_id)
            try:
                await self._post(panel, _shown(panel, player, None), await self.draw(guild_id, player))
            except ChannelLostError:
                await self.lost(guild_id, home)
                return
        await self._end_former(guild_id)

    async def leave(self, guild_id: int, channel_id: int) -> None:
        """Take the panel out of a channel, if it stands there and nothing plays."""
        turn = self._turns[guild_id]
        async with turn.lock:
            panel = await self._rows.find(guild_id)
            if panel and panel.channel_id == channel_id and not panel.item_id:
                with suppress(MessageGoneError, ChannelLostError):
                    await self._messages.delete(channel_id, panel.message_id)
                await self._rows.forget(panel)
            turn.room = 0

    async def lost(self, guild_id: int, channel_id: int) -> None:
        """Leave a channel alone, and tell the guild's owner once."""
        if await self._rows.lose(channel_id):
            with suppress(ChannelLostError):  # the bot left the guild, or its owner takes no messages
                owner = await self._messages.owner(guild_id)
                await self._messages.tell(owner.user_id, cards.lost(self._say(guild_id), owner.guild_name, channel_id))

    async def _end_former(self, guild_id: int) -> None:
        """Say in what was a panel that it is none any more; where several wait, or nothing is to stay, delete it."""
        turn = self._turns[guild_id]
        if turn.ending:
            return  # whoever does it looks again
        turn.ending = True
        try:
            while await self._rows.former(guild_id):
                async with turn.lock:  # so that whatever is being shown in them comes before
                    await self._pace(turn)
                    for place, panel in enumerate(await self._rows.former(guild_id)):
                        await self._end(panel, delete=place > 0 or self._is_tidy(panel))
        finally:
            turn.ending = False

    async def _end(self, panel: Panel, *, delete: bool) -> None:
        with suppress(MessageGoneError, ChannelLostError):  # then nothing of it is left to be read
            if delete:
                await self._messages.delete(panel.channel_id, panel.message_id)
            else:
                card = cards.moved_on(self._say(panel.guild_id))
                await self._messages.edit(panel.channel_id, panel.message_id, card)
        await self._rows.ended(panel)

    async def _pace(self, turn: _Turn) -> None:
        """Wait until the next edit may be made, and make the one after that wait."""
        now = self._now()
        at = max(now, turn.free_at)
        turn.free_at = at + _PAUSE
        await self._sleep(at - now)

    async def _home(self, guild_id: int) -> int:
        """Tell the channel that a guild chose for its panel; zero: none, or it is lost."""
        chosen = self._settings(guild_id)
        home = chosen.request_channel_id or chosen.music_channel_id
        return 0 if home and await self._rows.is_lost(home) else home

    def _is_tidy(self, panel: Panel) -> bool:
        """Tell whether a panel stands where nothing is to stay but the panel."""
        chosen = self._settings(panel.guild_id).request_channel_id
        return panel.channel_id in {chosen, self._turns[panel.guild_id].room}

    async def _find(self, guild_id: int, player: Player) -> Panel | None:
        panel = await self._rows.find(guild_id)
        if panel or player.current is None or not (home := await self._home(guild_id)):
            return panel
        return Panel(guild_id, home, message_id=0, version=0)

    async def _bring(self, turn: _Turn, panel: Panel, player: Player) -> None:
        deed = turn.deed or panel.deed
        if player.version < panel.version:
            return
        if (player.version, deed) != (panel.version, panel.deed):
            await self._pace(turn)
            try:
                panel = await self._put(panel, player, deed)
            except ChannelLostError:  # not tried again before somebody asks for music there, or an hour has passed
                await self._lose(panel)
                return
            if turn.deed is deed:
                turn.deed = None
        if player.current is None and not self._is_tidy(panel):
            await self._rows.forget(panel)

    async def _put(self, panel: Panel, player: Player, deed: Deed | None) -> Panel:
        card = await self.draw(panel.guild_id, player, deed)
        shown = _shown(panel, player, deed)
        if not panel.message_id or await self._is_buried(panel, shown):
            return await self._post(panel, shown, card)
        try:
            await self._messages.edit(panel.channel_id, panel.message_id, card)
        except MessageGoneError:
            return await self._post(panel, shown, card) if player.current else shown
        await self._rows.keep(panel, shown)
        return shown

    async def _is_buried(self, before: Panel, shown: Panel) -> bool:
        """Tell whether a panel that shows another track now is better posted anew, below what people wrote since."""
        unknown = -1 if self._is_tidy(before) else 0  # there it stands while nothing plays
        is_next = shown.item_id and before.item_id not in (unknown, shown.item_id)
        return bool(is_next) and await self._messages.is_buried(before.channel_id, before.message_id)

    async def _post(self, before: Panel, shown: Panel, card: Card) -> Panel:
        """Post a panel in the place of one that is to go, if there is one."""
        posted = replace(shown, message_id=await self._messages.post(before.channel_id, card))
        await self._rows.begin(posted)
        await self._rows.regain(before.channel_id)
        if before.message_id:
            await self._end(before, delete=True)
        return posted

    async def _lose(self, panel: Panel) -> None:
        """Leave a panel's channel alone."""
        await self.lost(panel.guild_id, panel.channel_id)
        await self._rows.forget(panel)

    async def _catch_up(self, guild_id: int) -> None:
        """Show what came while a message was not the panel, or was overwritten, and end the panels before."""
        try:
            await self.show(guild_id, await self._playback.players.get(guild_id))
            await self._end_former(guild_id)
        except Refused as refusal:  # the next change of the player shows itself
            _log.warning("a panel is behind: %s", refusal, extra={"guild_id": guild_id})


def _shown(panel: Panel, player: Player, deed: Deed | None) -> Panel:
    """Return a panel as it is once it shows a player."""
    item_id = player.current.id if player.current else 0
    return replace(panel, version=player.version, deed=deed, item_id=item_id)
