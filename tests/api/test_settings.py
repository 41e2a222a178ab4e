"""Settings of guilds, through api's own server: chosen, taken back, and told to those who watch."""

from __future__ import annotations

import asyncio
import itertools
import json
import uuid
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
import pytest_asyncio
from google.protobuf import json_format

from api import watching
from kit import events
from kit.errors import Reason, Refused
from kit.migrate import migrate
from segue.api.v1 import settings_pb2, settings_service_pb2
from segue.common.v1 import event_service_pb2, event_service_pb2_grpc
from tests.api.choices import CHOICES, DEFAULTS, KEEP, PLAYLIST, WRONG, WRONG_LISTS
from tests.api.client import GUILD, MANAGER, MEMBER, OTHER_GUILD, STRANGER, UNKNOWN_GUILD, Client, member, voice
from tests.api.test_app import running
from tests.api.welcomes import requests, welcome
from tests.kit.mesh import Mesh
from tests.kit.serving import Brought

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    Rows = asyncpg.Connection[asyncpg.Record]

WITHIN = 60.0


@pytest_asyncio.fixture(autouse=True)
async def rows(database_url: str) -> AsyncIterator[Rows]:
    """Begin with empty tables."""
    await migrate(database_url, ["api"])
    connection = await asyncpg.connect(database_url)
    own = ("guild_settings", "audit_entry", "preferences", "flag", "playlist", "erasure")
    tables = (*own, "outbox", "request", "token")
    await connection.execute(f"TRUNCATE {', '.join(f'api.{table}' for table in tables)} CASCADE")
    yield connection
    await connection.close()


@pytest.fixture
def mesh() -> Mesh:
    """A gateway that knows two guilds."""
    return Mesh(GetMember=member, GetVoice=voice, CheckWelcome=welcome, CheckRequests=requests)


@pytest_asyncio.fixture
async def client(database_url: str, tmp_path: Path, mesh: Mesh, rows: Rows) -> AsyncIterator[Client]:
    """An instance of api, and a playlist of the guild."""
    await rows.execute(KEEP, PLAYLIST, GUILD)
    async with running(database_url, tmp_path, mesh):
        yield Client(f"unix:{tmp_path}/app.sock")


@pytest_asyncio.fixture
async def other(database_url: str, tmp_path_factory: pytest.TempPathFactory, mesh: Mesh) -> AsyncIterator[Client]:
    """Another one on the same database."""
    folder = tmp_path_factory.mktemp("other")
    async with running(database_url, folder, mesh):
        yield Client(f"unix:{folder}/app.sock")


def shown(settings: settings_pb2.GuildSettings) -> dict[str, Any]:
    """Return settings as REST shows them, without the version."""
    found: dict[str, Any] = json_format.MessageToDict(
        settings, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    del found["version"]
    return found


def refused(reason: Reason) -> Any:
    return pytest.raises(Refused, match=f"^{reason}")


async def test_who_chose_nothing_has_the_defaults(client: Client) -> None:
    found = await client.get()

    assert (found.version, shown(found)) == (0, DEFAULTS)


@pytest.mark.parametrize("name", CHOICES)
async def test_each_setting_is_chosen_by_itself_and_taken_back_in_either_spelling(client: Client, name: str) -> None:
    chosen = await client.update(**{name: CHOICES[name]})
    assert (chosen.version, shown(chosen)) == (1, DEFAULTS | {name: CHOICES[name]})
    assert await client.get() == chosen
    spelled = settings_pb2.GuildSettings.DESCRIPTOR.fields_by_name[name].json_name
    for version, spelling in ((2, name), (4, spelled)):
        back = await client.update(reset=[spelling])
        assert (back.version, shown(back)) == (version, DEFAULTS)
        await client.update(**{name: CHOICES[name]})


async def test_what_is_absent_stays_as_it_is(client: Client) -> None:
    await client.update(**CHOICES)
    found = await client.update(crossfade="0s", reset=["fair_queue", "djRoleId"])

    assert shown(found) == CHOICES | {"crossfade": "0s", "fair_queue": False, "dj_role_id": "0"}


async def test_only_choices_are_stored_with_who_made_them_last(client: Client, rows: Rows) -> None:
    await client.update(vote_share_percent=50, stay_connected=True)
    await client.update(reset=["stay_connected"])
    row = await rows.fetchrow("SELECT * FROM api.guild_settings")

    assert row
    assert json.loads(row["choices"]) == {"vote_share_percent": 50}
    assert (row["guild_id"], row["version"], row["changed_by"]) == (GUILD, 2, MANAGER)
    assert await rows.fetchval("SELECT now() - $1 < interval '1 minute'", row["changed_at"])


async def test_each_change_is_an_event_with_what_it_left(client: Client) -> None:
    first = await client.update(fair_queue=True)
    second = await client.update(dj_role_id=5)
    found: list[event_service_pb2.Event] = []
    async with Brought("worker", client.address) as channel:
        stub: Any = event_service_pb2_grpc.EventServiceStub(channel)
        async with aclosing(stub.ReadEvents(event_service_pb2.ReadEventsRequest())) as answers:
            while len(found) < 2:
                found += (await asyncio.wait_for(anext(answers), WITHIN)).batch.events

    for event, left in zip(found, (first, second), strict=True):
        payload = settings_pb2.GuildSettings()
        assert event.payload.Unpack(payload)
        assert (event.guild_id, event.version, event.kind) == (GUILD, left.version, "settings.guild")
        assert (event.actor.user_id, payload) == (MANAGER, left)


async def test_what_was_so_before_makes_no_new_version(client: Client) -> None:
    await client.update(fair_queue=True)

    assert (await client.update(fair_queue=True, reset=["crossfade"])).version == 1


async def test_a_stale_version_changes_nothing_and_is_told_the_current_one(client: Client) -> None:
    await client.update(fair_queue=True, expected_version=0)
    await client.update(fair_queue=False)
    for stale in (0, 1):
        with refused(Reason.VERSION_STALE) as caught:
            await client.update(crossfade="1s", expected_version=stale)

    assert caught.value.metadata["version"] == "2"
    assert (await client.update(crossfade="1s", expected_version=2)).version == 3


async def test_of_concurrent_changes_none_is_lost(client: Client, other: Client) -> None:
    turns = zip(itertools.cycle((client, other)), CHOICES.items(), strict=False)
    await asyncio.gather(*(each.update(**{name: value}) for each, (name, value) in turns))
    found = await client.get()

    assert (found.version, shown(found)) == (len(CHOICES), CHOICES)


async def test_the_same_request_has_one_effect_and_one_answer(client: Client) -> None:
    request: dict[str, Any] = {"request_id": str(uuid.uuid4()), "crossfade": "1s"}
    first = await client.update(**request)
    await client.update(crossfade="2s")

    assert await client.update(**request) == first
    assert (await client.get()).version == 2
    with refused(Reason.REQUEST_ID_REUSED):
        await client.update(**{**request, "crossfade": "3s"})


async def test_a_call_that_is_only_validated_changes_nothing(client: Client, rows: Rows) -> None:
    request_id = str(uuid.uuid4())
    assert await client.update(crossfade="1s", validate_only=True, request_id=request_id) == await client.get()
    with refused(Reason.VERSION_STALE):
        await client.update(crossfade="1s", validate_only=True, expected_version=3)

    assert await rows.fetchval("SELECT count(*) FROM api.guild_settings") == 0
    assert (await client.update(crossfade="1s", request_id=request_id)).version == 1


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        *(({name: value}, name) for name, value in WRONG.items()),
        *WRONG_LISTS.values(),
        ({}, "reset"),
        ({"reset": ["guild_id"]}, "reset[0]"),
        ({"reset": ["crossfade", "version"]}, "reset[1]"),
        ({"reset": ["crossfade"], "crossfade": "1s"}, "reset"),
        ({"fair_queue": True, "request_id": "no uuid"}, "request_id"),
    ],
)
async def test_what_no_setting_can_be_is_refused_by_name(client: Client, fields: dict[str, Any], named: str) -> None:
    with refused(Reason.INVALID_ARGUMENT) as caught:
        await client.update(**fields)

    assert list(caught.value.fields) == [named]
    assert (await client.get()).version == 0


async def test_members_see_and_managers_change(client: Client) -> None:
    with refused(Reason.LEVEL_TOO_LOW):
        await client.update(who=MEMBER, fair_queue=True)
    strangers: tuple[dict[str, Any], ...] = ({"who": STRANGER}, {"guild_id": UNKNOWN_GUILD})
    for stranger in strangers:
        with refused(Reason.GUILD_NOT_FOUND):
            await client.get(**stranger)
        with refused(Reason.GUILD_NOT_FOUND):
            await client.update(**stranger, fair_queue=True)
    assert (await client.get(who=STRANGER, operator=True)).version == 0
    with refused(Reason.GUILD_NOT_FOUND):
        await client.get(who=STRANGER, operator=True, guild_id=UNKNOWN_GUILD)


async def test_while_gateway_is_away_nobody_changes_anything(client: Client, mesh: Mesh) -> None:
    await client.get(who=MANAGER)
    mesh.answers.clear()
    assert (await client.get(who=MANAGER)).version == 0
    with refused(Reason.UNAVAILABLE):
        await client.update(fair_queue=True)


async def test_services_fetch_the_settings_of_many_guilds(client: Client) -> None:
    changed = await client.update(fair_queue=True)

    assert await client.batch(GUILD, OTHER_GUILD) == {
        GUILD: changed,
        OTHER_GUILD: await client.get(guild_id=OTHER_GUILD),
    }


async def told(answers: Any, count: int) -> list[tuple[int, int]]:
    """Read so many versions."""
    found: list[tuple[int, int]] = []
    while len(found) < count:
        answer = await asyncio.wait_for(anext(answers), WITHIN)
        found += [(each.guild_id, each.version) for each in answer.changes.guilds]
    return found


async def caught_up(answers: Any) -> tuple[list[tuple[int, int]], int]:
    """Read until the first heartbeat; return the versions and the cursor."""
    found: list[tuple[int, int]] = []
    while not (answer := await asyncio.wait_for(anext(answers), WITHIN)).HasField("heartbeat"):
        found += [(each.guild_id, each.version) for each in answer.changes.guilds]
    return found, answer.cursor


async def test_who_watches_is_told_what_is_so_and_then_each_change_of_any_instance(
    client: Client, other: Client
) -> None:
    await client.update(fair_queue=True)
    await client.update(fair_queue=False)
    await client.update(guild_id=OTHER_GUILD, fair_queue=True)
    async with client.watching() as answers:
        assert sorted((await caught_up(answers))[0]) == [(GUILD, 2), (OTHER_GUILD, 1)]
        await other.update(crossfade="1s")
        await client.update(crossfade="2s")
        assert await told(answers, 2) == [(GUILD, 3), (GUILD, 4)]


async def test_who_watches_again_is_told_what_changed_meanwhile(
    client: Client, other: Client, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_PAGE", 1)
    await client.update(guild_id=OTHER_GUILD, fair_queue=True)
    async with client.watching() as answers:
        _, cursor = await caught_up(answers)
    await client.update(fair_queue=True)
    await client.update(fair_queue=False)
    await rows.execute("DELETE FROM api.outbox")
    async with other.watching(cursor) as answers:
        assert (await caught_up(answers))[0] == [(GUILD, 2)]
    async with other.watching() as answers:
        assert (await caught_up(answers))[0] == [(OTHER_GUILD, 1), (GUILD, 2)]


async def test_silence_is_filled_with_heartbeats(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.01)
    async with client.watching() as answers:
        for _ in range(3):
            assert (await asyncio.wait_for(anext(answers), WITHIN)).HasField("heartbeat")


async def test_streams_end_with_the_instance(database_url: str, tmp_path: Path, mesh: Mesh) -> None:
    client = Client(f"unix:{tmp_path}/app.sock")
    async with client.watching() as answers:
        async with running(database_url, tmp_path, mesh):
            await caught_up(answers)
        last = [answer async for answer in answers][-1]

    assert last.end.reason == event_service_pb2.STREAM_END_REASON_MOVED


def test_what_can_be_changed_is_what_is_shown() -> None:
    kept = settings_pb2.GuildSettings.DESCRIPTOR.fields_by_name
    changed = settings_service_pb2.UpdateGuildSettingsRequest.DESCRIPTOR.fields
    described = [(each.number, each.name, each.type, each.message_type) for each in kept.values()]

    settings = [each for each in changed if each.has_presence or each.name in kept]
    assert {(each.number, each.name, each.type, each.message_type) for each in settings} == {
        *(each for each in described if each[1] != "version"),
        (16, "expected_version", 4, None),
    }
    assert DEFAULTS.keys() == CHOICES.keys() == set(kept) - {"version"}
