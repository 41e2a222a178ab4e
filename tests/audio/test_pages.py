"""A page of the queue is found by its place, without those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit.errors import Reason
from segue.audio.v1 import queue_service_pb2
from tests.audio.client import refused
from tests.audio.stores import HANDLES
from tests.audio.values import GUILD, track

if TYPE_CHECKING:
    from tests.audio.client import Client


async def test_a_page_of_the_queue_is_found_by_how_many_are_before_it_and_the_next_ones_follow(client: Client) -> None:
    handles = [HANDLES.sign(track(str(number))) for number in range(7)]
    added = await client("AddQueueItems", queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=handles))
    gone = queue_service_pb2.RemoveQueueItemRequest(guild_id=GUILD, item_id=added.first_item_id + 1)
    await client("RemoveQueueItem", gone)

    async def page(**place: Any) -> queue_service_pb2.ListQueueItemsResponse:
        request = queue_service_pb2.ListQueueItemsRequest(guild_id=GUILD, page_size=2, **place)
        found: queue_service_pb2.ListQueueItemsResponse = await client("ListQueueItems", request)
        return found

    third = await page(skip=3)
    after = await page(page_token=third.next_page_token)
    last, beyond = await page(skip=5), await page(skip=6)

    shown = [[item.track.title for item in found.items] for found in (third, after, last, beyond)]
    assert shown == [["4", "5"], ["6"], ["6"], []]
    assert {found.version for found in (third, last, beyond)} == {(await client.player()).version}
    assert (after.next_page_token, last.next_page_token, beyond.next_page_token) == ("", "", "")
    with refused(Reason.INVALID_ARGUMENT):
        await page(skip=1, page_token=third.next_page_token)
