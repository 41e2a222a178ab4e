"""Calls to other services, all through the own sidecar: deadline, actor and trace go along, refusals come back."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, cast

import grpc
from grpc_status import rpc_status

from kit import actor as actors
from kit import call as calls
from kit import metrics, policy, status, telemetry
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

_OPTIONS = (
    ("grpc.max_receive_message_length", 16 * 1024 * 1024),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    # Several channels of a process lead to the same socket; each keeps a connection of its own.
    ("grpc.use_local_subchannel_pool", 1),
)
# Statuses that proxies and gRPC itself make; every other one without a reason means that the peer is away.
_SAID_BY_PROXIES = {
    grpc.StatusCode.DEADLINE_EXCEEDED: Reason.DEADLINE_EXCEEDED,
    grpc.StatusCode.PERMISSION_DENIED: Reason.CALLER_REFUSED,
    grpc.StatusCode.UNIMPLEMENTED: Reason.UNKNOWN_METHOD,
}


def channel(mesh: str, peer: str) -> grpc.aio.Channel:
    """Return a channel to the service `peer` through the sidecar at `mesh`.

    Its stubs raise Refused for every failure. A call without `timeout` gets the deadline its method declares, cut to
    what is left of the call being served. A stream is an async generator: end it early with `contextlib.aclosing`.
    """
    options = [*_OPTIONS, ("grpc.default_authority", peer)]
    return Channel(grpc.aio.insecure_channel(mesh, options=options), peer)


class Channel(grpc.aio.Channel):
    """A channel whose calls carry what the mesh needs and fail with Refused."""

    def __init__(self, inner: grpc.aio.Channel, peer: str) -> None:
        self._inner = inner
        self._peer = peer

    async def __aenter__(self) -> Self:
        """Begin."""
        await self._inner.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        """Close."""
        await self._inner.close()

    async def close(self, grace: float | None = None) -> None:
        """Close, after at most `grace` seconds for calls under way."""
        await self._inner.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        """Return the state of the connection to the sidecar."""
        return self._inner.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """Wait until the state is another one."""
        await self._inner.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """Wait until the sidecar is connected."""
        await self._inner.channel_ready()

    def unary_unary(self, method: str, *codecs: Any, **more: Any) -> Any:
        """Return the function that makes this call."""
        return self._answering(method, self._inner.unary_unary(method, *codecs, **more))

    def stream_unary(self, method: str, *codecs: Any, **more: Any) -> Any:
        """Return the function that makes this call."""
        return self._answering(method, self._inner.stream_unary(method, *codecs, **more))

    def unary_stream(self, method: str, *codecs: Any, **more: Any) -> Any:
        """Return the function that makes this call."""
        return self._streaming(method, self._inner.unary_stream(method, *codecs, **more))

    def stream_stream(self, method: str, *codecs: Any, **more: Any) -> Any:
        """Return the function that makes this call."""
        return self._streaming(method, self._inner.stream_stream(method, *codecs, **more))

    def _answering(self, method: str, send: Callable[..., Any]) -> Callable[..., Any]:
        async def answer(
            request: Any,
            *,
            timeout: float | None = None,  # noqa: ASYNC109  (the name every gRPC stub has)
            metadata: Sequence[tuple[str, str | bytes]] = (),
        ) -> Any:
            with _calling(method, self._peer) as carried:
                return await send(request, timeout=_deadline(method, timeout), metadata=(*carried, *metadata))

        return answer

    def _streaming(self, method: str, send: Callable[..., Any]) -> Callable[..., Any]:
        async def answers(
            request: Any,
            *,
            timeout: float | None = None,  # noqa: ASYNC109  (the name every gRPC stub has)
            metadata: Sequence[tuple[str, str | bytes]] = (),
        ) -> AsyncIterator[Any]:
            with _calling(method, self._peer) as carried:
                call = send(request, timeout=_deadline(method, timeout), metadata=(*carried, *metadata))
                try:
                    async for answer in call:
                        yield answer
                finally:
                    call.cancel()

        return answers


def _deadline(method: str, given: float | None) -> float | None:
    """Return the seconds a call may take: what was asked for, or declared, within the call being served."""
    wanted = given if given is not None else policy.deadline(method)
    served = calls.current()
    left = served.remaining() if served else None
    return min((seconds for seconds in (wanted, left) if seconds is not None), default=None)


@contextmanager
def _calling(method: str, peer: str) -> Iterator[list[tuple[str, str | bytes]]]:
    """Trace and count a call, give the metadata it carries, and turn its failure into a refusal."""
    began = time.perf_counter()
    outcome = grpc.StatusCode.OK
    with telemetry.calling(method, peer) as (span, carrier):
        try:
            yield [*carrier.items(), *_actor()]
        except grpc.aio.AioRpcError as error:
            outcome = error.code()
            raise _refusal(error, peer) from error
        except (asyncio.CancelledError, GeneratorExit):
            outcome = grpc.StatusCode.CANCELLED
            raise
        finally:
            telemetry.note_status(span, outcome.value[0])
            metrics.called(method, outcome.name, time.perf_counter() - began)


def _actor() -> list[tuple[str, str | bytes]]:
    try:
        return [(actors.METADATA_KEY, actors.current().SerializeToString())]
    except LookupError:
        return []


def _refusal(error: grpc.aio.AioRpcError, peer: str) -> Refused:
    """Return the refusal a status carries; what no service said itself means that the peer is away."""
    carried = rpc_status.from_call(
        cast("grpc.Call", error)
    )  # it has what is read of it: code, details, trailing metadata
    refused = status.decode(carried) if carried else None
    if refused:
        return refused
    return Refused(_SAID_BY_PROXIES.get(error.code(), Reason.UNAVAILABLE), part=peer)
