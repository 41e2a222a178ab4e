"""The DJ of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.domain.cards.base import Card

if TYPE_CHECKING:
    from gateway.domain.cards.base import Say
    from gateway.domain.player import Player


def told(say: Say, player: Player) -> Card:
    """Tell who it is."""
    return Card(line(say, player) or say("card-dj-nobody"))


def handed_on(say: Say, player: Player) -> Card:
    """Confirm who it is now."""
    return Card(say("card-dj-now", user=f"<@{player.dj_id}>"))


def line(say: Say, player: Player) -> str:
    """Say who it is in a line; empty: nobody."""
    return say("card-dj", user=f"<@{player.dj_id}>") if player.dj_id else ""
