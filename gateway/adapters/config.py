"""Api over the mesh: what guilds and people chose and what is switched on, followed from what is so to each change."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from gateway import wire
from gateway.domain.flag import Flag, is_on
from gateway.domain.guild_settings import DEFAULTS, GuildSettings
from kit import actor, authorization
from segue.api.v1 import settings_pb2, settings_service_pb2, settings_service_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from gateway.adapters.preferences import ApiPreferences
    from gateway.domain.interaction import Person
    from kit.levels import Level


class Config:
    """Follows settings and flags, and forgets preferences that changed: those are fetched once they are needed."""

    def __init__(self, channel: grpc.aio.Channel, preferences: ApiPreferences) -> None:
        self._stub = settings_service_pb2_grpc.SettingsServiceStub(channel)
        self._preferences = preferences
        self._chosen: dict[int, GuildSettings] = {}
        self._flags: dict[str, Flag] = {}
        self._is_known = False
        self._version = 0
        self._news = asyncio.Condition()

    def of(self, guild_id: int) -> GuildSettings:
        """Return what a guild chose, as far as it is known; else the defaults."""
        return self._chosen.get(guild_id, DEFAULTS)

    def dj_role(self, guild_id: int) -> int | None:
        """Return the role whose members are DJs; 0: one named DJ. None: that is not known yet."""
        return self.of(guild_id).dj_role_id if self._is_known else None

    def is_on(self, feature: str, guild_id: int) -> bool:
        """Tell whether a feature is on in a guild; as long as that is not known, it is."""
        return is_on(self._flags.get(feature, Flag(feature)), guild_id)

    def request_channels(self) -> dict[int, int]:
        """Return the channels where people just type what they want to hear, of those guilds that chose one."""
        return {guild_id: one.request_channel_id for guild_id, one in self._chosen.items() if one.request_channel_id}

    async def newer(self, seen: int) -> int:
        """Wait until what guilds chose is known in a newer version than that; return it. It rises from time to time."""
        async with self._news:
            await self._news.wait_for(lambda: self._version > seen)
            return self._version

    async def follow(self) -> None:
        """Follow for ever. Raises Refused while api is away: what is known stays, and is learnt anew when run again."""
        while True:
            chosen: dict[int, GuildSettings] = {}
            answers: Any = self._stub.WatchConfig(settings_service_pb2.WatchConfigRequest())
            async with aclosing(answers):
                async for answer in answers:
                    if answer.HasField("changes"):
                        for person in answer.changes.people:
                            self._preferences.changed(person.user_id)
                        if answer.changes.flags:
                            self._flags = await self._learn_flags()
                        if guild_ids := [each.guild_id for each in answer.changes.guilds]:
                            chosen |= await self._learn(guild_ids)
                    elif answer.HasField("heartbeat"):
                        self._chosen, self._is_known = chosen, True
                    if self._chosen is chosen:
                        await self._tell()

    async def _tell(self) -> None:
        async with self._news:
            self._version += 1
            self._news.notify_all()

    async def _learn(self, guild_ids: list[int]) -> dict[int, GuildSettings]:
        request = settings_service_pb2.BatchGetGuildSettingsRequest(guild_ids=guild_ids)
        answer = await self._stub.BatchGetGuildSettings(request)
        return {guild_id: settings(message) for guild_id, message in answer.settings.items()}

    async def _learn_flags(self) -> dict[str, Flag]:
        flags: dict[str, Flag] = {}
        request = settings_service_pb2.ListFlagsRequest()
        while True:
            with actor.acting_as(actor.system()):
                answer = await self._stub.ListFlags(request)
            flags |= {message.name: wire.flag(message) for message in answer.flags}
            if not answer.next_page_token:
                return flags
            request.page_token = answer.next_page_token


def level(config: Config, person: Person) -> Level:
    """Return the level that a person has wherever the bot is."""
    return authorization.level_of(wire.member(person), bot_channel_id=0, dj_role_id=config.dj_role(person.guild_id))


def settings(message: settings_pb2.GuildSettings) -> GuildSettings:
    """Decode the settings of a guild."""
    return GuildSettings(
        dj_role_id=message.dj_role_id,
        language=message.language,
        command_channel_ids=frozenset(message.command_channel_ids.values),
        command_cooldown=message.command_cooldown.ToTimedelta().total_seconds(),
        commands_per_minute=message.commands_per_minute,
        panel_buttons=wire.panel_buttons(message),
        music_channel_id=message.music_channel_id,
        request_channel_id=message.request_channel_id,
        max_songs_per_message=message.max_songs_per_message,
        voice_status=message.voice_status,
        welcome_channel_id=message.welcome_channel_id,
        welcome_text=message.welcome_text,
        welcome_mention=message.welcome_mention,
    )
