"""Who acts: kept for the call being served, and carried by every call made from it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from segue.common.v1 import actor_pb2

if TYPE_CHECKING:
    from collections.abc import Iterator

METADATA_KEY = "segue-actor-bin"

_actor: ContextVar[actor_pb2.Actor] = ContextVar("actor")


def current() -> actor_pb2.Actor:
    """Return who acts. Raises LookupError where nobody was named."""
    return _actor.get()


@contextmanager
def acting_as(actor: actor_pb2.Actor) -> Iterator[None]:
    """Let everything inside act as `actor`."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def system(user_id: int = 0) -> actor_pb2.Actor:
    """Return the actor of a service that acts on behalf of a user, or of nobody (zero)."""
    return actor_pb2.Actor(user_id=user_id, surface=actor_pb2.SURFACE_SYSTEM)


def enter(actor: actor_pb2.Actor) -> None:
    """Let the rest of this task act as `actor`; for the server, whose calls have a task each."""
    _actor.set(actor)
