"""PlaylistService."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from google.protobuf.message import Message

from api import playlists, wire
from api.domain.playlist import MOST_ITEMS, Caller, require_changeable
from kit import actor, authorization
from kit.errors import Reason, Refused
from segue.api.v1 import playlist_service_pb2 as messages
from segue.api.v1 import playlist_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import grpc

    from api.domain.playlist import Playlist
    from api.playlists import Catalog, Change, Store
    from api.service.settings import Once
    from kit.authorization import Guilds

    Context = grpc.aio.ServicerContext[Any, Any]

A = TypeVar("A", bound=Message)
_PAGE, _LARGEST_PAGE, _MOST_ITEMS_OF_A_PAGE = 25, 200, 1_000
_MISSED = 50  # lines that are told


class PlaylistService(playlist_service_pb2_grpc.PlaylistServiceServicer):
    """Shows playlists and changes them."""

    def __init__(self, store: Store, once: Once, catalog: Catalog, guilds: Guilds) -> None:
        self._store, self._once, self._catalog, self._guilds = store, once, catalog, guilds

    async def CreatePlaylist(
        self, request: messages.CreatePlaylistRequest, _context: Context
    ) -> messages.CreatePlaylistResponse:
        """Make an empty one."""
        caller = await self._caller(request.guild_id)

        async def effect(change: Change) -> messages.CreatePlaylistResponse:
            made = await playlists.create(change, caller, request.name)
            return messages.CreatePlaylistResponse(playlist=wire.playlist(made, caller))

        answer = await self._run(request, effect)
        if request.validate_only:
            answer.ClearField("playlist")
        return answer

    async def ListPlaylists(
        self, request: messages.ListPlaylistsRequest, _context: Context
    ) -> messages.ListPlaylistsResponse:
        """List those of the guild or of the caller."""
        caller = await self._caller(request.guild_id)
        size = min(request.page_size or _PAGE, _LARGEST_PAGE)
        found = await self._store.visible(caller.user_id, caller.guild_id, _after(request.page_token), size + 1)
        return messages.ListPlaylistsResponse(
            playlists=[wire.playlist(each, caller, listed=True) for each in found[:size]],
            next_page_token=found[size - 1].playlist_id if len(found) > size else "",
        )

    async def GetPlaylist(
        self, request: messages.GetPlaylistRequest, _context: Context
    ) -> messages.GetPlaylistResponse:
        """Show one."""
        caller = await self._caller(request.guild_id)
        found = await playlists.readable(self._store, caller, request.playlist_id)
        return messages.GetPlaylistResponse(playlist=wire.playlist(found, caller))

    async def UpdatePlaylist(
        self, request: messages.UpdatePlaylistRequest, _context: Context
    ) -> messages.UpdatePlaylistResponse:
        """Give it another name."""
        return await self._show(
            request,
            lambda change, caller: playlists.rename(change, caller, request.playlist_id, request.name),
            messages.UpdatePlaylistResponse,
        )

    async def DeletePlaylist(
        self, request: messages.DeletePlaylistRequest, _context: Context
    ) -> messages.DeletePlaylistResponse:
        """Delete it."""
        return await self._show(
            request,
            lambda change, caller: playlists.delete(change, caller, request.playlist_id),
            messages.DeletePlaylistResponse,
        )

    async def ListPlaylistItems(
        self, request: messages.ListPlaylistItemsRequest, _context: Context
    ) -> messages.ListPlaylistItemsResponse:
        """List its tracks."""
        caller = await self._caller(request.guild_id)
        await playlists.readable(self._store, caller, request.playlist_id)
        size = min(request.page_size or _PAGE, _MOST_ITEMS_OF_A_PAGE)
        found = await self._store.items(request.playlist_id, _behind(request.page_token), size + 1)
        return messages.ListPlaylistItemsResponse(
            items=[wire.item(each) for each in found[:size]],
            next_page_token=str(found[size - 1].rank) if len(found) > size else "",
        )

    async def AddPlaylistItems(
        self, request: messages.AddPlaylistItemsRequest, _context: Context
    ) -> messages.AddPlaylistItemsResponse:
        """Put tracks at its end."""
        caller = await self._caller(request.guild_id)
        tracks = await self._catalog.describe(request.handles)

        async def effect(change: Change) -> messages.AddPlaylistItemsResponse:
            left, first = await playlists.add(change, caller, request.playlist_id, tracks)
            return messages.AddPlaylistItemsResponse(
                playlist=wire.playlist(left, caller), first_item_id=first, count=len(tracks)
            )

        return await self._run(request, effect, caller)

    async def RemovePlaylistItems(
        self, request: messages.RemovePlaylistItemsRequest, _context: Context
    ) -> messages.RemovePlaylistItemsResponse:
        """Take items out."""
        caller = await self._caller(request.guild_id)

        async def effect(change: Change) -> messages.RemovePlaylistItemsResponse:
            left, count = await playlists.remove(change, caller, request.playlist_id, request.item_ids)
            return messages.RemovePlaylistItemsResponse(playlist=wire.playlist(left, caller), count=count)

        return await self._run(request, effect, caller)

    async def MovePlaylistItem(
        self, request: messages.MovePlaylistItemRequest, _context: Context
    ) -> messages.MovePlaylistItemResponse:
        """Put an item before another."""
        items = (request.item_id, request.before_item_id)
        return await self._show(
            request,
            lambda change, caller: playlists.move(change, caller, request.playlist_id, *items),
            messages.MovePlaylistItemResponse,
        )

    async def SharePlaylist(
        self, request: messages.SharePlaylistRequest, _context: Context
    ) -> messages.SharePlaylistResponse:
        """Let others see and play it."""
        return await self._show(
            request,
            lambda change, caller: playlists.share(change, caller, request.playlist_id, request.user_id),
            messages.SharePlaylistResponse,
        )

    async def UnsharePlaylist(
        self, request: messages.UnsharePlaylistRequest, _context: Context
    ) -> messages.UnsharePlaylistResponse:
        """Take that back."""
        return await self._show(
            request,
            lambda change, caller: playlists.unshare(change, caller, request.playlist_id, request.user_id),
            messages.UnsharePlaylistResponse,
        )

    async def ImportPlaylist(
        self, request: messages.ImportPlaylistRequest, _context: Context
    ) -> messages.ImportPlaylistResponse:
        """Put the tracks of a text at its end; who may not change it makes nobody search."""
        caller = await self._caller(request.guild_id)
        require_changeable(await self._store.get(request.playlist_id), caller)
        tracks, missed = await playlists.found(self._catalog, request.text)

        async def effect(change: Change) -> messages.ImportPlaylistResponse:
            left, _ = await playlists.add(change, caller, request.playlist_id, tracks)
            return messages.ImportPlaylistResponse(
                playlist=wire.playlist(left, caller),
                count=len(tracks),
                missed=len(missed),
                missed_lines=missed[:_MISSED],
            )

        return await self._run(request, effect, caller)

    async def ExportPlaylist(
        self, request: messages.ExportPlaylistRequest, _context: Context
    ) -> messages.ExportPlaylistResponse:
        """Give it as a document."""
        caller = await self._caller(request.guild_id)
        found = await playlists.readable(self._store, caller, request.playlist_id)
        items = await self._store.items(request.playlist_id, None, MOST_ITEMS)
        return messages.ExportPlaylistResponse(document=wire.document(found.name, items))

    async def AddFavorite(
        self, request: messages.AddFavoriteRequest, _context: Context
    ) -> messages.AddFavoriteResponse:
        """Add a track to the caller's favourites."""
        caller = await self._caller(0)
        [track] = await self._catalog.describe([request.handle])

        async def effect(change: Change) -> messages.AddFavoriteResponse:
            left, added = await playlists.add_favorite(change, caller.user_id, track)
            shown = wire.playlist(left, caller)
            return messages.AddFavoriteResponse(playlist=shown, added=added, track=wire.track_message(track))

        answer = await self._run(request, effect)
        if request.validate_only:
            answer.ClearField("playlist")
        return answer

    async def ListFavoriteTracks(
        self, request: messages.ListFavoriteTracksRequest, _context: Context
    ) -> messages.ListFavoriteTracksResponse:
        """List what people added last to their favourites."""
        found = await self._store.latest_favorites(request.user_ids)
        return messages.ListFavoriteTracksResponse(tracks=map(wire.track_message, found))

    async def _caller(self, guild_id: int) -> Caller:
        """Return who makes the call being served, and what they are in the guild that they name."""
        level = await authorization.level_in(guild_id, self._guilds) if guild_id else authorization.granted()
        return Caller(actor.current().user_id, guild_id, level)

    async def _show(
        self, request: Any, command: Callable[[Change, Caller], Awaitable[Playlist]], answer: Callable[..., A]
    ) -> A:
        """Make a change whose answer shows the playlist and nothing else."""
        caller = await self._caller(request.guild_id)

        async def effect(change: Change) -> A:
            return answer(playlist=wire.playlist(await command(change, caller), caller))

        return await self._run(request, effect, caller)

    async def _run(self, request: Any, effect: Callable[[Change], Awaitable[A]], caller: Caller | None = None) -> A:
        """Give a request its one effect. `caller`: where it is only validated, show them the playlist as it is."""
        async with self._store.change(dry=request.validate_only) as change:
            answer, _ = await self._once(change, request, lambda: effect(change))
        if request.validate_only and caller:
            found = await self._store.get(request.playlist_id)
            answer.playlist.CopyFrom(wire.playlist(found, caller))  # type: ignore[attr-defined]  # each answer has it
        return answer


def _after(token: str) -> str:
    """Decode the token of a page of playlists."""
    try:
        return str(UUID(token)) if token else ""
    except ValueError as error:
        raise Refused(Reason.PAGE_TOKEN_INVALID) from error


def _behind(token: str) -> int | None:
    """Decode the token of a page of items."""
    try:
        rank = int(token) if token else None
    except ValueError as error:
        raise Refused(Reason.PAGE_TOKEN_INVALID) from error
    if rank is not None and not -(1 << 63) <= rank < 1 << 63:
        raise Refused(Reason.PAGE_TOKEN_INVALID)
    return rank
