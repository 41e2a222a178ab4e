"""Audio and worker, as gateway asks them, over the mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway import wire
from gateway.domain.player import Page, Skipped
from kit.actor import acting_as, system
from kit.cache import Cache
from kit.durations import from_seconds
from kit.errors import Reason, Refused
from segue.audio.v1 import (
    catalog_service_pb2,
    catalog_service_pb2_grpc,
    player_pb2,
    player_service_pb2,
    player_service_pb2_grpc,
    queue_service_pb2,
    queue_service_pb2_grpc,
    voice_event_service_pb2,
    voice_event_service_pb2_grpc,
)
from segue.worker.v1 import import_service_pb2, import_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import grpc

    from gateway.domain.importing import Import
    from gateway.domain.player import Added, Change, Edit, Item, Lyrics, Played, Player, Rule, Track
    from gateway.domain.voice import Snapshot

_SUGGESTIONS_KEPT = 60.0  # seconds
_LYRICS_KEPT = 1800.0  # seconds; longer than an answer can follow them


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
        return wire.decided(await self._stub.LeaveChannel(request))

    async def close(self, guild_id: int) -> None:
        """Stop, and take note that the bot is gone, for nobody."""
        with acting_as(system()):
            await self._stub.LeaveChannel(player_service_pb2.LeaveChannelRequest(guild_id=guild_id))

    async def play(self, guild_id: int, query: str, placement: str, *, source: str = "", request_id: str) -> Added:
        """Play or queue what the query finds; words in all sources, unless one is named."""
        place = player_pb2.Placement.Value(f"PLACEMENT_{placement}")
        request = player_service_pb2.PlayRequest(
            guild_id=guild_id, query=query, source=source, placement=place, request_id=request_id
        )
        return wire.added(await self._stub.Play(request))

    async def play_tracks(self, guild_id: int, handles: Sequence[str], placement: str, *, request_id: str) -> Added:
        """Play or queue these tracks."""
        place = player_pb2.Placement.Value(f"PLACEMENT_{placement}")
        request = player_service_pb2.PlayRequest(
            guild_id=guild_id, handles=handles, placement=place, request_id=request_id
        )
        return wire.added(await self._stub.Play(request))

    async def play_playlist(self, guild_id: int, playlist_id: str, placement: str, *, request_id: str) -> Added:
        """Play or queue all of a playlist."""
        request = player_service_pb2.PlayRequest(
            guild_id=guild_id,
            playlist=playlist_id,
            placement=player_pb2.Placement.Value(f"PLACEMENT_{placement}"),
            request_id=request_id,
        )
        return wire.added(await self._stub.Play(request))

    async def transfer_dj(self, guild_id: int, user_id: int, *, request_id: str) -> Player:
        """Let somebody else who listens be the DJ of the session."""
        request = player_service_pb2.TransferDjRequest(guild_id=guild_id, user_id=user_id, request_id=request_id)
        return wire.player((await self._stub.TransferDj(request)).player)

    async def pause(self, guild_id: int, *, request_id: str) -> Player:
        """Pause the current track."""
        request = player_service_pb2.PauseRequest(guild_id=guild_id, request_id=request_id)
        return wire.decided(await self._stub.Pause(request))

    async def resume(self, guild_id: int, *, request_id: str) -> Player:
        """Go on with the paused track."""
        request = player_service_pb2.ResumeRequest(guild_id=guild_id, request_id=request_id)
        return wire.decided(await self._stub.Resume(request))

    async def stop(self, guild_id: int, *, request_id: str) -> Player:
        """Stop and clear the queue."""
        request = player_service_pb2.StopRequest(guild_id=guild_id, request_id=request_id)
        return wire.decided(await self._stub.Stop(request))

    async def skip(self, guild_id: int, *, item_id: int = 0, request_id: str) -> Skipped:
        """Go on to the next track, or vote for it; only if `item_id` plays, unless it is zero."""
        request = player_service_pb2.SkipRequest(guild_id=guild_id, item_id=item_id, request_id=request_id)
        answer = await self._stub.Skip(request)
        track = None if answer.votes_missing else wire.track(answer.skipped.track)
        return Skipped(wire.player(answer.player), track, answer.votes_missing)

    async def previous(self, guild_id: int, *, item_id: int = 0, request_id: str) -> Player:
        """Go back to the track before; only if `item_id` plays, unless it is zero."""
        request = player_service_pb2.PreviousRequest(guild_id=guild_id, item_id=item_id, request_id=request_id)
        return wire.decided(await self._stub.Previous(request))

    async def seek(self, guild_id: int, seconds: float, *, relative: bool, request_id: str) -> Player:
        """Move within the current track; `relative`: from where it is."""
        request = player_service_pb2.SeekRequest(guild_id=guild_id, request_id=request_id)
        (request.offset if relative else request.position).CopyFrom(from_seconds(seconds))
        return wire.player((await self._stub.Seek(request)).player)

    async def replay(self, guild_id: int, *, request_id: str) -> Player:
        """Begin the current track anew."""
        request = player_service_pb2.ReplayRequest(guild_id=guild_id, request_id=request_id)
        return wire.decided(await self._stub.Replay(request))

    async def change(self, guild_id: int, wanted: Change, *, request_id: str) -> Player:
        """Change how it plays."""
        return wire.player((await self._stub.UpdatePlayer(wire.change(guild_id, wanted, request_id))).player)

    async def save_filters(self, guild_id: int, name: str, *, request_id: str) -> None:
        """Save the filters under a name."""
        request = player_service_pb2.SaveFiltersRequest(guild_id=guild_id, name=name, request_id=request_id)
        await self._stub.SaveFilters(request)

    async def delete_filters(self, guild_id: int, name: str, *, request_id: str) -> None:
        """Delete saved filters."""
        request = player_service_pb2.DeleteSavedFiltersRequest(guild_id=guild_id, name=name, request_id=request_id)
        await self._stub.DeleteSavedFilters(request)


class AudioQueues:
    """Audio's queues and histories."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = queue_service_pb2_grpc.QueueServiceStub(channel)

    async def page(
        self, guild_id: int, token: str, limit: int, *, skip: int = 0, within: float | None = None
    ) -> Page[Item]:
        """List items that wait, from the page that a token names; empty: from the first, or without so many."""
        request = queue_service_pb2.ListQueueItemsRequest(
            guild_id=guild_id, page_size=limit, page_token=token, skip=skip
        )
        answer = await self._stub.ListQueueItems(request, timeout=within)
        return Page([wire.item(item) for item in answer.items], answer.next_page_token)

    async def history(
        self, guild_id: int, token: str, limit: int, *, skip: int = 0, own: bool = False, within: float | None = None
    ) -> Page[Played]:
        """List what was played, for all or for the person alone, the newest first."""
        request = queue_service_pb2.ListHistoryRequest(
            guild_id=guild_id, page_size=limit, page_token=token, skip=skip, own=own
        )
        answer = await self._stub.ListHistory(request, timeout=within)
        return Page([wire.played(entry) for entry in answer.entries], answer.next_page_token, answer.total_count)

    async def remove(self, guild_id: int, item_id: int, *, request_id: str) -> Track:
        """Remove an item."""
        request = queue_service_pb2.RemoveQueueItemRequest(guild_id=guild_id, item_id=item_id, request_id=request_id)
        return wire.track((await self._stub.RemoveQueueItem(request)).item.track)

    async def remove_all(self, guild_id: int, rule: Rule, *, request_id: str) -> int:
        """Remove the items that a rule means; return how many."""
        request = queue_service_pb2.RemoveQueueItemsRequest(
            guild_id=guild_id,
            item_ids=[rule.item_id] if rule.item_id and not rule.last_id else [],
            first_item_id=rule.item_id if rule.last_id else 0,
            last_item_id=rule.last_id,
            requester_id=rule.requester_id,
            duplicates=rule.duplicates,
            absent=rule.absent,
            words=rule.words,
            request_id=request_id,
        )
        return int((await self._stub.RemoveQueueItems(request)).count)

    async def move(self, guild_id: int, item_id: int, before_id: int, *, request_id: str) -> None:
        """Put an item before another; zero: at the end."""
        request = queue_service_pb2.MoveQueueItemRequest(
            guild_id=guild_id, item_id=item_id, before_item_id=before_id, request_id=request_id
        )
        await self._stub.MoveQueueItem(request)

    async def sort(self, guild_id: int, order: str, *, request_id: str) -> None:
        """Put the items in an order."""
        by = queue_service_pb2.QueueOrder.Value(f"QUEUE_ORDER_{order}")
        await self._stub.SortQueue(
            queue_service_pb2.SortQueueRequest(guild_id=guild_id, order=by, request_id=request_id)
        )

    async def reverse(self, guild_id: int, *, request_id: str) -> None:
        """Turn the order of the items around."""
        await self._stub.ReverseQueue(queue_service_pb2.ReverseQueueRequest(guild_id=guild_id, request_id=request_id))

    async def shuffle(self, guild_id: int, *, keep: bool, request_id: str) -> Player:
        """Mix the items, or vote for it; `keep`: those of each person stay in their order."""
        request = queue_service_pb2.ShuffleQueueRequest(
            guild_id=guild_id, keep_order_of_requesters=keep, request_id=request_id
        )
        return wire.decided(await self._stub.ShuffleQueue(request))

    async def clear(self, guild_id: int, *, request_id: str) -> tuple[Player, int]:
        """Remove all items, or vote for it; return how many were removed."""
        request = queue_service_pb2.ClearQueueRequest(guild_id=guild_id, request_id=request_id)
        answer = await self._stub.ClearQueue(request)
        return wire.decided(answer), answer.count

    async def jump(self, guild_id: int, item_id: int, *, request_id: str) -> Player:
        """Play an item at once, and skip those before it."""
        request = queue_service_pb2.JumpToQueueItemRequest(guild_id=guild_id, item_id=item_id, request_id=request_id)
        return wire.player((await self._stub.JumpToQueueItem(request)).player)

    async def replace(self, guild_id: int, item_id: int, handle: str, *, request_id: str) -> Track:
        """Put another track in the place of an item."""
        request = queue_service_pb2.ReplaceQueueItemRequest(
            guild_id=guild_id, item_id=item_id, handle=handle, request_id=request_id
        )
        return wire.track((await self._stub.ReplaceQueueItem(request)).item.track)

    async def undo(self, guild_id: int, *, request_id: str) -> Edit:
        """Take the last edit back; return it."""
        request = queue_service_pb2.UndoQueueEditRequest(guild_id=guild_id, request_id=request_id)
        return wire.edit((await self._stub.UndoQueueEdit(request)).edit)

    async def redo(self, guild_id: int, *, request_id: str) -> Edit:
        """Do again what was taken back last; return it."""
        request = queue_service_pb2.RedoQueueEditRequest(guild_id=guild_id, request_id=request_id)
        return wire.edit((await self._stub.RedoQueueEdit(request)).edit)


class AudioCatalog:
    """What audio can play. People type the same words: what was found is kept for a minute.

    Lyrics are kept for as long as an answer follows them: audio knows only those of what plays.
    """

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = catalog_service_pb2_grpc.CatalogServiceStub(channel)
        self._found: Cache[Sequence[Track]] = Cache("suggestions", ttl=_SUGGESTIONS_KEPT)
        self._lyrics: Cache[Lyrics] = Cache("lyrics", ttl=_LYRICS_KEPT)

    async def search(self, query: str, limit: int, *, source: str = "", within: float | None = None) -> Sequence[Track]:
        """Find tracks by words, the best first, within so many seconds; in all sources, unless one is named."""
        request = catalog_service_pb2.SearchTracksRequest(query=query, source=source, page_size=limit)

        async def search() -> Sequence[Track]:
            answer = await self._stub.SearchTracks(request, timeout=within)
            return [wire.track(track) for track in answer.tracks]

        return await self._found.get(f"{source}:{limit}:{query.casefold()}", search)

    async def candidates(self, guild_id: int, item_id: int) -> Sequence[Track]:
        """Find what may be meant where an item is the wrong song."""
        request = catalog_service_pb2.ListCandidatesRequest(guild_id=guild_id, item_id=item_id)
        return [wire.track(track) for track in (await self._stub.ListCandidates(request)).tracks]

    async def lyrics(self, guild_id: int) -> Lyrics:
        """Find the lyrics of the current track."""
        request = catalog_service_pb2.GetLyricsRequest(guild_id=guild_id)
        found = wire.lyrics((await self._stub.GetLyrics(request)).lyrics)

        async def keep() -> Lyrics:
            return found

        return await self._lyrics.get(str(found.item_id), keep, fresh=True)

    async def lyrics_of(self, guild_id: int, item_id: int) -> Lyrics:
        """Find the lyrics of an item that plays, or played when they were asked for before."""

        async def find() -> Lyrics:
            found = await self.lyrics(guild_id)
            if found.item_id != item_id:
                raise Refused(Reason.ITEM_NOT_FOUND)
            return found

        return await self._lyrics.get(str(item_id), find)


class WorkerImports:
    """Worker's imports."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = import_service_pb2_grpc.ImportServiceStub(channel)

    async def start(self, guild_id: int, lines: Sequence[str], placement: str, *, request_id: str) -> Import:
        """Search for each line and add what is found."""
        request = import_service_pb2.StartImportRequest(
            guild_id=guild_id,
            lines=lines,
            placement=player_pb2.Placement.Value(f"PLACEMENT_{placement}"),
            request_id=request_id,
        )
        return wire.track_import((await self._stub.StartImport(request)).track_import)

    async def get(self, guild_id: int, import_id: str) -> Import:
        """Look how far one is."""
        request = import_service_pb2.GetImportRequest(guild_id=guild_id, import_id=import_id)
        return wire.track_import((await self._stub.GetImport(request)).track_import)

    async def cancel(self, guild_id: int, import_id: str, *, request_id: str) -> Import:
        """End one; what it added stays."""
        request = import_service_pb2.CancelImportRequest(guild_id=guild_id, import_id=import_id, request_id=request_id)
        return wire.track_import((await self._stub.CancelImport(request)).track_import)


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
