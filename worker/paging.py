"""Lists page by page: a token names the last entry that was shown, by its UUID."""

from __future__ import annotations

import base64
import binascii
import uuid

from kit.errors import Reason, Refused

_DEFAULT_PAGE = 25
_LARGEST_PAGE = 200


def limit(size: int) -> int:
    """Return how many entries a page has where so many were asked for."""
    return min(size or _DEFAULT_PAGE, _LARGEST_PAGE)


def token(last_id: str) -> str:
    """Return the token of what comes behind an entry."""
    return base64.urlsafe_b64encode(uuid.UUID(last_id).bytes).decode()


def read(given: str) -> str | None:
    """Return the id of the entry behind which a page begins; None: it is the first. Raises PAGE_TOKEN_INVALID."""
    if not given:
        return None
    try:
        return str(uuid.UUID(bytes=base64.urlsafe_b64decode(given)))
    except (binascii.Error, ValueError) as error:
        raise Refused(Reason.PAGE_TOKEN_INVALID) from error
