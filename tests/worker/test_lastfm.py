"""Accounts at last.fm are linked by their owners, and told what these have heard."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from kit.errors import Reason, Refused
from kit.postgres import transaction
from kit.settings import load
from segue.audio.v1 import queue_service_pb2
from segue.worker.v1 import job_service_pb2
from tests.kit.people import PERSON, standing
from tests.kit.world import ALICE
from tests.worker.audio import BOB, DJ
from tests.worker.lastfm import ALLOW, API_KEY, FakeLastfm, error
from tests.worker.listening import began, heard, listening
from tests.worker.test_jobs import WITHIN
from tests.worker.test_stats import FAILED
from worker.adapters.personal import personal
from worker.adapters.postgres import upkeep
from worker.purging import OLDER_THAN
from worker.settings import WorkerSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kit.postgres import Pool

WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
SKIPPED = queue_service_pb2.HISTORY_REASON_SKIPPED
SUCCEEDED, JOB_FAILED = job_service_pb2.JOB_STATUS_SUCCEEDED, job_service_pb2.JOB_STATUS_FAILED


async def test_who_allows_it_is_linked_and_is_told_so(database_url: str, tmp_path: Path, pool: Pool) -> None:
    lastfm = FakeLastfm()
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        before = await worker.get()
        begun = await worker.begin()
        lastfm.allow(begun.token, "alice")
        finished = await worker.finish(token=begun.token)
        found, others = await worker.get(), await worker.get(BOB)

    assert begun.url == f"{ALLOW}?api_key={API_KEY}&token={begun.token}"
    assert (finished.link.name, finished.link.HasField("linked_at")) == ("alice", True)
    assert found.link == finished.link
    assert not before.HasField("link")
    assert not others.HasField("link")


async def test_who_has_not_allowed_it_yet_is_asked_to_and_may_go_on_then(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    lastfm = FakeLastfm()
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        begun, late = await worker.begin(), await worker.begin()
        lastfm.allow(late.token, "alice")
        lastfm.expire(late.token)
        for given in (begun.token, late.token, "unknown"):
            with pytest.raises(Refused, match=Reason.LASTFM_NOT_ALLOWED):
                await worker.finish(token=given)
        missing = await worker.get()
        lastfm.allow(begun.token, "alice")
        finished = await worker.finish(token=begun.token)

    assert not missing.HasField("link")
    assert finished.link.name == "alice"


async def test_the_same_request_links_once_and_a_dry_one_links_nothing(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    lastfm, request_id = FakeLastfm(), str(uuid.uuid4())
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        begun = await worker.begin()
        lastfm.allow(begun.token, "alice")
        dry = await worker.finish(token=begun.token, request_id=request_id, validate_only=True)
        missing = await worker.get()
        first = await worker.finish(token=begun.token, request_id=request_id)
        again = await worker.finish(token=begun.token, request_id=request_id.upper())
        with pytest.raises(Refused, match=Reason.REQUEST_ID_REUSED):
            await worker.finish(token="another", request_id=request_id)

    assert not dry.HasField("link")
    assert not missing.HasField("link")
    assert first == again
    assert list(lastfm.sessions.values()) == ["alice"]


async def test_another_account_takes_the_place_of_one_and_gets_what_that_was_not_told(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    lastfm = FakeLastfm()
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        await worker.link("alice")
        lastfm.errors["alice"] = 16
        await worker.hear(heard("song"))
        await worker.link("other")
        await worker.tell()
        found = await worker.get()

    assert found.link.name == "other"
    assert [track["track"] for track in lastfm.plays["other"]] == ["song"]
    assert lastfm.plays["alice"] == []


async def test_who_unlinks_an_account_has_none_and_it_is_told_nothing_more(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    lastfm, request_id = FakeLastfm(), str(uuid.uuid4())
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        linked = await worker.link("alice")
        lastfm.errors["alice"] = 16
        await worker.hear(heard("song"))
        dry = await worker.delete(validate_only=True)
        kept = await worker.get()
        gone = await worker.delete(request_id=request_id)
        again = await worker.delete(request_id=request_id)
        afterwards = await worker.delete()
        await worker.hear(heard("another"))
        left = await worker.waiting()

    assert dry.link == kept.link == gone.link == again.link == linked
    assert not afterwards.HasField("link")
    assert left == 0


async def test_what_is_heard_is_told_to_the_accounts_of_those_who_heard_it(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    lastfm = FakeLastfm()
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        await worker.link("alice")
        await worker.link("bob", BOB)
        await worker.link("deaf", PERSON)
        first = heard("first", ALICE, BOB, DJ, album="Once")
        await worker.hear(first, heard("second", BOB, picked=True))
        job = await worker.tell()
        told, waiting = await worker.counts("told"), await worker.waiting()

    assert job.status == SUCCEEDED
    common = {"artist": "Ann", "duration": "200"}
    play = {**common, "track": "first", "album": "Once", "timestamp": began(first), "chosenByUser": "1"}
    assert dict(lastfm.plays) == {"alice": [play], "bob": [play, lastfm.plays["bob"][1]]}
    assert lastfm.plays["bob"][1].items() >= {**common, "track": "second", "chosenByUser": "0"}.items()
    assert (told, waiting) == (3, 0)


async def test_only_what_lastfm_wants_is_told(database_url: str, tmp_path: Path, pool: Pool) -> None:
    lastfm = FakeLastfm()
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        await worker.link("alice")
        await worker.hear(
            heard("short", length=30, seconds=30),
            heard("hardly longer", length=30.001, seconds=30),
            heard("half", length=200, seconds=100, reason=SKIPPED),
            heard("less", length=200, seconds=99.9, reason=SKIPPED),
            heard("four minutes", length=3600, seconds=240, reason=SKIPPED),
            heard("not four", length=3600, seconds=239.9, reason=SKIPPED),
            heard("stream", length=None, seconds=3600),
            heard("failed", reason=FAILED),
            heard("of nobody", author=" "),
        )
        await worker.tell()

    assert [track["track"] for track in lastfm.plays["alice"]] == ["hardly longer", "half", "four minutes"]


async def test_what_was_heard_before_an_account_was_linked_is_not_told(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    lastfm = FakeLastfm()
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        early = heard("early")
        await worker.link("alice")
        await worker.hear(early, heard("late"))
        await worker.tell()

    assert [track["track"] for track in lastfm.plays["alice"]] == ["late"]


async def test_tracks_are_told_in_their_order_fifty_at_a_time(database_url: str, tmp_path: Path, pool: Pool) -> None:
    lastfm = FakeLastfm()
    lastfm.unwanted.add("Nobody")
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        await worker.link("alice")
        await worker.hear(heard("unwanted", author="Nobody"), *(heard(str(number)) for number in range(120)))
        await worker.tell()
        counts = [await worker.counts(name) for name in ("told", "ignored", "kept", "dropped")]
        left = await worker.waiting()

    assert [len(tracks) for _, tracks in lastfm.batches] == [50, 50, 21]
    assert [track["track"] for track in lastfm.plays["alice"]] == [str(number) for number in range(120)]
    assert (counts, left) == ([120, 1, 0, 0], 0)


@pytest.mark.parametrize("code", [8, 11, 16, 29])
async def test_what_lastfm_cannot_take_now_is_told_later_and_keeps_nobody_else_waiting(
    database_url: str, tmp_path: Path, pool: Pool, code: int
) -> None:
    lastfm = FakeLastfm()
    lastfm.errors["alice"] = code
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        await worker.link("alice")
        await worker.link("bob", BOB)
        await worker.hear(heard("song", ALICE, BOB))
        job = await worker.tell()
        kept, early = await worker.waiting(), dict(lastfm.plays)
        lastfm.errors.clear()
        await worker.tell()
        left = await worker.waiting()

    assert (job.status, job.result["kept"], kept, left) == (SUCCEEDED, 1, 1, 0)
    assert [*early] == ["bob"]
    assert lastfm.plays["alice"] == lastfm.plays["bob"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=500, text="<html>"),
        lambda: web.Response(text="no JSON"),
        lambda: web.json_response([]),
        lambda: web.json_response({}),
        lambda: web.json_response({"error": "nine"}),
        lambda: web.json_response({"scrobbles": {"@attr": {"accepted": "all"}}}),
        lambda: web.Response(text=" " * 1_000_001),
        lambda: web.Response(status=302, headers={"Location": "/elsewhere"}),
    ],
    ids=["500", "text", "list", "nothing", "no code", "no number", "too long", "redirect"],
)
async def test_what_is_no_answer_of_lastfm_means_that_it_is_away(
    database_url: str, tmp_path: Path, pool: Pool, answer: Callable[[], web.Response]
) -> None:
    lastfm = FakeLastfm()

    async def instead(_: Mapping[str, str]) -> web.StreamResponse:
        return answer()

    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        await worker.link("alice")
        lastfm.before = instead
        await worker.hear(heard("song"))
        job = await worker.tell()
        kept = await worker.waiting()
        with pytest.raises(Refused, match=Reason.UNAVAILABLE) as caught:
            await worker.begin()

    assert (job.status, job.result["kept"], kept) == (SUCCEEDED, 1, 1)
    assert caught.value.metadata["part"] == "lastfm"


async def test_an_account_whose_owner_took_it_back_is_forgotten_with_what_it_was_not_told(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    lastfm = FakeLastfm()
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        await worker.link("alice")
        await worker.link("bob", BOB)
        lastfm.forget("alice")
        await worker.hear(*(heard(str(number), ALICE, BOB) for number in range(60)))
        job = await worker.tell()
        found, dropped, left = await worker.get(), await worker.counts("dropped"), await worker.waiting()

    assert job.status == SUCCEEDED
    assert not found.HasField("link")
    assert (dropped, left, len(lastfm.plays["bob"])) == (60, 0, 60)


async def test_an_account_that_goes_as_a_track_ends_takes_it_along(
    database_url: str, tmp_path: Path, pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    lastfm = FakeLastfm()
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        await worker.link("alice")
        await worker.link("bob", BOB)
        async with transaction(pool) as tx:
            await tx.execute("DELETE FROM lastfm_link WHERE user_id = $1", ALICE)
            hearing = asyncio.create_task(worker.hear(heard("song", ALICE, BOB)))
            async with asyncio.timeout(WITHIN):
                while not await pool.fetchval(WAITS):  # noqa: ASYNC110  (Postgres tells nobody)
                    await asyncio.sleep(0.02)
        await hearing
        await worker.tell()

    assert [account for account, _ in lastfm.batches] == ["bob"]
    assert not [record for record in caplog.records if (record.name, record.levelname) == ("kit.tasks", "ERROR")]


@pytest.mark.parametrize("code", [6, 7, 99])
async def test_tracks_that_are_at_fault_are_given_up(database_url: str, tmp_path: Path, pool: Pool, code: int) -> None:
    lastfm = FakeLastfm()
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        await worker.link("alice")
        lastfm.errors["alice"] = code
        await worker.hear(*(heard(str(number)) for number in range(60)))
        job = await worker.tell()
        dropped = await worker.counts("dropped")
        lastfm.errors.clear()
        await worker.hear(heard("good"))
        await worker.tell()
        found, left = await worker.get(), await worker.waiting()

    assert (job.status, dropped, left, found.link.name) == (SUCCEEDED, 60, 0, "alice")
    assert [track["track"] for track in lastfm.plays["alice"]] == ["good"]


@pytest.mark.parametrize("code", [10, 13, 26])
async def test_keys_that_lastfm_refuses_fail_the_job_with_a_sentence_and_lose_nothing(
    database_url: str, tmp_path: Path, pool: Pool, code: int
) -> None:
    lastfm = FakeLastfm()

    async def refuse(_: Mapping[str, str]) -> web.StreamResponse:
        return error(code)

    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        await worker.link("alice")
        lastfm.before = refuse
        await worker.hear(heard("song"))
        job = await worker.tell()
        kept = await worker.waiting()
        with pytest.raises(Refused, match=Reason.LASTFM_OFF):
            await worker.begin()

    assert (job.status, job.attempts, kept) == (JOB_FAILED, 1, 1)
    assert job.error == (
        f"last.fm refuses LASTFM_API_KEY and LASTFM_SHARED_SECRET, or LASTFM_URL is wrong: No ({code})."
    )


async def test_without_keys_nobody_is_linked_and_nothing_noted(database_url: str, tmp_path: Path, pool: Pool) -> None:
    await pool.execute("INSERT INTO lastfm_link VALUES ($1, 'alice', 'key', now())", ALICE)
    async with listening(database_url, tmp_path, pool, FakeLastfm(), is_set_up=False) as worker:
        await worker.hear(heard("song"))
        for call in (worker.begin(), worker.finish(token="token"), worker.finish(token="token", validate_only=True)):
            with pytest.raises(Refused, match=Reason.LASTFM_OFF):
                await call
        with pytest.raises(Refused, match=Reason.JOB_NOT_FOUND):
            await worker.tell()
        found, noted, gone = await worker.get(), await worker.waiting(), await worker.delete()

    assert (found.link.name, noted) == ("alice", 0)
    assert gone.link == found.link


@pytest.mark.parametrize("name", ["LASTFM_API_KEY", "LASTFM_SHARED_SECRET"])
def test_one_key_without_the_other_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    for known in ("SEGUE_LISTEN", "SEGUE_MESH", "DATABASE_URL", name):
        monkeypatch.setenv(known, "unix:/nowhere")
    monkeypatch.setenv("SEGUE_INSTANCE", "worker")
    with pytest.raises(SystemExit):
        load(WorkerSettings)

    assert capsys.readouterr().err == "LASTFM_API_KEY and LASTFM_SHARED_SECRET belong together: set both, or neither.\n"


async def test_what_is_kept_of_a_person_is_shown_without_the_key_and_goes(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    lastfm = FakeLastfm()
    async with listening(database_url, tmp_path, pool, lastfm) as worker:
        lastfm.errors["person"] = 16
        await worker.link("person", PERSON)
        await worker.hear(heard("song", PERSON))
        records = await personal(pool).export(PERSON, ("", ""), 10)
        before = await standing(pool, "worker")
        await personal(pool).erase(PERSON)
        found = await worker.get(PERSON)

    [key] = lastfm.sessions
    assert [(record.kind, record.data.get("name") or record.data["title"]) for record in records] == [
        ("lastfm", "person"),
        ("scrobble", "song"),
    ]
    assert key not in str(records)
    assert {"lastfm_link", "scrobble"} <= set(before)
    assert await standing(pool, "worker") == []
    assert not found.HasField("link")


async def test_what_is_older_than_lastfm_takes_is_removed(pool: Pool) -> None:
    await pool.execute("INSERT INTO lastfm_link VALUES ($1, 'alice', 'key', now())", ALICE)
    for title, hours in (("old", 14 * 24 + 1), ("young", 14 * 24 - 1)):
        await pool.execute(
            "INSERT INTO scrobble (user_id, artist, title, album, seconds, started_at, chosen)"
            " VALUES ($1, 'Ann', $2, '', 200, now() - $3 * interval '1 h', true)",
            *(ALICE, title, hours),
        )

    assert (await upkeep(pool).purge(10, OLDER_THAN)).deleted_rows == 1
    assert [row["title"] for row in await pool.fetch("SELECT title FROM scrobble")] == ["young"]
