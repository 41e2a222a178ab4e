"""What must be true in every world, held against what happens: each commit, each answer, each sound."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audio.domain.player import LoopMode, Status, bucket_of
from tests.simulation.command import level_of
from tests.simulation.lavalink import holding
from tests.simulation.loop import WORLD
from tests.simulation.model import Plain, newest, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from audio.changes import Changed, Fence
    from audio.domain.policy import Caller
    from kit.errors import Reason
    from kit.levels import Level
    from tests.simulation.command import Request
    from tests.simulation.database import Database, Transaction
    from tests.simulation.discord import Discord
    from tests.simulation.lavalink import Node
    from tests.simulation.loop import Process, VirtualLoop
    from tests.simulation.session import NodePlayer

# Seconds for which two tracks of a guild may be heard: an owner that died amid a move has a successor by then.
TWO_TRACKS = 7.0
# ms between where a lost track goes on and where it was heard last: an owner counts on for six seconds without word.
AHEAD, BEHIND = 7_000, 15_000
GIVES_UP = 0.5  # seconds in which a process that was frozen finds out what it lost
SEEK = 600  # ms by which a seek that is reported as done may be missed
_SENT_AWAY = 30.0  # seconds within which the engine notices that the bot was sent away
_TOLD = 500


class Wrong(Exception):  # noqa: N818 - what was seen is wrong
    """Something that must never happen."""


@dataclass
class Sought:
    """The last seek of a start."""

    play_seq: int
    seek_seq: int
    position_ms: int
    at: float


class Judge:
    """Knows the truth. `told` is what happened last, for people."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.told: deque[tuple[float, str, tuple[Any, ...]]] = deque(maxlen=_TOLD)
        self.database: Database
        self.discord: Discord
        self.nodes: Sequence[Node] = ()
        self.guilds: defaultdict[int, Plain] = defaultdict(Plain)
        self.commits: dict[tuple[int, int, str], tuple[int, Any]] = {}
        self.names: set[str] = set()  # of commands that were done
        self._loop = loop
        self._finished: set[tuple[int, int]] = set()
        self._failed: set[tuple[int, int]] = set()
        self._begun: dict[tuple[int, int], str] = {}  # the tracks that nodes began by themselves
        self._heard_to: dict[tuple[int, int], float] = {}
        self._sought: dict[int, Sought] = {}
        self._sounding: defaultdict[int, dict[str, float]] = defaultdict(dict)

    def tell(self, what: str, *facts: Any) -> None:
        """Note what happens."""
        self.told.append((self._loop.time(), what, facts))

    def wrong(self, what: str, *facts: Any) -> None:
        """End the world."""
        self.tell(f"WRONG: {what}", *facts)
        self._loop.fail(Wrong(f"{what}: {', '.join(map(str, facts))}"))

    def require(self, is_true: object, what: str, *facts: Any) -> None:
        """End the world unless it is true."""
        if not is_true:
            self.wrong(what, *facts)

    # What was committed.

    def judged(self, request: Request, caller: Caller, granted: Level) -> None:
        """Hear as whom somebody is taken, under the lock of a guild."""
        level = level_of(self._seen(request), caller, granted)
        self.require(caller.level == level, "taken for somebody else", request, caller, level)

    def refused(self, request: Request, caller: Caller, reason: Reason) -> None:
        """Hear that a command was refused, under the lock of its guild."""
        known = self._obstacles(self._seen(request), request, caller)
        self.require(reason in known, "refused without need", request, reason, known)

    def done(self, request: Request, caller: Caller, facts: Any) -> Plain:
        """Hear that a command was done, under the lock of its guild; return what the guild has to be like then."""
        plain = self._seen(request)
        known = self._obstacles(plain, request, caller)
        self.require(not known, "done although it has to be refused", request, known)
        expected = request.command.expect(plain, caller, facts) if not known else None
        self.require(expected == facts, "answered wrongly", request, facts, expected)
        return plain

    def _seen(self, request: Request) -> Plain:
        plain = self.guilds[request.guild_id].copy()
        plain.listeners = self.database.guild(request.guild_id).player.listeners
        return plain

    @staticmethod
    def _obstacles(plain: Plain, request: Request, caller: Caller) -> list[Reason]:
        return [each for each in request.command.obstacles(plain, caller) if each]

    def committed(self, transaction: Transaction, before: Any, after: Any, changed: Sequence[Changed]) -> None:
        """Judge a commit."""
        guild_id, request = transaction.guild_id, transaction.request
        plain = self.guilds[guild_id]
        self.tell("commit", guild_id, transaction.process.name, request or "-", *(c.player.version for c in changed))
        self.require(shown(before) == plain, "changed outside of changes", shown(before), plain)
        if transaction.fence:
            self._require_epoch(transaction.fence)
        if request:
            self.require(request.key not in self.commits, "applied twice", request)
            self.names.add(type(request.command).__name__)
            self.commits[request.key] = (after.player.version, transaction.answer.facts)
        versions = [each.player.version for each in changed]
        wanted = list(range(plain.version + 1, plain.version + 1 + len(changed)))
        self.require(versions == wanted, "versions do not rise by one", versions, wanted)
        self.require(not request or len(changed) == 1, "a command is one change", request, versions)
        expected = transaction.expected if request else self._expected(plain.copy(), before, after)
        now = shown(after)
        assert expected, "a request that is kept was done"
        expected.version = plain.version + len(changed)
        self.require(now == expected, "not as by hand", request, now, expected)
        self._require_sums(after, expected)
        self._note_seek(before.player, after.player)
        if after.player.play_seq != before.player.play_seq:
            self._heard_to[guild_id, after.player.play_seq] = after.player.position_ms
        self.guilds[guild_id] = expected

    def _expected(self, plain: Plain, before: Any, after: Any) -> Plain:
        """Judge what the owner of a guild wrote by itself; return what the guild has to be like."""
        player, endings = after.player, after.history[len(before.history) :]
        self._attend(plain, player)
        if not endings and player.voice_channel_id != plain.channel and not player.voice_channel_id:
            if player.queue_length != before.player.queue_length:
                plain.silence("voice_lost")
                self._require_sent_away(player.guild_id)
            elif player.play_seq != plain.play_seq:
                plain.begin(None)
        plain.channel = player.voice_channel_id
        if not endings:
            return plain
        (_, _, ending), *more = endings
        self.require(not more, "two endings at once", endings)
        if ending.reason in {"voice_lost", "deserted"}:
            return self._without_voice(plain, player, ending.reason)
        self._require_ending(player.guild_id, plain.play_seq, ending)
        plain.end(ending.reason)
        if ending.reason == "failed" and player.current is None:
            plain.begin(None)
        elif ending.reason == "failed":
            plain.go_on()
        elif plain.loop_mode is LoopMode.TRACK:
            plain.repeat()
        else:
            plain.go_round(newest(player.current, (item for _, item in after.queue.values())))
        if player.current and player.current.track.identifier == self._begun.get((player.guild_id, player.play_seq)):
            plain.play_seq = player.play_seq
        return plain

    def _attend(self, plain: Plain, player: Any) -> None:
        if not player.voice_channel_id:
            plain.deserted = player.deserted
        elif player.deserted != plain.deserted:
            is_so = not player.deserted or self.discord.was_empty(player.guild_id)
            self.require(is_so, "not everybody has left", player.guild_id, player.listeners)
            plain.desert(deserted=player.deserted)

    def _without_voice(self, plain: Plain, player: Any, reason: str) -> Plain:
        if player.queue_length:
            plain.end(reason)
            plain.begin(None)
        else:
            if plain.queue:
                self._require_sent_away(player.guild_id)
            plain.silence(reason)
        return plain

    def _require_sent_away(self, guild_id: int) -> None:
        was_sent = self._loop.time() - self.discord.left_at.get(guild_id, -_SENT_AWAY) < _SENT_AWAY
        self.require(was_sent or self.discord.was_empty(guild_id), "nobody sent the bot away", guild_id)

    def _require_ending(self, guild_id: int, play_seq: int, ending: Any) -> None:
        if ending.reason == "finished":  # some nodes say so of tracks that broke
            is_over = (guild_id, play_seq) in self._finished | self._failed
            self.require(is_over, "a track left that had not ended", guild_id, play_seq)
        elif ending.detail != "The track did not start.":
            self.require((guild_id, play_seq) in self._failed, "no failure", guild_id, play_seq, ending)

    def _require_sums(self, rows: Any, plain: Plain) -> None:
        player, items = rows.player, [item for _, item in rows.queue.values()]
        known = player.queue_length, player.queue_ms, player.returnable, player.undoable, player.redoable
        length_ms = sum(item.track.length_ms or 0 for item in items)
        counted = len(items), length_ms, len(plain.back), len(plain.done), len(plain.undone)
        self.require(known == counted, "the sums are wrong", known, counted)
        for who in player.votes.values():
            self.require(len(set(who)) == len(who), "somebody voted twice", player.votes)
        ranks = [rank for rank, _ in rows.queue.values()]
        self.require(len(set(ranks)) == len(ranks), "two items have one rank", ranks)

    def wrote(self, name: str, args: Iterable[Any], fence: Fence) -> None:
        """Judge a fenced write that is no change."""
        self._require_epoch(fence)
        if name == "seen":
            player = next(iter(args))
            now = self.database.guild(player.guild_id).player
            self.tell("seen", player.guild_id, player.seen_version, player.node, player.problem)
            self._require_sought(now)

    def _require_epoch(self, fence: Fence) -> None:
        epoch = self.database.leases[fence.bucket].epoch
        self.require(fence.epoch == epoch, "a write of an earlier epoch", fence, epoch)

    def acknowledged(self, request: Request, version: int, facts: Any) -> None:
        """Judge an answer."""
        known = self.commits.get(request.key)
        self.require(known, "an acknowledged command is lost", request, version)
        self.require(known == (version, facts), "answered otherwise before", request, known, version, facts)

    # What is heard.

    def sounds(self, guild_id: int, session_id: str, *, on: bool) -> None:
        """Hear that a session sounds in a guild, or does not any more."""
        sounding = self._sounding[guild_id]
        if not on:
            sounding.pop(session_id, None)
        elif session_id not in sounding:
            sounding[session_id] = self._loop.time()
            if len(sounding) > 1:
                self._loop.call_later(TWO_TRACKS, self._still_two, guild_id, dict(sounding), context=WORLD)

    def _still_two(self, guild_id: int, then: dict[str, float]) -> None:
        both = [session for session, since in self._sounding[guild_id].items() if then.get(session) == since]
        self.require(len(both) < 2, "two tracks are heard", guild_id, both)

    def touched(self, client: Process, path: str) -> None:
        """Judge that a process asks something of a session's player: its lease must not have ended."""
        guild = path.rpartition("/players/")[2]
        if guild.isdigit():
            lease, now = self.database.leases[bucket_of(int(guild))], self._loop.time()
            owns = lease.owner == client.name and now < lease.expires_at
            self.require(owns or now < client.thawed_at + GIVES_UP, "touched past its lease", client.name, path, lease)

    def starts(self, client: Process, player: NodePlayer, play_seq: int, position_ms: int) -> None:
        """Judge that a track is started; what it replaces is still there."""
        guild_id = player.guild_id
        self.tell("start", client.name, guild_id, play_seq, position_ms)
        if not client.is_alive or self.database.leases[bucket_of(guild_id)].owner != client.name:
            player.disturbed_at = self._loop.time()  # the node was asked by an owner before
            self._sought.pop(guild_id, None)
            return
        wanted = self.database.guild(guild_id).player
        is_needless = player.play_seq == play_seq and player.sounds and player.disturbed_at < player.started_at - 1
        self.require(not is_needless, "what sounds is started again", guild_id, play_seq)
        if wanted.play_seq != play_seq or wanted.seek_seq or (guild_id, play_seq) in self._failed:
            return
        heard_to = self._heard_to.get((guild_id, play_seq), 0.0)
        is_near = heard_to - BEHIND <= position_ms <= heard_to + AHEAD
        self.require(is_near, "goes on from elsewhere", guild_id, play_seq, position_ms, heard_to)

    def goes_on(self, player: NodePlayer) -> None:
        """Hear that a node begins by itself what was handed over to it."""
        assert player.track
        self.tell("goes on", player.guild_id, player.play_seq, player.track["identifier"])
        self._begun[player.guild_id, player.track["userData"]["play_seq"]] = player.track["identifier"]

    def heard_to(self, player: NodePlayer) -> None:
        """Hear how far a track has been played."""
        if player.play_seq is not None:
            self._heard_to[player.guild_id, player.play_seq] = player.position_ms

    def finished(self, guild_id: int, play_seq: int | None) -> None:
        """Hear that a track was played to its end."""
        self.tell("finished", guild_id, play_seq)
        if play_seq is not None:
            self._finished.add((guild_id, play_seq))

    def failed(self, guild_id: int, play_seq: int | None) -> None:
        """Hear that a track could not be played."""
        self.tell("failed", guild_id, play_seq)
        if play_seq is not None:
            self._failed.add((guild_id, play_seq))

    def sought(self, player: NodePlayer) -> None:
        """Hear that a node moved within a track."""
        self.tell("sought", player.guild_id, player.play_seq, player.position_ms)

    def _note_seek(self, before: Any, after: Any) -> None:
        if after.seek_seq > before.seek_seq:
            at = self._loop.time()
            self._sought[after.guild_id] = Sought(after.play_seq, after.seek_seq, after.position_ms, at)

    def _require_sought(self, player: Any) -> None:
        sought = self._sought.get(player.guild_id)
        is_seen = sought and (player.play_seq, player.seen_seek) == (sought.play_seq, sought.seek_seq)
        if not (sought and is_seen and player.status is Status.PLAYING):
            return
        now = self._loop.time()
        for found in holding(self.nodes, player.guild_id):
            if found.play_seq == player.play_seq:
                position, latest = found.position(now), sought.position_ms + (now - sought.at) * 1000
                is_there = sought.position_ms - SEEK <= position <= latest + SEEK
                self.require(is_there, "sought elsewhere", player.guild_id, sought, position)

    # What is true in the end.

    def unsettled(self, guild_id: int) -> str:
        """Say in what a guild's nodes differ from what is wanted; empty: they do not."""
        player, holds = self.database.guild(guild_id).player, holding(self.nodes, guild_id)
        seat = self.discord.seat(guild_id).channel_id
        if player.seen_version < player.wanted_version:
            return f"{guild_id}: version {player.wanted_version} was not seen"
        if seat != player.voice_channel_id:
            return f"{guild_id}: in channel {seat} instead of {player.voice_channel_id}"
        people = self.discord.people(seat)
        if seat and (sorted(player.listeners) != sorted(people) or (player.deserted and people)):
            return f"{guild_id}: heard by {player.listeners} instead of {people}"
        if player.current is None:
            loud = [each.play_seq for each in holds if each.track]
            return f"{guild_id}: {loud} instead of silence" if loud else ""
        found = [(each.play_seq, each.paused, each.volume, each.connected) for each in holds if each.track]
        wanted = [(player.play_seq, player.paused, player.volume, True)]
        if found != wanted:
            return f"{guild_id}: {found} instead of {wanted}"
        is_heard = player.paused or player.heard_seq == player.play_seq
        return "" if is_heard else f"{guild_id}: {player.play_seq} is not known to sound"
