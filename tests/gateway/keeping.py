"""What the stand-in for api keeps of playlists."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import uuid
from typing import Any

from kit.errors import Reason, Refused
from segue.api.v1 import playlist_pb2, playlist_service_pb2_grpc
from segue.api.v1 import playlist_service_pb2 as messages
from tests.gateway.finding import track
from tests.kit.serving import refuse, who_calls

NO_SONGS = "// no songs"  # a text that names none
FULL = 3_000  # tracks, after which nothing more fits


class Keeping(playlist_service_pb2_grpc.PlaylistServiceServicer):
    """Playlists of all people together; those of others can be changed by nobody."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin without any."""
        self.playlists: dict[str, playlist_pb2.Playlist] = {}
        self.items: dict[str, list[playlist_pb2.PlaylistItem]] = {}
        self.shared: list[messages.SharePlaylistRequest] = []
        self.unshared: list[messages.UnsharePlaylistRequest] = []
        self.imported: list[messages.ImportPlaylistRequest] = []
        self.favorites: list[str] = []

    def keep(self, name: str, *titles: str, **more: Any) -> str:
        """Make a playlist of tracks; return its id."""
        playlist_id = str(uuid.uuid4())
        made = playlist_pb2.Playlist(**{"kind": 1, "owner_id": 7, "changeable": True, **more})
        made.playlist_id, made.name = playlist_id, name
        self.playlists[playlist_id], self.items[playlist_id] = made, []
        self._put(playlist_id, titles)
        return playlist_id

    def titles(self, playlist_id: str) -> list[str]:
        """List the titles of its tracks."""
        return [item.track.title for item in self.items[playlist_id]]

    async def ListPlaylists(self, request: Any, _: Any) -> Any:
        found = [each for each in self.playlists.values() if each.guild_id == request.guild_id]
        return messages.ListPlaylistsResponse(playlists=found)

    async def GetPlaylist(self, request: Any, context: Any) -> Any:
        return messages.GetPlaylistResponse(playlist=await self._found(request, context))

    async def CreatePlaylist(self, request: Any, context: Any) -> Any:
        made = self.keep(request.name, guild_id=request.guild_id, owner_id=who_calls(context).user_id)
        return messages.CreatePlaylistResponse(playlist=self.playlists[made])

    async def UpdatePlaylist(self, request: Any, context: Any) -> Any:
        found = await self._found(request, context)
        found.name = request.name
        return messages.UpdatePlaylistResponse(playlist=found)

    async def DeletePlaylist(self, request: Any, context: Any) -> Any:
        found = await self._found(request, context)
        return messages.DeletePlaylistResponse(playlist=self.playlists.pop(found.playlist_id))

    async def ListPlaylistItems(self, request: Any, context: Any) -> Any:
        found = await self._found(request, context)
        first = int(request.page_token or 0)
        items = self.items[found.playlist_id]
        last = first + request.page_size
        more = str(last) if len(items) > last else ""
        return messages.ListPlaylistItemsResponse(items=items[first:last], next_page_token=more)

    async def AddPlaylistItems(self, request: Any, context: Any) -> Any:
        found = await self._found(request, context)
        if found.item_count + len(request.handles) > FULL:
            await refuse(context, Refused(Reason.PLAYLIST_FULL, limit=str(FULL)))
        self._put(found.playlist_id, [handle.removeprefix("handle-") for handle in request.handles])
        return messages.AddPlaylistItemsResponse(playlist=found)

    async def RemovePlaylistItems(self, request: Any, context: Any) -> Any:
        found = await self._found(request, context)
        left = [item for item in self.items[found.playlist_id] if item.item_id not in request.item_ids]
        self.items[found.playlist_id] = left
        return messages.RemovePlaylistItemsResponse(playlist=found)

    async def SharePlaylist(self, request: Any, context: Any) -> Any:
        self.shared.append(request)
        return messages.SharePlaylistResponse(playlist=await self._found(request, context))

    async def UnsharePlaylist(self, request: Any, context: Any) -> Any:
        self.unshared.append(request)
        return messages.UnsharePlaylistResponse(playlist=await self._found(request, context))

    async def ImportPlaylist(self, request: Any, context: Any) -> Any:
        self.imported.append(request)
        found = await self._found(request, context)
        if request.text == NO_SONGS:
            await refuse(context, Refused(Reason.IMPORT_UNREADABLE))
        return messages.ImportPlaylistResponse(playlist=found, count=2, missed=1, missed_lines=["*b*"])

    async def ExportPlaylist(self, request: Any, context: Any) -> Any:
        found = await self._found(request, context)
        tracks = [playlist_pb2.PlaylistDocumentTrack(title=title) for title in self.titles(found.playlist_id)]
        document = playlist_pb2.PlaylistDocument(name=found.name, tracks=tracks)
        return messages.ExportPlaylistResponse(document=document)

    async def AddFavorite(self, request: Any, _: Any) -> Any:
        added = request.handle not in self.favorites
        self.favorites += [request.handle] if added else []
        return messages.AddFavoriteResponse(added=added)

    def _put(self, playlist_id: str, titles: Any) -> None:
        items = self.items[playlist_id]
        for title in titles:
            items.append(playlist_pb2.PlaylistItem(item_id=len(items) + 1, track=track(title)))
        self.playlists[playlist_id].item_count = len(items)
        self.playlists[playlist_id].length.seconds = 12 * len(items)

    async def _found(self, request: Any, context: Any) -> playlist_pb2.Playlist:
        if request.playlist_id not in self.playlists:
            await refuse(context, Refused(Reason.PLAYLIST_NOT_FOUND))
        return self.playlists[request.playlist_id]
