"""`/schedule create`, `list`, `pause`, `resume` and `remove`, and the buttons that turn pages."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, Kind, Option, page_of
from gateway.domain.cards import schedules
from gateway.domain.community import NewSchedule
from gateway.domain.interaction import First, Interaction

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card

_PAGE = 10
_MOST = 25  # schedules of a guild, and choices that Discord shows
_KINDS = {"message": "DAILY_MESSAGE", "song": "SONG_OF_THE_DAY"}
_TEXT = 1500  # the contract's limit


@cache
def _known_zones() -> tuple[str, ...]:
    return tuple(sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone or zone == "UTC"))


async def _zones(_desk: Desk, _asked: Interaction, words: str) -> list[tuple[str, str]]:
    """Find time zones by a part of their names, as people write them."""
    wanted = words.casefold().replace(" ", "_")
    return [(zone, zone) for zone in _known_zones() if wanted in zone.casefold()][:_MOST]


async def _schedules(desk: Desk, asked: Interaction, words: str) -> list[tuple[str, str]]:
    """Find schedules of the guild that one may mean."""
    known = (await desk.community.schedules.page(asked.guild_id, "", _MOST)).entries
    choices = [schedules.choice(desk.say, one) for one in known]
    return [choice for choice in choices if words.casefold() in choice[0].casefold()]


async def _create(desk: Desk, asked: Interaction) -> Card:
    given = asked.options
    wanted = NewSchedule(
        _KINDS[given.get("kind", "message")],
        int(given["channel"]),
        given.get("text", ""),
        given["time"].strip().zfill(len("09:30")),
        given["zone"].strip(),
    )
    made = await desk.community.schedules.create(asked.guild_id, wanted, request_id=asked.request_id)
    return schedules.going_on(desk.say, "card-schedule-created", made)


async def _list(desk: Desk, asked: Interaction) -> Card:
    first, token = page_of(asked)
    return schedules.listed(desk.say, await desk.community.schedules.page(asked.guild_id, token, _PAGE), first)


async def _enable(desk: Desk, asked: Interaction, *, enabled: bool) -> Card:
    changed = await desk.community.schedules.enable(
        asked.guild_id, asked.options["schedule"], enabled=enabled, request_id=asked.request_id
    )
    return schedules.going_on(desk.say, "card-schedule-resumed" if enabled else "card-schedule-paused", changed)


async def _pause(desk: Desk, asked: Interaction) -> Card:
    return await _enable(desk, asked, enabled=False)


async def _resume(desk: Desk, asked: Interaction) -> Card:
    return await _enable(desk, asked, enabled=True)


async def _remove(desk: Desk, asked: Interaction) -> Card:
    schedule_id = asked.options["schedule"]
    gone = await desk.community.schedules.delete(asked.guild_id, schedule_id, request_id=asked.request_id)
    return schedules.going_on(desk.say, "card-schedule-removed", gone)


_SCHEDULE = Option("schedule", suggest=_schedules)
COMMANDS = (
    Command(
        "schedule-create",
        First.PRIVATE,
        _create,
        (
            Option("channel", Kind.CHANNEL),
            Option("time", longest=len("09:30")),
            Option("zone", suggest=_zones, longest=64),
            Option("kind", required=False, choices=tuple(_KINDS)),
            Option("text", required=False, longest=_TEXT),
        ),
        for_managers=True,
    ),
    Command("schedule-list", First.PRIVATE, _list, for_managers=True),
    Command("schedule-pause", First.PRIVATE, _pause, (_SCHEDULE,), for_managers=True),
    Command("schedule-resume", First.PRIVATE, _resume, (_SCHEDULE,), for_managers=True),
    Command("schedule-remove", First.PRIVATE, _remove, (_SCHEDULE,), for_managers=True),
)
BUTTONS = (Command("schedules", First.UPDATE, _list),)
