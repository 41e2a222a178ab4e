"""Api with its playlists, those who call it, and what audio knows."""

from __future__ import annotations

from typing import Any

from google.protobuf import json_format

from kit import actor
from kit.errors import Reason, Refused
from segue.api.v1 import playlist_service_pb2 as messages
from segue.api.v1 import playlist_service_pb2_grpc
from segue.audio.v1 import catalog_service_pb2, player_pb2
from segue.common.v1 import actor_pb2
from segue.gateway.v1 import guild_service_pb2
from tests.kit.serving import Brought
from tests.kit.world import token

GUILD, OTHER_GUILD = 700, 701
DJ, MEMBER, STRANGER, MANAGER = 1, 2, 3, 5
SCOPES = ["playlists.read", "playlists.write"]


async def member(request: Any) -> guild_service_pb2.GetMemberResponse:
    if request.user_id == STRANGER or request.guild_id != GUILD:
        raise Refused(Reason.GUILD_NOT_FOUND)
    roles = [actor_pb2.Role(id=1, name="DJ")] if request.user_id == DJ else []
    permissions = 0x20 if request.user_id == MANAGER else 0
    found = actor_pb2.Member(guild_id=request.guild_id, user_id=request.user_id, roles=roles, permissions=permissions)
    return guild_service_pb2.GetMemberResponse(member=found)


def track(name: str) -> player_pb2.Track:
    made = player_pb2.Track(handle=f"handle-{name}", title=name, author="Somebody", source="http", seekable=True)
    made.uri = f"https://music.example/{name}"
    made.length.seconds = 10
    return made


class Audio:
    """What audio knows: every handle that begins as one of its own, and one track for each word but `nothing`."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def describe(self, request: Any) -> catalog_service_pb2.DescribeTracksResponse:
        if not all(handle.startswith("handle-") for handle in request.handles):
            raise Refused(Reason.HANDLE_INVALID)
        tracks = [track(handle.removeprefix("handle-")) for handle in request.handles]
        return catalog_service_pb2.DescribeTracksResponse(tracks=tracks)

    async def search(self, request: Any) -> catalog_service_pb2.SearchTracksResponse:
        self.asked.append(request.query)
        if "away" in request.query:
            raise Refused(Reason.NO_NODE)
        if "broken" in request.query:
            raise Refused(Reason.LOAD_FAILED, query=request.query)
        names = [] if "nothing" in request.query else [request.query.removeprefix("https://music.example/")]
        if "list" in request.query:
            names = ["one", "two"][: request.page_size]
        return catalog_service_pb2.SearchTracksResponse(tracks=[track(name) for name in names])


class Client:
    """An instance of api, and those who call it."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def __call__(self, method: str, *, who: int = MEMBER, caller: str = "edge", **fields: Any) -> Any:
        request = json_format.ParseDict(fields, getattr(messages, f"{method}Request")())
        someone = token(user_id=who, scopes=SCOPES) if caller == "edge" else actor.system(who)
        async with Brought(caller, self.address) as channel:
            with actor.acting_as(someone):
                return await getattr(playlist_service_pb2_grpc.PlaylistServiceStub(channel), method)(request)

    async def made(self, *names: str, name: str = "Mine", **more: Any) -> str:
        """Make a playlist of tracks; return its id."""
        playlist = (await self("CreatePlaylist", name=name, **more)).playlist
        if names:
            await self.add(playlist.playlist_id, *names, **more)
        return str(playlist.playlist_id)

    async def add(self, playlist_id: str, *names: str, **more: Any) -> Any:
        handles = [f"handle-{name}" for name in names]
        return await self("AddPlaylistItems", playlist_id=playlist_id, handles=handles, **more)

    async def titles(self, playlist_id: str, **more: Any) -> list[str]:
        return [item.track.title for item in (await self.items(playlist_id, **more)).items]

    async def items(self, playlist_id: str, **more: Any) -> Any:
        return await self("ListPlaylistItems", playlist_id=playlist_id, **more)

    async def names(self, **more: Any) -> list[str]:
        return [playlist.name for playlist in (await self("ListPlaylists", **more)).playlists]
