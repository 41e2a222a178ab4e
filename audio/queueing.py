"""Commands to the queue: none of them touches what plays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from audio.domain import order, policy
from audio.domain import player as players
from audio.domain.player import ChangeKind
from audio.domain.policy import Action
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audio.changes import Change
    from audio.domain.order import Order, Selection, Shuffle
    from audio.domain.player import Item, Player
    from audio.domain.policy import Caller
    from audio.domain.track import Track


async def add(change: Change, caller: Caller, tracks: Sequence[Track]) -> tuple[Player, Item]:
    """Put tracks at the end; return the first of them."""
    policy.require(Action.QUEUE_ADD, caller, change.player)
    policy.require_room(change.player, len(tracks))
    first = await change.append(tracks, caller.user_id)
    return await change.save(players.grown(change.player, tracks), ChangeKind.QUEUE), first


async def remove(change: Change, caller: Caller, item_id: int) -> tuple[Player, Item]:
    """Remove one item: one's own, or as DJ anybody's."""
    item = await _item(change, item_id)
    policy.require_removable(caller, item)
    await change.remove([item_id])
    return await change.save(players.shrunk(change.player, item), ChangeKind.QUEUE), item


async def move(change: Change, caller: Caller, item_id: int, before_item_id: int, expected_version: int) -> Player:
    """Put one item before another; zero: at the end."""
    policy.require_version(change.player, expected_version)
    policy.require(Action.QUEUE_MOVE, caller, change.player)
    await _item(change, item_id)
    if before_item_id:
        await _item(change, before_item_id)
    if item_id != before_item_id:
        await change.move(item_id, before_item_id)
    return await change.save(change.player, ChangeKind.QUEUE)


async def clear(change: Change, caller: Caller, expected_version: int) -> tuple[Player, int]:
    """Remove all items; return how many they were."""
    policy.require_version(change.player, expected_version)
    policy.require(Action.QUEUE_CLEAR, caller, change.player)
    count = change.player.queue_length
    await change.clear()
    return await change.save(replace(change.player, queue_length=0, queue_ms=0), ChangeKind.QUEUE), count


async def remove_many(
    change: Change, caller: Caller, selection: Selection, expected_version: int
) -> tuple[Player, int]:
    """Remove every item that a selection names; return how many they were."""
    if selection.is_empty:
        raise Refused(Reason.INVALID_ARGUMENT, fields={"item_ids": "at least one condition has to be given"})
    items = await _to_reorder(change, caller, expected_version)
    gone = order.selected(items, selection, change.player.current)
    await change.remove([item.item_id for item in gone])
    return await change.save(players.without(change.player, gone), ChangeKind.QUEUE), len(gone)


async def swap(change: Change, caller: Caller, item_id: int, other_item_id: int, expected_version: int) -> Player:
    """Let two items change places."""
    policy.require_version(change.player, expected_version)
    policy.require(Action.QUEUE_MOVE, caller, change.player)
    for wanted in (item_id, other_item_id):
        await _item(change, wanted)
    await change.swap(item_id, other_item_id)
    return await change.save(change.player, ChangeKind.QUEUE)


async def shuffle(
    change: Change, caller: Caller, mix: Shuffle, expected_version: int, *, keep_requesters: bool
) -> Player:
    """Put the items in a random order."""
    items = await _to_reorder(change, caller, expected_version)
    return await _save_in(change, order.shuffled(items, mix, keep_requesters=keep_requesters))


async def sort(change: Change, caller: Caller, by: Order, expected_version: int) -> Player:
    """Put the items in an order."""
    return await _save_in(change, order.ordered(await _to_reorder(change, caller, expected_version), by))


async def reverse(change: Change, caller: Caller, expected_version: int) -> Player:
    """Turn the order around."""
    return await _save_in(change, (await _to_reorder(change, caller, expected_version))[::-1])


async def _to_reorder(change: Change, caller: Caller, expected_version: int) -> list[Item]:
    policy.require_version(change.player, expected_version)
    policy.require(Action.QUEUE_REORDER, caller, change.player)
    return await change.items()


async def _save_in(change: Change, items: Sequence[Item]) -> Player:
    await change.reorder([item.item_id for item in items])
    return await change.save(change.player, ChangeKind.QUEUE)


async def _item(change: Change, item_id: int) -> Item:
    item = await change.item(item_id)
    if item is None:
        raise Refused(Reason.ITEM_NOT_FOUND)
    return item
