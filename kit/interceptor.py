"""What stands around every served call, of all four kinds: trace, errors, identity, permission, validation, metrics."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

import grpc
import protovalidate
from google.protobuf.message import DecodeError, Message
from grpc_status import rpc_status

from kit import actor as actors
from kit import authorization, metrics, policy, status, telemetry
from kit import call as calls
from kit.errors import Reason, Refused
from segue.common.v1 import actor_pb2
from segue.options.v1 import options_pb2

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping

    from opentelemetry.trace import Span

    Handler = grpc.RpcMethodHandler[Any, Any]
    Context = grpc.aio.ServicerContext[Any, Any]
    Admit = Callable[[Message], Awaitable[None]]

logger = logging.getLogger(__name__)

_REFUSED_BY_NAME = {code.value[0]: code for code in grpc.StatusCode}
_SURFACES = {
    options_pb2.CALLER_EDGE: {actor_pb2.SURFACE_API},
    options_pb2.CALLER_GATEWAY: {actor_pb2.SURFACE_DISCORD, actor_pb2.SURFACE_SYSTEM},
}
_PASSING_ON = {actor_pb2.SURFACE_DISCORD, actor_pb2.SURFACE_API, actor_pb2.SURFACE_SYSTEM}


class Passing(Protocol):
    """Has another instance of the service answer what this one cannot."""

    async def answer(self, request: Message, /) -> Message | None:
        """Return the other's answer to the call being served; None: it is for this one. Raises Refused."""


class Guard(grpc.aio.ServerInterceptor):
    """Wraps every handler of a server once."""

    def __init__(self, guilds: authorization.Guilds | None, passing: Passing | None = None) -> None:
        self._guilds = guilds
        self._passing = passing
        self._wrapped: dict[str, Handler] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """Return the guarded handler of a method; an unknown one stays UNIMPLEMENTED."""
        method = str(handler_call_details.method)
        if method not in self._wrapped:
            handler = await continuation(handler_call_details)
            if handler is None:
                return None
            self._wrapped[method] = self._wrap(method, handler)
        return self._wrapped[method]

    def _wrap(self, method: str, handler: Handler) -> Handler:
        behaviour = next(
            found
            for kind in ("unary_unary", "unary_stream", "stream_unary", "stream_stream")
            if (found := getattr(handler, kind))
        )

        async def unary(request: Any, context: Context) -> Any:
            async with self._serving(method, handler, context) as admit:
                if self._passing and isinstance(request, Message):
                    answer = await self._passing.answer(request)
                    if answer is not None:
                        return answer
                return await behaviour(await _admitted(request, admit), context)

        async def stream(request: Any, context: Context) -> None:
            # Written out here, and not yielded to grpc, so that a cancelled call always ends inside this coroutine.
            async with self._serving(method, handler, context) as admit:
                answers = behaviour(await _admitted(request, admit), context)
                if inspect.isawaitable(answers):
                    await answers
                    return
                async with aclosing(answers):
                    async for answer in answers:
                        await context.write(answer)

        factory = getattr(grpc, f"{_kind(handler)}_rpc_method_handler")
        wrapped: Handler = factory(
            stream if handler.response_streaming else unary,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )
        return wrapped

    @asynccontextmanager
    async def _serving(self, method: str, handler: Handler, context: Context) -> AsyncIterator[Admit]:
        metadata: dict[str, Any] = dict(context.invocation_metadata() or ())
        outcome = grpc.StatusCode.OK
        began = time.perf_counter()
        with telemetry.serving(method, metadata) as span:
            try:
                call, actor = _identify(method, handler, metadata, context.time_remaining())
                yield lambda request: self._admit(call, actor, request)
            except grpc.aio.AbortError:
                outcome = _code_of(context)
                raise
            except asyncio.CancelledError:
                outcome = grpc.StatusCode.CANCELLED
                raise
            except Exception as error:  # noqa: BLE001  (logged whole in _refusal; nothing of it may leave)
                refused = _refusal(error, method)
                outcome = _REFUSED_BY_NAME[int(refused.reason.code)]
                await context.abort_with_status(rpc_status.to_status(status.encode(refused)))
            finally:
                _note(method, span, outcome, time.perf_counter() - began)

    async def _admit(self, call: calls.Call, actor: actor_pb2.Actor | None, request: Message) -> None:
        field = call.policy.route_field
        await authorization.authorize(call, actor, getattr(request, field) if field else None, self._guilds)
        validate(request)


async def _admitted(request: Any, admit: Admit) -> Any:
    """Return the request, or the requests, once they may pass."""
    if isinstance(request, Message):
        await admit(request)
        return request
    return _each_admitted(request, admit)


async def _each_admitted(requests: AsyncIterator[Message], admit: Admit) -> AsyncIterator[Message]:
    async for request in requests:
        await admit(request)
        yield request


def _kind(handler: Handler) -> str:
    sides = (handler.request_streaming, handler.response_streaming)
    return "_".join("stream" if streaming else "unary" for streaming in sides)


def _code_of(context: Context) -> grpc.StatusCode:
    code: Any = context.code()
    return code if isinstance(code, grpc.StatusCode) else _REFUSED_BY_NAME.get(code, grpc.StatusCode.UNKNOWN)


def _note(method: str, span: Span, outcome: grpc.StatusCode, seconds: float) -> None:
    telemetry.note_status(span, outcome.value[0])
    metrics.served(method, outcome.name, seconds)


def _refusal(error: Exception, method: str) -> Refused:
    """Return what leaves the service; of an unexpected exception that is nothing but its reference."""
    if isinstance(error, Refused):
        error.metadata.setdefault("ref", telemetry.ref())
        return error
    reference = telemetry.ref()
    logger.error("call failed unexpectedly", exc_info=error, extra={"method": method, "ref": reference})
    return Refused(Reason.INTERNAL, ref=reference)


def _identify(
    method: str,
    handler: Handler,
    metadata: Mapping[str, Any],
    remaining: float | None,
) -> tuple[calls.Call, actor_pb2.Actor | None]:
    """Find out who calls and who acts, and let the call be known to everything under it."""
    found = policy.of(method)
    if found is None:
        raise LookupError(f"{method} declares no policy")
    caller = policy.caller_of(_peer(metadata.get("x-forwarded-client-cert", "")))
    if not policy.observes(method) and caller not in found.callers:
        raise Refused(Reason.CALLER_REFUSED)
    call = calls.Call(
        method=method,
        policy=found,
        caller=caller,
        request_id=metadata.get("x-request-id", ""),
        instance=metadata.get(calls.INSTANCE_KEY, ""),
        expires_at=None if remaining is None else time.monotonic() + remaining,
        response_streaming=handler.response_streaming,
        task=asyncio.current_task(),
    )
    calls.enter(call)
    surfaces = _PASSING_ON if caller == policy.answerer(method) else _SURFACES.get(caller, _PASSING_ON)
    return call, _enter_actor(metadata, surfaces)


def _peer(forwarded: str) -> str:
    """Return the identity the own sidecar verified: the URI of the only element of x-forwarded-client-cert."""
    pairs = (pair.partition("=") for pair in forwarded.split(";"))
    return next((value.strip('"') for key, _, value in pairs if key.lower() == "uri"), "")


def _enter_actor(
    metadata: Mapping[str, Any], surfaces: Collection[actor_pb2.Surface.ValueType]
) -> actor_pb2.Actor | None:
    raw = metadata.get(actors.METADATA_KEY)
    if raw is None:
        return None
    try:
        actor = actor_pb2.Actor.FromString(raw)
    except DecodeError as error:
        raise Refused(Reason.CALLER_REFUSED) from error
    if actor.surface not in surfaces or protovalidate.collect_violations(actor):
        raise Refused(Reason.CALLER_REFUSED)
    actors.enter(actor)
    return actor


def validate(request: Message) -> None:
    """Hold a request against the rules of its fields. Raises Refused(INVALID_ARGUMENT) naming each that is broken."""
    if not request.DESCRIPTOR.full_name.startswith("segue."):
        return
    violations = protovalidate.collect_violations(request)
    if violations:
        fields = {_path(violation.proto): violation.proto.message or "" for violation in violations}
        raise Refused(Reason.INVALID_ARGUMENT, fields=fields)


def _path(violation: protovalidate.ViolationPb) -> str:
    """Return the field's path as `handles[3]` or `snapshot.guild_id`."""
    parts: list[str] = []
    for element in violation.field.elements if violation.field else ():
        index = element.subscript
        parts.append(f"{element.field_name}[{index.value}]" if index is not None else str(element.field_name))
    return ".".join(parts)
