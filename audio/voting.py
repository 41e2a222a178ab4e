"""What listeners decide together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audio.domain import player as players
from audio.domain import policy
from audio.domain.player import ChangeKind

if TYPE_CHECKING:
    from audio.changes import Change
    from audio.domain.policy import Action, Caller


async def ballot(change: Change, action: Action, caller: Caller) -> int:
    """Require an action; where others have to want it too, count the caller's vote and return how many are missing."""
    policy.require(action, caller, change.player)
    missing = policy.votes_missing(action, caller, change.player)
    if missing:
        await change.save(players.voted(change.player, action, caller.user_id), ChangeKind.VOTE)
    return missing
