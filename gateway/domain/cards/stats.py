"""Statistics, as people see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.domain import text
from gateway.domain.cards.base import Card, join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.domain.cards.base import Say
    from gateway.domain.community import Amount, Stats, TopTrack

_TITLE, _AUTHOR = 50, 40  # characters shown: thirty lines of them fit, escaped, into Discord's 4,096
_HOUR, _MINUTE = 3600, 60


def shown(say: Say, stats: Stats, period: str, *, own: bool) -> Card:
    """Show what was played most in a period of the contract, as `WEEK`, by everybody or for oneself."""
    whose = "ME" if own else "SERVER"
    if not stats.total.plays:
        return Card(say("card-stats-empty", whose=whose, period=period))
    total = say("card-stats-total", tracks=stats.track_count, amount=_amount(say, stats.total))
    lists = (
        _list(say, "card-stats-tracks", ((_track(one), one.amount) for one in stats.tracks)),
        _list(say, "card-stats-artists", ((text.escape(name, _AUTHOR), amount) for name, amount in stats.artists)),
        _list(say, "card-stats-listeners", ((f"<@{user_id}>", amount) for user_id, amount in stats.listeners)),
    )
    return Card(join(total, *lists), say("card-stats", whose=whose, period=period))


def _list(say: Say, key: str, entries: Iterable[tuple[str, Amount]]) -> str:
    lines = [
        say("card-stats-line", place=place, what=what, amount=_amount(say, amount))
        for place, (what, amount) in enumerate(entries, 1)
    ]
    return "\n".join([say(key), *lines]) if lines else ""


def _track(found: TopTrack) -> str:
    return " · ".join(filter(None, (text.escape(found.title, _TITLE), text.escape(found.author, _AUTHOR))))


def _amount(say: Say, amount: Amount) -> str:
    hours, minutes = int(amount.seconds // _HOUR), int(amount.seconds % _HOUR // _MINUTE)
    return say("stats-amount", count=amount.plays, hours=hours, minutes=minutes)
