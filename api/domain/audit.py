"""Who changed what."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

SETTINGS = "settings"


class Change(NamedTuple):
    """What was changed, and its value before and after, as JSON."""

    name: str
    before: str
    after: str


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """The contract's `AuditEntry`."""

    entry_id: int
    changed_at: datetime
    user_id: int
    surface: int
    token_id: str
    what: str
    change: Change
