"""CatalogService and VoiceEventService."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from audio import wire
from kit.errors import Reason, Refused
from segue.audio.v1 import (
    catalog_service_pb2,
    catalog_service_pb2_grpc,
    voice_event_service_pb2,
    voice_event_service_pb2_grpc,
)

if TYPE_CHECKING:
    import grpc

    from audio.catalogue import Catalogue
    from audio.changes import Store
    from audio.domain.player import Item
    from audio.hearing import Hearing
    from audio.wire import Sign

    Context = grpc.aio.ServicerContext[Any, Any]

_PAGE, _LARGEST_PAGE = 10, 50


class CatalogService(catalog_service_pb2_grpc.CatalogServiceServicer):
    """Serves searches, candidates and lyrics."""

    def __init__(self, catalogue: Catalogue, store: Store, sign: Sign) -> None:
        self._catalogue, self._store, self._sign = catalogue, store, sign

    async def SearchTracks(
        self, request: catalog_service_pb2.SearchTracksRequest, _context: Context
    ) -> catalog_service_pb2.SearchTracksResponse:
        """Find tracks, and lists of them."""
        limit = min(request.page_size or _PAGE, _LARGEST_PAGE)
        search = self._catalogue.search(request.query, request.source, limit)
        if request.include_lists:
            found, lists = await asyncio.gather(search, self._catalogue.lists(request.query, request.source, limit))
        else:
            found, lists = await search, []
        return catalog_service_pb2.SearchTracksResponse(
            tracks=[wire.track(track, self._sign) for track in found], lists=map(wire.track_list, lists)
        )

    async def DescribeTracks(
        self, request: catalog_service_pb2.DescribeTracksRequest, _context: Context
    ) -> catalog_service_pb2.DescribeTracksResponse:
        """Say what is behind handles."""
        tracks = self._catalogue.verified(request.handles)
        return catalog_service_pb2.DescribeTracksResponse(tracks=[wire.track(track, self._sign) for track in tracks])

    async def ListCandidates(
        self, request: catalog_service_pb2.ListCandidatesRequest, _context: Context
    ) -> catalog_service_pb2.ListCandidatesResponse:
        """Find what may be meant instead of an item."""
        item = await self._item(request.guild_id, request.item_id)
        limit = min(request.page_size or _PAGE, _LARGEST_PAGE)
        found = await self._catalogue.candidates(item.track, limit)
        return catalog_service_pb2.ListCandidatesResponse(tracks=[wire.track(track, self._sign) for track in found])

    async def GetLyrics(
        self, request: catalog_service_pb2.GetLyricsRequest, _context: Context
    ) -> catalog_service_pb2.GetLyricsResponse:
        """Find what is sung now."""
        item = (await self._store.player(request.guild_id)).current
        if item is None:
            raise Refused(Reason.NOTHING_PLAYING)
        found = await self._catalogue.lyrics(item.track)
        return catalog_service_pb2.GetLyricsResponse(lyrics=wire.lyrics(found, item.item_id))

    async def _item(self, guild_id: int, item_id: int) -> Item:
        """Find an item of the queue, or the current one: what left the queue meanwhile plays."""
        if item := await self._store.item(guild_id, item_id):
            return item
        current = (await self._store.player(guild_id)).current
        if current is None or current.item_id != item_id:
            raise Refused(Reason.ITEM_NOT_FOUND)
        return current


class VoiceEventService(voice_event_service_pb2_grpc.VoiceEventServiceServicer):
    """Takes gateway's snapshots."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing

    async def ReportVoice(
        self, request: voice_event_service_pb2.ReportVoiceRequest, _context: Context
    ) -> voice_event_service_pb2.ReportVoiceResponse:
        """Take a snapshot."""
        await self._hearing.report(wire.snapshot(request.snapshot))
        return voice_event_service_pb2.ReportVoiceResponse()
