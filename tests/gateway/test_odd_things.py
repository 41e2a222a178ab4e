"""Whatever Discord allows people to write, to be called and to delete is answered, and never heard of in the log."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from segue.audio.v1 import queue_service_pb2
from segue.worker.v1 import stats_service_pb2
from tests.gateway.conftest import text
from tests.gateway.finding import track
from tests.gateway.test_panels import as_bot, messages, over, show
from tests.gateway.test_sound_commands import lyrics

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    from tests.gateway.conftest import House

ODD = {
    "of no width": "\u200b\u200d\ufeff",
    "of blanks": " \u3000\u00a0 ",
    "to the left": "\u202e\u05e9\u05d9\u05e8 \u0645\u0648\u0633\u064a\u0642\u0649\u2066",
    "mentions": "@everyone @here <@1> <@&2> <#3> </play:4>",
    "markdown": "# **_~~`||[a](https://a.example)||`~~_** > ``` <t:0>",
    "huge": "\u0289\u0335\u0321\U0001f468\u200d\U0001f469\u200d\U0001f467" * 600,
    "lines": "one\r\ntwo\u2028three\x00\x1b[31m\x7f",
    "commands": "segue:panel-stop segue::",
}
WRITTEN = ODD | {"half a character": "a \ud83d b", "two halves": "\udc00\ud800"}


@asynccontextmanager
async def quietly(house: House) -> AsyncIterator[None]:
    """Find nothing in the log afterwards that somebody would have to look at."""
    before = len(house.log())
    yield
    lines = [json.loads(line) for line in house.log()[before:].splitlines()]
    assert [line for line in lines if line["level"] in {"ERROR", "CRITICAL"}] == []


def is_fine(answer: Any) -> bool:
    """Tell whether an answer says something, pings nobody, and is not about a failure of ours."""
    shown = answer["message"]
    pinged = shown["mention_everyone"] or shown["mention_roles"]
    return bool(text(shown).strip()) and "Something went wrong" not in text(shown) and not pinged


@pytest.mark.parametrize("title", ODD.values(), ids=ODD)
async def test_a_track_may_be_called_anything(house: House, title: str) -> None:
    played = [track(title) for _ in range(3)]
    for one in played:
        one.author = one.album = title
    house.audio.found = house.audio.candidates = played
    house.audio.lyrics = lyrics(101, title, 3)
    entry = queue_service_pb2.HistoryEntry(entry_id=1)
    entry.item.track.CopyFrom(played[0])
    house.audio.history.append(entry)
    favorites = house.api.keep("any", title, title)
    house.worker.statistics.shown = stats_service_pb2.Stats(
        tracks=[stats_service_pb2.TrackStats(title=title, author=title)],
        artists=[stats_service_pb2.ArtistStats(author=title)],
    )

    async with quietly(house):
        answers = [await house.simulator.command("play", query=title.strip()[:900] or title) for _ in range(3)]
        for item in (house.audio.player.current, *house.audio.waiting):
            item.track.CopyFrom(played[0])
        answers.append(await house.simulator.command("search", query="any"))
        plain = ("nowplaying", "queue", "history", "lyrics", "favorite", "stats", "pause", "resume")
        answers += [await house.simulator.command(command) for command in plain]
        answers.append(await house.simulator.command("playlist", show={"playlist": favorites}))
        panel = (await house.simulator.command("nowplaying"))["message"]
        for label in ("Wrong song?", "Lyrics", "Queue", "Favorite", "Skip"):
            answers.append(await house.click(panel, label))
            panel = answers[-1]["message"] if label == "Skip" else panel
        await over(house)

    assert [text(answer["message"]) for answer in answers if not is_fine(answer)] == []


@pytest.mark.parametrize("title", ODD.values(), ids=ODD)
async def test_what_is_offered_while_somebody_types_may_be_called_anything(house: House, title: str) -> None:
    house.audio.found = [track(title), track("other")]
    await house.simulator.command("play", query="alpha")
    await house.simulator.command("play", query="bravo")
    house.audio.waiting[0].track.CopyFrom(track(title))
    place = await house.simulator.place()

    async with quietly(house):
        offered = [
            await house.simulator.call(
                "POST", "/autocomplete", {**place, "name": name, "options": options, "focused": focused}
            )
            for name, focused, options in (("play", "query", {"query": "any thing"}), ("skip", "to", {"to": ""}))
        ]

    assert all(answer["choices"] for answer in offered)


@pytest.mark.parametrize("words", WRITTEN.values(), ids=WRITTEN)
async def test_people_may_write_anything(house: House, words: str) -> None:
    words = words[:900]
    async with quietly(house):
        answers = [
            await house.simulator.command("play", query=words),
            await house.simulator.command("seek", position=words),
            await house.simulator.command("remove", item=words),
            await house.simulator.command("filter", save={"name": words[:30]}),
            await house.simulator.command("playlist", create={"name": words[:90]}),
        ]
        place = await house.simulator.place()
        typed = {**place, "name": "play", "options": {"query": words}, "focused": "query"}
        await house.simulator.call("POST", "/autocomplete", typed)

    assert [text(answer["message"]) for answer in answers if not is_fine(answer)] == []


@pytest.mark.parametrize("name", ODD.values(), ids=ODD)
async def test_people_may_be_called_anything(house: House, name: str) -> None:
    guild = await house.simulator.guild()
    made = await house.simulator.call("POST", "/members", {"guildId": guild["id"], "name": name[:32], "roles": []})
    place = {**await house.simulator.place(), "userId": made["id"]}

    async with quietly(house):
        answers = [
            await house.simulator.call("POST", "/commands", {**place, "name": command, "options": options})
            for command, options in (("play", {"query": "alpha"}), ("pause", {}), ("queue", {}), ("stats", {}))
        ]
        await show(house, "Skip")
        await over(house)
    await house.simulator.call("DELETE", "/members", {"guildId": guild["id"], "userId": made["id"]}, status=204)

    assert [text(answer["message"]) for answer in answers if not is_fine(answer)] == []


async def test_who_left_is_still_said_to_have_asked(house: House) -> None:
    guild = await house.simulator.guild()
    gone = await house.simulator.call("POST", "/members", {"guildId": guild["id"], "name": "Gone", "roles": []})
    place = {**await house.simulator.place(), "userId": gone["id"]}
    await house.simulator.call("POST", "/commands", {**place, "name": "play", "options": {"query": "alpha"}})
    house.audio.player.current.requester_id = int(gone["id"])
    await house.simulator.call("DELETE", "/members", {"guildId": guild["id"], "userId": gone["id"]}, status=204)

    async with quietly(house):
        answer = await house.simulator.command("nowplaying")
        await over(house)

    assert f"<@{gone['id']}>" in text(answer["message"])


@asynccontextmanager
async def waiting(house: House, asked: Coroutine[Any, Any, Any]) -> AsyncIterator[Waiting]:
    """While a person waits for the answer to something that audio has done already."""
    gate = house.audio.held = asyncio.Event()
    house.audio.arrived.clear()
    asking = asyncio.create_task(asked)
    await asyncio.wait_for(house.audio.arrived.wait(), 60)
    yield Waiting(asking, gate)
    asking.cancel()
    await over(house)


@dataclass
class Waiting:
    """Somebody's interaction, and what holds its answer back."""

    asking: asyncio.Task[Any]
    gate: asyncio.Event

    async def answer(self) -> Any:
        """Let it be answered."""
        self.gate.set()
        return await self.asking


async def delete(house: House, message: Any) -> None:
    """Delete a message, as a moderator does."""
    await as_bot(house, "DELETE", f"/channels/{message['channel_id']}/messages/{message['id']}")


async def test_an_answer_whose_place_somebody_deleted_is_given_to_the_person_alone(house: House) -> None:
    await house.simulator.command("play", query="alpha")

    async with quietly(house), waiting(house, house.simulator.command("pause")) as held:
        await delete(house, (await messages(house))[-1])
        answer = await held.answer()

    assert answer["ephemeral"]
    assert "Paused" in text(answer["message"])


async def test_a_click_on_a_message_that_was_deleted_meanwhile_is_answered_to_the_person_alone(house: House) -> None:
    panel = (await house.simulator.command("play", query="alpha"))["message"]

    async with quietly(house), waiting(house, house.click(panel, "Pause")) as held:
        await delete(house, panel)
        answer = await held.answer()

    assert answer["ephemeral"]
    assert "Paused" in text(answer["message"])


async def test_where_a_channel_was_deleted_nobody_is_answered_and_nothing_is_left_to_be(
    house: House, database_url: str
) -> None:
    await house.simulator.command("play", query="alpha")
    guild = await house.simulator.guild()
    room = await house.simulator.call("POST", "/channels", {"guildId": guild["id"], "name": "brief", "type": 0})
    body = {**await house.simulator.place(), "channelId": room["id"], "name": "pause", "options": {}}

    async with quietly(house), waiting(house, house.simulator.call("POST", "/commands", body)) as held:
        await house.simulator.call("DELETE", "/channels", {"channelId": room["id"]}, status=204)
        held.gate.set()
        await house.simulator.until(lambda: left_unanswered(database_url), lambda count: count == 0)

    assert len(house.audio.asked("Pause")) == 1


async def left_unanswered(database_url: str) -> int:
    """Count what gateway would answer once more if it were started anew."""
    database = await asyncpg.connect(database_url)
    try:
        return int(await database.fetchval("SELECT count(*) FROM gateway.interaction WHERE asked IS NOT NULL"))
    finally:
        await database.close()


async def test_a_command_that_came_too_late_to_be_answered_is_not_carried_out(house: House) -> None:
    async with quietly(house):
        await house.simulator.call("POST", "/faults", {"kind": "rest_slow", "delayMs": 3_300, "count": 2}, status=204)
        await house.simulator.command("leave", status=504)
        answer = await house.simulator.command("join")

    assert "I am in" in text(answer["message"])
    assert house.audio.asked("LeaveChannel") == []
