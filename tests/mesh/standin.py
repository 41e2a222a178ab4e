"""A service that answers every method of the contract, counts what reaches it, and behaves as a test tells it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from mesh.topology import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from google.protobuf.descriptor import MethodDescriptor
    from google.protobuf.message import Message

    Behaviour = Callable[["Call"], Awaitable[Any]]


def _pool() -> descriptor_pool.DescriptorPool:
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString((ROOT / "gen/contract.binpb").read_bytes()).file:
        pool.Add(file)
    return pool


POOL = _pool()
READY = "ready"


def method(path: str) -> MethodDescriptor:
    """Return the descriptor of `/package.Service/Method`."""
    service, name = path[1:].split("/")
    return POOL.FindServiceByName(service).methods_by_name[name]


def request_class(path: str) -> type[Message]:
    """Return the class of the method's requests."""
    return message_factory.GetMessageClass(method(path).input_type)


def response_class(path: str) -> type[Message]:
    """Return the class of the method's answers."""
    return message_factory.GetMessageClass(method(path).output_type)


@dataclass
class Call:
    """One call as it reached the service."""

    path: str
    request: Any
    context: Any
    answer: Any
    metadata: Mapping[str, Any]
    remaining: float | None  # seconds until its deadline


def _server() -> grpc.aio.Server:
    return grpc.aio.server(options=[("grpc.max_receive_message_length", 16 * 2**20)])


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass
class StandIn:
    """One instance: what reached it, and how it answers single methods."""

    instance: str
    counts: Counter[str] = field(default_factory=Counter)
    calls: list[Call] = field(default_factory=list)
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    health: health.aio.HealthServicer = field(default_factory=health.aio.HealthServicer)
    go_on: asyncio.Event = field(default_factory=_set)  # a stream waits for it before each message but the first
    server: grpc.aio.Server = field(default_factory=_server)

    async def start(self, address: str) -> None:
        """Serve on a Unix socket."""
        health_pb2_grpc.add_HealthServicer_to_server(self.health, self.server)
        await self.come_back()
        self.server.add_generic_rpc_handlers((_Everything(self),))
        self.server.add_insecure_port(f"unix:{address}")
        await self.server.start()

    async def stop(self) -> None:
        """Stop at once."""
        await self.server.stop(None)

    async def leave(self) -> None:
        """Say that no more calls should come."""
        for service in ("", READY):
            await self.health.set(service, health_pb2.HealthCheckResponse.NOT_SERVING)

    async def lack(self) -> None:
        """Say that something is missing to serve calls."""
        await self.health.set(READY, health_pb2.HealthCheckResponse.NOT_SERVING)

    async def come_back(self) -> None:
        """Say that calls may come again."""
        for service in ("", READY):
            await self.health.set(service, health_pb2.HealthCheckResponse.SERVING)

    async def serve(self, path: str, request: Message, context: Any) -> Any:
        """Count a call and answer it as told, or with an empty message."""
        call = Call(
            path=path,
            request=request,
            context=context,
            answer=response_class(path)(),
            metadata=dict(context.invocation_metadata()),
            remaining=context.time_remaining(),
        )
        self.counts[path] += 1
        self.calls.append(call)
        if behaviour := self.behaviours.get(path):
            return await behaviour(call) or call.answer
        return call.answer


class _Everything(grpc.GenericRpcHandler):
    """Every method that any service of the contract declares."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        path = handler_call_details.method
        try:
            found = method(path)
        except KeyError:
            return None
        serve = self._stream(path) if found.server_streaming else self._unary(path)
        make = grpc.unary_stream_rpc_method_handler if found.server_streaming else grpc.unary_unary_rpc_method_handler
        return make(
            serve,
            request_deserializer=request_class(path).FromString,
            response_serializer=response_class(path).SerializeToString,
        )

    def _unary(self, path: str) -> Callable[[Message, Any], Awaitable[Any]]:
        async def serve(request: Message, context: Any) -> Any:
            return await self._standin.serve(path, request, context)

        return serve

    def _stream(self, path: str) -> Callable[[Message, Any], AsyncIterator[Message]]:
        async def serve(request: Message, context: Any) -> AsyncIterator[Message]:
            first: Any = await self._standin.serve(path, request, context)
            place = first.DESCRIPTOR.fields_by_number[1].name  # version or cursor
            for number in (1, 2, 3):
                answer = type(first)()
                answer.CopyFrom(first)
                setattr(answer, place, number)
                yield answer
                await self._standin.go_on.wait()

        return serve
