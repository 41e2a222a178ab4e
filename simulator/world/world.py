"""The world: what the API, the gateway and the people of the page read and change."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

import discord
from simcord import BackendError, RouteNotImplemented, UnsupportedField, intents
from simcord.backend import serializers
from simcord.backend.cdn import CDN_BASE
from simcord.backend.command_access import command_access
from simcord.http import router
from simcord.http import routes as _routes  # noqa: F401  # importing it registers the routes
from simcord.interactions import base_payload

from simulator.world import acting, keeping, limits, voice_status
from simulator.world.nonces import Nonces
from simulator.world.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from simcord.backend.models import Guild, Interaction, Message, VoiceState

_MESSAGE_COMMAND = 3
_COMMAND, _COMPONENT, _AUTOCOMPLETE, _FORM = 2, 3, 4, 5
_APPLICATION = "/oauth2/applications/@me"
_OWN_GUILDS = ("GET", "/users/@me/guilds")
MEMBERS_GRANTED, CONTENT_GRANTED = 1 << 14 | 1 << 15, 1 << 18 | 1 << 19
"""Flags of an application that may use the intents for members and message content, either of them."""
# At first it may use these, but not that for presences.
_FLAGS = 1 << 15 | 1 << 19


class Place(NamedTuple):
    """Who does something, and where."""

    guild_id: int
    channel_id: int
    user_id: int


class World:
    """Guilds, channels, people, messages, commands and interactions; its changes are emitted as gateway events."""

    def __init__(self, home: Path) -> None:
        self._file = home / "world.pickle"
        self._backend = keeping.load(self._file)
        self._backend.subscribers.append(self._forget)
        self._nonces = Nonces()
        self.flags = _FLAGS
        """What the application may do."""
        self.save()

    def _forget(self, _event: str, _payload: Mapping[str, Any]) -> None:
        self._backend.transcript.clear()  # simcord's test log would grow for ever
        self._backend.http_requests.clear()

    def save(self) -> None:
        """Write the world to its file."""
        keeping.save(self._backend, self._file)

    def subscribe(self, listener: Callable[[str, Mapping[str, Any]], None]) -> None:
        """Call `listener` with each gateway event, as Discord would send it without regard to intents."""
        self._backend.subscribers.append(listener)

    def emit(self, event: str, payload: Mapping[str, Any]) -> None:
        """Send a gateway event of the caller's making to every listener."""
        self._backend.emit(event, payload)

    # -- Discord's API ------------------------------------------------------------------------------------------------

    @property
    def bot_id(self) -> int:
        """The bot's user, and its application."""
        return self._backend.bot_user.id

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Any,
        params: dict[str, Any],
        files: list[Any],
        reason: str | None,
    ) -> Any:
        """Answer one REST call; raises Refusal as Discord would."""
        is_post = method == "POST" and path.startswith("/channels/") and path.endswith("/messages")
        if is_post and (posted := self._nonces.find(path, body or {})):
            return posted
        if path == "/applications/@me":  # the newer name of the same
            path = _APPLICATION
        try:
            limits.check(method, path, body, self._backend.interactions)
            answer = router.dispatch(
                self._backend,
                method,
                path,
                json=body,
                params=params,
                files=files,
                reason=reason,
                message_content_access=bool(self.flags & CONTENT_GRANTED),
            )
        except UnsupportedField as error:
            raise Refusal(400, {"message": "Invalid Form Body", "code": 50035, "fields": error.fields}) from error
        except RouteNotImplemented as error:
            raise Refusal.of(501, str(error)) from error
        except BackendError as error:
            raise Refusal(error.status, error.to_json()) from error
        except (KeyError, TypeError, ValueError) as error:
            raise Refusal.of(400, f"Invalid Form Body: {error!r}", 50035) from error
        if method == "DELETE":
            self._forget_thinking()
        if is_post:
            self._nonces.keep(path, body or {}, answer)
        if path == _APPLICATION:
            return answer | {"flags": self.flags, "owner": self._application_owner()}
        return [self._partial(guild) for guild in answer] if (method, path) == _OWN_GUILDS else answer

    def _partial(self, guild: dict[str, Any]) -> dict[str, Any]:
        """Show a guild as the list of one's own shows it."""
        bits = self._backend.compute_permissions(int(guild["id"]), self.bot_id)
        shown = {name: guild[name] for name in ("id", "name", "icon", "features")}
        return shown | {"owner": guild["owner_id"] == str(self.bot_id), "permissions": str(bits)}

    def _application_owner(self) -> dict[str, Any]:
        """The application belongs to the owner of the first guild: the person who tries the bot."""
        first = min(self._backend.guilds)
        return dict(serializers.user_payload(self._backend.users[self._backend.guilds[first].owner_id]))

    def _forget_thinking(self) -> None:
        """After its deferred answer was deleted, an interaction may be followed up; simcord would still look for it."""
        for record in self._backend.interactions.values():
            if record.loading and not self.holds(record):
                record.complete_deferred()

    def holds(self, record: Interaction) -> bool:
        """Tell whether the answer of an interaction stands in its channel."""
        return record.message_id in self._backend.messages.get(record.channel_id, {})

    # -- the gateway --------------------------------------------------------------------------------------------------

    def ready(self, shard: tuple[int, int]) -> dict[str, Any]:
        """Make the part of READY that tells of the world."""
        return {
            "v": 10,
            "user": dict(serializers.user_payload(self._backend.bot_user)),
            "guilds": [{"id": str(guild_id), "unavailable": True} for guild_id in self.guild_ids(shard)],
            "application": {"id": str(self.bot_id), "flags": self.flags},
        }

    def guild_ids(self, shard: tuple[int, int]) -> list[int]:
        """List the guilds of a shard (number, count)."""
        return [guild_id for guild_id in self._backend.guilds if (guild_id >> 22) % shard[1] == shard[0]]

    def guild_create(self, guild_id: int) -> dict[str, Any]:
        """Make the GUILD_CREATE of a guild."""
        return dict(serializers.guild_create_payload(self._backend, self._backend.get_guild(guild_id)))

    def presented(self, event: str, payload: Mapping[str, Any], intents_value: int) -> dict[str, Any] | None:
        """Cut an event to what these intents allow; None: it is not sent."""
        declared = discord.Intents.none()
        declared.value = intents_value
        needed = intents.required_intent(event, payload)
        if needed is not None and not getattr(declared, needed):
            return None
        shown = deepcopy(dict(payload))
        if event in ("MESSAGE_CREATE", "MESSAGE_UPDATE") and not declared.message_content:
            intents.censor_message(shown, self.bot_id, backend=self._backend)
        elif event == "GUILD_CREATE":
            intents.prune_guild_create(shown, declared, self.bot_id)
        return shown

    def members(self, guild_id: int) -> list[dict[str, Any]]:
        """List a guild's members as the API shows them."""
        guild = self._guild(guild_id)
        return [dict(serializers.member_payload(self._backend, guild, member)) for member in guild.members.values()]

    # -- the map ------------------------------------------------------------------------------------------------------

    def _guild(self, guild_id: int) -> Guild:
        try:
            return self._backend.get_guild(guild_id)
        except BackendError as error:
            raise Refusal(error.status, error.to_json()) from error

    def describe(self, guild_id: int) -> dict[str, Any]:
        """Show a guild to the people of the page."""
        guild = self._guild(guild_id)
        channels = [self._backend.channels[channel_id] for channel_id in guild.channel_ids]
        return {
            "id": str(guild.id),
            "name": guild.name,
            "ownerId": str(guild.owner_id),
            "locale": guild.preferred_locale,
            "channels": [
                {"id": str(c.id), "name": c.name, "type": int(c.type), "status": voice_status.of(self._backend, c.id)}
                for c in channels
            ],
            "roles": [{"id": str(role.id), "name": role.name} for role in guild.roles.values()],
            "members": [self.describe_member(guild.id, user_id) for user_id in guild.members],
        }

    def describe_all(self) -> dict[str, Any]:
        """Show the whole world."""
        bot = {"id": str(self.bot_id), "name": self._backend.bot_user.name}
        return {"bot": bot, "guilds": [self.describe(guild_id) for guild_id in self._backend.guilds]}

    def describe_member(self, guild_id: int, user_id: int) -> dict[str, Any]:
        """Show one member."""
        guild = self._guild(guild_id)
        channel_id = self.voice_channel(guild_id, user_id)
        return {
            "id": str(user_id),
            "name": self._backend.users[user_id].name,
            "locale": self._locale(user_id),
            "roles": [str(role_id) for role_id in guild.members[user_id].role_ids],
            "voiceChannelId": None if channel_id is None else str(channel_id),
            "stage": self._on_stage(guild.voice_states.get(user_id)),
        }

    def _on_stage(self, state: VoiceState | None) -> str | None:
        if state is None or self._backend.channels[state.channel_id or 0].type != discord.ChannelType.stage_voice.value:
            return None
        if not state.suppress:
            return "speaks"
        return "asks to speak" if state.request_to_speak_timestamp else "listens"

    def change(self, operation: str, *args: Any, **options: Any) -> Any:
        """Run one of the backend's operations; raises Refusal."""
        try:
            return getattr(self._backend, operation)(*args, **options)
        except BackendError as error:
            raise Refusal(error.status, error.to_json()) from error

    def add_member(self, guild_id: int, person: str | int, roles: list[int], *, bot: bool) -> int:
        """Let a person (`bot`: or a bot) into a guild, a new one by a name or a known one by an id; returns the id."""
        guild = self._guild(guild_id)
        if unknown := set(roles) - guild.roles.keys():
            raise Refusal.of(404, f"Unknown Role {unknown}", 10011)
        user = self._backend.make_user(person, bot=bot) if isinstance(person, str) else self.change("get_user", person)
        self._backend.add_member(guild_id, user.id, roles=roles, announce=True)
        return user.id

    def speak(self, guild_id: int, user_id: int | None, locale: str) -> None:
        """Choose the language of a member in all their guilds, or that of a guild."""
        limits.check_locale("locale", locale)
        if user_id is None:
            self.change("edit_guild", guild_id, {"preferred_locale": locale})
        elif user_id in self._guild(guild_id).members:
            self._backend.locales[user_id] = locale
        else:
            raise Refusal.of(404, "Unknown Member", 10007)

    def _locale(self, user_id: int) -> str:
        return self._backend.locales.get(user_id, discord.Locale.american_english.value)

    # -- voice states -------------------------------------------------------------------------------------------------

    def voice_channel(self, guild_id: int, user_id: int) -> int | None:
        """Tell where someone is."""
        state = self._guild(guild_id).voice_states.get(user_id)
        return None if state is None else state.channel_id

    def bot_voice_states(self) -> list[VoiceState]:
        """List where the bot is, with the gateway sessions that own these states."""
        states = (guild.voice_states.get(self.bot_id) for guild in self._backend.guilds.values())
        return [state for state in states if state is not None]

    def move(self, guild_id: int, user_id: int, channel_id: int | None, session_id: str, **flags: bool) -> None:
        """Put someone into a voice channel, or out of voice; emits VOICE_STATE_UPDATE. On a stage they only listen."""
        if channel_id != self.voice_channel(guild_id, user_id):
            channel = self._backend.channels.get(channel_id or 0)
            flags["suppress"] = channel is not None and channel.type == discord.ChannelType.stage_voice.value
        if channel_id is not None and user_id == self.bot_id:
            self._may_connect(guild_id, user_id, channel_id)
        try:
            state = self._backend.prepare_voice_state(guild_id, user_id, channel_id, **flags)
        except BackendError as error:
            raise Refusal(error.status, error.to_json()) from error
        if state is not None:
            state.session_id = session_id
            self._backend.commit_voice_state(state)

    def _may_connect(self, guild_id: int, user_id: int, channel_id: int) -> None:
        try:
            self._backend.require_permissions(guild_id, user_id, channel_id, "connect")
        except BackendError as error:
            raise Refusal(error.status, error.to_json()) from error

    # -- people -------------------------------------------------------------------------------------------------------

    def _at(self, place: Place) -> Guild:
        guild = self._guild(place.guild_id)
        if place.user_id not in guild.members:
            raise Refusal.of(404, "Unknown Member", 10007)
        if place.channel_id not in guild.channel_ids:
            raise Refusal.of(404, "Unknown Channel", 10003)
        return guild

    def commands(self, place: Place) -> list[dict[str, Any]]:
        """List the slash commands this person may use here."""
        self._at(place)
        return self._backend.visible_commands(user_id=place.user_id, channel_id=place.channel_id)

    def command(self, place: Place, name: str, options: dict[str, Any], focused: str | None = None) -> Interaction:
        """Type a command, or with `focused` half of it; emits INTERACTION_CREATE."""
        guild = self._at(place)
        locale = self._locale(place.user_id)
        command = acting.named(self.commands(place), locale).get(name) or self._backend.find_command(
            name, place.guild_id
        )
        if command is None:
            raise Refusal.of(404, f"Unknown application command /{name}", 10063)
        if not command_access(self._backend, command, user_id=place.user_id, channel_id=place.channel_id).allowed:
            raise Refusal.of(403, "Missing Permissions", 50013)
        options = {name: acting.uploaded(self._backend, place.channel_id, value) for name, value in options.items()}
        data = acting.command_data(self._backend, guild, command, options, locale=locale, focused=focused)
        return self._interact(_COMMAND if focused is None else _AUTOCOMPLETE, place, data)

    def message_command(self, place: Place, name: str, message_id: int) -> Interaction:
        """Choose a command in the menu of a message; emits INTERACTION_CREATE."""
        self._at(place)
        command = self._backend.find_command(name, place.guild_id, _MESSAGE_COMMAND)
        if command is None:
            raise Refusal.of(404, f"Unknown application command {name}", 10063)
        message = self._message(place.channel_id, message_id)
        return self._interact(_COMMAND, place, acting.message_data(self._backend, command, message))

    def component(self, place: Place, message_id: int, custom_id: str, values: list[str] | None) -> Interaction:
        """Click on a component; emits INTERACTION_CREATE."""
        guild = self._at(place)
        message = self._message(place.channel_id, message_id)
        if not message.visible_to(place.user_id):
            raise Refusal.of(404, "Unknown Message", 10008)
        data = acting.component_data(self._backend, guild, message, custom_id, values)
        return self._interact(_COMPONENT, place, data, message)

    def form(self, place: Place, custom_id: str, fields: dict[str, Any]) -> Interaction:
        """Send a form that was shown to this person here, once, with the message it was asked for at, if any."""
        guild = self._at(place)
        for record in self._backend.interactions.values():
            where = (record.guild_id, record.channel_id, record.user_id)
            if where == place and record.modal and record.modal["custom_id"] == custom_id and not record.modal_consumed:
                break
        else:
            raise Refusal.of(404, f"no form {custom_id} is shown")
        data = acting.form_data(self._backend, guild, record.modal, fields)
        source = record.source_message_id
        message = None if source is None else self._message(place.channel_id, source)
        record.modal_consumed = True
        return self._interact(_FORM, place, data, message)

    def _interact(self, kind: int, place: Place, data: dict[str, Any], message: Message | None = None) -> Interaction:
        record, payload = base_payload(self._backend, type=kind, data=data, **place._asdict())
        payload["locale"] = self._locale(place.user_id)
        payload["guild_locale"] = self._backend.get_guild(place.guild_id).preferred_locale
        if message is not None:
            record.source_message_id = message.id
            payload["message"] = dict(serializers.message_payload(self._backend, message))
        self._backend.emit("INTERACTION_CREATE", payload)
        return record

    def _message(self, channel_id: int, message_id: int) -> Message:
        try:
            return self._backend.get_message(channel_id, message_id)
        except BackendError as error:
            raise Refusal(error.status, error.to_json()) from error

    def show_message(self, channel_id: int, message_id: int) -> dict[str, Any]:
        """Show a stored message as the API would."""
        return dict(serializers.message_payload(self._backend, self._message(channel_id, message_id)))

    def messages(self, channel_id: int, user_id: int | None) -> list[dict[str, Any]]:
        """List a channel's messages, newest last; those for one person only for that person."""
        if channel_id not in self._backend.channels:
            raise Refusal.of(404, "Unknown Channel", 10003)
        stored = self._backend.messages[channel_id].values()
        return [dict(serializers.message_payload(self._backend, m)) for m in stored if m.visible_to(user_id)]

    def attachment(self, path: str) -> bytes:
        """Return the content of a file that came with a message, by the path of its address."""
        content = self._backend.cdn.get(f"{CDN_BASE}{path}")
        if content is None:
            raise Refusal.of(404, "Unknown Attachment")
        return content

    def write(
        self, channel_id: int, user_id: int, content: str, attachments: list[dict[str, str]], replied_to: int | None
    ) -> int:
        """Let a person write, perhaps as a reply; attachments have a filename and base64 content. Returns its id."""
        try:
            return acting.write(self._backend, channel_id, user_id, content, attachments, replied_to=replied_to)
        except BackendError as error:
            raise Refusal(error.status, error.to_json()) from error
