"""Wishes and the traces they belong to."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry import context, propagate
from opentelemetry.context import Context
from opentelemetry.instrumentation.utils import suppress_instrumentation

from audio.domain.player import Origin
from kit import actor, telemetry
from segue.common.v1 import actor_pb2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audio.domain.player import Player


def origin() -> Origin:
    """Return the trace, actor and reference of this moment."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return Origin(carrier.get("traceparent", ""), actor.current().SerializeToString(), telemetry.ref())


class WishSpans:
    """`audio.stage.Spans`: a wish that was not seen yet is conducted in the trace and in the name of who wished."""

    @contextmanager
    def apart(self) -> Iterator[None]:
        with suppress_instrumentation(), actor.acting_as(actor.system()):
            yield

    @contextmanager
    def continuing(self, player: Player) -> Iterator[None]:
        if player.seen_version >= player.wanted_version:
            yield
            return
        # Out of an empty context, because nothing is traced apart from wishes.
        token = context.attach(propagate.extract({"traceparent": player.origin.traceparent}, context=Context()))
        try:
            with (
                actor.acting_as(_service(player.origin.actor)),
                telemetry.tracer.start_as_current_span("conduct") as span,
            ):
                span.set_attribute(telemetry.REF, player.origin.ref)
                yield
        finally:
            context.detach(token)


def _service(stored: bytes) -> actor_pb2.Actor:
    """Return the service acting on behalf of whoever wished."""
    return actor.system(actor_pb2.Actor.FromString(stored).user_id)
