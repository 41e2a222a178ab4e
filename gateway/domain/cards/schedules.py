"""Schedules, as people see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.domain import text
from gateway.domain.cards.base import Card, join, pages, why

if TYPE_CHECKING:
    from gateway.domain.cards.base import Say
    from gateway.domain.community import Schedule
    from gateway.domain.player import Page

_CHOICE = 100  # Discord's limit for both sides of a choice
_TEXT = 60  # characters shown in a list


def going_on(say: Say, key: str, schedule: Schedule) -> Card:
    """Confirm what was done to a schedule, and say how it stands."""
    return Card(say(key, what=_what(say, schedule), **_times(schedule)))


def listed(say: Say, page: Page[Schedule], first: int) -> Card:
    """Show a page of schedules; of one that pauses by itself, why."""
    if not page.entries:
        return Card(say("card-schedules-empty"))
    lines = [
        say("card-schedule-line", place=place, what=_line(say, one)) for place, one in enumerate(page.entries, first)
    ]
    return Card("\n".join(lines), say("card-schedules"), rows=pages(say, "schedules", page, first))


def choice(say: Say, schedule: Schedule) -> tuple[str, str]:
    """Give a schedule as a choice while typing: what is shown, and its id."""
    shown = say(
        "choice-schedule",
        kind=schedule.kind,
        time=schedule.time_of_day,
        zone=schedule.time_zone,
        text=schedule.text,
    )
    return text.plain(shown, _CHOICE), schedule.id


def _line(say: Say, schedule: Schedule) -> str:
    state = say("schedule-state", **_times(schedule))
    refusal = f"⚠️ {why(say, schedule.refusal)}" if schedule.refusal else ""
    return join(f"{_what(say, schedule)}: {state}", text.escape(schedule.text, _TEXT), refusal)


def _what(say: Say, schedule: Schedule) -> str:
    return say(
        "schedule-what",
        kind=schedule.kind,
        channel=f"<#{schedule.channel_id}>",
        time=schedule.time_of_day,
        zone=schedule.time_zone,
    )


def _times(schedule: Schedule) -> dict[str, str]:
    due = schedule.next_time
    return {"state": "PAUSED", "when": ""} if due is None else {"state": "DUE", "when": f"<t:{round(due)}:R>"}
