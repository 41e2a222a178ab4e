"""Api over the mesh: playlists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf import json_format

from gateway import wire
from gateway.domain.player import Page
from segue.api.v1 import playlist_service_pb2 as messages
from segue.api.v1 import playlist_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import grpc

    from gateway.domain.playlist import Brought, Kept, Playlist

_LARGEST_PAGE = 200  # a person has at most half as many, and the rest is what others shared


class ApiPlaylists:
    """`gateway.playlists.PlaylistStore`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = playlist_service_pb2_grpc.PlaylistServiceStub(channel)

    async def visible(self, guild_id: int, *, within: float | None = None) -> Sequence[Playlist]:
        """List playlists, within so many seconds."""
        request = messages.ListPlaylistsRequest(guild_id=guild_id, page_size=_LARGEST_PAGE)
        return [wire.playlist(each) for each in (await self._stub.ListPlaylists(request, timeout=within)).playlists]

    async def get(self, guild_id: int, playlist_id: str) -> Playlist:
        """Look at one."""
        request = messages.GetPlaylistRequest(guild_id=guild_id, playlist_id=playlist_id)
        return wire.playlist((await self._stub.GetPlaylist(request)).playlist)

    async def create(self, guild_id: int, name: str, *, request_id: str) -> Playlist:
        """Make one: of the guild, or of the person."""
        request = messages.CreatePlaylistRequest(guild_id=guild_id, name=name, request_id=request_id)
        return wire.playlist((await self._stub.CreatePlaylist(request)).playlist)

    async def rename(self, guild_id: int, playlist_id: str, name: str, *, request_id: str) -> Playlist:
        """Give it another name."""
        request = messages.UpdatePlaylistRequest(
            guild_id=guild_id, playlist_id=playlist_id, name=name, request_id=request_id
        )
        return wire.playlist((await self._stub.UpdatePlaylist(request)).playlist)

    async def delete(self, guild_id: int, playlist_id: str, *, request_id: str) -> Playlist:
        """Delete it; return what it was."""
        request = messages.DeletePlaylistRequest(guild_id=guild_id, playlist_id=playlist_id, request_id=request_id)
        return wire.playlist((await self._stub.DeletePlaylist(request)).playlist)

    async def items(
        self, guild_id: int, playlist_id: str, token: str, limit: int, *, within: float | None = None
    ) -> Page[Kept]:
        """List its tracks, from the page that a token names."""
        request = messages.ListPlaylistItemsRequest(
            guild_id=guild_id, playlist_id=playlist_id, page_token=token, page_size=limit
        )
        answer = await self._stub.ListPlaylistItems(request, timeout=within)
        return Page([wire.kept(item) for item in answer.items], answer.next_page_token)

    async def add(self, guild_id: int, playlist_id: str, handles: Sequence[str], *, request_id: str) -> Playlist:
        """Put tracks at its end."""
        request = messages.AddPlaylistItemsRequest(
            guild_id=guild_id, playlist_id=playlist_id, handles=handles, request_id=request_id
        )
        return wire.playlist((await self._stub.AddPlaylistItems(request)).playlist)

    async def remove(self, guild_id: int, playlist_id: str, item_id: int, *, request_id: str) -> Playlist:
        """Take a track out."""
        request = messages.RemovePlaylistItemsRequest(
            guild_id=guild_id, playlist_id=playlist_id, item_ids=[item_id], request_id=request_id
        )
        return wire.playlist((await self._stub.RemovePlaylistItems(request)).playlist)

    async def share(self, guild_id: int, playlist_id: str, user_id: int, *, request_id: str) -> Playlist:
        """Share it with a person; zero: with the guild."""
        request = messages.SharePlaylistRequest(
            guild_id=guild_id, playlist_id=playlist_id, user_id=user_id, request_id=request_id
        )
        return wire.playlist((await self._stub.SharePlaylist(request)).playlist)

    async def unshare(self, guild_id: int, playlist_id: str, user_id: int, *, request_id: str) -> Playlist:
        """Take that back."""
        request = messages.UnsharePlaylistRequest(
            guild_id=guild_id, playlist_id=playlist_id, user_id=user_id, request_id=request_id
        )
        return wire.playlist((await self._stub.UnsharePlaylist(request)).playlist)

    async def bring(self, guild_id: int, playlist_id: str, text: str, *, request_id: str) -> Brought:
        """Add the tracks that a text names."""
        request = messages.ImportPlaylistRequest(
            guild_id=guild_id, playlist_id=playlist_id, text=text, request_id=request_id
        )
        return wire.brought(await self._stub.ImportPlaylist(request))

    async def document(self, guild_id: int, playlist_id: str) -> bytes:
        """Return all of it as a text that `bring` takes."""
        request = messages.ExportPlaylistRequest(guild_id=guild_id, playlist_id=playlist_id)
        answer = await self._stub.ExportPlaylist(request)
        return json_format.MessageToJson(answer.document, indent=1, ensure_ascii=False).encode()

    async def like(self, handle: str, *, request_id: str) -> bool:
        """Add a track to the person's favourites; return whether it is one only now."""
        request = messages.AddFavoriteRequest(handle=handle, request_id=request_id)
        return (await self._stub.AddFavorite(request)).added
