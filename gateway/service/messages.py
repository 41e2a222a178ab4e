"""MessageService: what another service has reason to post."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from gateway import wire
from kit import idempotency
from segue.gateway.v1 import message_service_pb2 as messages
from segue.gateway.v1 import message_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    import grpc

    from gateway.messaging import Messaging
    from gateway.requesting import Requests
    from kit.postgres import Connection

    Context = grpc.aio.ServicerContext[Any, Any]

_NONCE = 25  # characters that Discord takes


class MessageService(message_service_pb2_grpc.MessageServiceServicer):
    """Posts messages."""

    def __init__(
        self,
        messaging: Messaging,
        requests: Requests,
        transaction: Callable[[], AbstractAsyncContextManager[Connection]],
    ) -> None:
        self._messaging, self._requests, self._transaction = messaging, requests, transaction

    async def CheckWelcome(
        self, request: messages.CheckWelcomeRequest, _context: Context
    ) -> messages.CheckWelcomeResponse:
        """Say whether who comes could be welcomed."""
        self._messaging.check_welcome(request.guild_id, request.channel_id)
        return messages.CheckWelcomeResponse()

    async def CheckRequests(
        self, request: messages.CheckRequestsRequest, _context: Context
    ) -> messages.CheckRequestsResponse:
        """Say whether what is typed in a channel could be played."""
        await self._requests.check(request.guild_id, request.channel_id)
        return messages.CheckRequestsResponse()

    async def SendMessage(
        self, request: messages.SendMessageRequest, _context: Context
    ) -> messages.SendMessageResponse:
        """Post a message once: what was posted and not remembered is known to Discord by the same nonce."""
        if request.validate_only:
            self._messaging.check(request.guild_id, request.channel_id)
            return messages.SendMessageResponse()
        key = idempotency.request_key(request)
        nonce = hashlib.sha256(key.request_id.encode()).hexdigest()[:_NONCE]

        async def post() -> messages.SendMessageResponse:
            message_id = await self._messaging.send(
                request.guild_id, request.channel_id, request.text, wire.song(request), nonce=nonce
            )
            return messages.SendMessageResponse(message_id=message_id)

        async with self._transaction() as tx:
            answer, _ = await idempotency.once(tx, key, request, post)
        return answer
