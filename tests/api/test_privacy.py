"""What is kept about one is shown as one document, and forgotten by every service, however long one is away."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import pytest_asyncio
from google.protobuf.json_format import MessageToDict

from api import forgetting
from kit import actor
from kit.errors import Reason, Refused
from segue.api.v1 import access_service_pb2 as messages
from segue.api.v1 import access_service_pb2_grpc
from segue.common.v1 import privacy_service_pb2
from tests.api.client import Client, member, voice
from tests.api.test_app import running
from tests.api.test_preferences import update
from tests.api.test_settings import WITHIN, refused, rows
from tests.kit.mesh import Mesh
from tests.kit.people import PERSON, standing
from tests.kit.serving import Brought
from tests.kit.world import token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

__all__ = ["rows"]
SERVICES = ["api", "audio", "gateway", "worker"]
OWN = 7  # records that api has of the person below
_PLAYLIST = "INSERT INTO api.playlist (playlist_id, kind, guild_id, owner_id, name) VALUES ($1, 'NORMAL', $2, $3, $4)"
_ITEM = """
INSERT INTO api.playlist_item (playlist_id, rank, track, length_ms, identity)
VALUES ($1, 1, '{"title": "alpha"}', 0, '')
"""
_SHARE = "INSERT INTO api.playlist_share (playlist_id, user_id, guild_id) VALUES ($1, $2, 0)"


class Others:
    """The other services, with so many records each about anybody; the stand-in cannot tell which of them is asked."""

    def __init__(self, records: int = 2) -> None:
        self.records = records
        self.erased: list[int] = []
        self.mesh = Mesh(ExportPerson=self._export, ErasePerson=self.erase, GetMember=member, GetVoice=voice)

    async def _export(self, request: Any) -> privacy_service_pb2.ExportPersonResponse:
        first = int(request.page_token or 0)
        last = min(first + request.page_size, self.records)
        records = [privacy_service_pb2.PersonalRecord(kind=str(number)) for number in range(first, last)]
        more = str(last) if last < self.records else ""
        return privacy_service_pb2.ExportPersonResponse(records=records, next_page_token=more)

    async def erase(self, request: Any) -> privacy_service_pb2.ErasePersonResponse:
        self.erased.append(request.user_id)
        return privacy_service_pb2.ErasePersonResponse()


class Me(Client):
    """The person."""

    async def export(self, **more: Any) -> messages.ExportMeResponse:
        found: messages.ExportMeResponse = await self._access("ExportMe", messages.ExportMeRequest(**more))
        return found

    async def delete(self, **more: Any) -> list[str]:
        return list((await self._access("DeleteMe", messages.DeleteMeRequest(**more))).pending)

    async def _access(self, name: str, request: Any) -> Any:
        async with Brought("edge", self.address) as channel:
            with actor.acting_as(token(user_id=PERSON)):
                return await getattr(access_service_pb2_grpc.AccessServiceStub(channel), name)(request)


@asynccontextmanager
async def at(database_url: str, folder: Path, others: Others) -> AsyncIterator[Me]:
    async with running(database_url, folder, others.mesh):
        yield Me(f"unix:{folder}/app.sock")


@pytest.fixture
def others() -> Others:
    return Others()


@pytest_asyncio.fixture
async def me(database_url: str, tmp_path: Path, others: Others, rows: Any) -> AsyncIterator[Me]:
    """A person who chose something, for themselves and for a guild, and has a token and playlists."""
    async with at(database_url, tmp_path, others) as made:
        await update(made, who=PERSON, language="de")
        await update(made, who=PERSON, language="es")
        await made.update(who=1, fair_queue=True)
        await rows.execute("UPDATE api.guild_settings SET changed_by = $1", PERSON)
        await rows.execute("UPDATE api.audit_entry SET user_id = $1", PERSON)
        await rows.execute(
            "INSERT INTO api.token (token_id, digest, user_id, scopes) VALUES ($1, '\\x01', $2, '{account.read}')",
            uuid4(),
            PERSON,
        )
        await keep_playlists(rows)
        yield made


async def keep_playlists(rows: Any) -> None:
    """Let the person have a playlist, a guild one that they made, and somebody else one that is shared with them."""
    mine, guilds, shared = (uuid4() for _ in range(3))
    await rows.execute(_PLAYLIST, mine, 0, PERSON, "mine")
    await rows.execute(_PLAYLIST, guilds, 5, PERSON, "ours")
    await rows.execute(_PLAYLIST, shared, 0, 1, "theirs")
    await rows.execute(_ITEM, mine)
    await rows.execute(_SHARE, shared, PERSON)


async def test_one_document_has_what_every_service_keeps(me: Me) -> None:
    found = await me.export()
    records = [(record.kind, MessageToDict(record.data)) for record in found.services[0].records]
    own = dict(records)

    assert [each.service for each in found.services] == SERVICES
    assert own["preferences"] == {"language": "es"}
    assert own["token"]["scopes"] == ["account.read"]
    assert "guild_settings" in own
    assert (own["change"]["name"], own["change"]["before"], own["change"]["after"]) == ("fair_queue", False, True)
    assert sorted((data["name"], data["tracks"]) for kind, data in records if kind == "playlist") == [
        ("mine", [{"title": "alpha"}]),
        ("ours", None),
    ]
    assert "playlist_share" in own
    assert not found.next_page_token


@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
async def test_pages_have_everything_once_and_no_more_than_is_asked_for(me: Me, others: Others, size: int) -> None:
    others.records = 4
    pages = [await me.export(page_size=size)]
    while more := pages[-1].next_page_token:
        pages.append(await me.export(page_size=size, page_token=more))
    found = [(each.service, str(one)) for page in pages for each in page.services for one in each.records]

    assert len(found) == len(set(found)) == OWN + 3 * 4
    assert all(sum(len(each.records) for each in page.services) <= size for page in pages)


@pytest.mark.parametrize("page_token", ["x", "nobody:1", "api:x", "api:token:\0"])
async def test_a_token_of_no_page_is_refused(me: Me, page_token: str) -> None:
    with refused(Reason.PAGE_TOKEN_INVALID):
        await me.export(page_token=page_token)


async def test_while_a_service_is_away_nothing_is_left_out_in_silence(me: Me, others: Others) -> None:
    del others.mesh.answers["ExportPerson"]
    with refused(Reason.UNAVAILABLE):
        await me.export()


async def test_nothing_of_a_person_is_left_in_any_table(me: Me, others: Others, rows: Any) -> None:
    before = await standing(rows, "api")
    pending = await me.delete()

    kept = ["guild_settings", "outbox", "playlist", "playlist_share", "preferences", "request", "token"]
    assert before == ["audit_entry", *kept]
    assert pending == []
    assert others.erased == [PERSON] * 3
    assert await standing(rows, "api") == []
    assert [row["name"] for row in await rows.fetch("SELECT name FROM api.playlist ORDER BY name")] == [
        "ours",
        "theirs",
    ]


async def test_a_service_that_is_away_forgets_the_person_once_it_is_back(
    me: Me, others: Others, rows: Any, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    done = asyncio.Event()

    async def late(request: Any) -> privacy_service_pb2.ErasePersonResponse:
        answer = await others.erase(request)
        if len(others.erased) == 3:
            done.set()
        return answer

    del others.mesh.answers["ErasePerson"]
    assert await me.delete() == ["gateway", "worker", "audio"]
    assert await standing(rows, "api") == ["erasure"]
    others.mesh.answers["ErasePerson"] = late
    async with at(database_url, tmp_path_factory.mktemp("next"), others):
        await asyncio.wait_for(done.wait(), WITHIN)
        async with asyncio.timeout(WITHIN):
            while True:
                if not await standing(rows, "api"):
                    return
                await asyncio.sleep(0.02)


async def test_it_is_looked_for_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    left, refusals = {PERSON: {"audio"}}, [Refused(Reason.UNAVAILABLE)] * 2

    class Audio:
        async def export(self, _: int, __: str, ___: int) -> Any:
            raise NotImplementedError

        async def erase(self, _: int) -> None:
            if refusals:
                raise refusals.pop()

    class Erasures:
        async def left(self, user_id: int) -> set[str]:
            return left[user_id]

        async def under_way(self) -> list[int]:
            return list(left)

        async def done(self, user_id: int, _: str) -> None:
            del left[user_id]

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if not left:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await forgetting.Forgetting({"audio": Audio()}, Erasures(), sleep).run()
    assert len(slept) == 3


async def test_deleting_again_is_harmless_and_what_is_only_validated_deletes_nothing(me: Me, rows: Any) -> None:
    request_id = str(uuid4())
    assert await me.delete(validate_only=True) == []
    assert "preferences" in await standing(rows, "api")
    assert [await me.delete(request_id=request_id) for _ in range(2)] == [[], []]
    assert await standing(rows, "api") == []
