"""The audio nodes: every bucket's sessions with them, over wavelink."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from audio.adapters import figures
from audio.adapters.catalog import Catalog
from audio.adapters.node_address import DefaultPasswordError, read_node
from audio.adapters.node_link import Timing, open_http
from audio.adapters.node_peer import Peer
from audio.adapters.node_session import Session
from audio.domain import placing
from audio.domain.node import (
    KnownNode,
    NodeAway,
    NodeEvent,
    NodeRefused,
    NodeStats,
    PlayerState,
    Probe,
    SessionOpened,
    Start,
    VoiceState,
)
from kit.errors import Reason, Refused
from kit.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
    from types import TracebackType

    from audio.adapters.node_address import NodeAddress
    from audio.domain.filters import Sound
    from audio.domain.lyrics import Lyrics
    from audio.domain.track import Track, TrackList
    from kit.redis import Shared

logger = logging.getLogger(__name__)

# What of SponsorBlock's segments no music is; intros, outros, previews and fillers may well be some.
_SEGMENTS = ["sponsor", "selfpromo", "interaction", "music_offtopic"]
_LOOK = 0.1  # seconds between looks whether the players have left a node


class WavelinkNodes:
    """The nodes of `LAVALINK_NODES` and those that `apply` adds; an async context manager, which leaves all sessions
    resumable at its end.

    Commands raise NodeAway when the node does not answer or the bucket has no session with it, and NodeRefused when it
    says no. Nothing here outlives the process: what must is given to `open` and comes with its answer or SESSION_READY.
    """

    def __init__(
        self,
        addresses: Sequence[NodeAddress],
        bot_id: Callable[[], Awaitable[int]],
        timing: Timing | None = None,
        shared: Shared | None = None,
    ) -> None:
        self._addresses = addresses
        self._catalog = Catalog(self._askable, shared)
        self._bot_id = bot_id
        self._timing = timing or Timing()
        self._peers: dict[str, Peer] = {}
        self._buckets: set[int] = set()
        self._sessions: dict[tuple[int, str], Session] = {}
        self._running: dict[Session, asyncio.Task[None]] = {}
        self._tasks = Tasks()
        self._events: asyncio.Queue[NodeEvent | None] = asyncio.Queue()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._http = await self._stack.enter_async_context(open_http())
        await self._stack.enter_async_context(self._tasks)
        self.apply([])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(self.close(bucket) for bucket in set(self._buckets)))
        self._events.put_nowait(None)
        await self._stack.aclose()

    async def open(self, bucket: int, session_ids: Mapping[str, str]) -> Mapping[str, SessionOpened]:
        """Resume the bucket's stored sessions, or make new ones, on every node that answers within some seconds.

        A node that does not is tried again until `close`; SESSION_READY tells when it is there.
        """
        await self.close(bucket)
        self._buckets.add(bucket)
        peers = [peer for peer in self._peers.values() if not peer.leaving]
        opening = {self._begin(bucket, peer, session_ids.get(peer.name, "")).opened for peer in peers}
        _, late = await asyncio.wait(opening, timeout=self._timing.open)
        for future in late:
            future.cancel()
        opened = [future.result() for future in opening if future.done() and not future.cancelled()]
        return {each.node: each for each in opened}

    async def close(self, bucket: int) -> None:
        """Leave the bucket's sessions; they stay resumable for 300 s."""
        self._buckets.discard(bucket)
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
        """Set volume and filters, which are replaced as a whole, and what only some nodes can.

        Tracks are joined and levelled, and segments left out: at a Lavalink server from the next track on.
        """
        body = {"volume": sound.volume, "filters": sound.filters}
        peer, session = self._peers[node], self._session(bucket, node)
        if peer.joins:
            body["segue"] = {"levelling": sound.levelling, "crossfade": sound.crossfade_ms}
        await session.update(guild_id, body)
        if peer.skips:
            await session.skip(guild_id, _SEGMENTS if sound.skipping else [])

    def joins(self, node: str) -> bool:
        """Whether the node begins a track by itself that was handed over to it."""
        peer = self._peers.get(node)
        return peer is not None and peer.joins

    async def hand_over(self, bucket: int, node: str, guild_id: int, start: Start | None) -> int | None:
        """Say what comes behind the present track (None: nothing), and return the `play_seq` of that one."""
        return await self._session(bucket, node).hand_over(guild_id, start)

    async def stop(self, bucket: int, node: str, guild_id: int) -> None:
        """End the track; the voice connection stays."""
        await self._session(bucket, node).update(guild_id, {"track": {"encoded": None}})

    async def destroy(self, bucket: int, node: str, guild_id: int) -> None:
        """Take the player and its voice connection away."""
        await self._session(bucket, node).destroy(guild_id)

    async def load(self, query: str, limit: int, source: str = "") -> list[Track]:
        """At most `limit` tracks for words or an http(s) address, from the first node that can.

        Raises Refused: LOAD_FAILED, or SOURCE_FAILED of a source as a whole, when it cannot be read; NO_NODE when no
        node answers.
        """
        return await self._catalog.load(query, limit, source)

    async def lists(self, words: str, limit: int, source: str = "") -> list[TrackList]:
        """At most `limit` albums, artists and playlists for words, from the nodes that have LavaSearch."""
        return await self._catalog.lists(words, limit, source)

    async def lyrics(self, track: Track) -> Lyrics | None:
        """The lyrics of a track; None: there are none.

        Raises Refused: NOT_SUPPORTED when no node announces that it can, LOAD_FAILED, NO_NODE.
        """
        return await self._catalog.lyrics(track)

    async def probe(self) -> list[Probe]:
        """Load a known track of every source at every node that is there; breakers hear of it."""
        return await self._catalog.probe()

    async def events(self) -> AsyncIterator[NodeEvent]:
        """What happens at the nodes, in each session's order, until the nodes are left. For one reader."""
        while (event := await self._events.get()) is not None:
            yield event

    async def stats(self) -> list[NodeStats]:
        """All nodes, by name, as they are now; one that does not answer as it was."""
        found = await asyncio.gather(*(self._peers[name].stats() for name in sorted(self._peers)))
        return [replace(each, configured=self.is_configured(each.name)) for each in found]

    def choose(self, guild_id: int, endpoint: str = "", avoid: Collection[str] = ()) -> str:
        """The name of the best healthy node, by load and by the region of the guild's voice server.

        Those to `avoid` are chosen only where there is no other. Raises Refused(NO_NODE).
        """
        healthy = [peer.place for peer in self._peers.values() if peer.healthy]
        places = [place for place in healthy if place.name not in avoid] or healthy
        if not places:
            raise Refused(Reason.NO_NODE)
        return placing.ranked(places, str(guild_id), endpoint)[0]

    def is_draining(self, node: str) -> bool:
        """Whether the players that are on the node should move to others."""
        peer = self._peers.get(node)
        return peer is not None and (peer.draining or peer.leaving)

    def is_configured(self, node: str) -> bool:
        """Whether it is one of `LAVALINK_NODES`."""
        return any(address.name == node for address in self._addresses)

    async def check(self, node: KnownNode) -> None:
        """Look whether a node could be added.

        Raises Refused: INVALID_ARGUMENT, NODE_PASSWORD_DEFAULT, NODE_TOO_OLD, or NODE_UNANSWERED, also when it does not
        accept the password.
        """
        peer = Peer(_address(node), self._http, self._bot_id, self._timing)
        try:
            await peer.admit()
        except NodeAway as away:
            raise Refused(Reason.NODE_UNANSWERED, name=node.name) from away
        except NodeRefused as refused:
            raise Refused(
                Reason.NODE_TOO_OLD, name=node.name, version=(await peer.info())["version"]["semver"]
            ) from refused

    def apply(self, known: Sequence[KnownNode]) -> None:
        """Add the nodes that are new, let go of those that are gone, and drain those that are to be drained."""
        wanted = {node.name: _address(node) for node in known if node.uri}
        wanted |= {address.name: address for address in self._addresses}
        draining = {node.name for node in known if node.draining}
        for address in wanted.values():
            if address.name not in self._peers:
                self._add(address)
        for peer in self._peers.values():
            if not peer.leaving and wanted.get(peer.name) != peer.address:
                peer.leaving = True
                self._drain(peer)
                self._tasks.spawn(self._let_go(peer), f"let go of node {peer.name}")
            elif peer.name in draining and not peer.draining:
                self._drain(peer)
            peer.draining = peer.name in draining

    def _add(self, address: NodeAddress) -> None:
        peer = self._peers[address.name] = Peer(address, self._http, self._bot_id, self._timing)
        peer.show()
        for bucket in self._buckets:
            self._begin(bucket, peer, "").opened.cancel()  # nobody waits for its answer: it is announced

    def _drain(self, peer: Peer) -> None:
        for session in self._at(peer):
            session.drain()

    async def _let_go(self, peer: Peer) -> None:
        """Wait until the players have moved, take away those that have not, and forget the node."""
        try:
            async with asyncio.timeout(self._timing.leave):
                while not all(session.is_empty for session in self._at(peer)):  # noqa: ASYNC110  (one of many things)
                    await asyncio.sleep(_LOOK)
        except TimeoutError:
            logger.warning("players did not leave the node in time", extra={"node": peer.name})
        await asyncio.gather(*(session.abandon() for session in self._at(peer)))
        for bucket, name in [key for key in self._sessions if key[1] == peer.name]:
            await self._end(self._sessions.pop((bucket, name)))
        del self._peers[peer.name]
        figures.forget_node(peer.name)

    def _begin(self, bucket: int, peer: Peer, session_id: str) -> Session:
        session = Session(bucket, peer, session_id, self._events.put_nowait, self._tasks)
        self._sessions[bucket, peer.name] = session
        self._running[session] = self._tasks.spawn(session.run(), f"node {peer.name}/{bucket}")
        return session

    def _askable(self, key: str) -> list[Peer]:
        """The nodes that may be asked for tracks: those that take players first, then the others that are there."""
        usable = [peer for peer in self._peers.values() if peer.usable]
        names = placing.ranked((peer.place for peer in usable), key)
        return sorted(usable, key=lambda peer: (not peer.healthy, not peer.attached, names.index(peer.name)))

    def _at(self, peer: Peer) -> list[Session]:
        return [session for (_, name), session in self._sessions.items() if name == peer.name]

    def _of(self, bucket: int) -> list[Session]:
        return [session for (owner, _), session in self._sessions.items() if owner == bucket]

    def _session(self, bucket: int, node: str) -> Session:
        session = self._sessions.get((bucket, node))
        if session is None:
            raise NodeAway(f"bucket {bucket} has no session with {node}")
        return session

    async def _close(self, session: Session) -> None:
        await session.close()
        await self._end(session)

    async def _end(self, session: Session) -> None:
        if task := self._running.pop(session, None):
            task.cancel()
            await asyncio.wait([task])


def _address(node: KnownNode) -> NodeAddress:
    try:
        return read_node(node.name, node.uri, node.password, node.region)
    except DefaultPasswordError as error:
        raise Refused(Reason.NODE_PASSWORD_DEFAULT, name=node.name) from error
    except ValueError as error:
        raise Refused(Reason.INVALID_ARGUMENT, fields={"uri": str(error)}) from error
