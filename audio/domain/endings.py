"""Why tracks end."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from audio.domain.node import NodeEvent, NodeEventKind

FAILURES_PER_MINUTE = 5
# A file that cannot be read may be reported as played to its end at once.
_TOO_SOON_MS = 1_000
_LONG_ENOUGH_MS = 5_000


class EndReason(enum.StrEnum):
    """Why a track left the player; stored with the history."""

    FINISHED = "finished"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    FAILED = "failed"
    VOICE_LOST = "voice_lost"
    DESERTED = "deserted"


@dataclass(frozen=True)
class Ending:
    """The end of a track, and for a failure the sentence that says why."""

    reason: EndReason
    detail: str = ""


def ending_of(event: NodeEvent, *, length_ms: int | None, position_ms: int) -> Ending | None:
    """Judge what an event means for the track it is about; None: it has not ended."""
    match event.kind:
        case NodeEventKind.FAILED:
            return Ending(EndReason.FAILED, event.reason)
        case NodeEventKind.STUCK:
            return Ending(EndReason.FAILED, event.reason or "The track stopped sounding.")
        case NodeEventKind.ENDED if event.reason == "loadFailed":
            return Ending(EndReason.FAILED, "The track could not be loaded.")
        case NodeEventKind.ENDED if event.reason in {"finished", "stopped"}:
            if length_ms is not None and length_ms >= _LONG_ENOUGH_MS and position_ms < _TOO_SOON_MS:
                return Ending(EndReason.FAILED, "The track ended at once.")
            return Ending(EndReason.FINISHED)
        case _:  # `replaced` and `cleanup` are about the node's player, not about the track
            return None
