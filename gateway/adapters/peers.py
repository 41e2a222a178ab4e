"""Audio, as gateway asks it, over the mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway import wire
from gateway.domain.player import Added
from kit.cache import Cache
from segue.audio.v1 import (
    catalog_service_pb2,
    catalog_service_pb2_grpc,
    player_service_pb2,
    player_service_pb2_grpc,
    queue_service_pb2,
    queue_service_pb2_grpc,
    voice_event_service_pb2,
    voice_event_service_pb2_grpc,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import grpc

    from gateway.domain.player import Item, Player, Track
    from gateway.domain.voice import Snapshot

_SUGGESTION_TIME = 2.0  # seconds; Discord takes choices for 3
_SUGGESTIONS_KEPT = 60.0  # seconds


class AudioPlayers:
    """Audio's players."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = player_service_pb2_grpc.PlayerServiceStub(channel)

    async def get(self, guild_id: int) -> Player:
        """Look at a player."""
        return wire.player((await self._stub.GetPlayer(player_service_pb2.GetPlayerRequest(guild_id=guild_id))).player)

    async def join(self, guild_id: int, *, request_id: str) -> Player:
        """Bring the bot into the person's voice channel."""
        request = player_service_pb2.JoinChannelRequest(guild_id=guild_id, request_id=request_id)
        return wire.player((await self._stub.JoinChannel(request)).player)

    async def leave(self, guild_id: int, *, request_id: str) -> Player:
        """Stop and send the bot away."""
        request = player_service_pb2.LeaveChannelRequest(guild_id=guild_id, request_id=request_id)
        return wire.player((await self._stub.LeaveChannel(request)).player)

    async def play(self, guild_id: int, query: str, *, request_id: str) -> Added:
        """Play or queue what the query finds."""
        request = player_service_pb2.PlayRequest(guild_id=guild_id, query=query, request_id=request_id)
        answer = await self._stub.Play(request)
        return Added(wire.player(answer.player), wire.item(answer.item), answer.count, answer.place)

    async def pause(self, guild_id: int, *, request_id: str) -> Player:
        """Pause the current track."""
        request = player_service_pb2.PauseRequest(guild_id=guild_id, request_id=request_id)
        return wire.player((await self._stub.Pause(request)).player)

    async def resume(self, guild_id: int, *, request_id: str) -> Player:
        """Go on with the paused track."""
        request = player_service_pb2.ResumeRequest(guild_id=guild_id, request_id=request_id)
        return wire.player((await self._stub.Resume(request)).player)

    async def stop(self, guild_id: int, *, request_id: str) -> Player:
        """Stop and clear the queue."""
        request = player_service_pb2.StopRequest(guild_id=guild_id, request_id=request_id)
        return wire.player((await self._stub.Stop(request)).player)

    async def skip(self, guild_id: int, *, item_id: int = 0, request_id: str) -> tuple[Track, Player]:
        """Go on to the next track; only if `item_id` plays, unless it is zero."""
        request = player_service_pb2.SkipRequest(guild_id=guild_id, item_id=item_id, request_id=request_id)
        answer = await self._stub.Skip(request)
        return wire.track(answer.skipped.track), wire.player(answer.player)

    async def seek(self, guild_id: int, seconds: float, *, request_id: str) -> Player:
        """Move within the current track."""
        position = wire.duration(seconds)
        request = player_service_pb2.SeekRequest(guild_id=guild_id, position=position, request_id=request_id)
        return wire.player((await self._stub.Seek(request)).player)


class AudioQueues:
    """Audio's queues."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = queue_service_pb2_grpc.QueueServiceStub(channel)

    async def first(self, guild_id: int, limit: int) -> Sequence[Item]:
        """List the first items that wait."""
        request = queue_service_pb2.ListQueueItemsRequest(guild_id=guild_id, page_size=limit)
        return [wire.item(item) for item in (await self._stub.ListQueueItems(request)).items]


class AudioCatalog:
    """What audio can play. People type the same words: what was found is kept for a minute."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = catalog_service_pb2_grpc.CatalogServiceStub(channel)
        self._found: Cache[Sequence[Track]] = Cache("suggestions", ttl=_SUGGESTIONS_KEPT)

    async def search(self, query: str, limit: int) -> Sequence[Track]:
        """Find tracks by words, within the time that Discord waits for choices."""
        request = catalog_service_pb2.SearchTracksRequest(query=query, page_size=limit)

        async def search() -> Sequence[Track]:
            answer = await self._stub.SearchTracks(request, timeout=_SUGGESTION_TIME)
            return [wire.track(track) for track in answer.tracks]

        return await self._found.get(f"{limit}:{query.casefold()}", search)


class AudioVoiceEvents:
    """Audio's ear for voice."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = voice_event_service_pb2_grpc.VoiceEventServiceStub(channel)

    async def report(self, snapshot: Snapshot) -> None:
        """Deliver a snapshot."""
        request = voice_event_service_pb2.ReportVoiceRequest(
            guild_id=snapshot.guild_id, snapshot=wire.snapshot(snapshot)
        )
        await self._stub.ReportVoice(request)
