"""What was seen of a guild's node, written by its owner alone: every write is fenced by the bucket's epoch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from audio import playback
from audio.domain import player as players
from audio.domain.endings import Ending, EndReason
from audio.domain.player import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from audio.changes import Change, Fence, OwnerStore
    from audio.domain.player import Handed, Player
    from audio.stage import Actual
    from kit.errors import Reason


class Seeing:
    """Writes about one guild; returns its player as each write left it. Every method raises Fenced."""

    def __init__(self, guild_id: int, fence: Fence, store: OwnerStore) -> None:
        self._guild_id, self._fence, self._store = guild_id, fence, store

    async def heard(self, actual: Actual, player: Player) -> Player:
        """Write that the loaded track sounds; with it, that the wish for it is fulfilled, if there is no newer one."""

        async def write(change: Change) -> None:
            found = change.player
            if found.play_seq != actual.play_seq:
                return
            found = players.heard(found, actual.node, change.now)
            wanted = (found.paused, found.seek_seq, found.sound)
            if found.version == player.version and wanted == (actual.paused, actual.seek_seq, actual.sound):
                found = replace(found, seen_version=found.wanted_version, seen_seek=found.seek_seq, problem="")
            await change.save(found, ChangeKind.PLAYBACK)

        return await self._change(write)

    async def skipped(self, actual: Actual, position_ms: int | None) -> Player:
        """Write where the loaded track goes on after a part was left out, unless somebody has sought since."""

        async def write(change: Change) -> None:
            found = change.player
            if position_ms is not None and (found.play_seq, found.seek_seq) == (actual.play_seq, actual.seek_seq):
                await change.save(players.skipped(found, position_ms, change.now), ChangeKind.PLAYBACK)

        return await self._change(write)

    async def ended(self, play_seq: int, ending: Ending, handed: Handed | None) -> Player:
        """Write that a track ended, and what comes next; `handed`: what its node has begun by itself."""

        async def write(change: Change) -> None:
            await playback.advance(change, play_seq, ending, handed)

        return await self._change(write)

    async def silenced(self, player: Player, position_ms: int) -> Player:
        """Write that a sounding track was lost, and where, unless somebody has sought since."""

        async def write(change: Change) -> None:
            found = change.player
            position = position_ms if found.seek_seq == player.seek_seq else found.position_ms
            if found.play_seq == player.play_seq:
                await change.save(players.silenced(found, position, change.now), ChangeKind.PLAYBACK)

        return await self._change(write)

    async def moved(self, channel_id: int, to: int) -> Player:
        """Write that somebody moved the bot out of its wanted channel: the other one is wanted now."""

        async def write(change: Change) -> None:
            if change.player.voice_channel_id == channel_id:
                await change.save(replace(change.player, voice_channel_id=to), ChangeKind.VOICE, wake=True)

        return await self._change(write)

    async def attended(self, player: Player, listeners: tuple[int, ...], deaf: tuple[int, ...]) -> Player:
        """Write who is in the channel, and what follows from it."""
        present = replace(player, listeners=listeners, deaf=deaf)
        if players.is_deserted(player, listeners) == player.deserted and players.led(present) == present:
            return await self.settled(present)

        async def write(change: Change) -> None:
            before, player = change.player, players.attended(change.player, listeners, deaf, change.now)
            kind = ChangeKind.VOICE if player.dj_id == before.dj_id else ChangeKind.DJ
            await change.save(player, kind, wake=player.paused != before.paused)

        return await self._change(write)

    async def deserted(self) -> Player:
        """Write that nobody came back."""

        async def write(change: Change) -> None:
            if change.player.deserted and not change.player.settings.stay_connected:
                await playback.send_away(change, EndReason.DESERTED)

        return await self._change(write)

    async def sent_away(self, channel_id: int) -> Player:
        """Write that somebody sent the bot away from its wanted channel, unless that is not the wanted one any more."""

        async def write(change: Change) -> None:
            if change.player.voice_channel_id == channel_id:
                await playback.send_away(change, EndReason.VOICE_LOST)

        return await self._change(write)

    async def out_of_reach(self, channel_id: int, reason: Reason, stays_in: int) -> Player:
        """Write that the wanted channel cannot be reached: the wish is given up, unless another one is wanted by now.

        What plays goes on in the channel `stays_in`; if that is zero, it ends and the queue waits.
        """

        async def write(change: Change) -> None:
            player = change.player
            if player.voice_channel_id != channel_id:
                return
            if not stays_in:
                player = await playback.recorded(change, player, Ending(EndReason.VOICE_LOST, reason))
                player = players.dismissed(players.begun(player, None, change.now))
            await change.save(replace(player, voice_channel_id=stays_in), ChangeKind.VOICE, wake=True)

        player = await self._change(write)
        if player.voice_channel_id != stays_in:
            return player
        return await self.settled(replace(player, seen_version=player.wanted_version, problem=reason))

    async def settled(self, player: Player) -> Player:
        """Write a player's `seen_version`, and what else was seen."""
        await self._store.seen(player, self._fence)
        return player

    async def _change(self, write: Callable[[Change], Awaitable[None]]) -> Player:
        async with self._store.change(self._guild_id, fence=self._fence) as change:
            await write(change)
        return change.player
