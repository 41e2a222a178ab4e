"""Which settings were chosen is told to members; who changed them to managers, for 90 days."""

from __future__ import annotations

import uuid
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest_asyncio

from kit import actor
from kit.durations import from_seconds
from kit.errors import Reason
from kit.migrate import migrate
from segue.api.v1 import audit_service_pb2, audit_service_pb2_grpc, settings_service_pb2, settings_service_pb2_grpc
from segue.common.v1 import actor_pb2, upkeep_service_pb2, upkeep_service_pb2_grpc
from tests.api.choices import CHOICES, KEEP, PLAYLIST
from tests.api.client import Client, member, voice
from tests.api.test_app import running
from tests.api.test_settings import refused
from tests.api.welcomes import requests, welcome
from tests.kit.mesh import Mesh
from tests.kit.serving import Brought
from tests.kit.world import token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    Rows = asyncpg.Connection[asyncpg.Record]

GUILD, OTHER_GUILD, UNKNOWN_GUILD = 700, 701, 702
MANAGER, MEMBER, STRANGER = 1, 2, 3


@pytest_asyncio.fixture(autouse=True)
async def rows(database_url: str) -> AsyncIterator[Rows]:
    """Begin with empty tables."""
    await migrate(database_url, ["api"])
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "TRUNCATE api.guild_settings, api.audit_entry, api.request, api.outbox, api.playlist CASCADE"
    )
    await connection.execute(KEEP, PLAYLIST, GUILD)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def client(database_url: str, tmp_path: Path) -> AsyncIterator[Client]:
    """An instance of api."""
    async with running(
        database_url, tmp_path, Mesh(GetMember=member, GetVoice=voice, CheckWelcome=welcome, CheckRequests=requests)
    ):
        yield Client(f"unix:{tmp_path}/app.sock")


async def listed(client: Client, *, who: int = MANAGER, guild_id: int = GUILD, **page: Any) -> Any:
    """List the entries of a guild."""
    async with Brought("edge", client.address) as channel:
        stub: Any = audit_service_pb2_grpc.AuditServiceStub(channel)
        with actor.acting_as(token(user_id=who)):
            request = audit_service_pb2.ListAuditEntriesRequest(guild_id=guild_id, **page)
            return await stub.ListAuditEntries(request)


async def changes(client: Client, **page: Any) -> list[tuple[str, str, str]]:
    """List what was changed, the newest first."""
    answer = await listed(client, **page)
    return [(entry.name, entry.before, entry.after) for entry in answer.entries]


async def test_an_entry_says_who_changed_what_and_where(client: Client, rows: Rows) -> None:
    me = token(user_id=MANAGER, token_id="the-token")
    async with Brought("edge", client.address) as channel:
        stub: Any = settings_service_pb2_grpc.SettingsServiceStub(channel)
        with actor.acting_as(me):
            request = settings_service_pb2.UpdateGuildSettingsRequest(guild_id=GUILD, fair_queue=True)
            await stub.UpdateGuildSettings(request)
    (entry,) = (await listed(client)).entries

    assert (entry.what, entry.name, entry.before, entry.after) == ("settings", "fair_queue", "false", "true")
    assert (entry.user_id, entry.surface, entry.token_id) == (MANAGER, actor_pb2.SURFACE_API, "the-token")
    assert await rows.fetchval("SELECT now() - $1 < interval '1 minute'", entry.changed_at.ToDatetime(tzinfo=UTC))


async def test_each_setting_has_an_entry_with_its_value_before_and_after_as_json(client: Client) -> None:
    await client.update(**CHOICES)
    everything = await changes(client, page_size=100)
    await client.update(crossfade="3s", reset=["dj_role_id", "vote_share_percent"])

    assert {name for name, _, _ in everything} == CHOICES.keys()
    assert sorted(await changes(client, page_size=3)) == [
        ("crossfade", '"2.500s"', '"3s"'),
        ("dj_role_id", '"9223372036854775807"', '"0"'),
        ("vote_share_percent", "0", "50"),
    ]


async def test_it_is_told_which_settings_were_chosen(client: Client) -> None:
    await client.update(**CHOICES)
    request = settings_service_pb2.UpdateGuildSettingsRequest(guild_id=GUILD, reset=["fair_queue", "crossfade"])
    changed = await client.call("UpdateGuildSettings", request, token(user_id=MANAGER))
    seen = await client.call(
        "GetGuildSettings", settings_service_pb2.GetGuildSettingsRequest(guild_id=GUILD), token(user_id=MEMBER)
    )

    assert set(changed.chosen) == set(seen.chosen) == CHOICES.keys() - {"fair_queue", "crossfade"}


async def test_a_default_that_is_chosen_or_taken_back_is_a_change_too(client: Client) -> None:
    await client.update(vote_share_percent=50)
    await client.update(reset=["vote_share_percent"])

    assert await changes(client) == [("vote_share_percent", "50", "50")] * 2


async def test_what_changes_nothing_makes_no_entry(client: Client) -> None:
    wish: dict[str, Any] = {"crossfade": "1s", "request_id": str(uuid.uuid4())}
    await client.update(**wish)
    await client.update(**wish)
    await client.update(crossfade="1s", reset=["fair_queue"])
    await client.update(fair_queue=True, validate_only=True)
    with refused(Reason.VERSION_STALE):
        await client.update(fair_queue=True, expected_version=9)

    assert await changes(client) == [("crossfade", '"0s"', '"1s"')]


async def test_pages_follow_each_other_whatever_is_added_meanwhile(client: Client) -> None:
    for percent in range(5):
        await client.update(vote_share_percent=percent)
    await client.update(guild_id=OTHER_GUILD, vote_share_percent=9)
    first = await listed(client, page_size=2)
    await client.update(vote_share_percent=100)
    second = await listed(client, page_size=2, page_token=first.next_page_token)
    third = await listed(client, page_size=2, page_token=second.next_page_token)

    pages = [[entry.after for entry in page.entries] for page in (first, second, third)]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    assert third.next_page_token == ""
    with refused(Reason.PAGE_TOKEN_INVALID):
        await listed(client, page_token="no token")


async def test_managers_alone_see_it(client: Client) -> None:
    with refused(Reason.LEVEL_TOO_LOW):
        await listed(client, who=MEMBER)
    with refused(Reason.GUILD_NOT_FOUND):
        await listed(client, who=STRANGER)
    with refused(Reason.GUILD_NOT_FOUND):
        await listed(client, guild_id=UNKNOWN_GUILD)


async def test_entries_go_after_ninety_days(client: Client, rows: Rows) -> None:
    for percent in range(4):
        await client.update(vote_share_percent=percent)
    age = "UPDATE api.audit_entry SET changed_at = now() - $1::interval WHERE after = $2"
    for after, days in (("0", 91), ("1", 91), ("2", 89)):
        await rows.execute(age, timedelta(days=days), after)

    async with Brought("worker", client.address) as channel:
        stub: Any = upkeep_service_pb2_grpc.UpkeepServiceStub(channel)
        request = upkeep_service_pb2.PurgeExpiredRequest(limit=1, older_than=from_seconds(7 * 86_400))
        with actor.acting_as(actor.system()):
            removed = [(await stub.PurgeExpired(request)).deleted_rows for _ in range(3)]

    assert removed == [1, 1, 0]
    assert [after for _, _, after in await changes(client)] == ["3", "2"]
