"""The conductor of one guild: makes its node do what is wanted, and sees to it that what was seen is written."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from audio.changes import Fenced, Sample
from audio.domain.endings import Ending, EndReason, ending_of
from audio.domain.node import NodeAway, NodeEventKind, NodeRefused, Start
from audio.domain.voice import Closure, VoiceStep
from audio.seeing import Seeing
from audio.stage import Actual, Adoption, Meter
from audio.voicing import Voicing
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from audio.changes import Fence
    from audio.domain.node import NodeEvent, PlayerState, VoiceState
    from audio.domain.player import Player
    from audio.domain.voice import VoiceSnapshot
    from audio.stage import Stage

_SOON = 0.02  # the least pause in seconds: nothing here is worth a busy loop
_RETRY = 0.5  # seconds until something that is away is tried again
_START_PATIENCE = 15.0  # seconds until a started track must be heard
_SESSION_PATIENCE = 3.0  # seconds until a broken session is taken for a dead node
# These mean that the channel is out of reach, whoever asks again.
_HOPELESS = {Reason.VOICE_CHANNEL_NOT_FOUND, Reason.VOICE_CHANNEL_FORBIDDEN, Reason.GUILD_NOT_FOUND}


class Conductor:
    """Runs until nothing is wanted of its guild; everything about one guild happens in this one task, in order."""

    def __init__(self, guild_id: int, fence: Fence, stage: Stage) -> None:
        self.guild_id = guild_id
        self.voicing = Voicing(guild_id, stage.channels, stage.clock)
        self._fence, self._stage = fence, stage
        self._seeing = Seeing(guild_id, fence, stage.store)
        self._actual = Actual()
        self._player: Player | None = None
        self._events: deque[NodeEvent | Adoption] = deque()
        self._meter = Meter()
        self._woken = asyncio.Event()
        self._retry_at: float | None = None
        self._lost_until: float | None = None
        self._lost_seq: int | None = None
        self._must_look = True
        self._must_read = False

    @property
    def node(self) -> str:
        """The node that the guild's player is on; empty: none."""
        return self._actual.node

    def wake(self, player: Player | None = None) -> None:
        """Look again at what is wanted; `player`: it was just committed."""
        if player is None:
            self._must_read = True
        else:
            self._take(player)
        self._woken.set()

    def sample(self) -> Sample | None:
        """Return where the track is; None: none sounds."""
        position = self._meter.read(self._meter.play_seq, self._now())
        is_heard = self._meter.moves and self._actual.sounds and self._player and self._is_sought(self._player)
        if position is None or not is_heard:
            return None
        return Sample(self.guild_id, self._meter.play_seq, position)

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
        if event.kind is NodeEventKind.POSITION:
            self._note_position(event)
        else:
            self._events.append(event)
            self._woken.set()

    def lose_session(self) -> None:
        """Leave the node alone: its session broke, and may come back with the music still playing."""
        self._meter.turn(self._now(), moves=False)
        self._lost_until = self._now() + _SESSION_PATIENCE
        self._woken.set()

    def adopt(self, adoption: Adoption) -> None:
        """Take over a player from an owner or a session before."""
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
            player, actual = self._player, self._actual
            if player and not (player.current or player.voice_channel_id or actual.node or self._retry_at):
                return False
            await self._rest()
        self._woken.clear()
        return True

    async def _rest(self) -> None:
        held_up = self._lost_until or self._retry_at
        dues = (held_up,) if held_up else (self._must_sound_by(), self.voicing.due)
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
            self._lost_until, self._actual = None, Actual()
        if self._must_look:
            snapshot = await self._stage.store.take_voice(self.guild_id)
            self._must_look = False
            if snapshot:
                self.voicing.report(snapshot)
        while self._events:
            await self._hear(self._events[0], await self._wanted())
            self._events.popleft()
        player = await self._wanted()
        with self._stage.spans.continuing(player):
            if player.is_heard and self._actual.play_seq != player.play_seq:
                # Before anything is connected: a player without a track would pass for one whose track has ended.
                player = await self._silenced(player)
            if await self._take_place(player) and await self._sound(player):
                await self._settle(player)

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
        match event.kind:
            case NodeEventKind.VOICE_CLOSED:
                await self._voice_closed(event)
            case NodeEventKind.STARTED if event.play_seq == self._actual.play_seq:
                await self._heard(player)
            case NodeEventKind.STARTED if event.play_seq != player.play_seq and self._actual.sounds:
                self._actual.play_seq = event.play_seq  # an owner before had asked for it, and the node was slow
            case _ if event.play_seq == player.play_seq and self._may_play(player):
                await self._ended(event, player)

    async def _voice_closed(self, event: NodeEvent) -> None:
        closure = self.voicing.closed(self._actual.voice, event.code, by_remote=event.by_remote)
        if closure is Closure.NOTHING:
            return
        self._actual.mute()  # the track goes on from where it was heard last
        self._meter.turn(self._now(), moves=False)
        if closure is Closure.HOPELESS:
            await self._give_up(Reason.VOICE_CHANNEL_FORBIDDEN)

    async def _ended(self, event: NodeEvent, player: Player) -> None:
        # A seek to the start says nothing of a track that could not be read; the end may have been on its way already.
        position = self._meter.read(player.play_seq, self._now())
        track = None if position is None or player.seek_seq or player.current is None else player.current.track
        ending = ending_of(event, length_ms=track.length_ms if track else None, position_ms=position or 0)
        if ending:
            await self._advance(player, ending)
        if event.kind is NodeEventKind.ENDED and event.reason != "replaced":
            self._actual.play_seq, self._actual.started_at = None, None

    async def _adopted(self, node: str, state: PlayerState | None, player: Player) -> None:
        """Compare what a found player does with what is wanted; find an end that nobody heard of."""
        if self._actual.node not in {"", node}:
            if state is not None:
                await self._stage.nodes.destroy(self._fence.bucket, node, self.guild_id)
            return
        self._actual = Actual(node if state else "", leftover=state is not None and state.user_data is not None)
        if state is None or state.voice is None or not state.connected:
            return
        self.voicing.settle(state.voice.channel_id)
        told = self.voicing.snapshot.state if self.voicing.snapshot else None
        is_same = told is not None and (told.token, told.session_id) == (state.voice.token, state.voice.session_id)
        self._actual.voice = told if is_same else state.voice
        await self._found(state, player)

    async def _found(self, state: PlayerState, player: Player) -> None:
        data = state.user_data or {}
        play_seq = data.get("play_seq")
        if play_seq is None and player.is_heard:
            await self._advance(player, Ending(EndReason.FINISHED))
            return
        self._actual.play_seq, self._actual.paused, self._actual.leftover = play_seq, state.paused, False
        if play_seq == player.play_seq:
            self._meter.note(player.play_seq, state.position_ms, self._now(), moves=not state.paused)
            self._actual.seek_seq = max(player.seen_seek, data.get("seek_seq", 0))
            await self._heard(player)

    async def _heard(self, player: Player) -> None:
        """Write that the loaded track sounds, and with it that a wish for it is fulfilled."""
        actual = self._actual
        if actual.started_at is not None:
            self._stage.figures.sounded(self._now() - actual.started_at)
        actual.sounds, actual.started_at = True, None
        self._meter.turn(self._now(), moves=not actual.paused and self._lost_until is None)
        if player.play_seq == actual.play_seq != player.heard_seq:
            self._stage.seen(self._take(await self._seeing.heard(actual, player)))

    async def _advance(self, player: Player, ending: Ending) -> None:
        if ending.reason is EndReason.FAILED and player.current:
            self._stage.figures.failed(self._actual.node, player.current.track.source)
        self._take(await self._seeing.ended(player.play_seq, ending))

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
        snapshot = self.voicing.snapshot
        voice = snapshot.state if snapshot else None
        return voice is not None and (voice == self._actual.voice or await self._connect(voice))

    async def _connect(self, voice: VoiceState) -> bool:
        present = await self._stage.prepare(self._fence)
        self._actual.node = self._actual.node or self._stage.nodes.choose(self.guild_id)
        if self._actual.node not in present:
            raise NodeAway(self._actual.node)
        try:
            await self._stage.nodes.connect(self._fence.bucket, self._actual.node, self.guild_id, voice)
        except NodeRefused:
            self.voicing.closed(voice, None, by_remote=True)
            self._retry()
            return False
        self._actual.voice = voice
        return True

    async def _go_away(self) -> None:
        if self._actual.node:
            await self._stage.nodes.destroy(self._fence.bucket, self._actual.node, self.guild_id)
            self._actual = Actual()
        left = await self.voicing.take_away()
        if left:
            # Who comes next must not take the bot for being there still, nor for sent away when Discord tells.
            await self._stage.store.report_voice(left, taken=True)

    async def _sound(self, player: Player) -> bool:
        """Make the node play what is wanted; return whether it does."""
        bucket, node, actual, nodes = self._fence.bucket, self._actual.node, self._actual, self._stage.nodes
        if player.current is None:
            if actual.play_seq is not None or actual.leftover:
                await nodes.stop(bucket, node, self.guild_id)
                actual.play_seq, actual.started_at, actual.leftover = None, None, False
            return True
        if actual.play_seq != player.play_seq:
            await self._start(player)
            return player.paused and self._actual.play_seq == player.play_seq
        must_sound_by = self._must_sound_by()
        if must_sound_by is not None and self._now() >= must_sound_by:
            await self._advance(player, Ending(EndReason.FAILED, "The track did not start."))
            return False
        if actual.seek_seq != player.seek_seq:
            await nodes.seek(bucket, node, self.guild_id, player.position_ms)
            actual.seek_seq = player.seek_seq
            self._meter.seek(player.play_seq, player.position_ms, self._now(), moves=not actual.paused)
        if actual.paused != player.paused:
            await nodes.pause(bucket, node, self.guild_id, player.paused)
            actual.paused = player.paused
            self._meter.turn(self._now(), moves=not player.paused)
        return player.paused or actual.sounds

    async def _start(self, player: Player) -> None:
        assert player.current, "silence is not started"
        data = {"play_seq": player.play_seq, "seek_seq": player.seek_seq, "item_id": player.current.item_id}
        start = Start(player.current.track.identifier, player.position_ms, player.paused, data)
        try:
            await self._stage.nodes.start(self._fence.bucket, self._actual.node, self.guild_id, start)
        except NodeRefused as refused:
            await self._advance(player, Ending(EndReason.FAILED, refused.reason))
            return
        figures = self._stage.figures
        count = figures.recovered if self._lost_seq == player.play_seq else figures.started
        count(self._actual.node)
        self._actual.play_seq, self._actual.seek_seq = player.play_seq, player.seek_seq
        self._actual.paused, self._actual.sounds, self._actual.leftover = player.paused, False, False
        self._actual.started_at = None if player.paused else self._now()
        self._meter.note(player.play_seq, player.position_ms, self._now(), moves=False)

    async def _silenced(self, player: Player) -> Player:
        self._lost_seq = player.play_seq
        position = self._meter.read(player.play_seq, self._now()) if self._is_sought(player) else player.position_ms
        if position is None:
            position = await self._stage.store.heard_at(player)
        return self._take(await self._seeing.silenced(player, position))

    async def _settle(self, player: Player) -> None:
        """Write that the wish is fulfilled."""
        settled = replace(
            player,
            seen_version=player.wanted_version,
            seen_seek=self._actual.seek_seq if player.current else player.seek_seq,
            node=self._actual.node,
            problem="" if player.seen_version < player.wanted_version else player.problem,
        )
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
        snapshot, voice = self.voicing.snapshot, self._actual.voice
        stays_in = voice.channel_id if voice and snapshot and snapshot.state == voice else 0
        channel_id = (await self._wanted()).voice_channel_id
        self._stage.seen(self._take(await self._seeing.out_of_reach(channel_id, reason, stays_in)))

    def _doubt_node(self) -> None:
        if self._actual.play_seq is None:
            self._actual = Actual()
            self._retry()
        else:
            self.lose_session()

    def _must_sound_by(self) -> float | None:
        return None if self._actual.started_at is None else self._actual.started_at + _START_PATIENCE

    def _may_play(self, player: Player) -> bool:
        """Tell whether the current track may be on the node: one never seen may be so by the owner before."""
        return player.play_seq == self._actual.play_seq or player.play_seq != self._meter.play_seq

    def _is_sought(self, player: Player) -> bool:
        """Tell whether what is known of the position is from after the last seek."""
        return player.seek_seq in {self._actual.seek_seq, player.seen_seek}

    def _now(self) -> float:
        return self._stage.clock.monotonic()

    def _retry(self) -> None:
        self._retry_at = self._now() + _RETRY

    def _note_position(self, event: NodeEvent) -> None:
        if event.play_seq is None or event.position_ms is None or event.play_seq != self._actual.play_seq:
            return
        self._meter.hear(event.play_seq, event.position_ms, self._now(), moves=not self._actual.paused)
        if not self._actual.sounds and event.position_ms > 0:
            self._events.append(replace(event, kind=NodeEventKind.STARTED))
            self._woken.set()
