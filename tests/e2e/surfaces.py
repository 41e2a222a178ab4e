"""The three surfaces of the contract outside Discord: any method by its descriptor, answers as messages."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, TypeAlias

from google.api import annotations_pb2
from google.protobuf import json_format, message_factory

from tests.contract.methods import methods, path

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from google.protobuf.descriptor import MethodDescriptor
    from google.protobuf.message import Message

    from tests.e2e.stack import Stack

Surface: TypeAlias = "Callable[[Stack, MethodDescriptor, Message], AsyncIterator[Any]]"

ANSWER = 20.0  # seconds
TRAILER = 0x80


def method(name: str) -> MethodDescriptor:
    """Return a method by its name."""
    return next(known for known in methods() if known.name == name)


async def over_rest(stack: Stack, called: MethodDescriptor, request: Message) -> AsyncIterator[Any]:
    """Call over REST; a stream is read as server-sent events."""
    rule = called.GetOptions().Extensions[annotations_pb2.http]
    verb = rule.WhichOneof("pattern") or ""
    fields = json_format.MessageToDict(request)
    address = getattr(rule, verb).replace("{guild_id}", str(fields.pop("guildId", "")))
    kind = message_factory.GetMessageClass(called.output_type)
    async with stack.http.request(
        verb.upper(),
        f"{stack.run['edge']}{address}",
        json=fields if rule.body else None,
        headers={"authorization": f"Bearer {stack.token}"},
    ) as answer:
        assert answer.status == 200, await answer.text()
        if not called.server_streaming:
            yield json_format.ParseDict(await answer.json(), kind())
            return
        assert answer.content_type == "text/event-stream"
        async for line in answer.content:
            if line.startswith(b"data:"):
                yield json_format.ParseDict(json.loads(line[5:]), kind())


async def over_grpc(stack: Stack, called: MethodDescriptor, request: Message) -> AsyncIterator[Any]:
    """Call over native gRPC."""
    codecs: Any = {
        "request_serializer": type(request).SerializeToString,
        "response_deserializer": message_factory.GetMessageClass(called.output_type).FromString,
    }
    async with stack.channel() as channel:
        if not called.server_streaming:
            yield await channel.unary_unary(path(called), **codecs)(request, metadata=stack.metadata, timeout=ANSWER)
            return
        stream: Any = channel.unary_stream(path(called), **codecs)(request, metadata=stack.metadata)
        async for message in stream:
            yield message


async def over_grpc_web(stack: Stack, called: MethodDescriptor, request: Message) -> AsyncIterator[Any]:
    """Call over gRPC-Web, as a browser does; asserts that the trailer says OK."""
    body = request.SerializeToString()
    headers = {
        "authorization": f"Bearer {stack.token}",
        "content-type": "application/grpc-web+proto",
        "x-grpc-web": "1",
    }
    url = f"{stack.run['edge']}{path(called)}"
    async with stack.http.post(url, data=struct.pack(">BI", 0, len(body)) + body, headers=headers) as answer:
        assert answer.status == 200
        while True:
            flag, length = struct.unpack(">BI", await answer.content.readexactly(5))
            payload = await answer.content.readexactly(length)
            if flag & TRAILER:
                assert b"grpc-status:0" in payload.replace(b" ", b""), payload
                return
            yield message_factory.GetMessageClass(called.output_type).FromString(payload)


async def call(surface: Surface, stack: Stack, name: str, /, **fields: object) -> Any:
    """Call a method that answers once."""
    called = method(name)
    request = message_factory.GetMessageClass(called.input_type)(**fields)
    [answer] = [message async for message in surface(stack, called, request)]
    return answer


SURFACES: tuple[Surface, ...] = (over_rest, over_grpc, over_grpc_web)
