"""What audio keeps about people is shown to them, and is gone when they want that; what plays goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audio.adapters.personal import personal
from segue.audio.v1 import player_service_pb2, queue_service_pb2
from tests.audio.client import DJ, Client
from tests.audio.stores import choose
from tests.audio.values import CHANNEL, GUILD
from tests.kit.people import PERSON, standing

if TYPE_CHECKING:
    from kit.postgres import Pool

EVERYWHERE = ["edit", "history", "outbox", "player", "queue_item", "request", "voice"]
FIRST = ("", "")


async def used(client: Client) -> None:
    """Let the person leave a trace wherever one can."""
    await client.play("first", "second", "third", "removed", who=PERSON)
    client.rig.voice.deaf = (PERSON,)
    client.rig.voice.move(PERSON, DJ, 6, 7)
    await client.rig.until(GUILD, lambda player: len(player.listeners) == 4)
    queue = (await client("ListQueueItems", queue_service_pb2.ListQueueItemsRequest(guild_id=GUILD))).items
    removal = queue_service_pb2.RemoveQueueItemRequest(guild_id=GUILD, item_id=queue[-1].item_id)
    await client("RemoveQueueItem", removal, who=PERSON)
    await skip(client, PERSON)
    await client.play("of the DJ")
    await skip(client, DJ)
    await skip(client, DJ)
    await skip(client, PERSON)
    await client.play("fourth", "fifth", who=PERSON)
    await choose(client.rig.store, session_dj=True)


async def skip(client: Client, who: int) -> None:
    await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD), who=who)


def by_kind(records: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for record in records:
        found.setdefault(record.kind, []).append(record.data)
    return found


async def test_one_is_shown_all_that_one_asked_for_voted_for_and_listened_to(client: Client, pool: Pool) -> None:
    await used(client)
    found = by_kind(await personal(pool).export(PERSON, FIRST, 100))

    assert {each["title"] for each in found["history"]} == {"first", "second", "third"}
    assert [each["title"] for each in found["queue"]] == ["fourth", "fifth"]
    assert [each["title"] for each in found["removed"]] == ["removed"]
    assert found["vote"] == [{"guild_id": str(GUILD), "what": "SKIP"}]
    assert found["listening"] == [{"guild_id": str(GUILD), "channel_id": str(CHANNEL)}]
    assert found["dj"] == [{"guild_id": str(GUILD)}]
    assert found["edit"][0]["guild_id"] == str(GUILD)
    assert by_kind(await personal(pool).export(DJ, FIRST, 100))["playing"][0]["title"] == "of the DJ"


async def test_pages_have_everything_once(client: Client, pool: Pool) -> None:
    await used(client)
    whole = await personal(pool).export(PERSON, FIRST, 100)
    found: list[Any] = []
    while page := await personal(pool).export(PERSON, (found[-1].kind, found[-1].key) if found else FIRST, 2):
        found += page

    assert found == whole


async def test_nothing_of_a_person_is_left_in_any_table_and_what_plays_goes_on(client: Client, pool: Pool) -> None:
    await used(client)
    before, waiting = await standing(pool, "audio"), await client.names()
    for _ in range(2):
        await personal(pool).erase(PERSON)
    player = await client.player()

    assert before == EVERYWHERE
    assert await standing(pool, "audio") == []
    assert await client.names() == waiting
    assert (player.current.track.title, player.current.requester_id, player.vote_count) == ("of the DJ", DJ, 0)


async def test_what_plays_for_somebody_plays_on_for_nobody(client: Client, pool: Pool) -> None:
    await client.play("first", "second", who=PERSON)
    await personal(pool).erase(PERSON)
    player = await client.player()
    await skip(client, DJ)
    after = await client.player()

    assert (player.current.track.title, player.current.requester_id) == ("first", 0)
    assert (after.current.track.title, after.current.requester_id) == ("second", 0)
    assert await standing(pool, "audio") == []
