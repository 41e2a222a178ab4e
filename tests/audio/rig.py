"""The engine with everything around it played by doubles: nodes, gateway's voice, and the death of a process."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from audio import playback
from audio.adapters.clock import SystemClock
from audio.adapters.figures import PrometheusFigures
from audio.domain.node import (
    KnownNode,
    NodeAway,
    NodeEvent,
    NodeEventKind,
    NodeRefused,
    NodeStats,
    PlayerState,
    Probe,
    SessionOpened,
    Start,
    VoiceState,
)
from audio.domain.player import BUCKETS, Player, Status
from audio.domain.sources import is_exact
from audio.hearing import Hearing
from audio.outcomes import Outcomes
from audio.ownership import Ownership
from audio.stage import Stage
from audio.suggesting import Suggesting
from audio.watching import Watching
from kit import actor
from kit.errors import Reason, Refused
from kit.tasks import Tasks
from tests.audio.values import DJ, GUILD, asked, track

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence

    from audio.adapters.memory import MemoryStore
    from audio.changes import Change
    from audio.domain.filters import Sound
    from audio.domain.lyrics import Lyrics
    from audio.domain.track import Track, TrackList
    from tests.audio.voices import FakeVoice

Session = dict[int, PlayerState]


@dataclass
class NodeWorld:
    """Nodes with their sessions, which outlive the instances that opened them."""

    up: dict[str, bool] = field(default_factory=lambda: {"one": True})
    sessions: dict[str, tuple[str, Session]] = field(default_factory=dict)  # id -> (node, players)
    clients: list[FakeNodes] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    cannot_vibrate: bool = False
    joins: bool = False
    found: dict[str, list[Track]] = field(default_factory=dict)  # what words find; else one track of that name
    asked: list[str] = field(default_factory=list)
    unfit: Reason | None = None
    known: list[KnownNode] = field(default_factory=list)
    lyrics: dict[str, Lyrics] = field(default_factory=dict)
    handed: dict[int, Start | None] = field(default_factory=dict)
    lists: dict[str, list[TrackList]] = field(default_factory=dict)
    said: list[tuple[Any, ...]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def player(self, guild_id: int) -> PlayerState | None:
        return next((players[guild_id] for _, players in self.sessions.values() if guild_id in players), None)

    def starts(self) -> list[tuple[str, int]]:
        return [(what[2].identifier, what[2].position_ms) for what in self.said if what[0] == "start"]

    def kill(self, node: str) -> None:
        """End a node's process: its sessions are gone."""
        self.up[node] = False
        for client in self.clients:
            client.lose(node)
        self.sessions = {key: value for key, value in self.sessions.items() if value[0] != node}

    def revive(self, node: str) -> None:
        self.up[node] = True
        for client in self.clients:
            client.come_back(node)


class FakeNodes:
    """`audio.nodes.AudioNodes` of one instance."""

    def __init__(self, world: NodeWorld) -> None:
        self.world = world
        self.inbox: asyncio.Queue[NodeEvent | None] = asyncio.Queue()
        self.opened: dict[tuple[int, str], str] = {}
        self.wanted: set[int] = set()
        world.clients.append(self)

    async def open(self, bucket: int, session_ids: Mapping[str, str]) -> Mapping[str, SessionOpened]:
        self.wanted.add(bucket)
        return {node: self._open(bucket, node, session_ids.get(node)) for node, up in self.world.up.items() if up}

    def _open(self, bucket: int, node: str, session_id: str | None) -> SessionOpened:
        resumed = session_id in self.world.sessions
        used = session_id if resumed and session_id else f"session-{next(self.world.numbers)}"
        self.world.sessions.setdefault(used, (node, {}))
        self.opened[bucket, node] = used
        return SessionOpened(node, used, resumed)

    async def close(self, bucket: int) -> None:
        self.wanted.discard(bucket)
        for key in [key for key in self.opened if key[0] == bucket]:
            del self.opened[key]

    def lose(self, node: str) -> None:
        for bucket, name in [key for key in self.opened if key[1] == node]:
            del self.opened[bucket, name]
            self.inbox.put_nowait(NodeEvent(bucket, node, 0, NodeEventKind.SESSION_LOST))

    def come_back(self, node: str) -> None:
        for bucket in self.wanted:
            opened = self._open(bucket, node, None)
            event = NodeEvent(bucket, node, 0, NodeEventKind.SESSION_READY, "new", session_id=opened.session_id)
            self.inbox.put_nowait(event)

    async def players(self, bucket: int, node: str) -> list[PlayerState]:
        return list(self._players(bucket, node).values())

    async def connect(self, bucket: int, node: str, guild_id: int, voice: VoiceState) -> None:
        players = self._players(bucket, node)
        known = players.get(guild_id) or PlayerState(guild_id, None, 0, paused=False, connected=True, voice=None)
        players[guild_id] = replace(known, connected=True, voice=voice)
        self.world.said.append(("connect", guild_id, voice))

    async def start(self, bucket: int, node: str, guild_id: int, start: Start) -> None:
        players = self._players(bucket, node)
        self.world.said.append(("start", guild_id, start, node))
        if start.identifier in self.world.refused:
            # What played before plays on, even if it was paused.
            players[guild_id] = replace(players[guild_id], paused=start.paused)
            raise NodeRefused("it is no sound file")
        self._begin(players, guild_id, start)
        self._say(bucket, node, guild_id, NodeEventKind.STARTED)

    def _begin(self, players: Session, guild_id: int, start: Start | None) -> None:
        data, position_ms = (start.user_data, start.position_ms) if start else (None, 0)
        paused = start is not None and start.paused
        found = replace(players[guild_id], user_data=data, position_ms=position_ms, paused=paused, next_data=None)
        players[guild_id], self.world.handed[guild_id] = found, None

    async def pause(self, bucket: int, node: str, guild_id: int, paused: bool) -> None:
        players = self._players(bucket, node)
        players[guild_id] = replace(players[guild_id], paused=paused)
        self.world.said.append(("pause", guild_id, paused))

    async def seek(self, bucket: int, node: str, guild_id: int, position_ms: int) -> None:
        players = self._players(bucket, node)
        players[guild_id] = replace(players[guild_id], position_ms=position_ms)
        self.world.said.append(("seek", guild_id, position_ms))

    async def sound(self, bucket: int, node: str, guild_id: int, sound: Sound) -> None:
        self._players(bucket, node)
        self.world.said.append(("sound", guild_id, sound))
        if "vibrato" in sound.filters and self.world.cannot_vibrate:
            raise NodeRefused("no such filter")

    def joins(self, node: str) -> bool:
        return self.world.joins

    async def hand_over(self, bucket: int, node: str, guild_id: int, start: Start | None) -> int | None:
        players = self._players(bucket, node)
        self.world.said.append(("hand over", guild_id, start))
        present = players[guild_id].user_data
        self.world.handed[guild_id] = start if present else None
        players[guild_id] = replace(players[guild_id], next_data=start.user_data if start else None)
        return present["play_seq"] if present else None

    async def stop(self, bucket: int, node: str, guild_id: int) -> None:
        players = self._players(bucket, node)
        self._begin(players, guild_id, None)
        self.world.said.append(("stop", guild_id))

    async def destroy(self, bucket: int, node: str, guild_id: int) -> None:
        self._players(bucket, node).pop(guild_id, None)
        self.world.said.append(("destroy", guild_id, node))

    async def load(self, query: str, limit: int, source: str = "") -> list[Track]:
        self.world.asked.append(query)
        found = self.world.found.get(query, [] if query == "nothing" else [track(query)])
        return [each for each in found if is_exact(query) or source in {"", each.source}][:limit]

    async def lists(self, words: str, limit: int, source: str = "") -> list[TrackList]:
        return self.world.lists.get(words, [])[:limit]

    async def lyrics(self, track: Track) -> Lyrics | None:
        return self.world.lyrics.get(track.identifier)

    async def probe(self) -> list[Probe]:
        return [Probe(node, "local", "" if up else "It is away.") for node, up in self.world.up.items()]

    def is_configured(self, node: str) -> bool:
        return node in self.world.up

    async def check(self, node: KnownNode) -> None:
        if self.world.unfit:
            raise Refused(self.world.unfit, name=node.name)

    def apply(self, known: Sequence[KnownNode]) -> None:
        self.world.known = list(known)

    def is_draining(self, node: str) -> bool:
        return any(known.name == node and known.draining for known in self.world.known)

    async def events(self) -> AsyncIterator[NodeEvent]:
        while (event := await self.inbox.get()) is not None:
            yield event

    async def stats(self) -> list[NodeStats]:
        added = [
            NodeStats(node.name, False, "", 0, 0, 0, 0.0, configured=False) for node in self.world.known if node.uri
        ]
        return [*(NodeStats(name, up, "4.2.2", 0, 0, 0, 0.0) for name, up in self.world.up.items()), *added]

    def choose(self, guild_id: int, endpoint: str = "", avoid: Collection[str] = ()) -> str:
        names = sorted((name for name, up in self.world.up.items() if up), key=lambda name: name in avoid)
        if not names:
            raise Refused(Reason.NO_NODE)
        return names[0]

    def tell(self, guild_id: int, kind: NodeEventKind, **facts: Any) -> None:
        """Let the node that has the guild's player say something about it."""
        for (bucket, node), session_id in self.opened.items():
            if guild_id in self.world.sessions[session_id][1]:
                self._say(bucket, node, guild_id, kind, **facts)
                return

    def end(self, guild_id: int) -> None:
        """Let the guild's track play to its end, and begin what was handed over."""
        self.tell(guild_id, NodeEventKind.POSITION, position_ms=9_900)
        self.tell(guild_id, NodeEventKind.ENDED, reason="finished")
        for _, players in self.world.sessions.values():
            if guild_id in players:
                following = self.world.handed.get(guild_id)
                self._begin(players, guild_id, following)
                if following:
                    self.tell(guild_id, NodeEventKind.STARTED)

    def _say(self, bucket: int, node: str, guild_id: int, kind: NodeEventKind, **facts: Any) -> None:
        data = self._players(bucket, node)[guild_id].user_data or {}
        self.inbox.put_nowait(NodeEvent(bucket, node, guild_id, kind, play_seq=data.get("play_seq"), **facts))

    def _players(self, bucket: int, node: str) -> Session:
        if (bucket, node) not in self.opened:
            raise NodeAway(node)
        return self.world.sessions[self.opened[bucket, node]][1]


class NoSpans:
    """`audio.stage.Spans` without traces."""

    @contextmanager
    def apart(self) -> Iterator[None]:
        with actor.acting_as(actor.system()):
            yield

    @contextmanager
    def continuing(self, player: Player) -> Iterator[None]:
        yield


@dataclass
class Kept:
    """What api keeps: playlists by their id, and what listeners like. It may be away."""

    playlists: dict[str, list[Track]] = field(default_factory=dict)
    liked: dict[int, list[Track]] = field(default_factory=dict)
    away: bool = False

    async def tracks(self, guild_id: int, playlist_id: str) -> list[Track]:
        if guild_id != GUILD or playlist_id not in self.playlists:
            raise Refused(Reason.PLAYLIST_NOT_FOUND)
        return self.playlists[playlist_id]

    async def of_guild(self, guild_id: int, playlist_id: str) -> list[Track]:
        if self.away:
            raise Refused(Reason.UNAVAILABLE, part="api")
        return await self.tracks(guild_id, playlist_id)

    async def favorites(self, user_ids: Sequence[int]) -> list[Track]:
        if self.away:
            raise Refused(Reason.UNAVAILABLE, part="api")
        return [each for user_id in user_ids for each in self.liked.get(user_id, ())]


@dataclass
class Rig:
    """One instance of the engine."""

    store: Any
    nodes: FakeNodes
    voice: FakeVoice
    ownership: Ownership
    outcomes: Outcomes
    watching: Watching
    hearing: Hearing
    kept: Kept

    async def own(self, epoch: int, buckets: range = range(BUCKETS)) -> None:
        for bucket in buckets:
            await self.ownership.gained(bucket, epoch)

    async def until(self, guild_id: int, what: Callable[[Player], object]) -> Player:
        """Wait until the guild's player is as told."""
        async with asyncio.timeout(60):
            while not what(player := await self.store.player(guild_id)):  # noqa: ASYNC110  (any of many things)
                await asyncio.sleep(0.005)
        found: Player = player
        return found


@asynccontextmanager
async def engine(store: Any, world: NodeWorld, voice: FakeVoice) -> AsyncIterator[Rig]:
    """An instance that owns nothing yet; at the end it is gone as after kill -9: nobody is told."""
    nodes, clock, spans, kept = FakeNodes(world), SystemClock(), NoSpans(), Kept()
    async with Tasks() as tasks:
        ownership = Ownership(store, nodes, clock, tasks, spans)
        outcomes = Outcomes(store, clock, ownership.is_ours)
        watching = Watching(store, clock)
        store.listeners += [ownership.committed, watching.committed]
        ownership.begin(
            Stage(
                store=store,
                nodes=nodes,
                channels=voice,
                clock=clock,
                spans=spans,
                figures=PrometheusFigures(),
                holds=ownership.has,
                prepare=ownership.prepare,
                seen=outcomes.seen,
                lonely=Suggesting(store, nodes, kept, tasks).lonely,
            )
        )
        hearing = Hearing(store, ownership)
        voice.report = hearing.report
        for work in (ownership.listen, ownership.look, ownership.sample, watching.look):
            tasks.keep(work, work.__qualname__)
        yield Rig(store, nodes, voice, ownership, outcomes, watching, hearing, kept)
        world.clients.remove(nodes)
        store.listeners.clear()


def give(store: MemoryStore, epoch: int) -> None:
    for bucket in range(BUCKETS):
        store.tables.epochs[bucket] = epoch


async def command(store: Any, what: Callable[[Change], Awaitable[Any]]) -> Player:
    async with store.change(GUILD) as change:
        await what(change)
    player: Player = change.player
    return player


async def play(store: Any, letters: str) -> Player:
    return await command(store, lambda change: playback.play(change, DJ, asked(letters), 0))


def sounds(name: str) -> Callable[[Player], bool]:
    return lambda player: (
        player.status is Status.PLAYING
        and player.current is not None
        and player.current.track.title == name
        and player.seen_version >= player.wanted_version
    )
