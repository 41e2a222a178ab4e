"""Api's preferences and accounts of people, over the mesh."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING

from google.protobuf.json_format import MessageToDict

from gateway import wire
from gateway.domain.preferences import DEFAULTS, Preferences
from gateway.personal import Kept
from kit import actor
from kit.cache import Cache
from kit.errors import Refused
from segue.api.v1 import (
    access_service_pb2,
    access_service_pb2_grpc,
    settings_service_pb2,
    settings_service_pb2_grpc,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import grpc

    from gateway.domain.preferences import Wish

_log = logging.getLogger(__name__)
_KEPT, _UNKNOWN_KEPT = 300.0, 5.0  # seconds
_PEOPLE = 10_000
_KNOWN_WITHIN = 0.5  # seconds; a first response waits for it


class ApiPreferences:
    """`gateway.personal.Likes`: kept until api tells of a change."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = settings_service_pb2_grpc.SettingsServiceStub(channel)
        self._known: Cache[Preferences | None] = Cache("preferences", ttl=_KEPT, empty_ttl=_UNKNOWN_KEPT, size=_PEOPLE)

    async def of(self, user_id: int) -> Preferences:
        """Return what a person chose; the defaults while api is away."""
        return await self._known.get(str(user_id), lambda: self._load(user_id)) or DEFAULTS

    async def language(self, user_id: int) -> str:
        """Return the language a person chose, as BCP 47 names it; empty: none."""
        return (await self.of(user_id)).language

    def changed(self, user_id: int) -> None:
        """Forget what a person chose before."""
        self._known.drop(str(user_id))

    async def _load(self, user_id: int) -> Preferences | None:
        request = settings_service_pb2.BatchGetPreferencesRequest(user_ids=[user_id])
        try:
            with actor.acting_as(actor.system()):
                answer = await self._stub.BatchGetPreferences(request, timeout=_KNOWN_WITHIN)
        except Refused as refused:
            _log.warning("what a person chose is not known: %s", refused)
            return None
        return wire.preferences(answer.preferences[user_id])


class ApiAccount:
    """`gateway.personal.Account`."""

    def __init__(self, channel: grpc.aio.Channel, likes: ApiPreferences) -> None:
        self._likes = likes
        self._settings = settings_service_pb2_grpc.SettingsServiceStub(channel)
        self._access = access_service_pb2_grpc.AccessServiceStub(channel)

    async def preferences(self) -> Preferences:
        """Look at what the person chose."""
        answer = await self._settings.GetPreferences(settings_service_pb2.GetPreferencesRequest())
        return wire.preferences(answer.preferences)

    async def prefer(self, wish: Wish, *, request_id: str) -> Preferences:
        """Choose otherwise."""
        request = settings_service_pb2.UpdatePreferencesRequest(**asdict(wish), request_id=request_id)
        answer = await self._settings.UpdatePreferences(request)
        self._likes.changed(actor.current().user_id)
        return wire.preferences(answer.preferences)

    async def export(self, token: str) -> tuple[Sequence[Kept], str]:
        """Return a page of what all services keep about the person."""
        answer = await self._access.ExportMe(access_service_pb2.ExportMeRequest(page_token=token))
        kept = [
            Kept(each.service, record.kind, MessageToDict(record.data))
            for each in answer.services
            for record in each.records
        ]
        return kept, answer.next_page_token

    async def delete(self, *, request_id: str) -> Sequence[str]:
        """Delete it."""
        answer = await self._access.DeleteMe(access_service_pb2.DeleteMeRequest(request_id=request_id))
        self._likes.changed(actor.current().user_id)
        return list(answer.pending)
