"""SettingsService."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from google.protobuf.message import Message

from api import choosing, switching, wire
from api.domain.guild_settings import settled
from api.domain.playlist import Caller
from api.domain.preferences import preferred
from api.service import me
from kit import actor, authorization
from kit.errors import Reason, Refused
from segue.api.v1 import settings_service_pb2 as messages
from segue.api.v1 import settings_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    import grpc

    from api.choosing import Channels, Nodes, People, Store
    from api.domain.guild_settings import GuildSettings
    from api.switching import Flags
    from api.watching import Watching

    Context = grpc.aio.ServicerContext[Any, Any]

R = TypeVar("R", bound=Message)

_PAGE, _LARGEST_PAGE = 100, 200


class Once(Protocol):
    """Keeps requests from having a second effect."""

    async def __call__(self, change: Any, request: Message, effect: Callable[[], Awaitable[R]], /) -> tuple[R, bool]:
        """Run `effect` in the change unless the request had its effect already; return (answer, replayed)."""


class SettingsService(settings_service_pb2_grpc.SettingsServiceServicer):
    """Shows settings, changes them, and tells who watches."""

    def __init__(
        self,
        store: Store,
        people: People,
        flags: Flags,
        *,
        once: Once,
        watching: Watching,
        nodes: Nodes,
        channels: Channels,
    ) -> None:
        self._store = store
        self._people = people
        self._flags = flags
        self._once = once
        self._watching = watching
        self._nodes = nodes
        self._channels = channels

    async def GetGuildSettings(
        self,
        request: messages.GetGuildSettingsRequest,
        _context: Context,
    ) -> messages.GetGuildSettingsResponse:
        """Show what is so."""
        found = (await self._store.get([request.guild_id]))[request.guild_id]
        return messages.GetGuildSettingsResponse(settings=wire.guild_settings(found), chosen=wire.chosen(found))

    async def UpdateGuildSettings(
        self,
        request: messages.UpdateGuildSettingsRequest,
        _context: Context,
    ) -> messages.UpdateGuildSettingsResponse:
        """Change them; what is only validated is tried and undone, and answered with what is so."""
        wish = wire.wish(request)
        caller = Caller(actor.current().user_id, request.guild_id, authorization.granted())

        async def effect() -> messages.UpdateGuildSettingsResponse:
            if request.welcome_channel_id:
                await self._channels.check_welcome(request.guild_id, request.welcome_channel_id)
            if request.request_channel_id:
                await self._channels.check_requests(request.guild_id, request.request_channel_id)
            return _updated(await choosing.update(change, wish, caller, self._nodes))

        async with self._store.change(request.guild_id, dry=request.validate_only) as change:
            before = settled(change.version, change.choices)
            answer, _ = await self._once(change, request, effect)
        return _updated(before) if request.validate_only else answer

    async def BatchGetGuildSettings(
        self,
        request: messages.BatchGetGuildSettingsRequest,
        _context: Context,
    ) -> messages.BatchGetGuildSettingsResponse:
        """Show those of several guilds."""
        found = await self._store.get(request.guild_ids)
        settings = {guild_id: wire.guild_settings(each) for guild_id, each in found.items()}
        return messages.BatchGetGuildSettingsResponse(settings=settings)

    async def GetPreferences(
        self,
        _request: messages.GetPreferencesRequest,
        _context: Context,
    ) -> messages.GetPreferencesResponse:
        """Show the caller's."""
        user_id = me.user_id()
        found = await self._people.get([user_id])
        return messages.GetPreferencesResponse(preferences=wire.preferences(found[user_id]))

    async def UpdatePreferences(
        self,
        request: messages.UpdatePreferencesRequest,
        _context: Context,
    ) -> messages.UpdatePreferencesResponse:
        """Change the caller's, as those of a guild."""
        wish = wire.wish(request)

        async def effect() -> messages.UpdatePreferencesResponse:
            return messages.UpdatePreferencesResponse(preferences=wire.preferences(await choosing.prefer(change, wish)))

        async with self._people.change(me.user_id(), dry=request.validate_only) as change:
            before = preferred(change.version, change.choices)
            answer, _ = await self._once(change, request, effect)
        if request.validate_only:
            answer.preferences.CopyFrom(wire.preferences(before))
        return answer

    async def BatchGetPreferences(
        self,
        request: messages.BatchGetPreferencesRequest,
        _context: Context,
    ) -> messages.BatchGetPreferencesResponse:
        """Show those of several people."""
        found = await self._people.get(request.user_ids)
        preferences = {user_id: wire.preferences(each) for user_id, each in found.items()}
        return messages.BatchGetPreferencesResponse(preferences=preferences)

    async def ListFlags(
        self,
        request: messages.ListFlagsRequest,
        _context: Context,
    ) -> messages.ListFlagsResponse:
        """Show those that were switched."""
        if not request.page_token.isprintable():
            raise Refused(Reason.PAGE_TOKEN_INVALID)
        size = min(request.page_size or _PAGE, _LARGEST_PAGE)
        found = await self._flags.page(request.page_token, size + 1)
        more = found[size - 1].name if len(found) > size else ""
        return messages.ListFlagsResponse(flags=map(wire.flag, found[:size]), next_page_token=more)

    async def UpdateFlag(
        self,
        request: messages.UpdateFlagRequest,
        _context: Context,
    ) -> messages.UpdateFlagResponse:
        """Switch one."""
        switch = wire.switch(request)

        async def effect() -> messages.UpdateFlagResponse:
            return messages.UpdateFlagResponse(flag=wire.flag(await switching.update(change, switch)))

        async with self._flags.change(request.name, dry=request.validate_only) as change:
            before = change.flag
            answer, _ = await self._once(change, request, effect)
        if request.validate_only:
            answer.flag.CopyFrom(wire.flag(before))
        return answer

    async def WatchConfig(
        self,
        request: messages.WatchConfigRequest,
        _context: Context,
    ) -> AsyncIterator[messages.WatchConfigResponse]:
        """Tell what changed and what changes."""
        async with aclosing(self._watching.watch(request.cursor)) as found:
            async for message in found:
                yield wire.watched(message)


def _updated(found: GuildSettings) -> messages.UpdateGuildSettingsResponse:
    return messages.UpdateGuildSettingsResponse(settings=wire.guild_settings(found), chosen=wire.chosen(found))
