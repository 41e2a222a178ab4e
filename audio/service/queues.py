"""QueueService: the tracks that wait."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, TypeVar

from google.protobuf.message import Message

from audio import editing, playback, queueing, wire
from kit import actor
from kit.durations import from_ms
from kit.errors import Reason, Refused
from segue.audio.v1 import queue_service_pb2 as messages
from segue.audio.v1 import queue_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Callable

    import grpc

    from audio.catalogue import Catalogue
    from audio.changes import Change, Store
    from audio.domain.policy import Caller
    from audio.service.commanding import Commanding
    from audio.wire import Sign

    Context = grpc.aio.ServicerContext[Any, Any]
    Turn = messages.UndoQueueEditRequest | messages.RedoQueueEditRequest

A = TypeVar("A", bound=Message)
_PAGE, _LARGEST_PAGE = 25, 200
_COUNTED = 10_000  # entries of a history; the contract's limit
_mix = random.SystemRandom().shuffle


class QueueService(queue_service_pb2_grpc.QueueServiceServicer):
    """Serves queues."""

    def __init__(self, store: Store, commanding: Commanding, catalogue: Catalogue, sign: Sign) -> None:
        self._store, self._commanding, self._catalogue, self._sign = store, commanding, catalogue, sign

    async def ListQueueItems(
        self, request: messages.ListQueueItemsRequest, _context: Context
    ) -> messages.ListQueueItemsResponse:
        """List the items in playing order."""
        size = min(request.page_size or _PAGE, _LARGEST_PAGE)
        after = wire.page_place(request.page_token)
        _require_one_way(after, request.skip)
        found, version = await self._store.items(request.guild_id, after, size + 1, skip=request.skip)
        rank, last = found[size - 1] if len(found) > size else (0, None)
        return messages.ListQueueItemsResponse(
            items=[wire.item(item, self._sign) for _, item in found[:size]],
            next_page_token=wire.page_token((rank, last.item_id)) if last else "",
            version=version,
        )

    async def ListHistory(
        self, request: messages.ListHistoryRequest, _context: Context
    ) -> messages.ListHistoryResponse:
        """List what was played, the newest first."""
        size = min(request.page_size or _PAGE, _LARGEST_PAGE)
        before, _ = wire.page_place(request.page_token) or (None, None)
        _require_one_way(before, request.skip)
        person = actor.current().user_id if request.own else None
        found = await self._store.history(request.guild_id, before, size + 1, skip=request.skip, requester_id=person)
        is_last = len(found) <= size
        return messages.ListHistoryResponse(
            entries=[wire.played(entry, self._sign) for entry in found[:size]],
            next_page_token="" if is_last else wire.page_token((found[size - 1].entry_id, 0)),
            total_count=await self._store.history_length(request.guild_id, _COUNTED, requester_id=person),
        )

    async def AddQueueItems(
        self, request: messages.AddQueueItemsRequest, _context: Context
    ) -> messages.AddQueueItemsResponse:
        """Put tracks into the queue."""
        tracks = self._catalogue.verified(request.handles)

        async def effect(change: Change, who: Caller) -> messages.AddQueueItemsResponse:
            wanted = editing.asked_for(tracks, who)
            added = await queueing.add(change, who, wanted, wire.placement(request.placement))
            return messages.AddQueueItemsResponse(
                player=self._commanding.encode(added.player),
                first_item_id=added.item.item_id,
                count=added.count,
                place=added.place,
                starts_in=from_ms(added.starts_in_ms),
                left_out=added.left_out,
            )

        return await self._commanding.run(request, effect, waits=False)

    async def RemoveQueueItem(
        self, request: messages.RemoveQueueItemRequest, _context: Context
    ) -> messages.RemoveQueueItemResponse:
        """Remove one item."""

        async def effect(change: Change, who: Caller) -> messages.RemoveQueueItemResponse:
            player, item = await queueing.remove(change, who, request.item_id)
            return messages.RemoveQueueItemResponse(
                player=self._commanding.encode(player), item=wire.item(item, self._sign)
            )

        return await self._commanding.run(request, effect, waits=False)

    async def MoveQueueItem(
        self, request: messages.MoveQueueItemRequest, _context: Context
    ) -> messages.MoveQueueItemResponse:
        """Put one item before another."""
        return await self._commanding.show(
            request,
            lambda change, who: queueing.move(
                change, who, request.item_id, request.before_item_id, request.expected_version
            ),
            messages.MoveQueueItemResponse,
            waits=False,
        )

    async def ClearQueue(self, request: messages.ClearQueueRequest, _context: Context) -> messages.ClearQueueResponse:
        """Remove all items."""

        async def effect(change: Change, who: Caller) -> messages.ClearQueueResponse:
            player, count, missing = await queueing.clear(change, who, request.expected_version)
            left = self._commanding.encode(player)
            return messages.ClearQueueResponse(player=left, count=count, votes_missing=missing)

        return await self._commanding.run(request, effect, waits=False)

    async def RemoveQueueItems(
        self, request: messages.RemoveQueueItemsRequest, _context: Context
    ) -> messages.RemoveQueueItemsResponse:
        """Remove every item to which all conditions apply."""

        async def effect(change: Change, who: Caller) -> messages.RemoveQueueItemsResponse:
            selection = wire.selection(request)
            player, count = await queueing.remove_many(change, who, selection, request.expected_version)
            return messages.RemoveQueueItemsResponse(player=self._commanding.encode(player), count=count)

        return await self._commanding.run(request, effect, waits=False)

    async def SwapQueueItems(
        self, request: messages.SwapQueueItemsRequest, _context: Context
    ) -> messages.SwapQueueItemsResponse:
        """Let two items change places."""
        two = (request.item_id, request.other_item_id)
        return await self._commanding.show(
            request,
            lambda change, who: queueing.swap(change, who, *two, request.expected_version),
            messages.SwapQueueItemsResponse,
            waits=False,
        )

    async def ShuffleQueue(
        self, request: messages.ShuffleQueueRequest, _context: Context
    ) -> messages.ShuffleQueueResponse:
        """Put the items in a random order."""
        keep = request.keep_order_of_requesters
        return await self._commanding.decide(
            request,
            lambda change, who: queueing.shuffle(change, who, _mix, request.expected_version, keep_requesters=keep),
            messages.ShuffleQueueResponse,
            waits=False,
        )

    async def SortQueue(self, request: messages.SortQueueRequest, _context: Context) -> messages.SortQueueResponse:
        """Put the items in an order."""
        return await self._commanding.show(
            request,
            lambda change, who: queueing.sort(change, who, wire.order(request.order), request.expected_version),
            messages.SortQueueResponse,
            waits=False,
        )

    async def ReverseQueue(
        self, request: messages.ReverseQueueRequest, _context: Context
    ) -> messages.ReverseQueueResponse:
        """Turn the order around."""
        return await self._commanding.show(
            request,
            lambda change, who: queueing.reverse(change, who, request.expected_version),
            messages.ReverseQueueResponse,
            waits=False,
        )

    async def ReplaceQueueItem(
        self, request: messages.ReplaceQueueItemRequest, _context: Context
    ) -> messages.ReplaceQueueItemResponse:
        """Put another track in the place of an item."""
        (track,) = self._catalogue.verified([request.handle])

        async def effect(change: Change, who: Caller) -> messages.ReplaceQueueItemResponse:
            player, item = await playback.put_instead(change, who, request.item_id, track, request.expected_version)
            return messages.ReplaceQueueItemResponse(
                player=self._commanding.encode(player), item=wire.item(item, self._sign)
            )

        return await self._commanding.run(request, effect)

    async def UndoQueueEdit(
        self, request: messages.UndoQueueEditRequest, _context: Context
    ) -> messages.UndoQueueEditResponse:
        """Take the last edit back."""
        return await self._turn(request, messages.UndoQueueEditResponse, undo=True)

    async def RedoQueueEdit(
        self, request: messages.RedoQueueEditRequest, _context: Context
    ) -> messages.RedoQueueEditResponse:
        """Do the edit again that was taken back last."""
        return await self._turn(request, messages.RedoQueueEditResponse, undo=False)

    async def JumpToQueueItem(
        self, request: messages.JumpToQueueItemRequest, _context: Context
    ) -> messages.JumpToQueueItemResponse:
        """Play an item at once."""

        async def effect(change: Change, who: Caller) -> messages.JumpToQueueItemResponse:
            player, count = await playback.jump(change, who, request.item_id, request.expected_version)
            return messages.JumpToQueueItemResponse(player=self._commanding.encode(player), count=count)

        return await self._commanding.run(request, effect)

    async def _turn(self, request: Turn, answer: Callable[..., A], *, undo: bool) -> A:
        async def effect(change: Change, who: Caller) -> A:
            player, edit = await queueing.turn(change, who, request.expected_version, undo=undo)
            return answer(player=self._commanding.encode(player), edit=wire.edit(edit))

        return await self._commanding.run(request, effect, waits=False)


def _require_one_way(place: object, skip: int) -> None:
    """Refused(INVALID_ARGUMENT) where a page is named both by its token and by what stands before it."""
    if place and skip:
        raise Refused(Reason.INVALID_ARGUMENT, fields={"skip": "it goes with an empty page_token"})
