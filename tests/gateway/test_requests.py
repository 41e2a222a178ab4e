"""In the channel that a server chose for it, people just type what they want to hear."""

from __future__ import annotations

import asyncio
import base64
import re
import uuid
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from gateway.domain.wording import songs_in
from kit.errors import Reason, Refused
from segue.gateway.v1 import message_service_pb2, message_service_pb2_grpc
from tests.gateway.conftest import text
from tests.gateway.test_messages import SYSTEM, posted
from tests.gateway.test_panels import as_bot, over, show

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.gateway.conftest import Database, House

GRANTED = 1 << 15 | 1 << 19
SEND_MESSAGES, MANAGE_MESSAGES = 1 << 11, 1 << 13
SOUND = base64.b64encode(b"ID3").decode()
INVITATION = (
    "Nothing plays. Type the name of a song in <#{}>, paste a link or upload a file: I play it in your voice channel."
)


async def make_room(house: House) -> str:
    """Make a text channel of a name of its own."""
    guild = await house.simulator.guild()
    body = {"guildId": guild["id"], "name": uuid.uuid4().hex[:12], "type": 0}
    return str((await house.simulator.call("POST", "/channels", body))["id"])


async def choose(house: House, channel: str, **settings: Any) -> None:
    """Let the guild choose the channel for requests."""
    guild = await house.simulator.guild()
    await house.api.choose(int(guild["id"]), request_channel_id=int(channel), **settings)


async def panel_in(house: House, channel: str) -> Any:
    """Wait until the panel stands in a channel with nothing else; return it."""
    (panel,) = await house.simulator.until(lambda: posted(house, int(channel)), lambda found: len(found) == 1)
    return panel


@pytest.fixture
async def room(house: House) -> AsyncIterator[str]:
    """The channel for requests, once the panel stands there."""
    channel = await make_room(house)
    await choose(house, channel)
    panel = await panel_in(house, channel)
    yield channel
    await over(house)
    await choose(house, "0")
    await house.simulator.until(
        lambda: posted(house, int(channel)), lambda found: not any(map(text(panel).__eq__, map(text, found)))
    )
    await house.simulator.call("DELETE", "/channels", {"channelId": channel}, status=204)


async def say(house: House, channel: str, words: str = "", person: str = "Liam", **more: Any) -> Any:
    """Let a person write in a channel; return the message."""
    place = await house.simulator.place(person)
    body = {"channelId": channel, "userId": place["userId"], "content": words, **more}
    return (await house.simulator.call("POST", "/messages", body))["message"]


async def answers(house: House, said: Any, count: int = 1) -> list[Any]:
    """Wait for this many answers below a message."""

    async def below() -> list[Any]:
        found = await posted(house, int(said["channel_id"]))
        return [one for one in found if (one.get("message_reference") or {}).get("message_id") == said["id"]]

    found: list[Any] = await house.simulator.until(below, lambda found: len(found) >= count)
    return found


async def at_rest(house: House, database: Database) -> None:
    """Wait until nothing is left to be answered, which the next process would do."""
    await house.simulator.until(
        lambda: database.fetch("SELECT FROM interaction WHERE asked IS NOT NULL"), lambda found: not found
    )


async def tidied(house: House, database: Database) -> None:
    """Let what was said have stood long enough while gateway was away, and wait until it is taken away."""
    await at_rest(house, database)
    await house.stop()
    await database.execute("UPDATE noise SET due_at = now()")
    await house.start()
    await house.simulator.until(lambda: database.fetch("SELECT FROM noise"), lambda found: not found)


async def begin_anew(house: House, database: Database) -> None:
    """Let the next process begin a session of its own, long after the one before."""
    await at_rest(house, database)
    await house.simulator.call("POST", "/faults", {"sessionTtlMs": 0}, status=204)
    await house.stop()
    await database.execute("UPDATE identify SET last_at = last_at - interval '1 minute'")
    await house.start()
    await house.simulator.call("POST", "/faults", {"sessionTtlMs": 60_000}, status=204)


async def upload(name: str) -> dict[str, str]:
    """Make a file of this name."""
    return {"filename": name, "content": SOUND}


def queries(house: House) -> list[str]:
    """List what audio was asked to play."""
    return [request.query for request in house.audio.asked("Play")]


async def test_the_panel_waits_in_the_channel_and_says_what_to_do(house: House, room: str) -> None:
    assert text(await panel_in(house, room)).strip() == INVITATION.format(room)


async def test_the_panel_moves_though_discord_takes_nothing_as_another_channel_is_chosen(
    house: House, room: str
) -> None:
    other = await make_room(house)
    ban = {"kind": "rest_429", "banned": True, "retryAfterMs": 1000, "count": 1}
    await house.simulator.call("POST", "/faults", ban, status=204)
    await choose(house, other)

    assert text(await panel_in(house, other)).strip() == INVITATION.format(other)
    assert "a channel for requests is not ready" in house.log()
    await choose(house, room)
    await panel_in(house, room)


async def test_the_panel_goes_with_the_channel_though_it_is_being_edited(house: House) -> None:
    channel = await make_room(house)
    await choose(house, channel)
    await panel_in(house, channel)
    await over(house)
    edited = asyncio.create_task(over(house))  # which waits its turn: the panel was edited just now
    await choose(house, "0")
    await edited

    await house.simulator.until(lambda: posted(house, int(channel)), [].__eq__)


async def test_a_name_is_searched_for_where_who_typed_it_always_wants_that(house: House, room: str) -> None:
    await house.simulator.command("preferences", source="bandcamp")
    await answers(house, await say(house, room, "alpha\nbravo"))
    await house.simulator.command("preferences", source="any")
    await answers(house, await say(house, room, "charlie"))

    asked = [(request.query, request.source) for request in house.audio.asked("Play")]
    assert asked == [("alpha", "bandcamp"), ("bravo", "bandcamp"), ("charlie", "")]


async def test_a_name_is_played_for_who_typed_it_and_all_but_the_panel_is_taken_away_though_gateway_is_killed(
    house: House, database: Database, room: str
) -> None:
    panel = await panel_in(house, room)
    house.audio.unknown = {"bravo"}
    said = await say(house, room, "First  Light\nbravo")
    answer, _ = await answers(house, said, count=2)
    await show(house, "Play")
    await tidied(house, database)

    assert queries(house) == ["First Light", "bravo"]
    assert {str(who.user_id) for name, _, who in house.audio.calls if name == "Play"} == {said["author"]["id"]}
    assert text(answer).splitlines() == ["Plays now: **First Light**", "Not played: bravo"]
    left = await panel_in(house, room)
    assert left["id"] == panel["id"]
    assert "First Light" in text(left)


async def test_each_line_is_a_song_up_to_the_number_that_the_server_takes(house: House, room: str) -> None:
    await choose(house, room, max_songs_per_message=2)
    (answer,) = await answers(house, await say(house, room, "alpha\nhttps://example.com/b\ncharlie"))

    assert queries(house) == ["alpha", "https://example.com/b"]
    assert len({request.request_id for request in house.audio.asked("Play")}) == 2
    assert text(answer).splitlines() == [
        "Plays now: **alpha**",
        "Number 1 in the queue: **https://example.com/b**",
        "One line was too many for one message. Send it in another one.",
    ]


async def test_files_with_sound_are_played_and_others_are_not(house: House, room: str) -> None:
    files = [await upload("a.mp3"), await upload("cover.png"), await upload("b.mp3")]
    await answers(house, await say(house, room, "my new songs", attachments=files))

    assert [query.rpartition("/")[2] for query in queries(house)] == ["a.mp3", "b.mp3"]


async def test_a_refusal_stands_below_with_its_reference(house: House, room: str) -> None:
    house.audio.refusal = Refused(Reason.NOT_IN_VOICE)
    (answer,) = await answers(house, await say(house, room, "alpha"))

    assert re.search(r"voice channel.* \(`[0-9a-f]{8}`\)$", text(answer))


async def test_who_has_to_wait_is_told_so_and_nothing_is_played(house: House, room: str) -> None:
    await choose(house, room, command_cooldown="60s", command_channel_ids={"values": ["1"]})
    await answers(house, await say(house, room, "alpha"))
    (answer,) = await answers(house, await say(house, room, "bravo"))

    assert queries(house) == ["alpha"]
    assert "seconds" in text(answer)


async def test_what_is_no_request_is_left_alone(house: House, room: str) -> None:
    guild = await house.simulator.guild()
    beep = {"guildId": guild["id"], "name": uuid.uuid4().hex[:8], "bot": True}
    robot = await house.simulator.call("POST", "/members", beep)
    thread = await as_bot(house, "POST", f"/channels/{room}/threads", {"name": "talk", "type": 11})
    talk = await say(house, room, "\U0001f44d\U0001f3fd <:wave:123> 1\ufe0f\u20e3")
    await say(house, room, "I do", "Dana", replyTo=talk["id"])
    await say(house, room, userId=robot["id"], words="beep")
    await say(house, room, attachments=[await upload("cat.png")])
    await say(house, thread["id"], "in a thread")
    await answers(house, await say(house, room, "alpha"))

    assert queries(house) == ["alpha"]


async def test_a_reply_to_the_bot_and_a_mention_of_it_are_requests(house: House, room: str) -> None:
    bot = (await house.simulator.call("GET", "/world"))["bot"]["id"]
    panel = await panel_in(house, room)
    await answers(house, await say(house, room, "alpha", replyTo=panel["id"]))
    for words in ("play bravo", "charlie", "play !!!"):
        await answers(house, await say(house, room, f"<@{bot}> {words}"))
    await answers(house, await say(house, room, f"<@{bot}> pause"))

    assert queries(house) == ["alpha", "bravo", "charlie", "!!!"]
    assert len(house.audio.asked("Pause")) == 1


async def test_songs_that_are_refused_keep_the_others_from_nothing_and_both_are_told(house: House, room: str) -> None:
    house.audio.unknown = {"bravo"}
    said = await say(house, room, "alpha\nbravo\ncharlie")
    told, refused = await answers(house, said, count=2)

    assert text(told).splitlines()[-1] == "Not played: bravo"
    assert "(`" in text(refused)
    assert len(house.audio.waiting) == 1


async def test_a_play_command_in_the_channel_leaves_one_panel(house: House, room: str) -> None:
    body = {**await house.simulator.place(), "channelId": room, "name": "play", "options": {"query": "alpha"}}
    answer = await house.simulator.call("POST", "/commands", body)
    await show(house, "Play")

    assert (await panel_in(house, room))["id"] == answer["message"]["id"]


async def test_the_answer_to_any_other_command_in_the_channel_is_taken_away(
    house: House, database: Database, room: str
) -> None:
    body = {**await house.simulator.place(), "channelId": room, "name": "volume", "options": {"percent": 40}}
    answer = await house.simulator.call("POST", "/commands", body)
    assert not answer["ephemeral"]
    assert len(await posted(house, int(room))) == 2
    await tidied(house, database)

    assert (await panel_in(house, room))["id"] != answer["message"]["id"]


async def test_a_channel_that_the_bot_may_not_write_in_is_told_once_to_the_owner(house: House, room: str) -> None:
    bot = (await house.simulator.call("GET", "/world"))["bot"]["id"]
    await as_bot(house, "PUT", f"/channels/{room}/permissions/{bot}", {"type": 1, "deny": str(SEND_MESSAGES)})
    owner = (await house.simulator.guild())["ownerId"]
    private = await as_bot(house, "POST", "/users/@me/channels", {"recipient_id": owner})

    async def told() -> list[str]:
        return [text(one) for one in await posted(house, int(private["id"])) if f"<#{room}>" in text(one)]

    async def refusals() -> int:
        return house.log().count("an answer has no place any more")

    before = await refusals()
    for count, words in enumerate(("alpha", "bravo"), 1):
        await say(house, room, words)
        await house.simulator.until(refusals, (before + count).__eq__)
    await as_bot(house, "PUT", f"/channels/{room}/permissions/{bot}", {"type": 1, "deny": "0"})
    await answers(house, await say(house, room, "charlie"))

    assert len(await told()) == 1
    assert queries(house) == ["charlie"]


async def test_where_the_bot_may_delete_nothing_of_others_it_says_so_once(
    house: House, database: Database, room: str
) -> None:
    bot = (await house.simulator.call("GET", "/world"))["bot"]["id"]
    denied = {"type": 1, "deny": str(MANAGE_MESSAGES)}
    await as_bot(house, "PUT", f"/channels/{room}/permissions/{bot}", denied)
    for said in [await say(house, room, words) for words in ("alpha", "bravo")]:
        await answers(house, said)
    await tidied(house, database)
    _, alpha, bravo, complaint = [text(one).strip() for one in await posted(house, int(room))]

    assert (alpha, bravo) == ("alpha", "bravo")
    assert complaint.startswith("I cannot remove what others type here.")


async def test_an_acknowledged_request_has_one_effect_and_one_answer_though_gateway_is_killed(
    house: House, database: Database, room: str
) -> None:
    await at_rest(house, database)
    house.audio.held = asyncio.Event()
    said = await say(house, room, "alpha\nbravo")
    await asyncio.wait_for(house.audio.arrived.wait(), 10)
    house.audio.held = None
    await house.restart()
    found = await answers(house, said)
    await answers(house, await say(house, room, "charlie"))

    assert text(found[0]).splitlines()[0] == "Plays now: **alpha**"
    assert len({request.request_id for request in house.audio.asked("Play")}) == 3
    assert house.audio.player.queue_length == 2
    assert len(await answers(house, said)) == 1


async def check(house: House, channel: str) -> str:
    """Ask as api whether a channel could be one; return why not, or nothing."""
    guild = await house.simulator.guild()
    request = message_service_pb2.CheckRequestsRequest(guild_id=int(guild["id"]), channel_id=int(channel))
    async with house.calling("api", SYSTEM) as call:
        try:
            await call(message_service_pb2_grpc.MessageServiceStub, "CheckRequests", request)
        except grpc.aio.AioRpcError as error:
            return error.details() or ""
    return ""


async def test_api_can_ask_whether_a_channel_could_be_one_and_a_grant_counts_at_once(house: House) -> None:
    channel = await make_room(house)
    can = await check(house, channel)
    await house.simulator.call("POST", "/application", {"flags": 1 << 15}, status=204)
    cannot = await check(house, channel)
    await house.simulator.call("POST", "/application", {"flags": GRANTED}, status=204)

    assert (can, cannot, await check(house, channel)) == ("", Reason.CONTENT_INTENT_MISSING.sentence, "")
    assert await check(house, "1") == Reason.CHANNEL_NOT_WRITABLE.sentence


async def test_where_the_intent_was_lost_the_channel_is_told_once_and_mentions_go_on(
    house: House, database: Database, room: str
) -> None:
    bot = (await house.simulator.call("GET", "/world"))["bot"]["id"]
    await house.simulator.call("POST", "/application", {"flags": 1 << 15}, status=204)
    await begin_anew(house, database)
    await house.restart()
    found = await house.simulator.until(lambda: posted(house, int(room)), lambda found: len(found) > 1)
    complaints = [one for one in found if text(one).startswith("I no longer see what is typed here.")]
    await say(house, room, "alpha")
    await answers(house, await say(house, room, f"<@{bot}> bravo"))
    await house.simulator.call("POST", "/application", {"flags": GRANTED}, status=204)

    assert len(complaints) == 1
    assert queries(house) == ["bravo"]


async def begun(house: House) -> int:
    """Count the sessions that the bot began."""
    return len((await house.simulator.call("GET", "/conduct"))["identifiedAtMs"])


async def test_nothing_that_is_said_elsewhere_is_missed_while_the_bot_begins_to_hear(
    house: House, database: Database
) -> None:
    await begin_anew(house, database)  # so that its session is one that hears mentions alone
    bot = (await house.simulator.call("GET", "/world"))["bot"]["id"]
    elsewhere, channel = (await house.simulator.place())["channelId"], await make_room(house)
    said, sessions = list[str](), await begun(house)
    await choose(house, channel)
    while await begun(house) == sessions:
        said.append(f"song {len(said)}")
        await answers(house, await say(house, elsewhere, f"<@{bot}> play {said[-1]}"))
    await answers(house, await say(house, channel, "the last"))
    await over(house)
    await choose(house, "0")

    assert sorted(set(queries(house))) == sorted([*said, "the last"])
    assert len(said) > 1


def test_a_message_asks_for_the_addresses_of_a_line_else_for_its_words() -> None:
    assert songs_in("see https://a.example/1 https://a.example/2\n\n two  words \n<@5> !!!\n\U0001f600") == [
        "https://a.example/1",
        "https://a.example/2",
        "two words",
    ]
    assert songs_in("listen to this", ["https://a.example/1.mp3"]) == ["https://a.example/1.mp3"]
    assert [len(song) for song in songs_in("x" * 4000)] == [1000]
