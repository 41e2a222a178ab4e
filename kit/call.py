"""The call being served: what the interceptor knows about it."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segue.options.v1 import options_pb2


INSTANCE_KEY = "x-segue-instance"
"""The metadata in which a caller names an instance of the service."""


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """One call being served."""

    method: str
    policy: options_pb2.MethodPolicy
    caller: options_pb2.Caller.ValueType
    request_id: str
    """Envoy's `x-request-id`, the same over its retries; empty: none."""
    instance: str
    """The instance of the service that the caller named; empty: any."""
    expires_at: float | None
    """The deadline on the monotonic clock; None: it has none."""
    response_streaming: bool
    task: asyncio.Task[object] | None

    def remaining(self) -> float | None:
        """Return the seconds until the deadline, at least zero; None: it has none.

        Tasks that were started from the call may outlive it and are not bound by its deadline.
        """
        if self.expires_at is None or asyncio.current_task() is not self.task:
            return None
        return max(0.0, self.expires_at - time.monotonic())


_call: ContextVar[Call] = ContextVar("call")


def current() -> Call | None:
    """Return the call being served; None outside of one."""
    return _call.get(None)


def enter(call: Call) -> None:
    """Make `call` the one being served by this task."""
    _call.set(call)
