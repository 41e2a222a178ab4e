"""A mesh that a test plays: whoever is called through it, this answers."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.message_factory import GetMessageClass

from kit.errors import Refused
from tests.contract.methods import methods, path
from tests.kit.serving import refuse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from google.protobuf.message import Message

    Answer = Callable[[Any], Awaitable[Message]] | Callable[[Any], AsyncIterator[Message]]


class Mesh(grpc.GenericRpcHandler):
    """Answers methods as it is told; what it is not told is away."""

    def __init__(self, **answers: Answer) -> None:
        self.answers: dict[str, Any] = dict(answers)
        self._methods = {path(method): method for method in methods()}

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        """Return what answers a call."""
        method = self._methods[str(handler_call_details.method)]

        async def answer(request: bytes, context: Any) -> bytes:
            if method.name not in self.answers:
                await context.abort(grpc.StatusCode.UNAVAILABLE, "no healthy upstream")
            try:
                said = await self.answers[method.name](GetMessageClass(method.input_type).FromString(request))
            except Refused as refused:
                await refuse(context, refused)
            encoded: bytes = said.SerializeToString()
            return encoded

        async def stream(request: bytes, context: Any) -> AsyncIterator[bytes]:
            if method.name not in self.answers:
                await context.abort(grpc.StatusCode.UNAVAILABLE, "no healthy upstream")
            async for said in self.answers[method.name](GetMessageClass(method.input_type).FromString(request)):
                yield said.SerializeToString()

        if method.server_streaming:
            return grpc.unary_stream_rpc_method_handler(stream)
        return grpc.unary_unary_rpc_method_handler(answer)


@asynccontextmanager
async def playing(mesh: Mesh, address: str) -> AsyncIterator[None]:
    """Serve a mesh at the address that services are told."""
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((mesh,))
    server.add_insecure_port(address)
    await server.start()
    yield
    await server.stop(0)
