"""What changes a queue, for commands of all kinds: each is remembered, so that it can be taken back."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from audio.domain import order, policy
from audio.domain import player as players
from audio.domain.edits import Edit, EditKind
from audio.domain.player import Item
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audio.changes import Change
    from audio.domain.player import Player
    from audio.domain.policy import Caller
    from audio.domain.track import Track

    Places = tuple[int, ...]


class Placement(enum.StrEnum):
    """Where tracks are put. The names are the contract's."""

    END = "END"
    NEXT = "NEXT"
    NOW = "NOW"


@dataclass(frozen=True)
class Added:
    """What was added. `place`: 0 plays now, 1 is next. `left_out`: tracks that the guild does not want."""

    player: Player
    item: Item
    count: int
    place: int
    starts_in_ms: int
    left_out: int = 0


def asked_for(tracks: Sequence[Track], caller: Caller, part: tuple[int, int] = (0, 0)) -> list[Item]:
    """Return tracks as a caller asks for them; of the first, only a part if its start and end in ms are given."""
    start_ms, end_ms = part
    return [
        Item(0, track, caller.user_id, 0 if place else start_ms, 0 if place else end_ms)
        for place, track in enumerate(tracks)
    ]


async def put(
    change: Change, caller: Caller, wanted: Sequence[Item], placement: Placement, *, starts: bool = False
) -> Added:
    """Put what a caller wants to hear into the queue; nothing is saved yet. `starts`: the queue's first plays then."""
    before = change.player
    items = await _admitted(change, caller, wanted)
    edit_id = before.version + 1
    first_id = await change.insert(items, first=placement is not Placement.END, edit_id=edit_id)
    place, ahead_ms = (before.queue_length + 1, before.queue_ms) if placement is Placement.END else (1, 0)
    if placement is Placement.END and before.settings.fair_queue:
        mixed = await _mix_in(change, first_id)
        place = [item.item_id for item in mixed].index(first_id) + 1
        ahead_ms = players.length_of(mixed[: place - 1])
    player = players.grown(before, items)
    if waiting := len(items) - (starts and place == 1):
        player = await _log(change, player, EditKind.ADDED, caller.user_id, waiting)
    first = replace(items[0], item_id=first_id)
    starts_in_ms = ahead_ms + players.remaining(before, change.now)
    return Added(player, first, len(items), place, starts_in_ms, len(wanted) - len(items))


async def take_out(change: Change, player: Player, user_id: int, items: Sequence[Item]) -> Player:
    """Remove items of the queue."""
    if not items:
        return player
    await change.remove([item.item_id for item in items])
    return await _log(change, players.shrunk(player, items), EditKind.REMOVED, user_id, len(items))


async def clear(change: Change, player: Player, user_id: int) -> Player:
    """Remove all items of the queue."""
    if not player.queue_length:
        return player
    await change.clear()
    emptied = replace(player, queue_length=0, queue_ms=0)
    return await _log(change, emptied, EditKind.REMOVED, user_id, player.queue_length)


async def move(change: Change, user_id: int, item_id: int, before_item_id: int) -> Player:
    """Put an item before another (zero: at the end); both are there."""
    before = (item_id, *await change.standing(item_id))
    if item_id != before_item_id:
        await change.move(item_id, before_item_id)
    after = (item_id, *await change.standing(item_id))
    return await _log(change, change.player, EditKind.MOVED, user_id, 1, before=before, after=after)


async def swap(change: Change, user_id: int, item_id: int, other_item_id: int) -> Player:
    """Let two items, both there, change places."""
    await change.swap(item_id, other_item_id)
    pair = (item_id, other_item_id)
    return await _log(change, change.player, EditKind.SWAPPED, user_id, 2, before=pair, after=pair)


async def rearrange(change: Change, user_id: int, items: Sequence[Item], wanted: Sequence[Item]) -> Player:
    """Put all items into another order."""
    before, after = (tuple(item.item_id for item in each) for each in (items, wanted))
    await change.reorder(after)
    return await _log(change, change.player, EditKind.REORDERED, user_id, len(items), before=before, after=after)


async def undo(change: Change) -> tuple[Player, Edit]:
    """Take the last edit back, as far as what it was about is still there."""
    edit = await change.edit(undone=False)
    if edit is None:
        raise Refused(Reason.NOTHING_TO_UNDO)
    player = players.counted(change.player, *await change.take_back(edit))
    policy.require_room(player, 0)
    await _bring_back(change, edit.kind, edit.before)
    return replace(player, undoable=player.undoable - 1, redoable=player.redoable + 1), edit


async def redo(change: Change) -> tuple[Player, Edit]:
    """Do again what was taken back last."""
    edit = await change.edit(undone=True)
    if edit is None:
        raise Refused(Reason.NOTHING_TO_REDO)
    player = players.counted(change.player, *await change.do_again(edit))
    policy.require_room(player, 0)
    await _bring_back(change, edit.kind, edit.after)
    return replace(player, undoable=player.undoable + 1, redoable=player.redoable - 1), edit


async def _admitted(change: Change, caller: Caller, wanted: Sequence[Item]) -> list[Item]:
    """Return what the guild wants of it. Raises the reason of the first where that is nothing, and what is too much."""
    player = change.player
    known = set() if player.settings.allow_duplicates else await _known(change)
    welcome: list[Item] = []
    reasons: list[Reason] = []
    for item in wanted:
        reason = policy.unwelcome(item.track, player.settings)
        if order.identity(item.track) in known:
            reason = Reason.DUPLICATE_UNWELCOME
        if reason:
            reasons.append(reason)
            continue
        welcome.append(item)
        if not player.settings.allow_duplicates:
            known.add(order.identity(item.track))
    if not welcome:
        raise Refused(reasons[0])
    policy.require_room(player, len(welcome))
    if player.settings.max_items_per_requester:
        policy.require_share(caller, player, await change.held(caller.user_id), len(welcome))
    return welcome


async def _known(change: Change) -> set[tuple[str, str]]:
    current = change.player.current
    return {order.identity(item.track) for item in (*await change.items(), *([current] if current else ()))}


async def _mix_in(change: Change, first_id: int) -> list[Item]:
    """Give everybody their turn; the new items are those whose ids rise from the first."""
    items = await change.items()
    mixed = order.fair(items, {item.item_id for item in items if item.item_id >= first_id})
    await change.reorder([item.item_id for item in mixed])
    return mixed


async def _bring_back(change: Change, kind: EditKind, place: Sequence[int]) -> None:
    if kind is EditKind.REORDERED:
        items = order.restored(await change.items(), place)
        await change.reorder([item.item_id for item in items])
    elif kind is EditKind.SWAPPED:
        if await change.item(place[0]) and await change.item(place[1]):
            await change.swap(*place)
    elif kind is EditKind.MOVED and await change.item(place[0]):
        await _move_back(change, *place)


async def _move_back(change: Change, item_id: int, rank: int, behind: int) -> None:
    """Put an item before the one that it stood before, where it can to the rank it had; what was last is last again."""
    await change.stand(item_id, rank)
    is_there = not behind or await change.item(behind)
    if is_there and await change.standing(item_id) != (rank, behind):
        await change.move(item_id, behind)


async def _log(change: Change, player: Player, kind: EditKind, user_id: int, count: int, **places: Places) -> Player:
    await change.log(Edit(change.player.version + 1, kind, user_id, count, **places))
    return players.edited(player)
