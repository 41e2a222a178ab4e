"""What gateway keeps about people is shown to them, and is gone when they want that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.adapters.memory import Session
from gateway.adapters.parts import Changes
from gateway.adapters.personal import personal
from gateway.adapters.postgres import PostgresJournal, PostgresPanels
from gateway.adapters.sessions import PostgresSessions
from gateway.domain.interaction import Interaction, Person
from gateway.domain.panel import Deed, Panel
from kit import postgres
from kit.migrate import migrate
from tests.kit.people import PERSON, standing
from tests.kit.serving import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kit.postgres import Pool

FIRST = ("", "")
MEMBER = {"user": {"id": str(PERSON)}}
STATE = {"user_id": str(PERSON), "channel_id": "5"}


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """A pool on gateway's schema, with a panel that the person touched last and a command without an answer."""
    await migrate(database_url, ["gateway"])
    opened = await postgres.open_pool(settings("/nowhere", database_url), schema="gateway")
    asked = Interaction(12, 8, "token", Person(1, PERSON, "Dana"), "play", options={"query": "alpha"})
    await PostgresJournal(opened, lambda _: None).open(asked)
    panel = Panel(1, 2, 3, 4)
    await PostgresPanels(opened).begin(panel)
    await PostgresPanels(opened).keep(panel, Panel(1, 2, 3, 5, Deed(PERSON, "Skip")))
    session = Session(99, 100, "session", "ws://discord", 7)
    session.guilds[1] = Changes(parts={("members", PERSON): MEMBER, ("voice_states", PERSON): STATE})
    sessions = PostgresSessions(opened)
    sessions.epochs[99] = 1
    await opened.execute("INSERT INTO connection VALUES (99, 'elsewhere', 1, 'infinity')")
    await sessions.write(session)
    yield opened
    await opened.execute("DELETE FROM connection WHERE bucket = 99")
    await opened.execute("DELETE FROM session WHERE shard_id = 99")
    await opened.execute("DELETE FROM guild_part WHERE guild_id = 1")
    await opened.execute("DELETE FROM interaction")
    await opened.execute("DELETE FROM panel")
    await opened.close()


async def test_one_is_shown_what_one_did_last_and_where_one_is(pool: Pool) -> None:
    records = await personal(pool).export(PERSON, FIRST, 10)

    assert [(record.kind, record.data) for record in records] == [
        ("panel", {"guild_id": "1", "deed": "Skip"}),
        ("voice", {"guild_id": "1", "channel_id": "5"}),
    ]


async def test_nothing_of_a_person_is_left_in_any_table_and_the_panel_stays(pool: Pool) -> None:
    before = await standing(pool, "gateway")
    await personal(pool).erase(PERSON)

    assert before == ["guild_part", "interaction", "panel"]
    assert await standing(pool, "gateway") == []
    assert await PostgresPanels(pool).find(1) == Panel(1, 2, 3, 5)
