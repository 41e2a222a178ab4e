"""People of each role in a guild where music plays, and what they are told when they ask for something."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tests.e2e.conftest import AS_IT_WAS
from tests.e2e.stack import eventually
from tests.e2e.test_first_light import buttons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.e2e.discord import Guild
    from tests.e2e.stack import Stack

ROLES = ("absent", "elsewhere", "listener", "dj", "absent-dj", "manager", "owner")
"""Who does not listen, listens in another channel, listens; DJs who listen and do not; two more who do not."""
MANAGE_SERVER = "32"
YES, HIDDEN = "yes", "hidden"
REFUSALS = {
    "listen": "Only people who listen can do that.",
    "dj": "Only DJs can do that.",
    "manage": "Only people who manage the server can do that.",
    "voice": "You are in no voice channel.",
    "own": "Somebody else",
}
_REFERENCE = re.compile(r"\(`[0-9a-f]{8}`\)")


@dataclass
class Scene:
    """A guild and somebody of each role in it."""

    stack: Stack
    guild: Guild
    people: Mapping[str, str]

    async def arrange(self, *steps: str) -> None:
        """Let one track play and two wait; then do what a test needs besides: a command of the server's owner each."""
        await self._rest("POST", "player:play", query="long", placement="PLACEMENT_NOW", voiceChannelId=self.room)
        await self._rest("POST", "queue:clear", may_fail=True)
        for query in ("alpha", "bravo"):
            await self._rest("POST", "player:play", query=query)
        for step in steps:
            assert await self.types("owner", step) == YES, step

    @property
    def room(self) -> str:
        """The voice channel with the music."""
        return self.guild.voices[0]

    async def _rest(self, verb: str, path: str, *, may_fail: bool = False, **body: object) -> None:
        status, answer = await self.stack.rest(verb, f"/v1/guilds/{self.guild.id}/{path}", body)
        assert may_fail or status == HTTPStatus.OK, answer

    async def types(self, role: str, line: str) -> str:
        """Type a command as people do; return what it comes to."""
        return told(*await self.ask(role, line))

    async def ask(self, role: str, line: str) -> tuple[int, Any]:
        """Type a command, such as `/filter save name=loud`; return the status and the answer."""
        name, *words = shlex.split(line.removeprefix("/").format(**await self._ids()))
        given = dict(word.split("=", 1) for word in words if "=" in word)
        options: dict[str, Any] = {option: _value(value) for option, value in given.items()}
        parts = [word for word in words if "=" not in word]
        place = self._place(role)
        return await self._post("commands", place | {"name": name, "options": {parts[0]: options} if parts else options})

    async def press(self, role: str, message: Any, name: str, *values: str) -> tuple[int, Any]:
        """Press a button of a message, or choose from its list."""
        custom_id = next((one for one in buttons(message) if one.split(":")[1] == name), "")
        assert custom_id, f"{name} is not among {list(buttons(message))}"
        body = self._place(role) | {"messageId": message["id"], "customId": custom_id}
        return await self._post("components", body | ({"values": [*values]} if values else {}))

    async def fill(self, role: str, form: Any, **fields: str) -> tuple[int, Any]:
        """Send a form."""
        return await self._post("modals", self._place(role) | {"customId": form["custom_id"], "fields": fields})

    def _place(self, role: str) -> dict[str, Any]:
        return {"guildId": self.guild.id, "channelId": self.guild.text, "userId": self.people[role]}

    async def _post(self, path: str, body: Any) -> tuple[int, Any]:
        async with self.stack.http.post(f"{self.stack.discord.url}/sim/v1/{path}", json=body) as answer:
            return answer.status, await answer.json()

    async def _ids(self) -> dict[str, str]:
        """What commands name by an id."""
        _, queue = await self.stack.rest("GET", f"/v1/guilds/{self.guild.id}/queue")
        _, kept = await self.stack.rest("GET", f"/v1/guilds/{self.guild.id}/schedules")
        items = [item["itemId"] for item in queue.get("items", ())]
        schedules = [one["scheduleId"] for one in kept.get("schedules", ())]
        named = {"text": self.guild.text, "listener": self.people["listener"]}
        return named | {"first": items[0] if items else "0", "last": items[-1] if items else "0", "schedule": schedules[-1] if schedules else ""}


def _value(word: str) -> Any:
    """Read an option as its kind has it; ids stay words."""
    if word in {"yes", "no"}:
        return word == "yes"
    return int(word) if word.isdecimal() and len(word) < len("10000") else word


def told(status: int, answer: Any) -> str:
    """Name what an answer comes to: that it was done, or why not."""
    if status == HTTPStatus.FORBIDDEN:
        return HIDDEN
    assert status == HTTPStatus.OK, answer
    shown = str(answer["message"])
    if not _REFERENCE.search(shown):
        return YES
    return next((word for word, sentence in REFUSALS.items() if sentence in shown), shown)


async def gather(stack: Stack) -> Scene:
    """Bring somebody of each role into the first guild; nobody listens alone."""
    discord = stack.discord
    guild = await discord.guild()
    (found, *_) = (await discord.get("/world"))["guilds"]
    dj = next(role["id"] for role in found["roles"] if role["name"] == "DJ")
    manages = (await discord.post("/roles", {"guildId": guild.id, "name": "Managers", "permissions": MANAGE_SERVER}))["id"]
    people = {"owner": guild.owner}
    roles: dict[str, list[str]] = dict.fromkeys(ROLES[:3], []) | {"dj": [dj], "absent-dj": [dj], "manager": [manages], "another": []}
    for role, own in roles.items():
        made = await discord.post("/members", {"guildId": guild.id, "name": role, "roles": own})
        people[role] = made["id"]
    for role in ("listener", "another", "dj"):
        await stack.enter(guild, people[role], guild.voices[0])
    await stack.enter(guild, people["elsewhere"], guild.voices[1])
    return Scene(stack, guild, people)


async def leave(scene: Scene) -> None:
    """Let the guild be as it was."""
    stack, guild = scene.stack, scene.guild
    await stack.rest("POST", f"/v1/guilds/{guild.id}/player:leave", {})
    await stack.rest("PATCH", f"/v1/guilds/{guild.id}/player", AS_IT_WAS)
    for role, user in scene.people.items():
        if role != "owner":
            await stack.discord.delete("/members", {"guildId": guild.id, "userId": user})
