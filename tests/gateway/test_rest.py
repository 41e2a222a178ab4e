"""Calls of Discord's REST interface while it is in trouble, or about to ban the bot."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.http import Ratelimit, Route

from gateway.adapters.messages import RestMessages
from gateway.adapters.replies import RestReply
from gateway.adapters.rest import AwayError, Rest
from gateway.domain.cards.base import Card, File
from gateway.domain.interaction import First, GoneError, Interaction, Person
from gateway.domain.refusals import Refusals
from kit.errors import Refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ASKED = Interaction(7, 8, "token", Person(1, 2, "Liam"), "play")
CARD, MESSAGE = Card("done"), {"id": "4", "code": 0}
RESET, HANG = 0, 1
LIMITED = {"Via": "1.1 google", "X-RateLimit-Scope": "user"}


class Discord:
    """Answers calls as it is told to, then well, and keeps what it was asked; time stands unless it is moved."""

    def __init__(self) -> None:
        self.troubles: list[int] = []
        self.body: dict[str, Any] = MESSAGE
        self.headers: dict[str, str] = {}
        self.asked: list[str] = []
        self.sent: list[bytes] = []
        self.now = 1000.0

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one call."""
        self.asked.append(request.method)
        self.sent.append(await request.read())
        if not self.troubles:
            return web.Response(body=json.dumps(MESSAGE), content_type="application/json")
        status = self.troubles.pop(0)
        if status == RESET and request.transport:
            request.transport.abort()
        if status == HANG:
            await asyncio.Event().wait()
        told = json.dumps(self.body)
        return web.Response(status=status or 500, headers=self.headers, body=told, content_type="application/json")


@pytest.fixture
async def discord(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Discord]:
    """Discord, in no trouble yet."""
    told = Discord()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", told.answer)
    async with TestServer(app) as server:
        monkeypatch.setattr(Route, "BASE", str(server.make_url("")).rstrip("/"))
        yield told


@pytest.fixture
async def rest(discord: Discord) -> AsyncIterator[Rest]:
    """A client that is logged in, and stops after four refusals."""
    made = Rest(asyncio.get_running_loop(), Refusals(most=4), lambda: discord.now)
    await made.static_login("any")
    discord.asked.clear()
    yield made
    await made.close()


@pytest.mark.parametrize("troubles", [[500, 500], [503, 502, 504], [524], [RESET], [RESET, 500, RESET], [HANG]])
async def test_a_first_response_comes_in_time_through_whatever_goes_wrong_shortly(
    discord: Discord, rest: Rest, troubles: list[int]
) -> None:
    discord.troubles = [*troubles]

    async with asyncio.timeout(3):
        await RestReply(rest, ASKED).acknowledge(First.PUBLIC)

    assert len(discord.asked) == len(troubles) + 1


@pytest.mark.parametrize("trouble", [500, 503, RESET])
async def test_an_answer_a_word_to_one_person_and_a_file_are_sent_again_whole(
    discord: Discord, rest: Rest, trouble: int
) -> None:
    reply = RestReply(rest, ASKED)
    for card in (CARD, Card("done", file=File("data.json", b"{}"))):
        for send in (reply.edit, reply.whisper):
            discord.troubles, discord.sent = [trouble], []
            await send(card)
            assert len(discord.sent) == 2
            assert all(b"done" in sent for sent in discord.sent)
            assert all(b"data.json" in sent for sent in discord.sent if card.file)


async def test_a_message_that_is_sent_again_is_known_to_be_the_same(discord: Discord, rest: Rest) -> None:
    discord.troubles = [500]
    client: Any = SimpleNamespace(user=object(), http=rest)

    await RestMessages(client).post(3, CARD)

    first, second = (json.loads(sent) for sent in discord.sent[-2:])
    assert first == second
    assert first["enforce_nonce"]
    assert first["nonce"]


async def test_what_came_through_though_it_looked_lost_is_not_taken_for_a_failure(discord: Discord, rest: Rest) -> None:
    discord.troubles, discord.body = [500, 400], {"message": "already acknowledged", "code": 40060}

    await RestReply(rest, ASKED).acknowledge(First.PUBLIC)

    assert discord.asked == ["POST", "POST"]


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (404, 10015), (403, 50001)])
async def test_an_interaction_that_is_gone_is_said_to_be(discord: Discord, rest: Rest, status: int, code: int) -> None:
    discord.body = {"message": "gone", "code": code}
    reply = RestReply(rest, ASKED)

    for call in (reply.acknowledge(First.PRIVATE), reply.decline(CARD), reply.edit(CARD), reply.whisper(CARD)):
        discord.troubles = [status]
        discord.now += 601
        with pytest.raises(GoneError):
            await call
    discord.troubles = [status]
    await reply.delete()


async def test_who_reads_is_told_soon_that_discord_is_away(discord: Discord, rest: Rest) -> None:
    discord.troubles = [500] * 9

    with pytest.raises(AwayError, match="status 500"):
        await rest.get_channel(3)

    assert len(discord.asked) == 4


async def test_a_limited_call_waits_as_long_as_discord_says(discord: Discord, rest: Rest) -> None:
    discord.troubles, discord.headers = [429], LIMITED
    discord.body = {"message": "limited", "retry_after": 0.05, "global": False}

    await rest.send_typing(3)

    assert discord.asked == ["POST", "POST"]
    assert rest.stopped() == ""


@pytest.mark.parametrize(("told", "seconds"), [({"Retry-After": "30"}, 30), ({}, 60)])
async def test_a_ban_on_the_way_to_discord_stops_all_calls_for_its_time(
    discord: Discord, rest: Rest, told: dict[str, str], seconds: int
) -> None:
    discord.troubles, discord.headers = [429], told

    for _ in range(3):
        with pytest.raises(AwayError, match=f"not called for {seconds} s"):
            await rest.send_typing(3)
    assert discord.asked == ["POST"]
    discord.now += seconds
    await rest.send_typing(3)
    assert discord.asked == ["POST", "POST"]


async def test_after_too_many_refusals_nothing_is_asked_until_the_first_of_them_is_ten_minutes_old(
    discord: Discord, rest: Rest
) -> None:
    reply = RestReply(rest, ASKED)
    for _ in range(4):
        discord.troubles = [403]
        with pytest.raises(GoneError):
            await reply.edit(CARD)
        discord.now += 100

    with pytest.raises(Refused, match="discord") as refused:
        await reply.edit(CARD)
    assert "not called for 200 s" in str(refused.value.__cause__)
    assert len(discord.asked) == 4
    discord.now += 200
    await reply.edit(CARD)


async def test_what_discord_limits_for_all_bots_together_does_not_count(discord: Discord, rest: Rest) -> None:
    discord.headers = LIMITED | {"X-RateLimit-Scope": "shared"}
    discord.body = {"message": "limited", "retry_after": 0.0, "global": False}
    for _ in range(3):
        discord.troubles = [429, 429]
        await rest.send_typing(3)

    assert rest.stopped() == ""


def test_refusals_are_worth_a_word_by_the_thousand() -> None:
    told = [Refusals().note(0.0) for _ in range(2)]
    refusals = Refusals()
    counts = [refusals.note(float(second) / 100) for second in range(9_000)]

    assert told == [0, 0]
    assert [count for count in counts if count] == list(range(1_000, 9_001, 1_000))
    assert refusals.free_at == 600.0
    assert refusals.note(700.0) == 0


async def test_a_call_does_not_look_through_what_all_interactions_before_it_left(
    rest: Rest, discord: Discord, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Ratelimit] = []
    monkeypatch.setattr(Ratelimit, "is_inactive", lambda limit: not looked.append(limit))  # type: ignore[func-returns-value]  # it notes and says yes

    for number in range(300):
        await RestReply(rest, replace(ASKED, id=number, token=str(number))).acknowledge(First.PUBLIC)
    assert not looked

    discord.now += 60
    for number in range(300, 600):
        await RestReply(rest, replace(ASKED, id=number, token=str(number))).acknowledge(First.PUBLIC)
    assert 300 < len(looked) < 600  # once, and then all of it was forgotten
