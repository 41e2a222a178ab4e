"""An import of many tracks, as gateway shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.errors import Refused


@dataclass(frozen=True)
class Import:
    """How far an import is. `state` is the contract's, as `RUNNING`; `refusal`: why it was given up."""

    id: str
    state: str
    total: int
    done: int
    added: int
    left_out: int
    missed: int
    missed_lines: Sequence[str]
    refusal: Refused | None

    @property
    def is_over(self) -> bool:
        """Tell whether nothing will be added any more."""
        return self.state not in {"QUEUED", "RUNNING"}
