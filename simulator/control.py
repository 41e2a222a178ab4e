"""The control API: what people and tests do to the world, JSON over HTTP under /sim/v1."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import web

from simulator.body import Body
from simulator.rest import answer
from simulator.voice import ogg
from simulator.world.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simulator.answers import Answers, Pending
    from simulator.causing import Causing
    from simulator.conduct import Conduct
    from simulator.feed import Feed
    from simulator.voice.calls import Calls
    from simulator.voice.switchboard import Switchboard
    from simulator.world.world import World

_LOCAL = ("127.0.0.1", "localhost", "[::1]")
_MAX_WINDOW_MS = 10_000


@web.middleware
async def guard(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Any:
    """Refuse other hosts (no page of the web may rebind its name to us) and bodies that are not JSON."""
    host = request.headers.get("Host", "").rpartition(":")
    if (host[0] or host[2]) not in _LOCAL:
        return answer(403, {"message": "this host name is not served", "code": 0})
    if request.method not in ("GET", "HEAD") and request.content_type != "application/json":
        return answer(415, {"message": "the body must be application/json", "code": 0})
    try:
        return await handler(request)
    except Refusal as refusal:
        return answer(refusal.status, refusal.body)


async def _body(request: web.Request) -> Body:
    try:
        return Body(json.loads(await request.read()))
    except ValueError as error:
        raise Refusal.of(400, "the body must be valid JSON") from error


def _number(request: web.Request, name: str, default: str, low: float, high: float) -> int:
    try:
        value = int(request.query.get(name, default))
    except ValueError as error:
        raise Refusal.of(400, f"{name} must be a number") from error
    return int(min(max(value, low), high))


class Control:
    """Handlers of the control API."""

    def __init__(
        self,
        *,
        world: World,
        answers: Answers,
        calls: Calls,
        switchboard: Switchboard,
        causing: Causing,
        feed: Feed,
        conduct: Conduct,
    ) -> None:
        self._world = world
        self._answers = answers
        self._calls = calls
        self._switchboard = switchboard
        self._causing = causing
        self._feed = feed
        self._conduct = conduct

    def routes(self) -> list[web.RouteDef]:
        """List the routes."""
        return [
            web.get("/sim/v1/world", self._show_world),
            web.post("/sim/v1/application", self._grant),
            *(web.post(f"/sim/v1/{kind}", self._add) for kind in ("guilds", "channels", "members", "roles")),
            *(web.delete(f"/sim/v1/{kind}", self._remove) for kind in ("guilds", "channels", "members", "roles")),
            *(web.patch(f"/sim/v1/{kind}", self._speak) for kind in ("guilds", "members")),
            web.get("/sim/v1/commands", self._list_commands),
            web.post("/sim/v1/commands", self._command),
            web.post("/sim/v1/autocomplete", self._autocomplete),
            web.post("/sim/v1/components", self._component),
            web.post("/sim/v1/modals", self._modal),
            web.post("/sim/v1/messages", self._write),
            web.post("/sim/v1/reactions", self._react),
            web.get(r"/sim/v1/channels/{channel_id:\d+}/messages", self._messages),
            web.post("/sim/v1/voice-states", self._voice_state),
            web.get(r"/sim/v1/voice/{guild_id:\d+}", self._voice),
            web.get(r"/sim/v1/voice/{guild_id:\d+}/frames", self._frames),
            web.get(r"/sim/v1/voice/{guild_id:\d+}/listen", self._listen),
            web.post("/sim/v1/faults", self._fault),
            web.get("/sim/v1/conduct", self._show_conduct),
            web.get("/sim/v1/unanswered", self._list_unanswered),
            web.get("/sim/v1/events", self._events),
            web.get("/sim/v1/attachments/{path:.+}", self._attachment),
        ]

    async def _show_world(self, _request: web.Request) -> web.Response:
        return answer(200, self._world.describe_all())

    async def _grant(self, request: web.Request) -> web.Response:
        """Let the application have these flags, as its portal shows them, until the simulator ends."""
        self._world.flags = (await _body(request)).get("flags", int)
        return answer(204, None)

    # -- the map ------------------------------------------------------------------------------------------------------

    async def _add(self, request: web.Request) -> web.Response:
        body = await _body(request)
        known = body.get("userId", str, "")  # who comes into another guild, or comes back
        name = body.get("name", str, "" if known else ...)
        match request.path.rpartition("/")[2]:
            case "guilds":
                shown = self._world.describe(self._world.change("create_guild", name).id)
            case "channels":
                kind = body.get("type", int, 0)
                channel = self._world.change("create_channel", body.id("guildId"), name, type=kind)
                shown = {"id": str(channel.id), "name": name, "type": kind}
            case "roles":
                permissions = int(body.get("permissions", str, "0"))
                role = self._world.change("create_role", body.id("guildId"), name, permissions=permissions)
                shown = {"id": str(role.id), "name": name}
            case _:
                guild_id = body.id("guildId")
                roles = [int(role) for role in body.get("roles", list, [])]
                person = body.id("userId") if known else name
                user_id = self._world.add_member(guild_id, person, roles, bot=body.get("bot", bool, False))
                shown = self._world.describe_member(guild_id, user_id)
        self._world.save()
        return answer(200, shown)

    async def _remove(self, request: web.Request) -> web.Response:
        body = await _body(request)
        match request.path.rpartition("/")[2]:
            case "guilds":
                self._switchboard.hang_up(body.id("guildId"))
                self._world.change("remove_guild", body.id("guildId"))
            case "channels":
                self._empty(body.id("channelId"))
                self._world.change("delete_channel", body.id("channelId"))
            case "roles":
                self._world.change("delete_role", body.id("guildId"), body.id("roleId"))
            case _:
                self._move(body.id("guildId"), body.id("userId"), None)
                self._world.change("remove_member", body.id("guildId"), body.id("userId"))
        self._world.save()
        return answer(204, None)

    async def _speak(self, request: web.Request) -> web.Response:
        """Choose the language of a guild, or of a person."""
        body = await _body(request)
        guild_id = body.id("guildId")
        user_id = body.id("userId") if request.path.endswith("/members") else None
        self._world.speak(guild_id, user_id, body.get("locale", str))
        self._world.save()
        shown = self._world.describe(guild_id) if user_id is None else self._world.describe_member(guild_id, user_id)
        return answer(200, shown)

    def _empty(self, channel_id: int) -> None:
        """Send everyone out of a voice channel."""
        for guild in self._world.describe_all()["guilds"]:
            for member in guild["members"]:
                if member["voiceChannelId"] == str(channel_id):
                    self._move(int(guild["id"]), int(member["id"]), None)

    # -- interactions -------------------------------------------------------------------------------------------------

    async def _list_commands(self, request: web.Request) -> web.Response:
        body = Body(dict(request.query))
        return answer(200, {"commands": self._world.commands(body.place())})

    async def _finish(self, pending: Pending) -> web.Response:
        try:
            return answer(200, await self._answers.outcome(pending))
        finally:
            self._answers.forget(pending)

    async def _command(self, request: web.Request) -> web.Response:
        body = await _body(request)
        name = body.get("name", str)
        if body.get("messageId", str, ""):
            record = self._world.message_command(body.place(), name, body.id("messageId"))
        else:
            record = self._world.command(body.place(), name, body.get("options", dict, {}))
        return await self._finish(self._answers.expect(record))

    async def _component(self, request: web.Request) -> web.Response:
        body = await _body(request)
        values = body.get("values", list, None)
        record = self._world.component(body.place(), body.id("messageId"), body.get("customId", str), values)
        return await self._finish(self._answers.expect(record))

    async def _modal(self, request: web.Request) -> web.Response:
        body = await _body(request)
        record = self._world.form(body.place(), body.get("customId", str), body.get("fields", dict))
        return await self._finish(self._answers.expect(record))

    async def _autocomplete(self, request: web.Request) -> web.Response:
        body = await _body(request)
        name, options, focused = body.get("name", str), body.get("options", dict, {}), body.get("focused", str)
        pending = self._answers.expect(self._world.command(body.place(), name, options, focused))
        try:
            ack_ms = await pending.acknowledge()
        finally:
            self._answers.forget(pending)
        return answer(200, {"ackMs": ack_ms, "choices": pending.record.autocomplete_choices})

    async def _list_unanswered(self, _request: web.Request) -> web.Response:
        return answer(200, {"interactions": self._answers.unanswered()})

    # -- messages -----------------------------------------------------------------------------------------------------

    async def _write(self, request: web.Request) -> web.Response:
        body = await _body(request)
        channel_id = body.id("channelId")
        attachments = body.get("attachments", list, [])
        content, replied_to = body.get("content", str, ""), body.id("replyTo") if body.get("replyTo", str, "") else None
        message_id = self._world.write(channel_id, body.id("userId"), content, attachments, replied_to)
        return answer(200, {"message": self._world.show_message(channel_id, message_id)})

    async def _react(self, request: web.Request) -> web.Response:
        """Let a person put an emoji below a message."""
        body = await _body(request)
        channel_id, user_id = body.id("channelId"), body.id("userId")
        guild_id = self._world.change("get_channel", channel_id).guild_id
        needed = ("read_message_history", "add_reactions")
        self._world.change("require_permissions", guild_id, user_id, channel_id, *needed)
        self._world.change("add_reaction", channel_id, body.id("messageId"), body.get("emoji", str), user_id)
        return answer(204, None)

    async def _messages(self, request: web.Request) -> web.Response:
        reader = request.query.get("userId")
        channel_id = int(request.match_info["channel_id"])
        return answer(200, {"messages": self._world.messages(channel_id, None if reader is None else int(reader))})

    async def _attachment(self, request: web.Request) -> web.Response:
        content = self._world.attachment(f"/attachments/{request.match_info['path']}")
        return web.Response(body=content, content_type="application/octet-stream")

    # -- voice --------------------------------------------------------------------------------------------------------

    def _move(self, guild_id: int, user_id: int, channel_id: int | None) -> None:
        """Move a person; the bot can be moved too, as by someone who may: its session stays the owner."""
        if user_id == self._world.bot_id:
            self._switchboard.push(guild_id, channel_id)
        else:
            self._world.move(guild_id, user_id, channel_id, f"person-{user_id}")

    async def _voice_state(self, request: web.Request) -> web.Response:
        body = await _body(request)
        guild_id, user_id = body.id("guildId"), body.id("userId")
        channel_id = None if body.get("channelId", str, None) is None else body.id("channelId")
        self._move(guild_id, user_id, channel_id)
        self._world.save()
        return answer(200, self._world.describe_member(guild_id, user_id))

    def _guild_id(self, request: web.Request) -> int:
        guild_id = int(request.match_info["guild_id"])
        self._world.describe(guild_id)  # refuses an unknown one
        return guild_id

    async def _voice(self, request: web.Request) -> web.Response:
        guild_id = self._guild_id(request)
        window_ms = _number(request, "windowMs", "1000", 20, _MAX_WINDOW_MS)
        call, channel_id = self._calls.of_guild(guild_id), self._world.voice_channel(guild_id, self._world.bot_id)
        state = {
            "connected": call is not None and call.connected,
            "channelId": None if channel_id is None else str(channel_id),
            "dave": call is not None and call.delivery is not None,
        }
        return answer(200, state | self._calls.ear(guild_id).summary(window_ms))

    async def _frames(self, request: web.Request) -> web.Response:
        ear = self._calls.ear(self._guild_id(request))
        return answer(200, {"frames": ear.frames(_number(request, "after", "-1", -1, 1 << 62))})

    async def _listen(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "audio/ogg", "Cache-Control": "no-store"})
        ear = self._calls.ear(self._guild_id(request))
        await response.prepare(request)
        with suppress(ConnectionError):  # the listener left
            async for page in ogg.stream(ear):
                await response.write(page)
        return response

    # -- faults and news ----------------------------------------------------------------------------------------------

    async def _fault(self, request: web.Request) -> web.Response:
        self._causing.cause(await _body(request))
        return answer(204, None)

    async def _show_conduct(self, _request: web.Request) -> web.Response:
        return answer(200, self._conduct.describe())

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Tell the page, as server-sent events, which gateway events the world emits."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        with suppress(ConnectionError), self._feed.follow() as queue:
            while True:
                try:
                    async with asyncio.timeout(15):
                        event = await queue.get()
                    await response.write(f"data: {json.dumps(event)}\n\n".encode())
                except TimeoutError:
                    await response.write(b": still here\n\n")
        return response
