"""Who may do what: what a guild chose counts alike in Discord and over REST, for each role."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest_asyncio

from tests.e2e.stack import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.discord import Guild
    from tests.e2e.stack import Stack

_TOKEN = "INSERT INTO api.token (token_id, digest, user_id, scopes) VALUES ($1, $2, $3, $4)"
_SCOPES = ["player.read", "player.write"]
_SETTINGS = [
    "blockedUserIds",
    "blockedRoleIds",
    "blockedTracks",
    "commandChannelIds",
    "voiceChannelIds",
    "voteShares",
    "loneListenerIsDj",
    "sessionDj",
]


@dataclass
class Person:
    """Somebody, in Discord and over REST."""

    stack: Stack
    guild: Guild
    user: str
    token: str

    async def types(self, command: str, **options: object) -> tuple[bool, str]:
        """Type a command; return whether everybody sees the answer, and what it says."""
        answer = await self.stack.discord.command(self.guild, self.user, command, **options)
        message = answer["message"]
        boxes = [f"{box.get('title', '')} {box.get('description', '')}" for box in message["embeds"]]
        return not answer["ephemeral"], " ".join([message["content"], *boxes])

    async def calls(self, verb: str, path: str, body: object = None) -> str:
        """Call over REST; return the reason of a refusal."""
        address = f"/v1/guilds/{self.guild.id}/{path}"
        status, answer = await self.stack.rest(verb, address, {} if body is None else body, token=self.token)
        return "" if status == 200 else str(answer["details"][0]["reason"])


@dataclass
class Room:
    """A channel with the bot, a DJ and two listeners."""

    stack: Stack
    guild: Guild
    dj: Person
    listener: Person
    another: Person

    async def chooses(self, **settings: Any) -> None:
        """Let the guild choose settings; returns once its player goes by them."""
        address = f"/v1/guilds/{self.guild.id}/settings"
        await self.stack.rest("PATCH", address, settings)
        await self.stack.goes_by_settings(self.guild)


@pytest_asyncio.fixture(loop_scope="session")
async def room(stack: Stack, guild: Guild) -> AsyncIterator[Room]:
    """Let the DJ's tracks play to all three; what was chosen is taken back afterwards."""
    others = {guild.owner, (await stack.discord.get("/world"))["bot"]["id"]}
    people = [await person(stack, guild, user) for user in guild.members if user not in others]
    for one in people:
        await stack.enter(guild, one.user, guild.voices[0])
    made = Room(stack, guild, *people)
    for query in ("long", "alpha", "bravo"):
        assert await made.dj.calls("POST", "player:play", {"query": query}) == ""

    async def all_listen() -> bool:
        _, answer = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
        return bool(answer["player"].get("listenerCount") == len(people))

    await eventually(all_listen, within=10, what="all listen")
    yield made
    await made.chooses(reset=_SETTINGS)


async def person(stack: Stack, guild: Guild, user: str) -> Person:
    """Give somebody a token."""
    secret = uuid.uuid4().hex
    await stack.rows(_TOKEN, str(uuid.uuid4()), sha256(secret.encode()).digest(), int(user), _SCOPES)
    return Person(stack, guild, user, secret)


async def test_below_dj_nobody_turns_the_volume_or_clears_the_queue_in_discord_or_over_rest(room: Room) -> None:
    for command, options in (("volume", {"percent": 50}), ("clear", {})):
        public, told = await room.listener.types(command, **options)
        assert not public
        assert "Only DJs can do that." in told
    assert await room.listener.calls("PATCH", "player", {"volume": 50}) == "LEVEL_TOO_LOW"
    assert await room.listener.calls("POST", "queue:clear") == "LEVEL_TOO_LOW"
    assert await room.dj.types("volume", percent=50) == (True, "The volume is 50%.")
    assert await room.dj.calls("POST", "queue:clear") == ""


async def test_who_is_blocked_hears_so_in_discord_and_over_rest_and_may_still_look(room: Room) -> None:
    await room.chooses(blockedUserIds={"values": [room.listener.user]})

    public, told = await room.listener.types("pause")
    assert not public
    assert "This server lets you look, and nothing more." in told
    assert await room.listener.calls("POST", "player:pause") == "BLOCKED"
    assert await room.listener.calls("POST", "player:play", {"query": "alpha"}) == "BLOCKED"
    assert "long" in (await room.listener.types("queue"))[1]
    assert await room.another.calls("POST", "player:pause") == ""


async def test_a_blocked_track_is_not_added_by_anybody(room: Room) -> None:
    await room.chooses(blockedTracks={"values": ["BRAVO"]})

    for one in (room.dj, room.listener):
        assert "This server has blocked that track." in (await one.types("play", query="bravo"))[1]
        assert await one.calls("POST", "player:play", {"query": "bravo"}) == "TRACK_BLOCKED"
    assert await room.listener.calls("POST", "player:play", {"query": "alpha"}) == ""


async def test_listeners_clear_the_queue_together_where_their_guild_votes_on_it(room: Room) -> None:
    await room.chooses(voteShares={"queueClear": 50})

    public, told = await room.listener.types("clear")
    assert public
    assert "Your vote counts. One more person has to ask for it." in told
    assert await room.listener.calls("POST", "queue:clear") == "ALREADY_VOTED"
    assert await room.another.types("clear") == (True, "Removed 2 tracks from the queue.")


async def test_the_bot_comes_only_into_channels_that_its_guild_chose(room: Room) -> None:
    await room.chooses(voiceChannelIds={"values": [room.guild.voices[1]]})
    assert await room.dj.calls("POST", "player:leave") == ""

    assert f"Join <#{room.guild.voices[1]}>." in (await room.dj.types("join"))[1]
    assert await room.dj.calls("POST", "player:join") == "VOICE_CHANNEL_UNWELCOME"
    assert await room.listener.calls("POST", "player:play", {"query": "alpha"}) == "VOICE_CHANNEL_UNWELCOME"
    assert await room.dj.calls("POST", "player:join", {"voiceChannelId": room.guild.voices[1]}) == ""


async def test_who_listens_alone_does_what_a_dj_does(room: Room) -> None:
    for one in (room.dj, room.another):
        await room.stack.discord.enter(room.guild, one.user, None)

    async def turns_it_down() -> bool:
        return await room.listener.calls("PATCH", "player", {"volume": 70}) == ""

    await eventually(turns_it_down, within=10, what="who listens alone turns the volume")
    assert await room.listener.types("volume", percent=60) == (True, "The volume is 60%.")
    await room.chooses(loneListenerIsDj=False)
    assert await room.listener.calls("PATCH", "player", {"volume": 50}) == "LEVEL_TOO_LOW"


async def test_a_command_elsewhere_is_refused_privately_and_taken_from_who_manages_the_server(room: Room) -> None:
    owner = await person(room.stack, room.guild, room.guild.owner)
    await room.chooses(commandChannelIds={"values": [room.guild.voices[0]]})

    async def is_refused() -> bool:
        public, told = await room.dj.types("queue")
        return not public and f"Use <#{room.guild.voices[0]}>." in told

    await eventually(is_refused, within=10, what="no commands are taken in the text channel")
    assert "long" in (await owner.types("queue"))[1]


async def test_who_brings_the_bot_is_the_dj_until_they_hand_it_on_or_leave(room: Room) -> None:
    async def led_by(one: Person) -> bool:
        _, answer = await room.stack.rest("GET", f"/v1/guilds/{room.guild.id}/player")
        return bool(answer["player"].get("djUserId") == one.user)

    await room.chooses(sessionDj=True)
    assert await room.dj.calls("POST", "player:leave") == ""
    assert await room.listener.calls("POST", "player:play", {"query": "long"}) == ""
    assert await room.listener.types("volume", percent=70) == (True, "The volume is 70%.")
    public, told = await room.another.types("volume", percent=50)
    assert not public
    assert f"Only DJs can do that. Ask <@{room.listener.user}>, who is the DJ now." in told

    async def hands_it_on() -> bool:
        return (await room.listener.types("dj", person=room.another.user))[0]

    await eventually(hands_it_on, within=10, what="the listeners are known, and one of them is the DJ now")
    assert await room.listener.calls("PATCH", "player", {"volume": 50}) == "LEVEL_TOO_LOW"
    assert await room.another.calls("POST", "player:transferDj", {"userId": room.another.user}) == "ALREADY_DJ"
    assert f"<@{room.another.user}> is the DJ." in (await room.listener.types("dj"))[1]
    await room.stack.discord.enter(room.guild, room.another.user, None)
    await eventually(lambda: led_by(room.dj), within=10, what="who listens the longest is the DJ")
    assert await room.dj.calls("POST", "player:transferDj", {"userId": room.listener.user}) == ""
    assert await room.listener.calls("POST", "player:leave") == ""
    assert "Nobody is the DJ of this session." in (await room.listener.types("dj"))[1]
