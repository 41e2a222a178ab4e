"""A guild says where commands are taken, and how many."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.admission import Admission
from gateway.domain.guild_settings import GuildSettings
from gateway.domain.interaction import Interaction, Person
from kit.errors import Reason, Refused
from kit.levels import Level
from tests.gateway.conftest import text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from tests.gateway.conftest import House

GUILD, BOUND, ELSEWHERE = 7, 50, 51
MINUTE = 60.0


class Clock:
    """A time that tests set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def admission(clock: Clock, level: Level = Level.LISTENER, **settings: Any) -> Admission:
    chosen = GuildSettings(**settings)
    return Admission(lambda _: chosen, lambda _: level, clock)


def asked(user_id: int = 1, channel_id: int = BOUND, parent: int = 0) -> Interaction:
    person = Person(GUILD, user_id, "somebody")
    return Interaction(9, 1, "token", person, "pause", channel_id=channel_id, parent_channel_id=parent)


def left(admission: Admission, interaction: Interaction) -> float:
    """Return how long somebody has to wait; zero: the command was taken."""
    try:
        admission.admit(interaction)
    except Refused as refused:
        return refused.retry_after or 0
    return 0


def test_the_channel_for_requests_need_not_be_named_to_be_one_where_commands_are_taken() -> None:
    judge = admission(Clock(), Level.MEMBER, command_channel_ids=frozenset({BOUND}), request_channel_id=ELSEWHERE)
    judge.admit(asked(channel_id=ELSEWHERE))
    with pytest.raises(Refused):
        judge.admit(asked(channel_id=ELSEWHERE + 1))


@pytest.mark.parametrize(
    ("where", "level", "is_taken"),
    [
        (asked(), Level.MEMBER, True),
        (asked(channel_id=ELSEWHERE), Level.DJ, False),
        (asked(channel_id=ELSEWHERE), Level.MANAGER, True),
        (asked(channel_id=ELSEWHERE, parent=BOUND), Level.MEMBER, True),
    ],
)
def test_commands_are_taken_in_the_bound_channels_their_threads_and_everywhere_from_managers(
    where: Interaction, level: Level, is_taken: bool
) -> None:
    judge = admission(Clock(), level, command_channel_ids=frozenset({BOUND, 49}))
    if is_taken:
        judge.admit(where)
        return
    with pytest.raises(Refused) as caught:
        judge.admit(where)
    assert (caught.value.reason, caught.value.metadata) == (Reason.FOREIGN_TEXT_CHANNEL, {"channels": "49,50"})


def test_each_person_waits_out_their_cooldown_and_a_refusal_does_not_begin_it_anew() -> None:
    clock = Clock()
    judge = admission(clock, command_cooldown=10.0)
    assert left(judge, asked(1)) == 0
    assert left(judge, asked(2)) == 0
    clock.now += 3.5
    assert left(judge, asked(1)) == 7
    clock.now += 6.5
    assert left(judge, asked(1)) == 0
    assert left(judge, asked(1)) == 10


def test_a_guild_takes_so_many_commands_in_any_minute_from_people_below_dj() -> None:
    clock = Clock()
    judge = admission(clock, commands_per_minute=2)
    for user_id in (1, 2):
        assert left(judge, asked(user_id)) == 0
        clock.now += 10
    assert left(judge, asked(3)) == 40
    clock.now += 40
    assert left(judge, asked(3)) == 0
    assert left(judge, asked(1)) == 10


def test_other_guilds_have_counts_of_their_own() -> None:
    judge = admission(Clock(), command_cooldown=10.0, commands_per_minute=1)
    assert left(judge, asked()) == 0
    assert left(judge, replace(asked(), person=Person(GUILD + 1, 1, "somebody"))) == 0


def test_djs_do_not_wait() -> None:
    judge = admission(Clock(), Level.DJ, command_cooldown=10.0, commands_per_minute=1)
    for _ in range(3):
        judge.admit(asked())


@given(
    st.lists(st.tuples(st.floats(0, 30), st.integers(1, 3)), max_size=60),
    st.sampled_from([0.0, 1.0, 20.0, 90.0]),
    st.integers(0, 4),
)
def test_what_is_taken_keeps_the_rules_and_what_is_refused_would_have_broken_them(
    steps: list[tuple[float, int]], cooldown: float, per_minute: int
) -> None:
    clock = Clock()
    judge = admission(clock, command_cooldown=cooldown, commands_per_minute=per_minute)
    taken: list[tuple[float, int]] = []
    for pause, user_id in steps:
        clock.now += pause
        wait = left(judge, asked(user_id))
        assert bool(wait) is breaks(taken, clock.now, user_id, cooldown, per_minute)
        if not wait:
            taken.append((clock.now, user_id))
        else:
            assert not breaks(taken, clock.now + wait, user_id, cooldown, per_minute)


def breaks(taken: Iterable[tuple[float, int]], now: float, user_id: int, cooldown: float, per_minute: int) -> bool:
    """Tell whether one more command would break a rule."""
    own = [at for at, who in taken if who == user_id and now < at + cooldown]
    recent = [at for at, _ in taken if now < at + MINUTE]
    return bool(own) or 0 < per_minute <= len(recent)


@pytest.fixture
async def ruled(house: House) -> AsyncIterator[House]:
    """Gateway, whose guild has no rules any more once the test has ended."""
    yield house
    await choose(house)


async def choose(house: House, **settings: Any) -> None:
    """Choose settings, as JSON has them."""
    await house.api.choose(int((await house.simulator.guild())["id"]), **settings)


async def test_a_command_in_another_channel_is_refused_privately_with_the_way_to_go(ruled: House) -> None:
    place = await ruled.simulator.place()
    await choose(ruled, command_channel_ids={"values": ["1"]})
    refused = await ruled.simulator.command("pause")
    by_manager = await ruled.simulator.command("play", person="Olivia", query="alpha")
    pressed = await ruled.click(by_manager["message"], "Pause")
    await choose(ruled, command_channel_ids={"values": [place["channelId"]]})
    taken = await ruled.simulator.command("resume")

    assert refused["ephemeral"]
    assert "I take no commands in this channel. Use <#1>." in text(refused["message"])
    assert "alpha" in text(by_manager["message"])
    assert "Paused" in text(pressed["message"])
    assert "Playing" in text(taken["message"])
    assert [name for name, _, _ in ruled.audio.calls] == ["Play", "Pause", "Resume"]


async def test_who_is_too_quick_is_told_how_long_to_wait_and_buttons_and_djs_are_not_counted(ruled: House) -> None:
    await choose(ruled, command_cooldown="60s")
    played = await ruled.simulator.command("play", query="alpha")
    pressed = await ruled.click(played["message"], "Pause")
    refused = await ruled.simulator.command("resume")
    by_dj = await ruled.simulator.command("resume", person="Dana")
    again = await ruled.simulator.command("skip", person="Dana")

    assert "Paused" in text(pressed["message"])
    assert refused["ephemeral"]
    assert "That was too much at once. Try again in" in text(refused["message"])
    assert "seconds." in text(refused["message"])
    assert "Playing" in text(by_dj["message"])
    assert "Skipped" in text(again["message"])


async def test_a_guild_that_takes_no_more_in_this_minute_says_so(ruled: House) -> None:
    await choose(ruled, commands_per_minute=1)
    await ruled.simulator.command("play", query="alpha")
    refused = await ruled.simulator.command("pause", person="Luca")

    assert refused["ephemeral"]
    assert "Try again in" in text(refused["message"])
    assert [name for name, _, _ in ruled.audio.calls] == ["Play"]
