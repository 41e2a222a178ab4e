"""The audio nodes: every bucket's sessions with them, over wavelink."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from hashlib import blake2b
from typing import TYPE_CHECKING, Self

from audio.adapters import catalog
from audio.adapters.node_link import Timing, open_http
from audio.adapters.node_peer import Peer
from audio.adapters.node_session import Session
from audio.domain.node import NodeAway, NodeEvent, NodeStats, PlayerState, SessionOpened, Start, VoiceState
from kit.errors import Reason, Refused
from kit.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from types import TracebackType

    from audio.adapters.node_address import NodeAddress
    from audio.domain.filters import Sound
    from audio.domain.track import Track

logger = logging.getLogger(__name__)


class WavelinkNodes:
    """The nodes of `LAVALINK_NODES`; an async context manager, which leaves all sessions resumable at its end.

    Commands raise NodeAway when the node does not answer or the bucket has no session with it, and NodeRefused when it
    says no. Nothing here outlives the process: what must is given to `open` and comes with its answer or SESSION_READY.
    """

    def __init__(
        self, addresses: Sequence[NodeAddress], bot_id: Callable[[], Awaitable[int]], timing: Timing | None = None
    ) -> None:
        self._addresses = addresses
        self._bot_id = bot_id
        self._timing = timing or Timing()
        self._peers: dict[str, Peer] = {}
        self._sessions: dict[tuple[int, str], Session] = {}
        self._running: dict[Session, asyncio.Task[None]] = {}
        self._tasks = Tasks()
        self._events: asyncio.Queue[NodeEvent | None] = asyncio.Queue()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        http = await self._stack.enter_async_context(open_http())
        await self._stack.enter_async_context(self._tasks)
        self._peers = {each.name: Peer(each, http, self._bot_id, self._timing) for each in self._addresses}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(self.close(bucket) for bucket in {bucket for bucket, _ in self._sessions}))
        self._events.put_nowait(None)
        await self._stack.aclose()

    async def open(self, bucket: int, session_ids: Mapping[str, str]) -> Mapping[str, SessionOpened]:
        """Resume the bucket's stored sessions, or make new ones, on every node that answers within some seconds.

        A node that does not is tried again until `close`; SESSION_READY tells when it is there.
        """
        await self.close(bucket)
        for peer in self._peers.values():
            session = Session(bucket, peer, session_ids.get(peer.name, ""), self._events.put_nowait, self._tasks)
            self._sessions[bucket, peer.name] = session
            self._running[session] = self._tasks.spawn(session.run(), f"node {peer.name}/{bucket}")
        opening = {session.opened for session in self._of(bucket)}
        _, late = await asyncio.wait(opening, timeout=self._timing.open)
        for future in late:
            future.cancel()
        opened = [future.result() for future in opening if future.done() and not future.cancelled()]
        return {each.node: each for each in opened}

    async def close(self, bucket: int) -> None:
        """Leave the bucket's sessions; they stay resumable for 300 s."""
        await asyncio.gather(*(self._close(session) for session in self._of(bucket)))
        for key in [key for key in self._sessions if key[0] == bucket]:
            del self._sessions[key]

    async def players(self, bucket: int, node: str) -> list[PlayerState]:
        """The players of the bucket on the node."""
        return await self._session(bucket, node).players()

    async def connect(self, bucket: int, node: str, guild_id: int, voice: VoiceState) -> None:
        """Open or change the guild's voice connection. On NodeAway the player may have been taken away."""
        await self._session(bucket, node).connect(guild_id, voice)

    async def start(self, bucket: int, node: str, guild_id: int, start: Start) -> None:
        """Begin a track, replacing what plays; raises NodeRefused, and leaves what plays, when it cannot be loaded."""
        await self._session(bucket, node).start(guild_id, start)

    async def pause(self, bucket: int, node: str, guild_id: int, paused: bool) -> None:
        """Pause or go on."""
        await self._session(bucket, node).update(guild_id, {"paused": paused})

    async def seek(self, bucket: int, node: str, guild_id: int, position_ms: int) -> None:
        """Go to a position; beyond the end, the track ends."""
        await self._session(bucket, node).update(guild_id, {"position": position_ms})

    async def sound(self, bucket: int, node: str, guild_id: int, sound: Sound) -> None:
        """Change volume and filters; the filters are replaced as a whole."""
        await self._session(bucket, node).update(guild_id, {"volume": sound.volume, "filters": sound.filters})

    async def stop(self, bucket: int, node: str, guild_id: int) -> None:
        """End the track; the voice connection stays."""
        await self._session(bucket, node).update(guild_id, {"track": {"encoded": None}})

    async def destroy(self, bucket: int, node: str, guild_id: int) -> None:
        """Take the player and its voice connection away."""
        await self._session(bucket, node).destroy(guild_id)

    async def load(self, query: str, limit: int) -> list[Track]:
        """At most `limit` tracks for words or an http(s) address, from the first node that answers.

        Raises Refused: LOAD_FAILED when the source cannot be read, NO_NODE when no node answers.
        """
        for peer in sorted(self._peers.values(), key=lambda peer: not peer.healthy):
            try:
                return await catalog.load(peer, query, limit)
            except NodeAway as away:
                logger.warning("the node did not load", extra={"node": peer.name, "error": str(away)})
        raise Refused(Reason.NO_NODE)

    async def events(self) -> AsyncIterator[NodeEvent]:
        """What happens at the nodes, in each session's order, until the nodes are left. For one reader."""
        while (event := await self._events.get()) is not None:
            yield event

    async def stats(self) -> list[NodeStats]:
        """All nodes, by name, as they are now; one that does not answer as it was."""
        return await asyncio.gather(*(self._peers[name].stats() for name in sorted(self._peers)))

    def choose(self, guild_id: int) -> str:
        """A healthy node's name, the same one as long as the healthy ones are the same; raises Refused(NO_NODE)."""
        healthy = [name for name, peer in self._peers.items() if peer.healthy]
        if not healthy:
            raise Refused(Reason.NO_NODE)
        return max(healthy, key=lambda name: blake2b(f"{guild_id} {name}".encode()).digest())

    def _of(self, bucket: int) -> list[Session]:
        return [session for (owner, _), session in self._sessions.items() if owner == bucket]

    def _session(self, bucket: int, node: str) -> Session:
        session = self._sessions.get((bucket, node))
        if session is None:
            raise NodeAway(f"bucket {bucket} has no session with {node}")
        return session

    async def _close(self, session: Session) -> None:
        await session.close()
        task = self._running.pop(session)
        task.cancel()
        await asyncio.wait([task])
