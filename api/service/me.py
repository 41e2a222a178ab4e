"""The person a call is about who makes it."""

from __future__ import annotations

from kit import actor
from kit.errors import Reason, Refused


def user_id() -> int:
    """Return the caller's Discord user id. Raises Refused(UNAUTHENTICATED) where a service acts for nobody."""
    found = actor.current().user_id
    if not found:
        raise Refused(Reason.UNAUTHENTICATED)
    return found
