"""GuildService: guilds, channels and members, as far as the caller may see them."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway import wire
from kit import actor
from kit.errors import Reason, Refused
from segue.gateway.v1 import guild_service_pb2 as messages
from segue.gateway.v1 import guild_service_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from gateway.directory import Directory
    from gateway.service.shards import Others

    Context = grpc.aio.ServicerContext[Any, Any]

_PAGE, _LARGEST_PAGE = 100, 200
_LEFT_AT_ONCE = 100


class GuildService(guild_service_pb2_grpc.GuildServiceServicer):
    """Serves what Discord told about guilds."""

    def __init__(self, directory: Directory, others: Others) -> None:
        self._directory, self._others = directory, others

    async def ListGuilds(self, request: messages.ListGuildsRequest, _context: Context) -> messages.ListGuildsResponse:
        """List the guilds that both the bot and the caller are in."""
        caller = actor.current()
        size = min(request.page_size or _PAGE, _LARGEST_PAGE)
        after = _after(request.page_token)
        if not all((await self._others.asked_for()).values()):
            raise Refused(Reason.UNAVAILABLE, part="discord")
        pages = await self._others.answers(request)
        found = await self._directory.shared(caller.user_id, caller.guild_ids, after, size + 1)
        guilds = [*map(wire.guild, found), *(guild for page in pages for guild in page.guilds)]
        guilds.sort(key=lambda guild: guild.guild_id)
        is_more = len(guilds) > size or any(page.next_page_token for page in pages)
        more = str(guilds[size - 1].guild_id) if is_more else ""
        return messages.ListGuildsResponse(guilds=guilds[:size], next_page_token=more)

    async def GetGuild(self, request: messages.GetGuildRequest, _context: Context) -> messages.GetGuildResponse:
        """Tell about one guild."""
        return messages.GetGuildResponse(guild=wire.guild(self._directory.guilds.about(request.guild_id)))

    async def ListChannels(
        self, request: messages.ListChannelsRequest, _context: Context
    ) -> messages.ListChannelsResponse:
        """List the channels the caller sees."""
        channels = await self._directory.guilds.channels(request.guild_id, actor.current().user_id)
        return messages.ListChannelsResponse(channels=map(wire.channel, channels))

    async def GetMember(self, request: messages.GetMemberRequest, _context: Context) -> messages.GetMemberResponse:
        """Tell about a member."""
        person = await self._directory.guilds.person(request.guild_id, request.user_id)
        return messages.GetMemberResponse(member=wire.member(person))

    async def ListLeftGuilds(
        self, _request: messages.ListLeftGuildsRequest, _context: Context
    ) -> messages.ListLeftGuildsResponse:
        """List guilds that the bot left for good."""
        return messages.ListLeftGuildsResponse(guild_ids=await self._directory.known.left(_LEFT_AT_ONCE))

    async def GetBot(self, _request: messages.GetBotRequest, _context: Context) -> messages.GetBotResponse:
        """Tell who the bot is."""
        bot = self._directory.guilds.bot()
        return messages.GetBotResponse(user_id=bot.user_id, owner_id=bot.owner_id, name=bot.name)


def _after(page_token: str) -> int:
    if page_token and not (page_token.isascii() and page_token.isdecimal()):
        raise Refused(Reason.PAGE_TOKEN_INVALID)
    return int(page_token or 0)
