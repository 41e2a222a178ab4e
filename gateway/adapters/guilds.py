"""Guilds, members and voice states, as Discord's gateway tells them; members' roles come from REST, for 30 s."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from gateway import wire
from gateway.domain import guild as domain
from gateway.domain.guild import Channel, ChannelKind, Guild, Presence
from gateway.domain.interaction import Person, Role
from gateway.domain.text import whole
from gateway.domain.voice import Listener
from gateway.voice import Seat
from kit.cache import Cache
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.adapters.bot import Bot
    from gateway.adapters.config import Config
    from segue.common.v1 import actor_pb2

_KINDS = {
    discord.ChannelType.text: ChannelKind.TEXT,
    discord.ChannelType.news: ChannelKind.TEXT,
    discord.ChannelType.voice: ChannelKind.VOICE,
    discord.ChannelType.stage_voice: ChannelKind.STAGE,
}
_WRITABLE = discord.TextChannel | discord.VoiceChannel | discord.StageChannel
_MEMBER_AGE = 30.0  # seconds
_MEMBERS_KEPT = 10_000
_CONNECTION_LOST = (
    discord.ConnectionClosed,
    ConnectionError,
    AttributeError,
)  # AttributeError: no socket at the moment


def person(member: discord.Member) -> Person:
    """Give the facts about a member; the voice channel is that of this moment."""
    guild = member.guild
    return Person(
        guild_id=guild.id,
        user_id=member.id,
        display_name=whole(member.display_name),
        roles=tuple(Role(role.id, whole(role.name)) for role in member.roles if not role.is_default()),
        permissions=member.guild_permissions.value,
        owner=guild.owner_id == member.id,
        voice_channel_id=voice_channel_id(guild, member.id),
    )


def voice_channel_id(guild: discord.Guild, user_id: int) -> int:
    """Tell the voice channel somebody is in; zero: none."""
    rooms = (*guild.voice_channels, *guild.stage_channels)
    return next((room.id for room in rooms if user_id in room.voice_states), 0)


class DiscordGuilds:
    """What Discord told about guilds."""

    def __init__(self, client: Bot, config: Config) -> None:
        self._client = client
        self._config = config
        self._members: Cache[discord.Member] = Cache("members", ttl=_MEMBER_AGE, size=_MEMBERS_KEPT)

    def _guild(self, guild_id: int) -> discord.Guild:
        """Find a guild. Refused(UNAVAILABLE) where Discord has not told which there are, or tells another process."""
        guild = self._client.get_guild(guild_id)
        if guild is not None and not guild.unavailable:
            return guild
        if guild is not None or not self._client.knows(guild_id):
            raise Refused(Reason.UNAVAILABLE, part="discord")
        raise Refused(Reason.GUILD_NOT_FOUND)

    def known(self) -> Sequence[Guild]:
        """List the guilds of the shards of this process, by id."""
        if not self._client.is_ready():
            raise Refused(Reason.UNAVAILABLE, part="discord")
        return sorted(map(_about, self._client.guilds), key=lambda guild: guild.id)

    def about(self, guild_id: int) -> Guild:
        """Tell about one guild."""
        return _about(self._guild(guild_id))

    def locale(self, guild_id: int) -> str:
        """Tell the language that Discord has for a guild; empty while it is not known."""
        guild = self._client.get_guild(guild_id)
        return guild.preferred_locale.value if guild else ""

    async def person(self, guild_id: int, user_id: int) -> Person:
        """Tell about a member, at most 30 s old."""
        return person(await self._member(guild_id, user_id))

    async def channels(self, guild_id: int, user_id: int) -> Sequence[Channel]:
        """List the channels a member sees, in Discord's order; user 0 sees all."""
        member = await self._member(guild_id, user_id) if user_id else None
        ordered = [channel for _, channels in self._guild(guild_id).by_category() for channel in channels]
        return [
            Channel(channel.id, whole(channel.name), _KINDS[channel.type])
            for channel in ordered
            if channel.type in _KINDS and (member is None or channel.permissions_for(member).view_channel)
        ]

    def bot(self) -> domain.Bot:
        """Tell who the bot is."""
        user, application = self._client.user, self._client.application
        if user is None or application is None:
            raise Refused(Reason.UNAVAILABLE, part="discord")
        owner_id = application.team.owner_id if application.team else application.owner.id
        return domain.Bot(user.id, owner_id or application.owner.id, user.name)

    async def _member(self, guild_id: int, user_id: int, *, fresh: bool = False) -> discord.Member:
        """Find a member. Refused(GUILD_NOT_FOUND), also where the user is none; Refused(UNAVAILABLE)."""
        guild = self._guild(guild_id)

        async def fetch() -> discord.Member:
            try:
                return await guild.fetch_member(user_id)
            except discord.NotFound as error:
                raise Refused(Reason.GUILD_NOT_FOUND) from error
            except (discord.HTTPException, OSError) as error:
                raise Refused(Reason.UNAVAILABLE, part="discord") from error

        return await self._members.get(f"{guild_id}:{user_id}", fetch, fresh=fresh)

    async def member(self, guild_id: int, user_id: int, *, fresh: bool) -> actor_pb2.Member:
        """Give the facts about a member, at most 30 s old."""
        return wire.member(person(await self._member(guild_id, user_id, fresh=fresh)))

    async def bot_channel(self, guild_id: int) -> int:
        """Tell the voice channel the bot is in; zero: none."""
        return self.seat(guild_id).channel_id

    async def dj_role(self, guild_id: int, /) -> int | None:
        """Tell the role whose members are DJs."""
        return self._config.dj_role(guild_id)

    def seat(self, guild_id: int) -> Seat:
        """Tell where the bot is and who is with it."""
        guild = self._guild(guild_id)
        voice = guild.me.voice
        if voice is None or voice.channel is None:
            return Seat()
        listeners = tuple(
            Listener(user_id, bool(state.deaf or state.self_deaf))
            for user_id, state in voice.channel.voice_states.items()
            if not _is_bot(guild, user_id)
        )
        return Seat(voice.channel.id, voice.session_id or "", listeners)

    def present(self) -> Sequence[Presence]:
        """List the guilds the bot is in, as far as this process knows."""
        return [_presence(guild) for guild in self._client.guilds if self._client.knows(guild.id)]

    def is_complete(self) -> bool:
        """Tell whether this process knows all that Discord is to tell it."""
        return self._client.is_ready()

    def knows(self, guild_id: int) -> bool:
        """Tell whether Discord has told this process about a guild, or else the bot is not in it."""
        return self._client.knows(guild_id)

    def presence(self, guild_id: int) -> Presence | None:
        """Tell about one; None: the bot is not in it, or this process does not know."""
        guild = self._client.get_guild(guild_id) if self._client.knows(guild_id) else None
        return _presence(guild) if guild else None

    def foyer(self, guild_id: int) -> int:
        """Tell the text channel for whoever is new: Discord's own, else the first the bot may write in."""
        guild = self._guild(guild_id)
        rooms = filter(None, (guild.system_channel, *guild.text_channels))
        return next((room.id for room in rooms if _may_write(room)), 0)

    def may_write(self, guild_id: int, channel_id: int) -> bool:
        """Tell whether the bot can write in a channel of a guild."""
        channel = self._guild(guild_id).get_channel(channel_id)
        return isinstance(channel, _WRITABLE) and _may_write(channel)

    def may_delete(self, guild_id: int, channel_id: int) -> bool:
        """Tell whether the bot can delete what others write in a channel of a guild."""
        channel = self._guild(guild_id).get_channel(channel_id)
        return isinstance(channel, _WRITABLE) and channel.permissions_for(channel.guild.me).manage_messages

    def sees_members(self) -> bool:
        """Tell whether Discord tells the bot who comes into guilds."""
        if not self._client.is_ready():
            raise Refused(Reason.UNAVAILABLE, part="discord")
        return self._client.intents.members

    def may_speak(self, guild_id: int, channel_id: int) -> bool:
        """Tell whether the bot can connect and speak in a channel."""
        guild = self._guild(guild_id)
        channel = guild.get_channel(channel_id)
        if not isinstance(channel, discord.VoiceChannel | discord.StageChannel):
            raise Refused(Reason.VOICE_CHANNEL_NOT_FOUND)
        may = channel.permissions_for(guild.me)
        is_full = 0 < channel.user_limit <= len(channel.voice_states) and guild.me.id not in channel.voice_states
        return may.view_channel and may.connect and may.speak and (may.move_members or not is_full)

    async def move(self, guild_id: int, channel_id: int) -> None:
        """Send op 4; the outcome comes as events."""
        guild = self._guild(guild_id)
        channel = discord.Object(channel_id) if channel_id else None
        try:
            await guild.change_voice_state(channel=channel, self_deaf=True)
        except _CONNECTION_LOST as error:
            raise Refused(Reason.UNAVAILABLE, part="discord") from error


def _about(guild: discord.Guild) -> Guild:
    icon = guild.icon.url if guild.icon else ""
    return Guild(guild.id, whole(guild.name), guild.owner_id or 0, guild.member_count or 0, icon)


def _presence(guild: discord.Guild) -> Presence:
    me: discord.Member | None = guild.me  # None in a guild that is unavailable, whatever the library says
    return Presence(guild.id, whole(guild.name), me.joined_at.timestamp() if me and me.joined_at else None)


def _may_write(channel: discord.TextChannel | discord.VoiceChannel | discord.StageChannel) -> bool:
    may = channel.permissions_for(channel.guild.me)
    return may.view_channel and may.send_messages


def _is_bot(guild: discord.Guild, user_id: int) -> bool:
    member = guild.get_member(user_id)
    return member is not None and member.bot
