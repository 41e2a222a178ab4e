"""People in several guilds who use whatever a bot declares and shows: commands, buttons, lists, forms, messages."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.e2e.discord import TEXT, VOICE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from tests.e2e.discord import Discord

PATIENCE = aiohttp.ClientTimeout(total=70)
BREATH = 0.1  # seconds between two looks
REPLIED = 60.0  # seconds within which a message to the bot is answered
MANAGE_SERVER = str(1 << 5)
SUBCOMMAND, STRING, INTEGER, BOOLEAN, MEMBER, CHANNEL, FILE = 1, 3, 4, 5, 6, 7, 11  # types of options
BUTTON, CHOICES, TEXT_INPUT, PEOPLE, ROLES, CHANNELS = 2, 3, 4, 5, 6, 8  # types of components
LANGUAGES = ("en-US", "de", "es-ES", "ja", "en-GB")
DOES = {"command": 42, "press": 34, "complete": 4, "menu": 4, "mention": 4, "chat": 4, "move": 7, "away": 1}
OFTEN = {"play": 12.0, "search": 3.0, "skip": 3.0, "queue": 2.0, "settings": 2.0, "nowplaying": 2.0}
SELDOM = {"leave": 0.3, "stop": 0.4, "clear": 0.5, "privacy": 0.4, "preferences": 0.5}
SONGS = ("long", "long", "alpha", "alpha", "bravo", "bravo", "alp", "a song that nobody made")
ODD = ("0", "5", "40", "1:30", "+3", "-2", "09:30", "Europe/Berlin", "@everyone **bold**", "\u202ereversed", "x" * 300)
LINES = ("long\nalpha\nbravo", "alpha\n\nnothing like it", "bravo")
TYPED = {"query": SONGS, "lines": LINES, "text": LINES, "time": ("09:30", "9:30", "25:00"), "zone": ("Europe", "UTC")}
SAID = ("play long", "play alpha", "play a song that nobody made", "skip", "pause", "resume", "nowplaying", "queue")
FILE_GIVEN = {"filename": "song.ogg", "content": base64.b64encode(b"no sound").decode()}


@dataclass
class Room:
    """A guild with its channels, and the roles that everybody has there."""

    id: str
    owner: str
    texts: list[str]
    voices: list[str]
    roles: dict[str, list[str]] = field(default_factory=dict)


class Crowd:
    """Everybody, what they asked for, and what Discord did not let them ask for."""

    def __init__(self, discord: Discord, bot: str) -> None:
        self.discord, self.bot = discord, bot
        self.rooms: list[Room] = []
        self.asked = Counter[str]()
        self.not_let = Counter[str]()
        self.told: dict[str, object] = {}
        """What was asked for, by the ids of the interactions and the messages."""
        self.waiting: set[str] = set()
        """The messages to the bot that were not answered yet."""
        self._asking = 0
        self._going = asyncio.Event()
        self._going.set()

    @contextlib.asynccontextmanager
    async def still(self, *, answered: bool) -> Any:
        """Let nobody ask for anything meanwhile; `answered`: what was asked for is answered before."""
        self._going.clear()
        while answered and self._asking:  # noqa: ASYNC110  (counted by many)
            await asyncio.sleep(BREATH)
        try:
            yield
        finally:
            self._going.set()

    @contextlib.asynccontextmanager
    async def _one_more(self) -> Any:
        await self._going.wait()
        self._asking += 1
        try:
            yield
        finally:
            self._asking -= 1

    async def ask(self, kind: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Use the bot; None: Discord does not let one, as what was on the screen is not there any more."""
        async with (
            self._one_more(),
            self.discord.http.post(f"{self.discord.url}/sim/v1/{kind}", json=body, timeout=PATIENCE) as response,
        ):
            answer: dict[str, Any] = await response.json()
        if response.status in {400, 403, 404}:
            self.not_let[answer["message"]] += 1
            return None
        assert response.status in {200, 504}, answer
        self.asked[kind] += 1
        self.told[answer.get("interactionId", "")] = body
        return answer

    async def mention(self, channel: str, user: str, words: str) -> None:
        """Write a command to the bot, and wait until it is answered below."""
        async with self._one_more():
            body = {"channelId": channel, "userId": user, "content": f"<@{self.bot}> {words}"}
            written = (await self.discord.post("/messages", body))["message"]["id"]
            self.asked["messages"] += 1
            self.told[written] = body
            self.waiting.add(written)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(REPLIED):
                    while not await self._is_answered(channel, written):  # noqa: ASYNC110  (the simulator is asked)
                        await asyncio.sleep(BREATH)
                    self.waiting.remove(written)

    async def _is_answered(self, channel: str, message: str) -> bool:
        listed = await self.discord.get(f"/channels/{channel}/messages")
        return any(one.get("message_reference", {}).get("message_id") == message for one in listed["messages"])


class Person:
    """Somebody who does one thing after the other, in this or that guild."""

    def __init__(self, crowd: Crowd, user: str, chance: Random) -> None:
        self._crowd, self._user, self._chance = crowd, user, chance
        self._discord = crowd.discord
        self._room = crowd.rooms[0]
        self._commands: dict[str, list[dict[str, Any]]] = {}
        self._in_voice: Room | None = None

    async def live(self, until: int) -> None:
        """Do things until everybody has asked for so many."""
        while self._crowd.asked.total() < until:
            self._room = self._chance.choice(self._crowd.rooms)
            (does,) = self._chance.choices(list(DOES), list(DOES.values()))
            await getattr(self, f"_{does}")()

    def _place(self, channel: str = "") -> dict[str, Any]:
        where = channel or self._chance.choice(self._room.texts)
        return {"guildId": self._room.id, "channelId": where, "userId": self._user}

    async def _known(self) -> list[dict[str, Any]]:
        """List the commands that this person sees in this guild."""
        if self._room.id not in self._commands:
            query = "&".join(f"{name}={value}" for name, value in self._place().items())
            self._commands[self._room.id] = (await self._discord.get(f"/commands?{query}"))["commands"]
        return self._commands[self._room.id]

    async def _command(self) -> None:
        known = await self._known()
        weights = [(OFTEN | SELDOM).get(command["name"], 1.0) for command in known]
        (command,) = self._chance.choices(known, weights)
        part, options = self._part(command)
        place, given = self._place(), dict[str, Any]()
        for option in options:
            if option.get("required") or self._chance.random() < 0.4:
                given[option["name"]] = await self._given(place, command, part, option, given)
        answer = await self._crowd.ask("commands", {**place, **_called(command, part, given)})
        await self._fill(place, answer)

    async def _complete(self) -> None:
        """Type half of something, and leave it at that."""
        found = [(one, *self._part(one)) for one in await self._known()]
        command, part, options = self._chance.choice([one for one in found if _completed(one[2])])
        option = self._chance.choice(_completed(options))
        await self._given(self._place(), command, part, option, {}, sure=True)

    def _part(self, command: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
        """Choose one of several commands under one name: what it is called there, and what it takes."""
        options: list[dict[str, Any]] = command.get("options") or []
        parts = [option for option in options if option["type"] == SUBCOMMAND]
        if not parts:
            return "", options
        part = self._chance.choice(parts)
        return part["name"], part.get("options") or []

    async def _given(
        self,
        place: dict[str, Any],
        command: dict[str, Any],
        part: str,
        option: dict[str, Any],
        before: dict[str, Any],
        *,
        sure: bool = False,
    ) -> object:
        """Make up what to give with an option, or choose of what is offered while one types."""
        chance, kind = self._chance, option["type"]
        if kind != STRING:
            return self._value(option)
        if option.get("choices"):
            return chance.choice(option["choices"])["value"]
        words = chance.choice(TYPED.get(option["name"], ODD))[: option.get("max_length", 6000)]
        if option.get("autocomplete") and (sure or chance.random() < 0.7):
            half = words[: chance.randrange(len(words) + 1)]
            typed = _called(command, part, {**before, option["name"]: half})
            answer = await self._crowd.ask("autocomplete", {**place, **typed, "focused": option["name"]})
            if found := (answer or {}).get("choices"):
                return chance.choice(found)["value"]
        return words

    def _value(self, option: dict[str, Any]) -> object:
        chance = self._chance
        match option["type"]:
            case t if t == INTEGER:
                return chance.randint(option.get("min_value", -5), option.get("max_value", 5))
            case t if t == BOOLEAN:
                return chance.random() < 0.5
            case t if t == MEMBER:
                return chance.choice(list(self._room.roles))
            case t if t == CHANNEL:
                return chance.choice([*self._room.texts, *self._room.voices])
            case t if t == FILE:
                return FILE_GIVEN
        raise AssertionError(option)

    async def _fill(self, place: dict[str, Any], answer: dict[str, Any] | None) -> None:
        """Fill in a form, if one was shown, and mostly not leave it at that."""
        form = (answer or {}).get("modal")
        if not form or self._chance.random() < 0.1:
            return
        fields = dict[str, Any]()
        for one in within(form["components"]):
            if one["type"] == TEXT_INPUT:
                words = self._chance.choice(TYPED.get(one["custom_id"], ODD))
                fields[one["custom_id"]] = words[: one.get("max_length", 4000)]
        await self._crowd.ask("modals", {**place, "customId": form["custom_id"], "fields": fields})

    async def _press(self) -> None:
        """Use something that is on the screen; the newer, the likelier."""
        place = self._place()
        found = [message for message in await self._read(place) if _controls(message)]
        if not found:
            return
        message = found[-1 - int(self._chance.random() ** 2 * len(found))]
        control = self._chance.choice(_controls(message))
        body = {**place, "messageId": message["id"], "customId": control["custom_id"]}
        values = {} if control["type"] == BUTTON else {"values": self._chosen(control)}
        await self._fill(place, await self._crowd.ask("components", body | values))

    def _chosen(self, control: dict[str, Any]) -> list[str]:
        offered = {
            CHOICES: [option["value"] for option in control.get("options", ())],
            PEOPLE: list(self._room.roles),
            ROLES: [role for roles in self._room.roles.values() for role in roles],
            CHANNELS: self._room.voices if VOICE in control.get("channel_types", ()) else self._room.texts,
        }[control["type"]]
        different = list(dict.fromkeys(offered))
        least, most = control.get("min_values", 1), control.get("max_values", 1)
        return self._chance.sample(different, self._chance.randint(least, min(most, len(different))))

    async def _read(self, place: dict[str, Any]) -> list[dict[str, Any]]:
        path = f"/channels/{place['channelId']}/messages?userId={self._user}"
        listed: list[dict[str, Any]] = (await self._discord.get(path))["messages"]
        return listed

    async def _menu(self) -> None:
        place = self._place()
        if found := await self._read(place):
            body = {**place, "name": "Play this", "messageId": self._chance.choice(found)["id"]}
            await self._crowd.ask("commands", body)

    async def _mention(self) -> None:
        await self._crowd.mention(self._chance.choice(self._room.texts), self._user, self._chance.choice(SAID))

    async def _chat(self) -> None:
        body = {"channelId": self._chance.choice(self._room.texts), "userId": self._user}
        await self._discord.post("/messages", body | {"content": self._chance.choice(SONGS)})

    async def _move(self) -> None:
        """Go into a voice channel, leaving that of another guild, or out of it."""
        if self._in_voice:
            await self._enter(self._in_voice, None)
        self._in_voice = self._room if self._chance.random() < 0.85 else None
        if self._in_voice:
            await self._enter(self._in_voice, self._chance.choice(self._in_voice.voices))

    async def _enter(self, room: Room, channel: str | None) -> None:
        body = {"guildId": room.id, "userId": self._user, "channelId": channel}
        await self._discord.post("/voice-states", body)

    async def _away(self) -> None:
        """Leave a guild of others, and come back."""
        if self._user == self._room.owner:
            return
        body = {"guildId": self._room.id, "userId": self._user}
        await self._discord.delete("/members", body)
        if self._in_voice is self._room:
            self._in_voice = None
        await asyncio.sleep(BREATH)
        await self._discord.post("/members", body | {"roles": self._room.roles[self._user]})


async def gathered(discord: Discord, chance: Random, *, guilds: int, people: int) -> tuple[Crowd, list[Person]]:
    """Found guilds for so many people who are in each of them: its owner, managers, DJs, and listeners."""
    crowd = Crowd(discord, (await discord.get("/world"))["bot"]["id"])
    for number in range(guilds):
        crowd.rooms.append(await _founded(discord, f"Guild {number}"))
    everybody = [room.owner for room in crowd.rooms]
    for number in range(people - guilds):
        body = {"guildId": crowd.rooms[0].id, "name": f"Person {number}"}
        everybody.append((await discord.post("/members", body))["id"])
    for room in crowd.rooms:
        dj, manager = [await _role(discord, room, *role) for role in (("DJ", "0"), ("Manager", MANAGE_SERVER))]
        having = chance.sample([[dj], [dj], [manager], [dj, manager], *([list[str]()] * (people - 4))], people)
        room.roles = dict(zip(everybody, having, strict=True))
        for user, roles in room.roles.items():
            await discord.post("/members", {"guildId": room.id, "userId": user, "roles": roles})
    for user in everybody:
        body = {"guildId": crowd.rooms[0].id, "userId": user, "locale": chance.choice(LANGUAGES)}
        await discord.patch("/members", body)
    return crowd, [Person(crowd, user, type(chance)(f"{chance.random()}/{user}")) for user in everybody]


async def _founded(discord: Discord, name: str) -> Room:
    guild = await discord.post("/guilds", {"name": name})
    channels: dict[int, list[str]] = {TEXT: [], VOICE: []}
    for channel, kind in (("general", TEXT), ("music", TEXT), ("Lounge", VOICE), ("Studio", VOICE)):
        made = await discord.post("/channels", {"guildId": guild["id"], "name": channel, "type": kind})
        channels[kind].append(made["id"])
    return Room(guild["id"], guild["ownerId"], channels[TEXT], channels[VOICE])


async def _role(discord: Discord, room: Room, name: str, permissions: str) -> str:
    made = await discord.post("/roles", {"guildId": room.id, "name": name, "permissions": permissions})
    return str(made["id"])


def _called(command: dict[str, Any], part: str, given: dict[str, Any]) -> dict[str, Any]:
    return {"name": command["name"], "options": {part: given} if part else given}


def _completed(options: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep the options that are completed while one types."""
    return [option for option in options if option.get("autocomplete")]


def within(components: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """List components with all that is in them."""
    for one in components:
        yield one
        beside = [one[name] for name in ("accessory", "component") if one.get(name)]
        yield from within([*one.get("components", ()), *beside])


def _controls(message: dict[str, Any]) -> list[dict[str, Any]]:
    """List what one can use in a message."""
    found = within(message["components"])
    return [one for one in found if one.get("custom_id") and not one.get("disabled")]
