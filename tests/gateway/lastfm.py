"""A stand-in for worker's accounts at last.fm, and for what people allow there."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import asyncio
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from kit.errors import Reason, Refused
from segue.worker.v1 import lastfm_service_pb2 as messages
from segue.worker.v1 import lastfm_service_pb2_grpc
from tests.kit.serving import refuse, who_calls

URL = "https://www.last.fm/api/auth/?api_key=key&token="
TOKEN = "a-Token_" * 8
"""As long as the contract lets one be."""
LINKED_AT = 1_800_000_000


class Lastfm(lastfm_service_pb2_grpc.LastfmServiceServicer):
    """Keeps accounts by person. What somebody `allowed`, by its name, is linked once."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Know nobody, and hold no answer back."""
        self.links: dict[int, messages.LastfmLink] = {}
        self.allowed = ""
        self.refusal: Refused | None = None
        self.held: asyncio.Event | None = None
        self.linked = asyncio.Event()
        """That one was linked, whoever has heard of it."""
        self._answers: dict[str, messages.FinishLastfmLinkResponse] = {}

    def link(self, user_id: int, name: str) -> messages.LastfmLink:
        """Link an account."""
        self.links[user_id] = messages.LastfmLink(name=name, linked_at=Timestamp(seconds=LINKED_AT))
        return self.links[user_id]

    async def GetLastfmLink(self, _: Any, context: Any) -> messages.GetLastfmLinkResponse:
        return messages.GetLastfmLinkResponse(link=self.links.get(who_calls(context).user_id))

    async def BeginLastfmLink(self, _: Any, context: Any) -> messages.BeginLastfmLinkResponse:
        await self._look(context)
        return messages.BeginLastfmLinkResponse(url=f"{URL}{TOKEN}", token=TOKEN)

    async def FinishLastfmLink(self, request: Any, context: Any) -> messages.FinishLastfmLinkResponse:
        await self._look(context)
        if request.request_id not in self._answers:
            if request.token != TOKEN or not self.allowed:
                await refuse(context, Refused(Reason.LASTFM_NOT_ALLOWED))
            link = self.link(who_calls(context).user_id, self.allowed)
            self._answers[request.request_id] = messages.FinishLastfmLinkResponse(link=link)
            self.allowed = ""
        self.linked.set()
        if self.held is not None:
            await self.held.wait()
        return self._answers[request.request_id]

    async def DeleteLastfmLink(self, _: Any, context: Any) -> messages.DeleteLastfmLinkResponse:
        return messages.DeleteLastfmLinkResponse(link=self.links.pop(who_calls(context).user_id, None))

    async def _look(self, context: Any) -> None:
        if self.refusal is not None:
            await refuse(context, self.refusal)
