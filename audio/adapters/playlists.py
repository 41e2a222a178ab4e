"""Api over the mesh: what people keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import actor
from segue.api.v1 import playlist_service_pb2 as messages
from segue.api.v1 import playlist_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import grpc

    from audio.domain.track import Track
    from audio.wire import Verify

_PAGE = 1_000


class ApiPlaylists:
    """`audio.catalogue.Playlists` and `audio.suggesting.Kept`."""

    def __init__(self, channel: grpc.aio.Channel, verify: Verify) -> None:
        self._stub = playlist_service_pb2_grpc.PlaylistServiceStub(channel)
        self._verify = verify

    async def tracks(self, guild_id: int, playlist_id: str) -> list[Track]:
        found: list[Track] = []
        request = messages.ListPlaylistItemsRequest(guild_id=guild_id, playlist_id=playlist_id, page_size=_PAGE)
        while True:
            answer = await self._stub.ListPlaylistItems(request)
            found += [self._verify(item.track.handle) for item in answer.items]
            if not answer.next_page_token:
                return found
            request.page_token = answer.next_page_token

    async def of_guild(self, guild_id: int, playlist_id: str) -> list[Track]:
        with actor.acting_as(actor.system()):
            return await self.tracks(guild_id, playlist_id)

    async def favorites(self, user_ids: Sequence[int]) -> list[Track]:
        request = messages.ListFavoriteTracksRequest(user_ids=user_ids)
        with actor.acting_as(actor.system()):
            answer = await self._stub.ListFavoriteTracks(request)
        return [self._verify(track.handle) for track in answer.tracks]
