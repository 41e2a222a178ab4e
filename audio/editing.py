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
    from collections.abc import Set as AbstractSet

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
    change: Change,
    caller: Caller,
    wanted: Sequence[Item],
    placement: Placement,
    *,
    starts: bool = False,
    unfinished: bool = False,
) -> Added:
    """Put what a caller wants to hear into the queue; nothing is saved yet.

    `starts`: the queue's first plays then. `unfinished`: the rest follows, by `put_rest`.
    """
    items, reasons = await _parted(change, wanted)
    if not items:
        raise Refused(reasons[0])
    await require_admission(change, caller, len(items))
    edit_id = change.player.version + 1
    added = await _insert(change, items, placement, edit_id)
    player = added.player
    waiting = added.count - (starts and added.place == 1)
    if waiting or unfinished:
        player = await _log(change, player, EditKind.ADDED, caller.user_id, waiting)
    return replace(added, player=player, left_out=len(reasons))


async def put_rest(change: Change, caller: Caller, wanted: Sequence[Item], edit_id: int) -> tuple[Player, int] | None:
    """Put more at the queue's end, as part of the edit that began it; return how many the guild wanted of it.

    None: that edit was taken back, and with it what would have followed.
    """
    items, _ = await _parted(change, wanted)
    if not await change.extend(edit_id, len(items)):
        return None
    await require_admission(change, caller, len(items))
    if not items:
        return change.player, 0
    added = await _insert(change, items, Placement.END, edit_id)
    return added.player, added.count


async def require_admission(change: Change, caller: Caller, count: int) -> None:
    """Raise QUEUE_FULL or QUOTA_REACHED unless the caller may put `count` more items into the queue."""
    policy.require_room(change.player, count)
    if policy.is_limited(caller, change.player, count):
        policy.require_share(replace(caller, held=await change.held(caller.user_id)), change.player, count)


async def _insert(change: Change, items: Sequence[Item], placement: Placement, edit_id: int) -> Added:
    before = change.player
    first_id = await change.insert(items, first=placement is not Placement.END, edit_id=edit_id)
    place, ahead_ms = (before.queue_length + 1, before.queue_ms) if placement is Placement.END else (1, 0)
    if placement is Placement.END and before.settings.fair_queue:
        mixed = await _mix_in(change, first_id)
        place = [item.item_id for item in mixed].index(first_id) + 1
        ahead_ms = players.length_of(mixed[: place - 1])
    first = replace(items[0], item_id=first_id)
    starts_in_ms = ahead_ms + players.remaining(before, change.now)
    return Added(players.grown(before, items), first, len(items), place, starts_in_ms)


async def take_out(change: Change, player: Player, user_id: int, items: Sequence[Item]) -> Player:
    """Remove items of the queue."""
    if not items:
        return player
    await change.remove([item.item_id for item in items])
    return await _log(change, players.shrunk(player, items), EditKind.REMOVED, user_id, len(items))


async def put_instead(change: Change, user_id: int, item: Item, wanted: Item) -> tuple[Player, Item]:
    """Put an item in the place of one of the queue."""
    new_id = await change.put_instead(item.item_id, wanted)
    player = players.counted(change.player, 0, players.length_of([wanted]) - players.length_of([item]))
    pair = (item.item_id, new_id)
    player = await _log(change, player, EditKind.REPLACED, user_id, 1, before=pair[::-1], after=pair)
    return player, replace(wanted, item_id=new_id)


async def require_welcome(change: Change, track: Track, item: Item) -> None:
    """Raise the reason why the guild does not want a track in the place of an item."""
    known = await _known(change) - {item.track.identity}
    if reason := _unwelcome(change.player, track, known):
        raise Refused(reason)


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


async def turn(change: Change, *, undo: bool) -> tuple[Player, Edit]:
    """Take the last edit back (`undo`), or do again what was taken back last, as far as what it was about is there."""
    edit, items, ms = await change.turn(undo=undo)
    player = players.counted(change.player, items, ms)
    policy.require_room(player, 0)
    await _bring_back(change, edit.kind, edit.before if undo else edit.after)
    step = -1 if undo else 1
    return replace(player, undoable=player.undoable + step, redoable=player.redoable - step), edit


async def _parted(change: Change, wanted: Sequence[Item]) -> tuple[list[Item], list[Reason]]:
    """Return what the guild wants of it, and why it does not want the others."""
    player = change.player
    known = await _known(change)
    welcome: list[Item] = []
    reasons: list[Reason] = []
    for item in wanted:
        if reason := _unwelcome(player, item.track, known):
            reasons.append(reason)
            continue
        welcome.append(item)
        if not player.settings.allow_duplicates:
            known.add(item.track.identity)
    return welcome, reasons


def _unwelcome(player: Player, track: Track, known: AbstractSet[tuple[str, str]]) -> Reason | None:
    return Reason.DUPLICATE_UNWELCOME if track.identity in known else policy.unwelcome(track, player.settings)


async def _known(change: Change) -> set[tuple[str, str]]:
    """Return what may not be added again: nothing where the guild allows duplicates."""
    if change.player.settings.allow_duplicates:
        return set()
    current = change.player.current
    return {item.track.identity for item in (*await change.items(), *([current] if current else ()))}


async def _mix_in(change: Change, first_id: int) -> list[Item]:
    """Give everybody their turn; the new items are those whose ids rise from the first."""
    items = await change.items()
    mixed = order.fair(items, {item.item_id for item in items if item.item_id >= first_id})
    await change.mix_in([item.item_id for item in mixed], first_id)
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
