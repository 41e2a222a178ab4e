"""A gateway that can welcome people, and play what they type, in every channel but those that are lost."""

from __future__ import annotations

from typing import Any

from kit.errors import Reason, Refused
from segue.gateway.v1 import message_service_pb2

LOST = 5


async def welcome(request: Any) -> message_service_pb2.CheckWelcomeResponse:
    """Say whether people could be welcomed."""
    if request.channel_id == LOST:
        raise Refused(Reason.CHANNEL_NOT_WRITABLE)
    return message_service_pb2.CheckWelcomeResponse()


async def requests(request: Any) -> message_service_pb2.CheckRequestsResponse:
    """Say whether what is typed could be played."""
    if request.channel_id == LOST:
        raise Refused(Reason.CHANNEL_NOT_WRITABLE)
    return message_service_pb2.CheckRequestsResponse()
