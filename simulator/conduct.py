"""How the bot treats Discord: what would have it thrown out, counted."""

from __future__ import annotations

from dataclasses import dataclass, field

_COUNTED = (401, 403, 429)  # 10,000 of these in ten minutes, and Discord bans the address


@dataclass
class Conduct:
    """Counts of what Discord limits; the times are in milliseconds on the clock of the frames."""

    identified_at_ms: list[float] = field(default_factory=list)
    resumed: int = 0
    invalid_requests: int = 0
    caused: int = 0

    def answered(self, status: int, *, caused: bool) -> None:
        """Take note of the status of an answer, and whether a fault that was asked for is what caused it."""
        self.invalid_requests += status in _COUNTED
        self.caused += caused and status in _COUNTED

    def describe(self) -> dict[str, object]:
        """Show it as the control API does."""
        return {
            "identifiedAtMs": self.identified_at_ms,
            "resumed": self.resumed,
            "invalidRequests": self.invalid_requests,
            "causedInvalidRequests": self.caused,
        }
