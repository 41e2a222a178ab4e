"""Text that people wrote for messages to come, with placeholders for what is known only then."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 2000  # Discord's limit for a message
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put values, escaped by the caller, in the place of their names in braces; other braces stay as they are."""
    made = _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
    return made if len(made) <= _LONGEST else f"{made[: _LONGEST - 1]}…"
