"""PlayerService: commands to a player, and looking at it."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from audio import editing, playback, queueing, wire
from audio.domain import policy
from audio.editing import Placement
from audio.service.commanding import Commanding, caller, part_of
from audio.watching import End, Heartbeat, Snapshot
from kit.durations import from_ms
from kit.errors import Reason, Refused
from kit.status import encode as encode_status
from segue.audio.v1 import player_pb2, player_service_pb2_grpc
from segue.audio.v1 import player_service_pb2 as messages
from segue.common.v1 import error_reason_pb2

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    import grpc

    from audio.catalogue import Catalogue
    from audio.changes import Change, Changed, Store
    from audio.domain.player import Player
    from audio.domain.policy import Caller
    from audio.domain.track import Track
    from audio.editing import Added
    from audio.watching import Watching
    from audio.wire import Sign

    Context = grpc.aio.ServicerContext[Any, Any]

_CHUNK = 1_000  # tracks that are written in one transaction
_ENDS = {End.MOVED: messages.STREAM_END_REASON_MOVED, End.TOO_SLOW: messages.STREAM_END_REASON_TOO_SLOW}


class PlayerService(player_service_pb2_grpc.PlayerServiceServicer):
    """Serves players."""

    def __init__(
        self, store: Store, commanding: Commanding, catalogue: Catalogue, watching: Watching, sign: Sign
    ) -> None:
        self._store, self._commanding, self._catalogue = store, commanding, catalogue
        self._watching, self._sign = watching, sign

    async def GetPlayer(self, request: messages.GetPlayerRequest, _context: Context) -> messages.GetPlayerResponse:
        """Show the player now."""
        player = await self._store.player(request.guild_id)
        return messages.GetPlayerResponse(player=await self._shown(player, policy.judged(caller(), player)))

    async def WatchPlayer(
        self, request: messages.WatchPlayerRequest, _context: Context
    ) -> AsyncIterator[messages.WatchPlayerResponse]:
        """Show the player now and after each change."""
        who = caller()
        try:
            async with aclosing(self._watching.watch(request.guild_id, request.from_version)) as events:
                async for event in events:
                    yield await self._event(event, who)
        except Refused as refused:
            yield _error(refused)

    async def JoinChannel(
        self, request: messages.JoinChannelRequest, _context: Context
    ) -> messages.JoinChannelResponse:
        """Bring the bot into a voice channel."""
        return await self._commanding.show(
            request,
            lambda change, who: playback.join(change, who, request.voice_channel_id),
            messages.JoinChannelResponse,
        )

    async def LeaveChannel(
        self, request: messages.LeaveChannelRequest, _context: Context
    ) -> messages.LeaveChannelResponse:
        """Stop, clear and leave."""
        return await self._commanding.decide(request, playback.leave, messages.LeaveChannelResponse)

    async def Play(self, request: messages.PlayRequest, _context: Context) -> messages.PlayResponse:
        """Add tracks, and start the player if it is idle."""
        tracks = await self._wanted(request)
        placement = wire.placement(request.placement)
        is_parted = placement is Placement.END and not request.validate_only
        first, *rest = _chunks(tracks) if is_parted else [tracks]
        part = wire.part(request)

        async def begin(change: Change, who: Caller) -> messages.PlayResponse:
            if rest:
                await editing.require_admission(change, who, len(tracks))
            wanted = editing.asked_for(first, who, part)
            channel_id = request.voice_channel_id
            return self._played(await playback.play(change, who, wanted, channel_id, placement, unfinished=bool(rest)))

        answer = await self._commanding.run(request, begin)
        edit_id = answer.player.version
        for number, chunk in enumerate(rest, 1):
            more = await self._go_on(part_of(request, number), chunk, edit_id)
            answer.player.CopyFrom(more.player)
            answer.count += more.count
            answer.left_out += more.left_out
        return answer

    async def Pause(self, request: messages.PauseRequest, _context: Context) -> messages.PauseResponse:
        """Let the current track wait; silent when answered, unless the node is away."""
        return await self._commanding.decide(request, playback.pause, messages.PauseResponse)

    async def Resume(self, request: messages.ResumeRequest, _context: Context) -> messages.ResumeResponse:
        """Go on with the paused track."""
        return await self._commanding.decide(request, playback.resume, messages.ResumeResponse)

    async def Stop(self, request: messages.StopRequest, _context: Context) -> messages.StopResponse:
        """Stop and clear."""
        return await self._commanding.decide(request, playback.stop, messages.StopResponse)

    async def Skip(self, request: messages.SkipRequest, _context: Context) -> messages.SkipResponse:
        """Go on to the next track."""

        async def effect(change: Change, who: Caller) -> messages.SkipResponse:
            player, skipped, missing = await playback.skip(change, who, request.item_id)
            return messages.SkipResponse(
                player=self._commanding.encode(player),
                skipped=wire.item(skipped, self._sign) if skipped else None,
                votes_missing=missing,
            )

        return await self._commanding.run(request, effect)

    async def Previous(self, request: messages.PreviousRequest, _context: Context) -> messages.PreviousResponse:
        """Go back to the track before."""
        return await self._commanding.decide(
            request,
            lambda change, who: playback.previous(change, who, request.item_id),
            messages.PreviousResponse,
        )

    async def TransferDj(self, request: messages.TransferDjRequest, _context: Context) -> messages.TransferDjResponse:
        """Let somebody else be the DJ of the session."""
        return await self._commanding.show(
            request,
            lambda change, who: playback.transfer_dj(change, who, request.user_id),
            messages.TransferDjResponse,
            waits=False,
        )

    async def Replay(self, request: messages.ReplayRequest, _context: Context) -> messages.ReplayResponse:
        """Begin the current track anew."""
        return await self._commanding.decide(request, playback.replay, messages.ReplayResponse)

    async def UpdatePlayer(
        self, request: messages.UpdatePlayerRequest, _context: Context
    ) -> messages.UpdatePlayerResponse:
        """Change how the player plays."""
        return await self._commanding.show(
            request,
            lambda change, who: playback.update(change, who, wire.wanted(request)),
            messages.UpdatePlayerResponse,
        )

    async def SaveFilters(
        self, request: messages.SaveFiltersRequest, _context: Context
    ) -> messages.SaveFiltersResponse:
        """Save the filters under a name."""
        return await self._commanding.show(
            request,
            lambda change, who: playback.save_filters(change, who, request.name),
            messages.SaveFiltersResponse,
        )

    async def DeleteSavedFilters(
        self, request: messages.DeleteSavedFiltersRequest, _context: Context
    ) -> messages.DeleteSavedFiltersResponse:
        """Forget saved filters."""
        return await self._commanding.show(
            request,
            lambda change, who: playback.delete_saved_filters(change, who, request.name),
            messages.DeleteSavedFiltersResponse,
        )

    async def Seek(self, request: messages.SeekRequest, _context: Context) -> messages.SeekResponse:
        """Move within the current track."""

        async def command(change: Change, who: Caller) -> Player:
            to_ms, relative = wire.destination(request)
            return await playback.seek(change, who, to_ms, relative=relative)

        return await self._commanding.show(request, command, messages.SeekResponse)

    async def _wanted(self, request: messages.PlayRequest) -> list[Track]:
        if not request.playlist:
            return await self._catalogue.wanted(request.query, request.source, request.handles)
        if request.query or request.handles:
            raise Refused(Reason.NOTHING_TO_PLAY)
        return await self._catalogue.kept(request.guild_id, request.playlist)

    async def _go_on(
        self, request: messages.PlayRequest, chunk: Sequence[Track], edit_id: int
    ) -> messages.PlayResponse:
        """Add more of what was begun by an edit, unless that was taken back meanwhile."""

        async def effect(change: Change, who: Caller) -> messages.PlayResponse:
            added = await queueing.add_rest(change, who, editing.asked_for(chunk, who), edit_id)
            if added is None:
                return messages.PlayResponse(player=self._commanding.encode(change.player))
            player, count = added
            left_out = len(chunk) - count
            return messages.PlayResponse(player=self._commanding.encode(player), count=count, left_out=left_out)

        return await self._commanding.run(request, effect, waits=False)

    def _played(self, added: Added) -> messages.PlayResponse:
        return messages.PlayResponse(
            player=self._commanding.encode(added.player),
            item=wire.item(added.item, self._sign),
            count=added.count,
            place=added.place,
            starts_in=from_ms(added.starts_in_ms),
            left_out=added.left_out,
        )

    async def _event(self, event: Snapshot | Changed | Heartbeat | End, who: Caller) -> messages.WatchPlayerResponse:
        if isinstance(event, Heartbeat):
            return messages.WatchPlayerResponse(version=event.version, heartbeat=messages.WatchHeartbeat())
        if isinstance(event, End):
            return messages.WatchPlayerResponse(end=messages.WatchEnd(reason=_ENDS[event]))
        change = messages.PLAYER_CHANGE_SNAPSHOT if isinstance(event, Snapshot) else wire.CHANGES[event.kind]
        player = await self._shown(event.player, policy.judged(who, event.player))
        return messages.WatchPlayerResponse(version=event.player.version, change=change, player=player)

    async def _shown(self, player: Player, who: Caller) -> player_pb2.Player:
        """Show a player and what the caller may do; their tracks are counted only where that depends on it."""
        if policy.is_limited(who, player):
            who = replace(who, held=await self._store.held(player.guild_id, who.user_id))
        return wire.player(player, self._sign, caller=who)


def _chunks(tracks: Sequence[Track]) -> list[Sequence[Track]]:
    """Part a long list: its first track sounds while the others are still written."""
    if len(tracks) <= _CHUNK:
        return [tracks]
    return [tracks[:1], *(tracks[start : start + _CHUNK] for start in range(1, len(tracks), _CHUNK))]


def _error(refused: Refused) -> messages.WatchPlayerResponse:
    status = encode_status(refused)
    error = error_reason_pb2.StreamError(status=status)
    for detail in status.details:
        detail.Unpack(error.info)
    return messages.WatchPlayerResponse(error=error)
