"""Defects on purpose, each a small patch of the code that runs: the simulation has to find every one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from audio import playback
from audio.adapters.memory import MemoryChange, MemoryStore
from audio.conductor import Conductor
from audio.domain import player as players
from audio.domain import policy, ranks
from audio.domain.player import ChangeKind
from audio.ownership import Ownership
from kit.lease import Leases
from kit.levels import Level
from tests.simulation.database import Connections, Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from audio.domain.edits import Edit
    from audio.domain.endings import Ending
    from audio.domain.node import NodeEvent
    from audio.domain.player import Handed, Item, Player
    from audio.domain.policy import Action, Caller
    from tests.simulation.database import Transaction

    Plant = Callable[[], AbstractContextManager[object]]

_advance, _check, _keep = playback.advance, MemoryStore._check, Database.keep
_turn, _votes_missing = MemoryChange.turn, policy.votes_missing


def _check_nothing_but_presence(store: MemoryStore, _: object = None) -> None:
    _check(store)


def _keep_later(database: Database, transaction: Transaction) -> None:
    database.wire.send(transaction.process, _keep, database, transaction)


async def _say_commit_and_go_on(store: Connections, transaction: Transaction) -> None:
    store._wire.send(None, transaction.commit)


async def _advance_whatever_ended(change: Any, _: int, ending: Ending, handed: Any = None) -> Player | None:
    return await _advance(change, change.player.play_seq, ending, handed)


async def _advance_and_then_record(change: Any, play_seq: int, ending: Ending, _: object = None) -> Player | None:
    if change.player.play_seq != play_seq or change.player.current is None:
        return None
    player = await playback._next(change, change.player)
    await change.record(player.current or change.player.current, ending)
    saved: Player = await change.save(player, ChangeKind.PLAYBACK, wake=True)
    return saved


def _renew_from_zero(count: int) -> list[int]:
    return [max(place, 1) * ranks.GAP for place in range(count)]


def _append_in_silence(conductor: Conductor, event: NodeEvent) -> None:
    conductor._events.append(event)


def _epoch_for_ever(leases: Leases, bucket: int) -> int | None:
    return leases._held.get(bucket, (None, 0.0))[0]


async def _any_sample(store: MemoryStore, player: Player) -> int:
    _, sample = store.tables.samples.get(player.guild_id, (None, None))
    return sample.position_ms if sample else player.position_ms


def _shrink_in_number(player: Player, item: Item) -> Player:
    return replace(player, queue_length=player.queue_length - 1)


def _take_over_anything(player: Player, before: Player, handed: Handed | None) -> Player:
    is_new = handed and player.current and handed.play_seq > before.play_seq
    return replace(player, play_seq=handed.play_seq) if handed and is_new else player


async def _bring_back_last(change: MemoryChange, *, undo: bool) -> tuple[Edit, int, int]:
    known = set(change._guild.queue)
    turned = await _turn(change, undo=undo)
    if not undo:
        return turned
    queue = change._guild.queue
    back = [item for item_id, (_, item) in queue.items() if item_id not in known]
    last = max((rank for rank, _ in queue.values()), default=0)
    queue.update({item.item_id: (rank, item) for rank, item in enumerate(back, last + 1)})
    return turned


def _count_the_caller_alone(action: Action, caller: Caller, player: Player) -> int:
    return _votes_missing(action, caller, replace(player, listeners=()))


def _keep_votes(player: Player, *_: str) -> Player:
    return player


def _take_anybody_for_a_dj(caller: Caller, player: Player) -> Caller:
    return replace(caller, level=Level.DJ) if player.settings.lone_listener_is_dj else caller


def _play_to_nobody(player: Player, listeners: tuple[int, ...], _: object) -> Player:
    return replace(player, listeners=listeners, deserted=players.is_deserted(player, listeners))


async def _see_nothing(*_: object) -> list[object]:
    return []


PLANTED: dict[str, Plant] = {
    "the store takes writes of any epoch": lambda: patch.object(MemoryStore, "_check", _check_nothing_but_presence),
    "a request's id is kept after the commit": lambda: patch.object(Database, "keep", _keep_later),
    "an answer does not wait for the commit": lambda: patch.object(Connections, "_commit", _say_commit_and_go_on),
    "an end is taken for that of whatever plays": lambda: patch.object(playback, "advance", _advance_whatever_ended),
    "what comes next is taken out before the end is recorded": lambda: patch.object(
        playback, "advance", _advance_and_then_record
    ),
    "new ranks count from zero": lambda: patch.object(ranks, "renewed", _renew_from_zero),
    "what another instance committed wakes nobody": lambda: patch.object(MemoryStore, "due", _see_nothing),
    "an event wakes nobody": lambda: patch.object(Conductor, "tell", _append_in_silence),
    "a lease is held past its end": lambda: patch.object(Leases, "held", _epoch_for_ever),
    "a position is that of any track": lambda: patch.object(MemoryStore, "heard_at", _any_sample),
    "a removed track's length stays": lambda: patch.object(players, "shrunk", _shrink_in_number),
    "a node is thought to go on with what is next by now": lambda: patch.object(
        players, "taken_over", _take_over_anything
    ),
    "what an undo brings back comes last": lambda: patch.object(MemoryChange, "turn", _bring_back_last),
    "one vote is enough": lambda: patch.object(policy, "votes_missing", _count_the_caller_alone),
    "votes outlive what they were for": lambda: patch.object(players, "decided", _keep_votes),
    "anybody is a DJ": lambda: patch.object(policy, "judged", _take_anybody_for_a_dj),
    "it plays on when everybody has left": lambda: patch.object(players, "attended", _play_to_nobody),
    "resumed players are not looked at": lambda: patch.object(Ownership, "_players", _see_nothing),
}
