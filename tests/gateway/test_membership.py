"""A guild that the bot is new in is told how to begin, once; in one that it leaves, the music ends."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from gateway.adapters.postgres import PostgresMembership, upkeep
from kit import postgres
from kit.errors import Reason, Refused
from tests.gateway.test_messages import posted
from tests.kit.serving import settings

if TYPE_CHECKING:
    from tests.gateway.conftest import Database, House


async def new_guild(house: House, *channels: str) -> tuple[int, list[int]]:
    """Let the bot be taken into a new guild; return it, and its text channels."""
    guild = await house.simulator.call("POST", "/guilds", {"name": uuid.uuid4().hex[:12]})
    bodies = [{"guildId": guild["id"], "name": name, "type": 0} for name in channels]
    made = [await house.simulator.call("POST", "/channels", body) for body in bodies]
    return int(guild["id"]), [int(channel["id"]) for channel in made]


async def kept(house: House, database: Database, guild_id: int, condition: str) -> Any:
    """Wait until a condition holds of the record of a guild; return it."""
    statement = f"SELECT * FROM guild WHERE guild_id = $1 AND {condition}"
    return await house.simulator.until(lambda: database.fetchrow(statement, guild_id), bool)


async def test_a_guild_that_came_while_nobody_was_there_is_told_how_to_begin_once(
    house: House, database: Database
) -> None:
    await house.stop()
    guild_id, (first, second) = await new_guild(house, "first", "second")
    await house.start()
    await kept(house, database, guild_id, "NOT greet")
    await house.restart()
    await kept(house, database, int((await house.simulator.guild())["id"]), "NOT greet")

    (message,) = await posted(house, first)
    others = await posted(house, second)
    await house.simulator.call("DELETE", "/guilds", {"guildId": str(guild_id)}, status=204)
    assert "`/play`" in message["content"]
    assert others == []


async def test_a_guild_that_was_there_before_anybody_kept_it_is_not_told(house: House, database: Database) -> None:
    await database.execute("DELETE FROM guild")
    place = await house.simulator.place()
    before = {message["id"] for message in await posted(house, int(place["channelId"]))}
    await house.restart()
    await kept(house, database, int(place["guildId"]), "NOT greet")

    assert {message["id"] for message in await posted(house, int(place["channelId"]))} <= before


async def test_a_guild_that_is_joined_is_kept_and_one_that_is_left_is_closed(house: House, database: Database) -> None:
    guild_id, _ = await new_guild(house)
    record = await kept(house, database, guild_id, "left_at IS NULL")
    await house.simulator.call("DELETE", "/guilds", {"guildId": str(guild_id)}, status=204)
    closed = await kept(house, database, guild_id, "left_at IS NOT NULL")

    assert closed["name"] == record["name"]
    (request,) = house.audio.asked("LeaveChannel")
    assert request.guild_id == guild_id


async def test_a_guild_that_is_left_while_nobody_is_there_is_closed_by_the_next(
    house: House, database: Database
) -> None:
    guild_id, _ = await new_guild(house)
    await kept(house, database, guild_id, "left_at IS NULL")
    await house.stop()
    await house.simulator.call("DELETE", "/guilds", {"guildId": str(guild_id)}, status=204)
    await house.start()
    await kept(house, database, guild_id, "left_at IS NOT NULL")

    assert guild_id in [request.guild_id for request in house.audio.asked("LeaveChannel")]


async def test_a_guild_is_left_once_audio_has_heard_of_it(house: House, database: Database) -> None:
    guild_id, _ = await new_guild(house)
    await kept(house, database, guild_id, "left_at IS NULL")
    house.audio.refusal = Refused(Reason.UNAVAILABLE, part="audio")
    await house.simulator.call("DELETE", "/guilds", {"guildId": str(guild_id)}, status=204)
    await house.simulator.until(lambda: _soon(house.audio.asked("LeaveChannel")), bool)
    assert await database.fetchval("SELECT left_at FROM guild WHERE guild_id = $1", guild_id) is None
    house.audio.refusal = None

    await kept(house, database, guild_id, "left_at IS NOT NULL")


async def _soon(value: Any) -> Any:
    return value


async def test_a_guild_that_comes_back_is_opened_and_one_that_does_not_goes_after_thirty_days(
    house: House, database: Database, database_url: str
) -> None:
    pool = await postgres.open_pool(settings("/nowhere", database_url), schema="gateway")
    rows = PostgresMembership(pool)
    for guild_id in (1, 2, 3):
        assert await rows.join(guild_id, "name", greet=True)
        await rows.greeted(guild_id)
        await rows.leave(guild_id)
    await database.execute(
        "UPDATE guild SET left_at = now() - make_interval(days => 28 + guild_id::int) WHERE guild_id < 4"
    )
    await database.execute("INSERT INTO panel (guild_id, channel_id, message_id, version) VALUES (3, 1, 1, 1)")
    is_told_again = await rows.join(2, "other", greet=True)
    left = await rows.left(10)
    await upkeep(pool).forget([1, *left])
    rest = await database.fetch(
        "SELECT guild_id, name, left_at IS NULL AS open FROM guild WHERE guild_id < 4 ORDER BY 1"
    )
    panels = await database.fetchval("SELECT count(*) FROM panel WHERE guild_id = 3")
    await database.execute("DELETE FROM guild WHERE guild_id < 4")
    await pool.close()

    assert not is_told_again
    assert [tuple(row) for row in rest] == [(1, "name", False), (2, "other", True)]
    assert panels == 0
