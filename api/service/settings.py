"""SettingsService."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from google.protobuf.message import Message

from api import choosing, wire
from api.domain.guild_settings import settled
from segue.api.v1 import settings_service_pb2 as messages
from segue.api.v1 import settings_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    import grpc

    from api.choosing import Nodes, Store, Welcomes
    from api.domain.guild_settings import GuildSettings
    from api.watching import Watching

    Context = grpc.aio.ServicerContext[Any, Any]

R = TypeVar("R", bound=Message)


class Once(Protocol):
    """Keeps requests from having a second effect."""

    async def __call__(self, change: Any, request: Message, effect: Callable[[], Awaitable[R]], /) -> tuple[R, bool]:
        """Run `effect` in the change unless the request had its effect already; return (answer, replayed)."""


class SettingsService(settings_service_pb2_grpc.SettingsServiceServicer):
    """Shows settings, changes them, and tells who watches."""

    def __init__(self, store: Store, once: Once, watching: Watching, nodes: Nodes, welcomes: Welcomes) -> None:
        self._store = store
        self._once = once
        self._watching = watching
        self._nodes = nodes
        self._welcomes = welcomes

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

        async def effect() -> messages.UpdateGuildSettingsResponse:
            if request.welcome_channel_id:
                await self._welcomes.check(request.guild_id, request.welcome_channel_id)
            return _updated(await choosing.update(change, wish, self._nodes))

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
