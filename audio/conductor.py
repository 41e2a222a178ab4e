"""The conductor of one guild: makes its node do what is wanted, and sees to it that what was seen is written."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from audio.attending import Attending
from audio.changes import Fenced
from audio.deck import Deck
from audio.domain import player as players
from audio.domain.endings import Ending, EndReason, ending_of
from audio.domain.node import NodeAway, NodeEventKind, NodeRefused
from audio.domain.player import Handed
from audio.domain.voice import Closure, VoiceStep
from audio.seeing import Seeing
from audio.stage import Adoption
from audio.voicing import Voicing
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from audio.changes import Fence, Sample
    from audio.domain.node import NodeEvent, PlayerState, VoiceState
    from audio.domain.player import Player
    from audio.domain.voice import VoiceSnapshot
    from audio.stage import Stage

_SOON = 0.02  # the least pause in seconds: nothing here is worth a busy loop
_RETRY = 0.5  # seconds until something that is away is tried again
_SESSION_PATIENCE = 3.0  # seconds until a broken session is taken for a dead node
# These mean that the channel is out of reach, whoever asks again.
_HOPELESS = {Reason.VOICE_CHANNEL_NOT_FOUND, Reason.VOICE_CHANNEL_FORBIDDEN, Reason.GUILD_NOT_FOUND}


class Conductor:
    """Runs until nothing is wanted of its guild; everything about one guild happens in this one task, in order."""

    def __init__(self, guild_id: int, fence: Fence, stage: Stage) -> None:
        self.guild_id = guild_id
        self.voicing = Voicing(guild_id, stage.channels, stage.clock)
        self._fence, self._stage, self._now = fence, stage, stage.clock.monotonic
        self._seeing = Seeing(guild_id, fence, stage.store)
        self._attending = Attending(self._seeing, stage.clock)
        self._deck = Deck(guild_id, fence, stage)
        self._player: Player | None = None
        self._events: deque[NodeEvent | Adoption] = deque()
        self._woken = asyncio.Event()
        self._retry_at: float | None = None
        self._lost_until: float | None = None
        self._lost_seq: int | None = None
        self._retried_seq: int | None = None
        self._avoid = ""
        self._must_move = False
        self._must_look = True
        self._must_read = False

    @property
    def node(self) -> str:
        """The node that the guild's player is on; empty: none."""
        return self._deck.actual.node

    def wake(self, player: Player | None = None) -> None:
        """Look again at what is wanted; `player`: it was just committed."""
        if player is None:
            self._must_read = True
        else:
            self._take(player)
        self._woken.set()

    def heed(self, version: int) -> None:
        """Look again at what is wanted, if that is not known yet."""
        if self._player and version > self._player.version:
            self.wake()

    def sample(self) -> Sample | None:
        """Return where the track is; None: none sounds."""
        return self._deck.sample(self._player) if self._player else None

    def look(self) -> None:
        """Look at everything again: another instance committed something."""
        self._must_look = True
        self.wake()

    def report_voice(self, snapshot: VoiceSnapshot) -> None:
        """Take a snapshot of the bot's voice."""
        self.voicing.report(snapshot)
        self._woken.set()

    def tell(self, event: NodeEvent) -> None:
        """Take an event of the guild's player."""
        if event.kind is NodeEventKind.SKIPPED:
            self._deck.skipped(event)
        if event.kind is NodeEventKind.POSITION:
            if not self._deck.told(event):
                return
            event = replace(event, kind=NodeEventKind.STARTED)
        self._events.append(event)
        self._woken.set()

    def lose_session(self) -> None:
        """Leave the node alone: its session broke, and may come back with the music still playing."""
        self._deck.stand_still()
        self._lost_until = self._now() + _SESSION_PATIENCE
        self._woken.set()

    def leave_node(self) -> None:
        """Go on on another node, if there is one."""
        self._must_move = True
        self._woken.set()

    def adopt(self, adoption: Adoption) -> None:
        """Take over a player from an owner or a session before."""
        self._must_move = self._stage.nodes.is_draining(adoption.node)
        self._lost_until = None
        self._events.append(adoption)
        self.look()

    async def run(self) -> None:
        """Conduct until nothing is wanted any more, or another instance owns the guild."""
        while await self._is_needed():
            try:
                await self._turn()
            except Fenced:
                return
            except NodeAway:
                self._doubt_node()
            except Refused as refused:
                await self._refused(refused)

    async def _is_needed(self) -> bool:
        if not self._woken.is_set():
            player = self._player
            if player and not (player.current or player.voice_channel_id or self.node or self._retry_at):
                return False
            await self._rest()
        self._woken.clear()
        return True

    async def _rest(self) -> None:
        held_up = self._lost_until or self._retry_at
        dues = (held_up,) if held_up else (self._deck.must_sound_by, self.voicing.due, self._attending.due)
        seconds = min((max(_SOON, at - self._now()) for at in dues if at is not None), default=None)
        try:
            async with self._stage.clock.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _turn(self) -> None:
        self._retry_at = None
        if not self._stage.holds(self._fence):
            self._retry()
            return
        if self._lost_until is not None:
            if self._now() < self._lost_until:
                return
            self._lost_until = None
            self._deck.forget()
        await self._catch_up()
        player = self._take(await self._attending.note(await self._wanted(), self.voicing.snapshot))
        if self._must_move:
            self._must_move = False
            if self._deck.has_other_node():
                player = await self._move(player)
        with self._stage.spans.continuing(player):
            if player.is_heard and self._deck.actual.play_seq != player.play_seq:
                # Before anything is connected: a player without a track would pass for one whose track has ended.
                player = await self._silenced(player)
            if await self._take_place(player):
                player = await self._attune(player)
                if await self._sound(player):
                    await self._settle(player)
                    await self._deck.hand_over(player)
                    if player.is_lonely:
                        self._stage.lonely(player, self._fence)

    async def _catch_up(self) -> None:
        if self._must_look:
            if snapshot := await self._stage.store.take_voice(self.guild_id):
                self.voicing.report(snapshot)
            self._must_look = False
        while self._events:
            await self._hear(self._events[0], await self._wanted())
            self._events.popleft()

    async def _wanted(self) -> Player:
        if self._player is None or self._must_read:
            self._must_read = False
            try:
                self._take(await self._stage.store.player(self.guild_id))
            except Refused:
                self._must_read = True
                raise
        assert self._player
        return self._player

    async def _hear(self, event: NodeEvent | Adoption, player: Player) -> None:
        if isinstance(event, Adoption):
            await self._adopted(event.node, event.state, player)
            return
        play_seq = self._deck.actual.play_seq
        match event.kind:
            case NodeEventKind.VOICE_CLOSED:
                await self._voice_closed(event)
            case NodeEventKind.SKIPPED:
                self._take(await self._seeing.skipped(self._deck.actual, self._deck.position(player.play_seq)))
            case NodeEventKind.STARTED if event.play_seq == play_seq:
                self._deck.started()
                await self._heard(player)
            case NodeEventKind.STARTED if event.play_seq != player.play_seq and self._deck.actual.sounds:
                self._deck.actual.play_seq = event.play_seq  # an owner before had asked for it; the node was slow
            case _ if event.play_seq == player.play_seq and self._deck.may_play(player):
                await self._ended(event, player)

    async def _voice_closed(self, event: NodeEvent) -> None:
        closure = self.voicing.closed(self._deck.actual.voice, event.code, by_remote=event.by_remote)
        if closure is Closure.NOTHING:
            return
        self._deck.cut_off()  # the track goes on from where it was heard last
        if closure is Closure.HOPELESS:
            await self._give_up(Reason.VOICE_CHANNEL_FORBIDDEN)

    async def _ended(self, event: NodeEvent, player: Player) -> None:
        # A seek to the start says nothing of a track that could not be read; the end may have been on its way already.
        lasted = self._deck.lasted(player.play_seq)
        track = None if lasted is None or player.seek_seq or player.current is None else player.current.track
        ending = ending_of(event, length_ms=track.length_ms if track else None, position_ms=lasted or 0)
        if ending and ending.reason is EndReason.FAILED:
            await self._fail(player, ending.detail)
        elif ending:
            handed = self._deck.handed if event.reason == "finished" else None
            player = await self._advance(player, ending, handed)
            if handed and handed.play_seq == player.play_seq:
                self._deck.went_on(player)
                return
        if event.kind is NodeEventKind.ENDED and event.reason != "replaced":
            self._deck.ended()

    async def _adopted(self, node: str, state: PlayerState | None, player: Player) -> None:
        """Compare what a found player does with what is wanted; find an end that nobody heard of."""
        if self.node not in {"", node}:
            if state is not None:
                await self._stage.nodes.destroy(self._fence.bucket, node, self.guild_id)
            return
        self._deck.forget()
        if state is None:
            return
        self._deck.find(node, state)
        if state.voice is None or not state.connected:
            return
        self._deck.actual.voice = self.voicing.settle(state.voice)
        data = state.user_data or {}
        play_seq = data.get("play_seq")
        if play_seq is None and player.is_heard:
            await self._advance(player, Ending(EndReason.FINISHED))
            return
        if play_seq is not None and play_seq > player.play_seq:  # nobody was there when it went on by itself
            player = await self._advance(player, Ending(EndReason.FINISHED), Handed(play_seq, data["item_id"]))
        await self._deck.found(state, player)
        if play_seq == player.play_seq:
            await self._heard(player)

    async def _heard(self, player: Player) -> None:
        """Write that the loaded track sounds, and with it that a wish for it is fulfilled."""
        self._deck.heard(moves=self._lost_until is None)
        actual = self._deck.actual
        if player.play_seq == actual.play_seq != player.heard_seq:
            self._stage.seen(self._take(await self._seeing.heard(actual, player)))

    async def _fail(self, player: Player, detail: str) -> None:
        """Try the track once on another node, where there is one; then go on without it."""
        if self._retried_seq == player.play_seq or not self._deck.has_other_node():
            await self._advance(player, Ending(EndReason.FAILED, detail))
            return
        self._retried_seq = player.play_seq
        await self._move(player)

    async def _move(self, player: Player) -> Player:
        """Leave the node, to go on from the same place on another one."""
        if player.is_heard:
            player = await self._silenced(player)
        self._avoid = self.node
        await self._deck.leave()
        self._woken.set()
        return player

    async def _advance(self, player: Player, ending: Ending, handed: Handed | None = None) -> Player:
        gone, player = player.current, self._take(await self._seeing.ended(player.play_seq, ending, handed))
        if ending.reason is EndReason.FAILED and gone:
            self._stage.figures.failed(self.node, gone.track.source)
            self._stage.lonely(player, self._fence)
        return player

    def _take(self, player: Player) -> Player:
        if self._player is None or player.version > self._player.version:
            self._player = player
            self._woken.set()
        elif player.version == self._player.version:
            self._player = player
        return player

    async def _take_place(self, player: Player) -> bool:
        """Bring bot and node into the wanted voice channel; return whether they are there."""
        if not player.voice_channel_id:
            await self._go_away()
            return True
        step = await self.voicing.bring(player.voice_channel_id)
        if step is VoiceStep.FOLLOW and self.voicing.snapshot:
            self._take(await self._seeing.moved(player.voice_channel_id, self.voicing.snapshot.channel_id))
        elif step is VoiceStep.LEFT:
            self._take(await self._seeing.sent_away(player.voice_channel_id))
        if step is not VoiceStep.READY:
            return False
        voice = self.voicing.state
        return voice is not None and (voice == self._deck.actual.voice or await self._connect(voice))

    async def _connect(self, voice: VoiceState) -> bool:
        try:
            await self._deck.connect(voice, self._avoid)
        except NodeRefused:
            self.voicing.closed(voice, None, by_remote=True)
            self._retry()
            return False
        return True

    async def _go_away(self) -> None:
        await self._deck.leave()
        if left := await self.voicing.take_away():
            # Who comes next must not take the bot for being there still, nor for sent away when Discord tells.
            await self._stage.store.report_voice(left, taken=True)

    async def _sound(self, player: Player) -> bool:
        """Make the node play what is wanted; return whether it does."""
        if player.current is None:
            await self._deck.silence()
            return True
        if self._deck.actual.play_seq != player.play_seq:
            return await self._start(player) and player.paused
        if self._deck.is_overdue:
            await self._fail(player, "The track did not start.")
            return False
        return await self._deck.follow(player)

    async def _attune(self, player: Player) -> Player:
        """Make the node sound as it is wanted; where it cannot, say so, and let it play as it does."""
        try:
            await self._deck.attune(player)
        except NodeRefused:
            given_up = replace(player, seen_version=player.wanted_version, problem=Reason.FILTERS_UNSUPPORTED)
            player = self._take(await self._seeing.settled(given_up))
            self._stage.seen(player)
        return player

    async def _start(self, player: Player) -> bool:
        try:
            await self._deck.start(player)
        except NodeRefused as refused:
            await self._fail(player, refused.reason)
            return False
        figures = self._stage.figures
        (figures.recovered if self._lost_seq == player.play_seq else figures.started)(self.node)
        return True

    async def _silenced(self, player: Player) -> Player:
        self._lost_seq = player.play_seq
        return self._take(await self._seeing.silenced(player, await self._deck.heard_to(player)))

    async def _settle(self, player: Player) -> None:
        """Write that the wish is fulfilled."""
        settled = players.fulfilled(player, self._deck.actual.seek_seq, self.node)
        if settled.seen_version != player.seen_version or settled.node != player.node:
            self._stage.seen(self._take(await self._seeing.settled(settled)))

    async def _refused(self, refused: Refused) -> None:
        if refused.reason not in _HOPELESS:
            self._retry()
            return
        try:
            await self._give_up(refused.reason)
        except Refused:
            self._retry()

    async def _give_up(self, reason: Reason) -> None:
        """Give up the way to the wanted channel; where the bot is heard elsewhere, it stays there."""
        voice = self._deck.actual.voice
        stays_in = voice.channel_id if voice and self.voicing.state == voice else 0
        channel_id = (await self._wanted()).voice_channel_id
        self._stage.seen(self._take(await self._seeing.out_of_reach(channel_id, reason, stays_in)))

    def _doubt_node(self) -> None:
        if self._deck.actual.play_seq is None:
            self._deck.forget()
            self._retry()
        else:
            self.lose_session()

    def _retry(self) -> None:
        self._retry_at = self._now() + _RETRY
