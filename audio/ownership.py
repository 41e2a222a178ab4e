"""The buckets that this instance owns: their node sessions, and a conductor for each guild that wants something.

Commands are transactions that any instance may commit. The owner hears of its own at once, and finds the others' by
looking for header rows whose wish was not seen yet, several times a second.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from audio.changes import Fence
from audio.conductor import Conductor
from audio.domain.node import NodeAway, NodeEventKind
from audio.domain.player import BUCKETS, bucket_of
from audio.stage import Adoption, keep_apart
from kit.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping

    from audio.changes import Changed, OwnerStore
    from audio.clock import Clock, Tasks
    from audio.domain.node import NodeEvent, PlayerState, SessionOpened
    from audio.domain.voice import VoiceSnapshot
    from audio.nodes import AudioNodes
    from audio.stage import Spans, Stage

logger = logging.getLogger(__name__)

# Seconds between looks for what other instances committed; an instance that owns everything is most likely alone.
_LOOK, _LOOK_ALONE = 0.1, 1.0
_SAMPLE = 1.0


class Ownership:
    """Gains and loses buckets, and leads what happens to the conductors they belong to."""

    def __init__(self, store: OwnerStore, nodes: AudioNodes, clock: Clock, tasks: Tasks, spans: Spans) -> None:
        self._store, self._nodes, self._clock, self._tasks, self._spans = store, nodes, clock, tasks, spans
        self._stage: Stage | None = None
        self._fences: dict[int, Fence] = {}
        self._conductors: dict[int, Conductor] = {}
        self._running: defaultdict[int, set[asyncio.Task[Any]]] = defaultdict(set)
        self._taken: set[int] = set()
        self._early: defaultdict[int, list[NodeEvent]] = defaultdict(list)
        self._opened: set[int] = set()
        self._present: defaultdict[int, set[str]] = defaultdict(set)  # nodes that a bucket has a session with
        self._unkept: defaultdict[int, dict[str, str]] = defaultdict(dict)  # ids of new sessions by node
        self._opening: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    def begin(self, stage: Stage) -> None:
        """Take what conductors need; conductors and ownership know each other only through it."""
        self._stage = stage

    def is_ours(self, guild_id: int) -> bool:
        """Tell whether the guild's conductor is here."""
        return bucket_of(guild_id) in self._fences

    def has(self, fence: Fence) -> bool:
        """Tell whether the bucket's players are known here, so that they may be touched."""
        return self._fences.get(fence.bucket) == fence and fence.bucket in self._taken

    async def gained(self, bucket: int, epoch: int) -> None:
        """Own a bucket: resume its sessions and take over its players, in the background and until it works."""
        # One bucket always has its sessions, so that it is known which nodes are there.
        is_scout = not self._fences
        fence = self._fences[bucket] = Fence(bucket, epoch)
        self._run(bucket, lambda: self._take_over(fence, is_scout=is_scout), f"take over bucket {bucket}")

    async def lost(self, bucket: int, epoch: int) -> None:
        """Own a bucket no more: leave its players alone, playing as they do."""
        fence = self._fences.get(bucket)
        if fence is None or fence.epoch != epoch:
            return
        del self._fences[bucket]
        self._taken.discard(bucket)
        running = self._running.pop(bucket, set())
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        for guild_id in [guild_id for guild_id in self._conductors if bucket_of(guild_id) == bucket]:
            del self._conductors[guild_id]
        self._early.pop(bucket, None)
        self._present.pop(bucket, None)
        self._unkept.pop(bucket, None)
        self._opened.discard(bucket)
        await self._nodes.close(bucket)

    def committed(self, changed: Changed) -> None:
        """Hear of a change that this instance committed."""
        player = changed.player
        is_wish = player.wanted_version == player.version
        if player.guild_id in self._conductors or (is_wish and self.is_ours(player.guild_id)):
            self._conductor(player.guild_id).wake(player)

    def report_voice(self, snapshot: VoiceSnapshot) -> None:
        """Hear of a voice snapshot that this instance was given."""
        if self.is_ours(snapshot.guild_id):
            self._conductor(snapshot.guild_id).report_voice(snapshot)

    async def prepare(self, fence: Fence) -> Collection[str]:
        """Return the nodes that the bucket has a session with; sessions are opened when they are first needed.

        Their ids are kept before anything sounds in them, or the next owner would let it sound beside its own.
        """
        async with self._opening[fence.bucket]:
            if fence.bucket not in self._opened:
                await self._open(fence, await self._store.sessions(fence.bucket))
            await self._keep_sessions(fence)
        return self._present[fence.bucket]

    async def listen(self) -> None:
        """Lead what happens at the nodes to the conductors, until the nodes are left."""
        async for event in self._nodes.events():
            if event.guild_id:
                self._lead(event)
            elif event.kind is NodeEventKind.SESSION_LOST:
                self._present[event.bucket].discard(event.node)
                for conductor in self._on(event):
                    conductor.lose_session()
            elif event.kind is NodeEventKind.DRAINING:
                for conductor in self._on(event):
                    conductor.leave_node()
            elif event.kind is NodeEventKind.SESSION_READY:
                await self._session_ready(event)

    async def look(self) -> None:
        """Look for wishes and voice snapshots that other instances took, for ever."""
        while True:
            await self._clock.sleep(_LOOK_ALONE if len(self._fences) == BUCKETS else _LOOK)
            if not self._fences:
                continue
            try:
                await self._look()
            except Refused as refused:
                logger.warning("cannot look for wishes", extra={"error": str(refused)})

    async def sample(self) -> None:
        """Write where the tracks are, for ever."""
        while True:
            await self._clock.sleep(_SAMPLE)
            samples = [sample for each in self._conductors.values() if (sample := each.sample())]
            try:
                if samples:
                    await self._store.sample(samples)
            except Refused as refused:
                logger.warning("positions were not written", extra={"error": str(refused)})

    async def _take_over(self, fence: Fence, *, is_scout: bool) -> None:
        session_ids = await self._store.sessions(fence.bucket)
        guild_ids = await self._store.active(fence.bucket)
        if session_ids or guild_ids or is_scout:
            opened = await self._open(fence, session_ids)
            await self._keep_sessions(fence)
            found = [(each.node, await self._players(fence.bucket, each)) for each in opened.values()]
            for node, states in found:
                for state in states:
                    self._conductor(state.guild_id).adopt(Adoption(node, state))
        self._taken.add(fence.bucket)
        for guild_id in guild_ids:
            self._conductor(guild_id)
        for event in self._early.pop(fence.bucket, ()):
            self._lead(event)
        for conductor in self._of(fence.bucket):
            conductor.look()

    async def _look(self) -> None:
        for guild_id in await self._store.due(list(self._fences)):
            if self.is_ours(guild_id):
                self._conductor(guild_id).look()
        versions = await self._store.versions(list(self._conductors))  # a queue may have a new first track
        for guild_id, version in versions.items():
            if conductor := self._conductors.get(guild_id):
                conductor.heed(version)

    def _lead(self, event: NodeEvent) -> None:
        if event.bucket not in self._taken:
            # A resumed session tells first what its owner missed: it means something once its players are known.
            self._early[event.bucket].append(event)
        elif conductor := self._conductors.get(event.guild_id):
            conductor.tell(event)

    async def _players(self, bucket: int, opened: SessionOpened) -> list[PlayerState]:
        if not opened.resumed:
            return []
        try:
            return await self._nodes.players(bucket, opened.node)
        except NodeAway:
            logger.warning("a resumed node went away again", extra={"node": opened.node, "bucket": bucket})
            return []

    async def _session_ready(self, event: NodeEvent) -> None:
        fence = self._fences.get(event.bucket)
        if fence is None:
            return
        self._present[event.bucket].add(event.node)
        states: dict[int, PlayerState] = {}
        if event.reason == "new":
            self._unkept[event.bucket][event.node] = event.session_id
        else:
            try:
                states = {state.guild_id: state for state in await self._nodes.players(event.bucket, event.node)}
            except NodeAway:
                return  # it is lost again, and will be ready again
            if self._fences.get(event.bucket) != fence:
                return
        concerned = {conductor.guild_id for conductor in self._on(event)}
        for guild_id in concerned | set(states):
            self._conductor(guild_id).adopt(Adoption(event.node, states.get(guild_id)))

    async def _open(self, fence: Fence, session_ids: Mapping[str, str]) -> Mapping[str, SessionOpened]:
        opened = await self._nodes.open(fence.bucket, session_ids)
        self._opened.add(fence.bucket)
        self._present[fence.bucket] = set(opened)
        self._unkept[fence.bucket] = {each.node: each.session_id for each in opened.values() if not each.resumed}
        return opened

    async def _keep_sessions(self, fence: Fence) -> None:
        unkept = self._unkept[fence.bucket]
        while unkept:  # others may come while one is written
            node, session_id = next(iter(unkept.items()))
            await self._store.keep_session(fence, node, session_id)
            if unkept[node] == session_id:
                del unkept[node]

    def _of(self, bucket: int) -> list[Conductor]:
        return [conductor for guild_id, conductor in self._conductors.items() if bucket_of(guild_id) == bucket]

    def _on(self, event: NodeEvent) -> list[Conductor]:
        """Return those whose players are in the session that an event is about."""
        return [conductor for conductor in self._of(event.bucket) if conductor.node == event.node]

    def _conductor(self, guild_id: int) -> Conductor:
        if guild_id not in self._conductors:
            assert self._stage, "begun before the first bucket is gained"
            bucket = bucket_of(guild_id)
            conductor = self._conductors[guild_id] = Conductor(guild_id, self._fences[bucket], self._stage)

            async def conduct() -> None:
                await conductor.run()
                if self._conductors.get(guild_id) is conductor:
                    del self._conductors[guild_id]

            self._run(bucket, conduct, f"conductor of {guild_id}")
        return self._conductors[guild_id]

    def _run(self, bucket: int, work: Callable[[], Awaitable[None]], name: str) -> None:
        task = keep_apart(self._tasks, self._spans, work, name)
        self._running[bucket].add(task)
        task.add_done_callback(self._running[bucket].discard)
