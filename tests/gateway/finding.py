"""What the stand-in for audio finds."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segue.audio.v1 import catalog_service_pb2, catalog_service_pb2_grpc, player_pb2
from segue.common.v1 import actor_pb2
from tests.kit.serving import refuse

if TYPE_CHECKING:
    from kit.errors import Refused


def track(title: str) -> player_pb2.Track:
    """A local track of 12 seconds."""
    made = player_pb2.Track(handle=f"handle-{title}", title=title, author="Nobody", source="local", seekable=True)
    made.length.FromSeconds(12)
    return made


class Finding(catalog_service_pb2_grpc.CatalogServiceServicer):
    """Tracks that are named after what they are found by, and those that a test wants to be found."""

    calls: list[tuple[str, Any, actor_pb2.Actor]]
    refusal: Refused | None
    lyrics: catalog_service_pb2.Lyrics
    candidates: list[player_pb2.Track]
    found: list[player_pb2.Track] | None
    """What every search finds, where a test says so."""
    looks = 0
    """How often somebody looked at the player, or for tracks and lyrics."""

    @property
    def known(self) -> dict[str, player_pb2.Track]:
        """The candidates by their handles."""
        return {one.handle: one for one in self.candidates}

    async def SearchTracks(self, request: Any, context: Any) -> Any:
        self.calls.append(("SearchTracks", request, actor_pb2.Actor()))
        await self._look(context)
        found = [one for one in self.known.values() if one.uri == request.query] or self.found
        if found is None:
            found = [track(f"{request.query} {number}") for number in (1, 2)]
        return catalog_service_pb2.SearchTracksResponse(tracks=found)

    async def GetLyrics(self, request: Any, context: Any) -> Any:
        await self._look(context)
        return catalog_service_pb2.GetLyricsResponse(lyrics=self.lyrics)

    async def ListCandidates(self, request: Any, context: Any) -> Any:
        await self._look(context)
        return catalog_service_pb2.ListCandidatesResponse(tracks=self.candidates)

    async def _look(self, context: Any) -> None:
        self.looks += 1
        if self.refusal is not None:
            await refuse(context, self.refusal)
