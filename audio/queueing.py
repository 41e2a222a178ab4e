"""Commands to the queue: none of them touches what plays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from audio import editing, voting
from audio.domain import order, policy
from audio.domain import player as players
from audio.domain.player import ChangeKind
from audio.domain.policy import Action
from audio.editing import Placement
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audio.changes import Change
    from audio.domain.edits import Edit
    from audio.domain.order import Order, Selection, Shuffle
    from audio.domain.player import Item, Player
    from audio.domain.policy import Caller
    from audio.editing import Added


async def add(change: Change, caller: Caller, wanted: Sequence[Item], placement: Placement = Placement.END) -> Added:
    """Put tracks into the queue, without starting the player."""
    policy.require(Action.QUEUE_ADD, caller, change.player)
    added = await editing.put(change, caller, wanted, placement)
    return replace(added, player=await change.save(added.player, ChangeKind.QUEUE))


async def add_rest(change: Change, caller: Caller, wanted: Sequence[Item], edit_id: int) -> tuple[Player, int] | None:
    """Go on with an edit that began to add tracks; return how many came. None: it was taken back, and nothing comes."""
    policy.require(Action.QUEUE_ADD, caller, change.player)
    added = await editing.put_rest(change, caller, wanted, edit_id)
    if added is None:
        return None
    player, count = added
    return await _save(change, player), count


async def remove(change: Change, caller: Caller, item_id: int) -> tuple[Player, Item]:
    """Remove one item: one's own, or as DJ anybody's."""
    item = await _item(change, item_id)
    policy.require_removable(caller, item, change.player)
    return await _save(change, await editing.take_out(change, change.player, caller.user_id, [item])), item


async def move(change: Change, caller: Caller, item_id: int, before_item_id: int, expected_version: int) -> Player:
    """Put one item before another; zero: at the end."""
    policy.require_version(change.player, expected_version)
    policy.require(Action.QUEUE_MOVE, caller, change.player)
    await _item(change, item_id)
    if before_item_id:
        await _item(change, before_item_id)
    return await _save(change, await editing.move(change, caller.user_id, item_id, before_item_id))


async def clear(change: Change, caller: Caller, expected_version: int) -> tuple[Player, int, int]:
    """Remove all items, or vote for it; return how many they were, and how many votes are missing."""
    policy.require_version(change.player, expected_version)
    if missing := await voting.ballot(change, Action.QUEUE_CLEAR, caller):
        return change.player, 0, missing
    count = change.player.queue_length
    player = await editing.clear(change, players.decided(change.player, Action.QUEUE_CLEAR), caller.user_id)
    return await _save(change, player), count, 0


async def remove_many(
    change: Change, caller: Caller, selection: Selection, expected_version: int
) -> tuple[Player, int]:
    """Remove every item that a selection names; return how many they were."""
    if selection.is_empty:
        raise Refused(Reason.INVALID_ARGUMENT, fields={"item_ids": "at least one condition has to be given"})
    items = await _to_reorder(change, caller, expected_version)
    gone = order.selected(items, selection, change.player.current, change.player.listeners)
    return await _save(change, await editing.take_out(change, change.player, caller.user_id, gone)), len(gone)


async def swap(change: Change, caller: Caller, item_id: int, other_item_id: int, expected_version: int) -> Player:
    """Let two items change places."""
    policy.require_version(change.player, expected_version)
    policy.require(Action.QUEUE_MOVE, caller, change.player)
    for wanted in (item_id, other_item_id):
        await _item(change, wanted)
    return await _save(change, await editing.swap(change, caller.user_id, item_id, other_item_id))


async def shuffle(
    change: Change, caller: Caller, mix: Shuffle, expected_version: int, *, keep_requesters: bool
) -> tuple[Player, int]:
    """Put the items in a random order, or vote for it; return how many votes are missing."""
    policy.require_version(change.player, expected_version)
    if missing := await voting.ballot(change, Action.QUEUE_SHUFFLE, caller):
        return change.player, missing
    items = await change.items()
    mixed = order.shuffled(items, mix, keep_requesters=keep_requesters)
    player = await editing.rearrange(change, caller.user_id, items, mixed)
    return await _save(change, players.decided(player, Action.QUEUE_SHUFFLE)), 0


async def sort(change: Change, caller: Caller, by: Order, expected_version: int) -> Player:
    """Put the items in an order."""
    items = await _to_reorder(change, caller, expected_version)
    return await _rearrange(change, caller, items, order.ordered(items, by))


async def reverse(change: Change, caller: Caller, expected_version: int) -> Player:
    """Turn the order around."""
    items = await _to_reorder(change, caller, expected_version)
    return await _rearrange(change, caller, items, items[::-1])


async def turn(change: Change, caller: Caller, expected_version: int, *, undo: bool) -> tuple[Player, Edit]:
    """Take the last edit back (`undo`), or do again what was taken back last."""
    policy.require_version(change.player, expected_version)
    policy.require(Action.QUEUE_UNDO if undo else Action.QUEUE_REDO, caller, change.player)
    player, edit = await editing.turn(change, undo=undo)
    return await _save(change, player), edit


async def _to_reorder(change: Change, caller: Caller, expected_version: int) -> list[Item]:
    policy.require_version(change.player, expected_version)
    policy.require(Action.QUEUE_REORDER, caller, change.player)
    return await change.items()


async def _rearrange(change: Change, caller: Caller, items: Sequence[Item], wanted: Sequence[Item]) -> Player:
    return await _save(change, await editing.rearrange(change, caller.user_id, items, wanted))


async def _save(change: Change, player: Player) -> Player:
    return await change.save(player, ChangeKind.QUEUE)


async def _item(change: Change, item_id: int) -> Item:
    item = await change.item(item_id)
    if item is None:
        raise Refused(Reason.ITEM_NOT_FOUND)
    return item
