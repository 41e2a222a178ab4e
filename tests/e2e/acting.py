"""People of each role in a guild where music plays, and what they are told when they ask for something."""

from __future__ import annotations

import base64
import re
import shlex
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from simulator import timecode
from tests.e2e.conftest import AS_IT_WAS
from tests.e2e.stack import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.e2e.discord import Guild
    from tests.e2e.stack import Stack

ROLES = ("absent", "elsewhere", "listener", "dj", "absent-dj", "manager", "owner")
"""Who does not listen, listens in another channel, listens; DJs who listen and do not; two more who do not."""
MANAGERS, MANAGE_SERVER = "Managers", "32"
YES, HIDDEN = "yes", "hidden"
REFUSALS = {
    "listen": "Only people who listen can do that.",
    "dj": "Only DJs can do that.",
    "manage": "Only people who manage the server can do that.",
    "voice": "You are in no voice channel.",
    "vote": "Others are listening to this. Vote with",
    "own": "Somebody else added that.",
    "unread": "I cannot read that.",
    "off": "Nobody has set up last.fm for this bot.",
}
CHOSEN = ["maxTrackLength", "voteShares", "panelButtons", "sessionDj", "autoplayPlaylistId"]
_FILES = {"song.ogg": b"no music", "songs.txt": b"alpha"}
_NUMBERS = {"percent", "pitch", "times", "bass", "treble"}
_MANY_LINES = "'" + "\n".join(f"nothing {number}" for number in range(300)) + "'"
_REFERENCE = re.compile(r"\(`[0-9a-f]{8}`\)")


@dataclass
class Scene:
    """A guild and somebody of each role in it."""

    stack: Stack
    guild: Guild
    people: Mapping[str, str]
    arranged: tuple[object, ...] = ()

    async def arrange(self, *steps: str) -> None:
        """Let one track play and two wait, then do what a test needs besides; nothing, if all of that is still so.

        A step is a command of the server's owner, or one of `_lets`.
        """
        if self.arranged == (steps, await self._version()):
            return
        await self._rest("player:play", query="sung", placement="PLACEMENT_NOW", voiceChannelId=self.guild.voices[0])
        await self._rest("queue:clear", may_fail=True)
        await self._add(2)
        for step in steps:
            await (self._does(step) if step.startswith("/") else self._lets(step))
        self.arranged = steps, await self._version()

    async def _does(self, step: str) -> None:
        assert await self.uses("owner", step) == YES, step

    async def _lets(self, step: str) -> None:
        """Let there be more of something than fits on a page, or a DJ of the session, or none any more."""
        settings = f"/v1/guilds/{self.guild.id}/settings"
        match step:
            case "+session":
                await self.stack.rest("PATCH", settings, {"sessionDj": True})
                await eventually(self._has_handed_on, within=10, what="somebody else is the DJ")
            case "-session":
                await self.stack.rest("PATCH", settings, {"reset": ["sessionDj"]})
            case "+queue":
                await self._add(30)
            case "+history":
                await self._add(12)
                for _ in range(12):
                    await self._rest("player:skip")
            case "+schedules":
                for _ in range(11):
                    await self._does("/schedule create channel={text} time=09:30 zone=UTC text=hello")
            case "+changes":
                for seconds in range(60, 72):
                    await self.stack.rest("PATCH", settings, {"maxTrackLength": f"{seconds}s"})
            case _:
                raise LookupError(step)

    async def _has_handed_on(self) -> bool:
        await self._rest("player:transferDj", userId=self.people["another"], may_fail=True)
        _, answer = await self.stack.rest("GET", f"/v1/guilds/{self.guild.id}/player")
        return bool(answer["player"].get("djUserId") == self.people["another"])

    async def _version(self) -> str:
        _, answer = await self.stack.rest("GET", f"/v1/guilds/{self.guild.id}/player")
        return str(answer["player"]["version"])

    async def _add(self, count: int) -> None:
        _, found = await self.stack.rest("GET", "/v1/search?query=alpha")
        await self._rest("queue:add", handles=[found["tracks"][0]["handle"]] * count)

    async def _rest(self, path: str, *, may_fail: bool = False, **body: object) -> None:
        status, answer = await self.stack.rest("POST", f"/v1/guilds/{self.guild.id}/{path}", body)
        assert may_fail or status == HTTPStatus.OK, answer

    async def uses(self, role: str, path: str) -> str:
        """Type a command, then press, choose or fill in what its answers show; return what the last of it comes to.

        `by dj` means that somebody else typed it, and all see the answer.
        """
        typed, *steps = [step.strip() for step in path.split(">")]
        line, _, other = typed.partition(" by ")
        status, answer = await self._type(other or role, line)
        for step in steps:
            if told(status, answer) != YES:
                break
            status, answer = await self._step(role, answer, *step.split(" ", 1))
        if "> import" in path:
            await eventually(self._has_imported, within=10, what="the import is over")
        return told(status, answer)

    async def _has_imported(self) -> bool:
        """Tell whether another import may begin: a guild has one at a time."""
        under_way = "SELECT 1 FROM worker.job WHERE kind = 'import' AND status IN ('queued', 'running')"
        return not await self.stack.rows(under_way)

    async def _step(self, role: str, shown: Any, what: str, fields: str = "") -> tuple[int, Any]:
        if "modal" in shown:
            form = shown["modal"]["custom_id"]
            assert form.split(":")[1] == what
            given = dict(word.split("=", 1) for word in shlex.split(fields.format(lines=_MANY_LINES)))
            return await self._post("modals", self._place(role) | {"customId": form, "fields": given})
        name, _, value = what.partition("=")
        used = next((one for one in parts(shown["message"]) if one["custom_id"].split(":")[1] == name), None)
        assert used, f"{name} is not in {shown['message']}"
        values = [used["options"][0]["value"] if value == "*" else value] if value else []
        body = self._place(role) | {"messageId": shown["message"]["id"], "customId": used["custom_id"]}
        return await self._post("components", body | ({"values": values} if values else {}))

    async def _type(self, role: str, line: str) -> tuple[int, Any]:
        """Type a command, such as `/filter save name=loud`; what stands in braces is the id of that.

        Or write something, and choose what is in the menu of that message: `playthis words`.
        """
        if not line.startswith("/"):
            content = line.removeprefix("playthis ")
            _, written = await self._post("messages", self._place(role) | {"content": content})
            chosen = {"name": "Play this", "messageId": written["message"]["id"]}
            return await self._post("commands", self._place(role) | chosen)
        named = line.format(role=role, **await self._ids(role)) if "{" in line else line
        name, *words = shlex.split(named.removeprefix("/"))
        options = {option: _value(option, value) for option, _, value in (one.partition("=") for one in words) if value}
        inner = next((word for word in words if "=" not in word), "")
        body = self._place(role) | {"name": name, "options": {inner: options} if inner else options}
        return await self._post("commands", body)

    def _place(self, role: str) -> dict[str, Any]:
        return {"guildId": self.guild.id, "channelId": self.guild.text, "userId": self.people[role]}

    async def _post(self, path: str, body: Any) -> tuple[int, Any]:
        async with self.stack.http.post(f"{self.stack.discord.url}/sim/v1/{path}", json=body) as answer:
            return answer.status, await answer.json()

    async def _ids(self, role: str) -> dict[str, str]:
        _, queue = await self.stack.rest("GET", f"/v1/guilds/{self.guild.id}/queue")
        _, kept = await self.stack.rest("GET", f"/v1/guilds/{self.guild.id}/schedules")
        typed = {"name": "playlist", "options": {"remove": {"playlist": "mine", "item": ""}}, "focused": "item"}
        _, offered = await self._post("autocomplete", self._place(role) | typed)
        named = {"text": self.guild.text, "listener": self.people["listener"]}
        return named | {
            "first": _id(queue.get("items", ())[:1], "itemId", "id:"),
            "last": _id(queue.get("items", ())[-1:], "itemId", "id:"),
            "schedule": _id(kept.get("schedules", ())[-1:], "scheduleId"),
            "kept": _id(offered["choices"][:1], "value"),
        }


def _id(found: Sequence[Mapping[str, str]], name: str, kind: str = "") -> str:
    """Give the id of what was found as a choice gives it, where it says of what kind that is."""
    return "".join(f"{kind}{one[name]}" for one in found)


def parts(component: Any) -> Iterator[Any]:
    """Yield the buttons and lists of a message."""
    beside = [component["accessory"]] if "accessory" in component else []
    for child in (*component.get("components", ()), *beside):
        if child.get("custom_id"):
            yield child
        yield from parts(child)


def _value(option: str, word: str) -> Any:
    """Read what is given with an option."""
    if option in _NUMBERS:
        return int(word)
    if option == "file":
        return {"filename": word, "content": base64.b64encode(_FILES[word]).decode()}
    return word == "yes" if word in {"yes", "no"} else word


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
    """Bring somebody of each role into the first guild, where nobody listens alone, and music with words to play."""
    discord = stack.discord
    guild = await discord.guild()
    (found, *_) = (await discord.get("/world"))["guilds"]
    dj = next(role["id"] for role in found["roles"] if role["name"] == "DJ")
    managers = {"guildId": guild.id, "name": MANAGERS, "permissions": MANAGE_SERVER}
    manager = (await discord.post("/roles", managers))["id"]
    roles = {"dj": [dj], "absent-dj": [dj], "manager": [manager]}
    people = {"owner": guild.owner}
    for role in (*ROLES[:-1], "another"):
        made = await discord.post("/members", {"guildId": guild.id, "name": role, "roles": roles.get(role, [])})
        people[role] = made["id"]
    for role in ("listener", "another", "dj"):
        await stack.enter(guild, people[role], guild.voices[0])
    await stack.enter(guild, people["elsewhere"], guild.voices[1])
    timecode.write_wav(stack.music / "sung.wav", 12)
    sung = "".join(f"[00:{second:02}.00]line {second}\n" for second in range(45))
    (stack.music / "sung.lrc").write_text(sung)
    return Scene(stack, guild, people)


async def leave(scene: Scene) -> None:
    """Let the guild be as it was."""
    stack, guild = scene.stack, scene.guild
    at = f"/v1/guilds/{guild.id}"
    await stack.rest("POST", f"{at}/player:leave", {})
    await stack.rest("PATCH", f"{at}/player", AS_IT_WAS)
    await stack.forget(guild, *CHOSEN)
    _, kept = await stack.rest("GET", f"{at}/schedules?pageSize=50")
    for one in kept.get("schedules", ()):
        await stack.rest("DELETE", f"{at}/schedules/{one['scheduleId']}")
    _, kept = await stack.rest("GET", f"{at}/playlists")
    for one in kept.get("playlists", ()):
        await stack.rest("DELETE", f"{at}/playlists/{one['playlistId']}")
    for role, user in scene.people.items():
        if role != "owner":
            await stack.discord.delete("/members", {"guildId": guild.id, "userId": user})
    (found, *_) = (await stack.discord.get("/world"))["guilds"]
    for made in found["roles"]:
        if made["name"] == MANAGERS:
            await stack.discord.delete("/roles", {"guildId": guild.id, "roleId": made["id"]})
