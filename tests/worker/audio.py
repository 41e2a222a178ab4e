"""An audio, a gateway and an api, as far as an import sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit.errors import Reason, Refused
from segue.api.v1 import settings_pb2, settings_service_pb2
from segue.audio.v1 import catalog_service_pb2, player_pb2, player_service_pb2, queue_service_pb2
from segue.common.v1 import actor_pb2, upkeep_service_pb2, voice_pb2
from segue.gateway.v1 import guild_service_pb2, voice_channel_service_pb2
from tests.contract.methods import CHANNEL, GUILD
from tests.kit.mesh import Mesh
from tests.kit.people import PERSON
from tests.kit.world import ALICE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

BOB, DJ = 101, 102


async def at_once(_: str) -> None:
    """Wait for nothing."""


class Audio:
    """Finds every line but those that begin with `unknown` and `broken`; keeps one queue, with so much room.

    What is found is another handle each time: the best match of today need not be that of yesterday.
    `before` and `after` are awaited around the effect of each call, with its name.
    """

    def __init__(self, room: int = 20_000, unwelcome: Sequence[str] = (), why: Reason = Reason.TRACK_TOO_LONG) -> None:
        self.queue: list[str] = []
        self.parts: list[tuple[str, int]] = []
        self.room = room
        self.before: Callable[[str], Awaitable[None]] = at_once
        self.after: Callable[[str], Awaitable[None]] = at_once
        self.refusal: Refused | None = None
        self._searches = 0
        self._unwelcome, self._why = unwelcome, why
        self._known: dict[str, tuple[list[str], int]] = {}

    def mesh(self) -> Mesh:
        """Return the mesh in which it is called."""
        return Mesh(
            SearchTracks=self._search,
            Play=self._play,
            AddQueueItems=self._add,
            GetMember=_member,
            GetVoice=_voice,
            BatchGetGuildSettings=_settings,
            PurgeExpired=_purge,
            ListLeftGuilds=_left,
        )

    async def find(self, line: str) -> list[str]:
        """Return the handles of a line."""
        await self.before("search")
        if self.refusal:
            raise self.refusal
        if line.startswith("broken"):
            raise Refused(Reason.LOAD_FAILED, query=line)
        await self.after("search")
        self._searches += 1
        return [] if line.startswith("unknown") else [f"{line}#{self._searches}"]

    async def take(self, how: str, request_id: str, handles: Sequence[str], *, first: bool) -> int:
        """Put tracks into the queue, once for each request id; return how many are left out."""
        await self.before(how)
        if request_id not in self._known:
            lines = [handle.partition("#")[0] for handle in handles]
            welcome = [line for line in lines if line not in self._unwelcome]
            if not welcome:
                raise Refused(self._why)
            if len(self.queue) + len(welcome) > self.room:
                raise Refused(Reason.QUEUE_FULL, limit=str(self.room))
            self._known[request_id] = (list(handles), len(handles) - len(welcome))
            self.queue = [*welcome, *self.queue] if first else [*self.queue, *welcome]
            self.parts.append((how, len(welcome)))
        known, left_out = self._known[request_id]
        assert known == list(handles), "the same request came with another payload"
        await self.after(how)
        return left_out

    async def _search(self, request: Any) -> catalog_service_pb2.SearchTracksResponse:
        tracks = [player_pb2.Track(handle=handle) for handle in await self.find(request.query)]
        return catalog_service_pb2.SearchTracksResponse(tracks=tracks)

    async def _play(self, request: Any) -> player_service_pb2.PlayResponse:
        first = request.placement == player_pb2.PLACEMENT_NEXT
        left_out = await self.take("play", request.request_id, request.handles, first=first)
        return player_service_pb2.PlayResponse(left_out=left_out)

    async def _add(self, request: Any) -> queue_service_pb2.AddQueueItemsResponse:
        first = request.placement == player_pb2.PLACEMENT_NEXT
        left_out = await self.take("add", request.request_id, request.handles, first=first)
        return queue_service_pb2.AddQueueItemsResponse(left_out=left_out)


async def _member(request: Any) -> guild_service_pb2.GetMemberResponse:
    if request.guild_id != GUILD or request.user_id not in {ALICE, BOB, DJ, PERSON}:
        raise Refused(Reason.GUILD_NOT_FOUND)
    roles = [actor_pb2.Role(id=1, name="DJ")] if request.user_id == DJ else []
    member = actor_pb2.Member(guild_id=GUILD, user_id=request.user_id, roles=roles, voice_channel_id=CHANNEL)
    return guild_service_pb2.GetMemberResponse(member=member)


async def _voice(request: Any) -> voice_channel_service_pb2.GetVoiceResponse:
    if request.guild_id != GUILD:
        raise Refused(Reason.GUILD_NOT_FOUND)
    snapshot = voice_pb2.VoiceSnapshot(guild_id=GUILD, channel_id=CHANNEL)
    return voice_channel_service_pb2.GetVoiceResponse(snapshot=snapshot)


async def _settings(request: Any) -> settings_service_pb2.BatchGetGuildSettingsResponse:
    settings = {guild_id: settings_pb2.GuildSettings() for guild_id in request.guild_ids}
    return settings_service_pb2.BatchGetGuildSettingsResponse(settings=settings)


async def _left(_: Any) -> guild_service_pb2.ListLeftGuildsResponse:
    return guild_service_pb2.ListLeftGuildsResponse()


async def _purge(_: Any) -> upkeep_service_pb2.PurgeExpiredResponse:
    return upkeep_service_pb2.PurgeExpiredResponse()
