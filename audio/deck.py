"""What one guild's node plays: made to be what is wanted, one difference after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audio.changes import Sample
from audio.domain import player as players
from audio.domain.filters import PLAIN, speed
from audio.domain.node import NodeAway, NodeRefused, Start
from audio.domain.player import HANDED, Handed
from audio.stage import Actual, Meter

if TYPE_CHECKING:
    from audio.changes import Fence
    from audio.domain.node import NodeEvent, PlayerState, VoiceState
    from audio.domain.player import Item, Player
    from audio.stage import Stage

_START_PATIENCE = 15.0  # seconds until a started track must be heard


class Deck:
    """The player of one guild on its node. Every method that asks the node raises NodeAway and NodeRefused."""

    def __init__(self, guild_id: int, fence: Fence, stage: Stage) -> None:
        self.actual = Actual()
        self._guild_id, self._bucket, self._fence, self._stage = guild_id, fence.bucket, fence, stage
        self._meter = Meter()

    @property
    def must_sound_by(self) -> float | None:
        """When the started track must be heard, on the clock; None: none is awaited."""
        return None if self.actual.started_at is None else self.actual.started_at + _START_PATIENCE

    @property
    def is_overdue(self) -> bool:
        """Whether the started track should have been heard by now."""
        return self.must_sound_by is not None and self._now() >= self.must_sound_by

    @property
    def handed(self) -> Handed | None:
        """What the node goes on to behind the loaded track; an end told before its sound is of an earlier start."""
        return self.actual.handed if self.actual.sounds else None

    def position(self, play_seq: int) -> int | None:
        """Return where a track is, in ms; None if nothing is known of this start."""
        return self._meter.read(play_seq, self._now())

    def lasted(self, play_seq: int) -> int | None:
        """Return how far a start has come at least, in ms; None if nothing is known of it."""
        return self._meter.lasted(play_seq, self._now())

    async def heard_to(self, player: Player) -> int:
        """Return how far the wanted track was heard, in ms."""
        position = self.position(player.play_seq) if self.is_sought(player) else player.position_ms
        return await self._stage.store.heard_at(player) if position is None else position

    def is_sought(self, player: Player) -> bool:
        """Tell whether what is known of the position is from after the last seek."""
        return player.seek_seq in {self.actual.seek_seq, player.seen_seek}

    def may_play(self, player: Player) -> bool:
        """Tell whether the current track may be on the node: one never seen may be so by the owner before."""
        return player.play_seq == self.actual.play_seq or player.play_seq != self._meter.play_seq

    def sample(self, player: Player) -> Sample | None:
        """Return where the track is; None: none sounds, or it is to be elsewhere."""
        position = self.position(self._meter.play_seq)
        if position is None or not (self._meter.moves and self.actual.sounds and self.is_sought(player)):
            return None
        return Sample(self._guild_id, self._meter.play_seq, player.seek_seq, position)

    def stand_still(self) -> None:
        """Count on no more: nobody knows whether the track moves."""
        self._meter.turn(self._now(), moves=False)

    def told(self, event: NodeEvent) -> bool:
        """Take a position from the node; True: it is the first word of the track's sound."""
        actual = self.actual
        if event.play_seq is None or event.position_ms is None or event.play_seq != actual.play_seq:
            return False
        self._meter.hear(event.play_seq, event.position_ms, self._now(), moves=not actual.paused)
        return not actual.sounds and event.position_ms > 0

    def skipped(self, event: NodeEvent) -> None:
        """Take it from the node that a part of the track was left out."""
        if event.position_ms is not None and event.play_seq is not None and event.play_seq == self._meter.play_seq:
            self._meter.seek(event.play_seq, event.position_ms, self._now(), moves=self._meter.moves)

    async def found(self, state: PlayerState, player: Player) -> None:
        """Take it that the node plays what it shows."""
        data = state.user_data or {}
        self.actual.play_seq, self.actual.paused, self.actual.leftover = data.get("play_seq"), state.paused, False
        if self.actual.play_seq == player.play_seq:
            self._meter.note(player.play_seq, state.position_ms, self._now(), moves=not state.paused)
            self._meter.speed = speed(player.filters)
            if self._meter.speed != 1.0:
                self._meter.position_ms = await self._stage.store.heard_at(player)
            self.actual.seek_seq = max(player.seen_seek, data.get("seek_seq", 0))
        if state.next_data:
            self.actual.handed = Handed(state.next_data["play_seq"], state.next_data["item_id"])
            self.actual.handed_seq = self.actual.handed.play_seq

    def started(self) -> None:
        """Take it that the node has begun the loaded track, maybe anew: it forgot what was handed over before."""
        self.actual.handed, self.actual.handed_at = None, -1

    def heard(self, *, moves: bool) -> None:
        """Take it that the loaded track sounds; `moves`: and goes on."""
        if self.actual.started_at is not None:
            self._stage.figures.sounded(self._now() - self.actual.started_at)
        self.actual.sounds, self.actual.started_at = True, None
        self._meter.turn(self._now(), moves=moves and not self.actual.paused)

    def ended(self) -> None:
        """Take it that no track is loaded any more."""
        self.actual.play_seq, self.actual.started_at, self.actual.handed = None, None, None

    def went_on(self, player: Player) -> None:
        """Take it that the node has begun by itself what was handed over."""
        self.actual.play_seq, self.actual.seek_seq, self.actual.handed = player.play_seq, 0, None
        self.actual.started_at = self._now()  # it says so in the same breath, or not at all
        self._meter.note(player.play_seq, player.position_ms, self._now(), moves=True)
        self._stage.figures.started(self.actual.node)

    def has_other_node(self) -> bool:
        """Tell whether there is another node to play on."""
        endpoint = self.actual.voice.endpoint if self.actual.voice else ""
        return self._stage.nodes.choose(self._guild_id, endpoint, {self.actual.node}) != self.actual.node

    async def connect(self, voice: VoiceState, avoid: str) -> None:
        """Connect the player to a voice server. If it has no node, one is chosen, rather not the one to `avoid`.

        Raises NO_NODE.
        """
        present = await self._stage.prepare(self._fence)
        self.actual.node = self.actual.node or self._stage.nodes.choose(self._guild_id, voice.endpoint, {avoid})
        if self.actual.node not in present:
            raise NodeAway(self.actual.node)
        await self._stage.nodes.connect(self._bucket, self.actual.node, self._guild_id, voice)
        self.actual.voice = voice

    def forget(self) -> None:
        """Know nothing of the player but where the track was last."""
        self.actual = Actual()

    def find(self, node: str, state: PlayerState) -> None:
        """Take it that the player is on a node, from an owner or a session before."""
        self.actual = Actual(node, leftover=state.user_data is not None, sound=PLAIN if state.is_plain else None)

    def cut_off(self) -> None:
        """Take it that the voice connection is gone."""
        self.actual.mute()
        self.stand_still()

    async def leave(self) -> None:
        """Take the player away from its node."""
        if self.actual.node:
            await self._stage.nodes.destroy(self._bucket, self.actual.node, self._guild_id)
            self.forget()

    async def silence(self) -> None:
        """End the loaded track, if there is one."""
        if self.actual.play_seq is not None or self.actual.leftover:
            await self._stage.nodes.stop(self._bucket, self.actual.node, self._guild_id)
            self.ended()
            self.actual.leftover = False

    async def attune(self, player: Player) -> None:
        """Make the player sound as it is wanted. Where the node refuses, it is not asked again."""
        actual = self.actual
        if not actual.node or actual.sound == player.sound:
            return
        actual.sound = player.sound
        await self._stage.nodes.sound(self._bucket, actual.node, self._guild_id, player.sound)
        self._meter.turn(self._now(), moves=self._meter.moves)
        self._meter.speed = speed(player.filters)

    async def start(self, player: Player) -> None:
        """Start the wanted track where it is wanted."""
        assert player.current
        data = {"play_seq": player.play_seq, "seek_seq": player.seek_seq, "item_id": player.current.item_id}
        track, end_ms = player.current.track, player.current.end_ms
        start = Start(track.identifier, player.position_ms, player.paused, data, end_ms)
        await self._stage.nodes.start(self._bucket, self.actual.node, self._guild_id, start)
        self.actual.play_seq, self.actual.seek_seq = player.play_seq, player.seek_seq
        self.actual.paused, self.actual.sounds, self.actual.leftover = player.paused, False, False
        self.started()
        self.actual.started_at = None if player.paused else self._now()
        self._meter.note(player.play_seq, player.position_ms, self._now(), moves=False)

    async def follow(self, player: Player) -> bool:
        """Make the started track be as it is wanted; return whether it is."""
        actual, nodes = self.actual, self._stage.nodes
        if actual.seek_seq != player.seek_seq:
            await nodes.seek(self._bucket, actual.node, self._guild_id, player.position_ms)
            actual.seek_seq = player.seek_seq
            self._meter.seek(player.play_seq, player.position_ms, self._now(), moves=not actual.paused)
        if actual.paused != player.paused:
            await nodes.pause(self._bucket, actual.node, self._guild_id, player.paused)
            actual.paused = player.paused
            self._meter.turn(self._now(), moves=not player.paused)
        return player.paused or actual.sounds

    async def hand_over(self, player: Player) -> None:
        """Let the node begin by itself what follows the current track, where it can: nobody has to be there then."""
        actual, nodes = self.actual, self._stage.nodes
        if player.current is None or actual.handed_at == player.version or not nodes.joins(actual.node):
            return
        item = await self._follower(player)
        if (item and item.item_id) != (actual.handed and actual.handed.item_id):
            play_seq = max(actual.handed_seq, player.play_seq) + 1
            try:
                await self._hand(item, play_seq)
            except NodeRefused:
                await self._hand(None, play_seq)
        actual.handed_at = player.version

    async def _follower(self, player: Player) -> Item | None:
        if players.comes_again(player):
            return player.current
        items, _ = await self._stage.store.items(self._guild_id, None, 1)
        return items[0][1] if items else None

    async def _hand(self, item: Item | None, play_seq: int) -> None:
        actual, nodes, start = self.actual, self._stage.nodes, None
        if item and play_seq % HANDED:
            data = {"play_seq": play_seq, "seek_seq": 0, "item_id": item.item_id}
            start = Start(item.track.identifier, item.start_ms, paused=False, user_data=data, end_ms=item.end_ms)
        present = await nodes.hand_over(self._bucket, actual.node, self._guild_id, start)
        actual.handed_seq = play_seq
        if present in {actual.play_seq, None}:  # else it has gone on already, to what was handed over before
            actual.handed = Handed(play_seq, item.item_id) if present and start and item else None

    def _now(self) -> float:
        return self._stage.clock.monotonic()
