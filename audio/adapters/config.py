"""Api over the mesh: the settings of guilds, followed from what is so to each change."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Protocol

from audio.domain.settings import GuildSettings
from segue.api.v1 import settings_service_pb2, settings_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Iterable

    import grpc

    from segue.api.v1 import settings_pb2


class Apply(Protocol):
    """Takes what a guild chose."""

    async def __call__(self, guild_id: int, settings: GuildSettings, /) -> None:
        """Take it; the same, or an older one, again does no harm."""
        ...


class Config:
    """Follows settings. `listeners` are told of each guild that has some, at every beginning and after each change."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.listeners: list[Apply] = []
        self._stub = settings_service_pb2_grpc.SettingsServiceStub(channel)
        self._dj_roles: dict[int, int] | None = None

    def dj_role(self, guild_id: int) -> int | None:
        """Return the role whose members are DJs; 0: one named DJ. None: that is not known yet."""
        return None if self._dj_roles is None else self._dj_roles.get(guild_id, 0)

    async def follow(self) -> None:
        """Follow for ever. Raises Refused while api is away: what is known stays, and is learnt anew when run again."""
        while True:
            dj_roles: dict[int, int] = {}
            answers: Any = self._stub.WatchConfig(settings_service_pb2.WatchConfigRequest())
            async with aclosing(answers):
                async for answer in answers:
                    if guild_ids := [each.guild_id for each in answer.changes.guilds]:
                        await self._learn(guild_ids, dj_roles)
                    elif answer.HasField("heartbeat"):
                        self._dj_roles = dj_roles

    async def _learn(self, guild_ids: list[int], dj_roles: dict[int, int]) -> None:
        request = settings_service_pb2.BatchGetGuildSettingsRequest(guild_ids=guild_ids)
        for guild_id, message in (await self._stub.BatchGetGuildSettings(request)).settings.items():
            dj_roles[guild_id] = message.dj_role_id
            for apply in self.listeners:
                await apply(guild_id, settings(message))


def settings(message: settings_pb2.GuildSettings) -> GuildSettings:
    """Decode the settings of a guild."""
    return GuildSettings(
        version=message.version,
        vote_share_percent=message.vote_share_percent,
        fair_queue=message.fair_queue,
        max_queue_length=message.max_queue_length,
        max_items_per_requester=message.max_items_per_requester,
        max_track_length_ms=message.max_track_length.ToMilliseconds(),
        allow_duplicates=message.allow_duplicates,
        allow_streams=message.allow_streams,
        empty_channel_timeout_ms=message.empty_channel_timeout.ToMilliseconds(),
        stay_connected=message.stay_connected,
        crossfade_ms=message.crossfade.ToMilliseconds(),
        loudness_levelling=message.loudness_levelling,
        dj_role_id=message.dj_role_id,
        skip_segments=message.skip_segments,
        blocked_user_ids=tuple(message.blocked_user_ids.values),
        blocked_role_ids=tuple(message.blocked_role_ids.values),
        blocked_tracks=_folded(message.blocked_tracks.values),
        blocked_artists=_folded(message.blocked_artists.values),
        blocked_domains=_folded(message.blocked_domains.values),
        voice_channel_ids=tuple(message.voice_channel_ids.values),
        vote_shares={field.name.upper(): share for field, share in message.vote_shares.ListFields()},
        lone_listener_is_dj=message.lone_listener_is_dj,
        session_dj=message.session_dj,
        autoplay_playlist_id=message.autoplay_playlist_id,
    )


def _folded(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text.casefold() for text in texts)
