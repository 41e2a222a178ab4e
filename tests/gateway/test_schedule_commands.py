"""People let the bot post once a day, see what it posts, and let it pause; and see what was listened to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.json_format import ParseDict

from segue.worker.v1 import schedule_service_pb2, stats_service_pb2
from tests.gateway.conftest import buttons, text
from tests.worker.test_zones import machine

if TYPE_CHECKING:
    from pathlib import Path

    from tests.gateway.conftest import House

MANAGER = "Olivia"
PLAN = {"time": "9:30", "zone": "Europe/Berlin"}


async def schedule(house: House, name: str, **options: Any) -> Any:
    """Use a command of `/schedule`; return its private answer."""
    given: dict[str, Any] = {name: options}
    answer = await house.simulator.command("schedule", person=MANAGER, **given)
    assert answer["ephemeral"] is True
    return answer["message"]


async def created(house: House, **options: Any) -> Any:
    """Make a schedule in the first text channel."""
    place = await house.simulator.place(MANAGER)
    return await schedule(house, "create", channel=place["channelId"], **{**PLAN, **options})


async def completed(house: House, command: str, option: str, words: str) -> list[dict[str, str]]:
    """Type words, and return the choices."""
    place = await house.simulator.place(MANAGER)
    body = {**place, "name": "schedule", "options": {command: {option: words}}, "focused": option}
    return list((await house.simulator.call("POST", "/autocomplete", body))["choices"])


async def test_a_daily_message_is_made(house: House) -> None:
    place = await house.simulator.place(MANAGER)
    message = await created(house, text="Good morning, {server}!")
    (made,) = house.worker.schedules.known.values()

    assert (made.kind, made.text) == (schedule_service_pb2.SCHEDULE_KIND_DAILY_MESSAGE, "Good morning, {server}!")
    assert (made.channel_id, made.time_of_day, made.time_zone) == (int(place["channelId"]), "09:30", "Europe/Berlin")
    what = f"Daily message in <#{place['channelId']}> at 09:30 (Europe/Berlin)"
    assert text(message).strip() == f"{what}: it comes <t:2000000000:R> for the first time."


async def test_whoever_may_not_manage_the_server_is_not_shown_schedules(house: House) -> None:
    seen = await house.simulator.call("GET", "/commands", params=await house.simulator.place("Liam"))
    await house.simulator.command("schedule", person="Liam", status=403, list={})

    assert "schedule" not in {command["name"] for command in seen["commands"]}


async def test_a_song_of_the_day_is_made(house: House) -> None:
    await created(house, kind="song", time="21:05")
    (made,) = house.worker.schedules.known.values()

    assert (made.kind, made.time_of_day) == (schedule_service_pb2.SCHEDULE_KIND_SONG_OF_THE_DAY, "21:05")


async def test_schedules_are_listed_page_by_page_and_say_why_they_pause(house: House) -> None:
    for number in range(12):
        await created(house, text=f"*message* {number}")
    lost = next(iter(house.worker.schedules.known))
    house.worker.schedules.lose(lost, "CHANNEL_NOT_WRITABLE")
    first = await schedule(house, "list")
    second = (await house.click(first, "More", MANAGER))["message"]

    shown = text(first)
    assert "1. Daily message" in shown
    assert ": pauses\n\\*message\\* 0\n⚠️ I cannot write in that text channel." in shown
    assert "10. Daily message" in shown
    assert "11. " not in shown
    assert "12. Daily message" in text(second)
    assert [button["label"] for button in buttons(second)] == ["First page"]


async def test_nothing_scheduled_is_said(house: House) -> None:
    assert "Nothing is scheduled here." in text(await schedule(house, "list"))


async def test_one_is_paused_resumed_and_removed_by_a_choice(house: House) -> None:
    await created(house, text="one")
    await created(house, text="two")
    one, two = await completed(house, "pause", "schedule", "")
    (found,) = await completed(house, "remove", "schedule", "TWO")
    paused = await schedule(house, "pause", schedule=one["value"])
    resumed = await schedule(house, "resume", schedule=one["value"])
    removed = await schedule(house, "remove", schedule=two["value"])

    assert [one["name"], two] == ["09:30 Europe/Berlin: one", found]
    assert "pauses. Let it go on with `/schedule resume`." in text(paused)
    assert "it goes on <t:2000000000:R>." in text(resumed)
    assert "is removed." in text(removed)
    assert list(house.worker.schedules.known) == [one["value"]]


async def test_time_zones_are_found_while_one_types(house: House) -> None:
    found = await completed(house, "create", "zone", "new york")
    everything = await completed(house, "create", "zone", "")

    assert [choice["value"] for choice in found] == ["America/New_York"]
    assert len(everything) == 25


STATS = {
    "plays": 3,
    "heard": "4000s",
    "trackCount": 2,
    "tracks": [
        {"title": "*One*", "author": "Ann", "plays": 2, "heard": "3700s"},
        {"title": "Two", "plays": 1, "heard": "300s"},
    ],
    "artists": [{"author": "Ann", "plays": 2, "heard": "3700s"}],
    "listeners": [{"userId": 7, "plays": 3, "heard": "4000s"}],
}


async def test_the_most_played_of_the_server_is_shown(house: House) -> None:
    house.worker.statistics.shown = ParseDict(STATS, stats_service_pb2.Stats())
    answer = await house.simulator.command("stats")
    (asked,) = house.worker.statistics.asked

    assert (asked.period, asked.own) == (stats_service_pb2.STATS_PERIOD_MONTH, False)
    assert text(answer["message"]).strip().splitlines() == [
        "What this server listened to in the last 30 days",
        "2 tracks, played 3 times, 1 h 6 min",
        "**Tracks**",
        "1. \\*One\\* · Ann: 2 times, 1 h 1 min",
        "2. Two: once, 0 h 5 min",
        "**Artists**",
        "1. Ann: 2 times, 1 h 1 min",
        "**Asked for by**",
        "1. <@7>: 3 times, 1 h 6 min",
    ]
    assert answer["message"]["mentions"] == []


@pytest.mark.parametrize("period", ["day", "week", "month", "all"])
async def test_ones_own_statistics_are_asked_for_by_period(house: House, period: str) -> None:
    house.worker.statistics.shown = stats_service_pb2.Stats()
    answer = await house.simulator.command("stats", who="me", period=period)
    (asked,) = house.worker.statistics.asked

    assert (stats_service_pb2.StatsPeriod.Name(asked.period), asked.own) == (f"STATS_PERIOD_{period.upper()}", True)
    assert "Nothing was played for you" in text(answer["message"])


async def test_time_zones_are_those_that_are_locked_whatever_the_machine_has(house: House, tmp_path: Path) -> None:
    await house.restart(PYTHONTZPATH=machine(tmp_path))
    offered = [await completed(house, "create", "zone", words) for words in ("nowhere", "berlin")]
    await house.restart()

    assert [[choice["value"] for choice in choices] for choices in offered] == [[], ["Europe/Berlin"]]
