"""A stand-in for audio: real gRPC, a player of a few lines, and a record of all that it was asked."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import grpc

from kit.errors import Reason, Refused
from segue.audio.v1 import (
    catalog_service_pb2,
    player_pb2,
    player_service_pb2,
    player_service_pb2_grpc,
    queue_service_pb2,
    voice_event_service_pb2,
    voice_event_service_pb2_grpc,
)
from tests.gateway.finding import Finding, track
from tests.gateway.ordering import Ordering
from tests.kit.serving import refuse, who_calls

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.message import Message

    from segue.common.v1 import actor_pb2, voice_pb2

IDLE, PLAYING, PAUSED = (
    player_pb2.PLAYER_STATUS_IDLE,
    player_pb2.PLAYER_STATUS_PLAYING,
    player_pb2.PLAYER_STATUS_PAUSED,
)


class Audio(
    player_service_pb2_grpc.PlayerServiceServicer,
    Ordering,
    Finding,
    voice_event_service_pb2_grpc.VoiceEventServiceServicer,
):
    """One player for all guilds."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any, actor_pb2.Actor]] = []
        self.refusal: Refused | None = None
        self.held: asyncio.Event | None = None
        """While set, commands wait for it before they answer; their effect is made already."""
        self.arrived = asyncio.Event()
        """A command has had its effect since the last reset."""
        self.snapshots: list[voice_pb2.VoiceSnapshot] = []
        self.reported = asyncio.Condition()
        self.reports_refused = 0
        self.answers: dict[str, Message] = {}
        self.player = player_pb2.Player()
        self.reset()

    def reset(self) -> None:
        """Forget everything but voice, and versions: they never go back."""
        self.calls.clear()
        self.arrived.clear()
        self.answers.clear()
        self.refusal = self.held = None
        self.player = player_pb2.Player(guild_id=1, version=self.player.version + 1, status=IDLE, speed=1.0)
        self.player.volume, self.player.loop_mode = 100, player_pb2.LOOP_MODE_OFF
        self.waiting: list[player_pb2.QueueItem] = []
        self.history: list[queue_service_pb2.HistoryEntry] = []
        self.edits: list[queue_service_pb2.QueueEdit] = []
        self.taken_back: list[queue_service_pb2.QueueEdit] = []
        self.present: set[int] = set()
        self.left_out = 0
        self.unknown: set[str] = set()  # what finds nothing
        self.found = None
        self.vote: Message | None = None  # the answer to a command that is counted as a vote
        self.lyrics = catalog_service_pb2.Lyrics()
        self.candidates: list[player_pb2.Track] = []
        self._items = 100

    def asked(self, method: str) -> list[Any]:
        """List the requests of a method."""
        return [request for name, request, _ in self.calls if name == method]

    async def snapshot(self, holds: Callable[[voice_pb2.VoiceSnapshot], bool]) -> voice_pb2.VoiceSnapshot:
        """Wait until the newest snapshot is as wanted."""
        async with asyncio.timeout(60), self.reported:
            await self.reported.wait_for(lambda: bool(self.snapshots) and holds(self.snapshots[-1]))
        return self.snapshots[-1]

    async def _command(self, request: Any, context: Any, effect: Callable[[], Message]) -> Any:
        name = type(request).__name__.removesuffix("Request")
        self.calls.append((name, request, who_calls(context)))
        try:
            if self.refusal is not None:
                raise self.refusal
            known = self.answers.get(request.request_id)
            if known is None:
                self.player.version += 1
                known = self.answers[request.request_id] = self.vote or effect()
            self._same(known, name)
        except Refused as refusal:
            await refuse(context, refusal)
        self.arrived.set()
        if self.held is not None:
            await self.held.wait()
        return known

    @staticmethod
    def _same(known: Message, name: str) -> None:
        if type(known).__name__ != f"{name}Response":
            raise Refused(Reason.REQUEST_ID_REUSED)

    def _require(self, *wanted: Any, otherwise: Reason) -> None:
        if self.player.status == IDLE:
            raise Refused(Reason.NOTHING_PLAYING)
        if self.player.status not in wanted:
            raise Refused(otherwise)

    async def GetPlayer(self, request: Any, context: Any) -> Any:
        await self._look(context)
        return player_service_pb2.GetPlayerResponse(player=self.player)

    async def Play(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            if request.query in self.unknown:
                raise Refused(Reason.NO_MATCH)
            self._items += 1
            item = player_pb2.QueueItem(
                item_id=self._items, track=track(request.query or request.playlist), requester_id=7
            )
            place = 0
            if self.player.status == IDLE:
                self.player.status = PLAYING
                self.player.current.CopyFrom(item)
                self.player.position_time.GetCurrentTime()
            else:
                self.waiting.append(item)
                self.player.queue_length = place = len(self.waiting)
            answer = player_service_pb2.PlayResponse(player=self.player, item=item, count=1, place=place, applied=True)
            answer.starts_in.FromSeconds(12 * place)
            answer.left_out = self.left_out
            return answer

        return await self._command(request, context, effect)

    async def Pause(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            self._require(PLAYING, otherwise=Reason.ALREADY_PAUSED)
            self.player.status = PAUSED
            return player_service_pb2.PauseResponse(player=self.player)

        return await self._command(request, context, effect)

    async def Resume(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            self._require(PAUSED, otherwise=Reason.NOT_PAUSED)
            self.player.status = PLAYING
            return player_service_pb2.ResumeResponse(player=self.player)

        return await self._command(request, context, effect)

    async def Skip(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            self._require(PLAYING, PAUSED, otherwise=Reason.NOTHING_PLAYING)
            skipped = player_pb2.QueueItem()
            skipped.CopyFrom(self.player.current)
            if request.item_id not in (0, skipped.item_id):
                raise Refused(Reason.ITEM_NOT_FOUND)
            if self.waiting:
                self.player.current.CopyFrom(self.waiting.pop(0))
                self.player.queue_length = len(self.waiting)
            else:
                self.player.ClearField("current")
                self.player.status = IDLE
            return player_service_pb2.SkipResponse(player=self.player, skipped=skipped, applied=True)

        return await self._command(request, context, effect)

    async def Stop(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            self._require(PLAYING, PAUSED, otherwise=Reason.NOTHING_PLAYING)
            self.player.ClearField("current")
            self.player.status = IDLE
            return player_service_pb2.StopResponse(player=self.player)

        return await self._command(request, context, effect)

    async def Seek(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            self._require(PLAYING, PAUSED, otherwise=Reason.NOTHING_PLAYING)
            before = self.player.position.seconds if request.HasField("offset") else 0
            self.player.position.FromSeconds(max(0, before + request.position.seconds + request.offset.seconds))
            return player_service_pb2.SeekResponse(player=self.player)

        return await self._command(request, context, effect)

    async def Previous(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            if not self.history:
                raise Refused(Reason.NOTHING_BEFORE)
            if request.item_id not in (0, self.player.current.item_id):
                raise Refused(Reason.ITEM_NOT_FOUND)
            self.player.current.CopyFrom(self.history[-1].item)
            return player_service_pb2.PreviousResponse(player=self.player, applied=True)

        return await self._command(request, context, effect)

    async def UpdatePlayer(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            if request.HasField("saved_filters") and request.saved_filters not in self.player.saved_filters:
                raise Refused(Reason.SAVED_FILTERS_NOT_FOUND)
            for name in ("loop_mode", "loop_count", "volume", "autoplay"):
                if request.HasField(name):
                    setattr(self.player, name, getattr(request, name))
            if request.HasField("filters"):
                self.player.filters.CopyFrom(request.filters)
            return player_service_pb2.UpdatePlayerResponse(player=self.player)

        return await self._command(request, context, effect)

    async def SaveFilters(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            if not self.player.filters.presets:
                raise Refused(Reason.NOTHING_TO_SAVE)
            self.player.saved_filters.append(request.name)
            return player_service_pb2.SaveFiltersResponse(player=self.player)

        return await self._command(request, context, effect)

    async def DeleteSavedFilters(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            if request.name not in self.player.saved_filters:
                raise Refused(Reason.SAVED_FILTERS_NOT_FOUND)
            self.player.saved_filters.remove(request.name)
            return player_service_pb2.DeleteSavedFiltersResponse(player=self.player)

        return await self._command(request, context, effect)

    async def JoinChannel(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            self.player.voice_channel_id = 42
            return player_service_pb2.JoinChannelResponse(player=self.player)

        return await self._command(request, context, effect)

    async def TransferDj(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            if request.user_id == self.player.dj_user_id:
                raise Refused(Reason.ALREADY_DJ)
            self.player.dj_user_id = request.user_id
            return player_service_pb2.TransferDjResponse(player=self.player)

        return await self._command(request, context, effect)

    async def LeaveChannel(self, request: Any, context: Any) -> Any:
        return await self._command(
            request, context, lambda: player_service_pb2.LeaveChannelResponse(player=self.player)
        )

    async def Replay(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            self._require(PLAYING, PAUSED, otherwise=Reason.NOTHING_PLAYING)
            return player_service_pb2.ReplayResponse(player=self.player, applied=True)

        return await self._command(request, context, effect)

    async def ListQueueItems(self, request: Any, context: Any) -> Any:
        items, more = self._page(self.waiting, request, request.skip)
        return queue_service_pb2.ListQueueItemsResponse(items=items, next_page_token=more, version=1)

    async def ListHistory(self, request: Any, context: Any) -> Any:
        who = who_calls(context).user_id
        known = [entry for entry in self.history if not request.own or entry.item.requester_id == who]
        entries, more = self._page(known, request, request.skip)
        return queue_service_pb2.ListHistoryResponse(entries=entries, next_page_token=more, total_count=len(known))

    @staticmethod
    def _page(entries: list[Any], request: Any, skip: int = 0) -> tuple[list[Any], str]:
        first = int(request.page_token or skip)
        last = first + request.page_size
        return entries[first:last], str(last) if last < len(entries) else ""

    async def RemoveQueueItem(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            item = self._take(request.item_id)
            return queue_service_pb2.RemoveQueueItemResponse(player=self.player, item=item)

        return await self._command(request, context, effect)

    async def RemoveQueueItems(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            if request == queue_service_pb2.RemoveQueueItemsRequest(
                guild_id=request.guild_id, request_id=request.request_id
            ):
                raise Refused(Reason.INVALID_ARGUMENT, fields={"item_ids": "at least one condition has to be given"})
            before, seen = list(self.waiting), {self.player.current.track.title}
            ids = [item.item_id for item in before]
            first = ids.index(request.first_item_id) if request.first_item_id else 0
            last = ids.index(request.last_item_id) if request.last_item_id else len(ids)
            for place, item in enumerate(before):
                if (
                    min(first, last) <= place <= max(first, last)
                    and (not request.item_ids or item.item_id in request.item_ids)
                    and request.requester_id in (0, item.requester_id)
                    and (not request.duplicates or item.track.title in seen)
                    and (not request.absent or item.requester_id not in self.present)
                    and request.words in item.track.title
                ):
                    self.waiting.remove(item)
                seen.add(item.track.title)
            count = len(before) - len(self.waiting)
            return queue_service_pb2.RemoveQueueItemsResponse(player=self.player, count=count)

        return await self._command(request, context, effect)

    async def UndoQueueEdit(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            if not self.edits:
                raise Refused(Reason.NOTHING_TO_UNDO)
            self.taken_back.append(self.edits.pop())
            return queue_service_pb2.UndoQueueEditResponse(player=self.player, edit=self.taken_back[-1])

        return await self._command(request, context, effect)

    async def RedoQueueEdit(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            if not self.taken_back:
                raise Refused(Reason.NOTHING_TO_REDO)
            self.edits.append(self.taken_back.pop())
            return queue_service_pb2.RedoQueueEditResponse(player=self.player, edit=self.edits[-1])

        return await self._command(request, context, effect)

    async def MoveQueueItem(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            item = self._take(request.item_id)
            ids = [waiting.item_id for waiting in self.waiting]
            self.waiting.insert(ids.index(request.before_item_id) if request.before_item_id else len(ids), item)
            return queue_service_pb2.MoveQueueItemResponse(player=self.player)

        return await self._command(request, context, effect)

    async def ClearQueue(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            count = len(self.waiting)
            self.waiting.clear()
            return queue_service_pb2.ClearQueueResponse(player=self.player, count=count)

        return await self._command(request, context, effect)

    async def ReplaceQueueItem(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            found = next(
                (item for item in (self.player.current, *self.waiting) if item.item_id == request.item_id), None
            )
            if found is None:
                raise Refused(Reason.ITEM_NOT_FOUND)
            self._items += 1
            found.item_id = self._items
            found.track.CopyFrom(self.known[request.handle])
            return queue_service_pb2.ReplaceQueueItemResponse(player=self.player, item=found, applied=True)

        return await self._command(request, context, effect)

    async def JumpToQueueItem(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            item = self._take(request.item_id)
            self.player.current.CopyFrom(item)
            return queue_service_pb2.JumpToQueueItemResponse(player=self.player, applied=True)

        return await self._command(request, context, effect)

    def _take(self, item_id: int) -> player_pb2.QueueItem:
        found = next((item for item in self.waiting if item.item_id == item_id), None)
        if found is None:
            raise Refused(Reason.ITEM_NOT_FOUND)
        self.waiting.remove(found)
        return found

    async def ReportVoice(self, request: Any, context: Any) -> Any:
        if self.reports_refused:
            self.reports_refused -= 1
            await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
        async with self.reported:
            self.snapshots.append(request.snapshot)
            self.reported.notify_all()
        return voice_event_service_pb2.ReportVoiceResponse()
