"""The panel as a card: what it says at which moment, and that Discord takes it whatever is in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from simcord.components import validate_components, walk_components

from gateway.adapters.replies import message
from gateway.app import _WORDS
from gateway.domain.cards import panel as cards
from gateway.domain.panel import BUTTONS, Deed
from gateway.domain.player import PRESETS, Item, Pick, Player, Status, Track
from gateway.words import Words

SAY = Words.read(_WORDS)
TEXT, V2 = 10, 1 << 15
HUGE, ADDRESS = "*" * 256, "https://example.com/" + "x" * 2028
PLAYING = Player(
    Status.PLAYING,
    5,
    Item(9, Track("Song", "Singer", 200.0, "https://example.com/a"), 7),
    position=20.0,
    position_time=1_000.0,
    queue_length=2,
    queue_duration=65.0,
    version=3,
)
AHEAD = [Item(10, Track("Next"), 7)]


def shown(player: Player, **more: Any) -> str:
    """Everything that one reads in a panel."""
    card = cards.panel(SAY, player, more.get("ahead", AHEAD), BUTTONS, more.get("deed"))
    return "\n".join(section.text for section in card.sections)


def test_the_ends_are_times_that_discord_counts_down() -> None:
    assert "**[Song](https://example.com/a)**\nSinger · 3:20" in shown(PLAYING)
    assert "Ends <t:1180:R>\n2 tracks wait, 1:05\nThe queue ends <t:1245:R>" in shown(PLAYING)
    assert "Ends <t:1090:R>" in shown(replace(PLAYING, speed=2.0))


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"status": Status.PAUSED}, "At 0:20 of 3:20"),
        ({"loop_mode": "QUEUE"}, "Ends <t:1180:R>"),
        ({"current": Item(9, Track("Radio"), 7)}, "live"),
    ],
)
def test_where_the_end_of_the_queue_is_not_known_none_is_told(changes: dict[str, Any], line: str) -> None:
    told = shown(replace(PLAYING, **changes))

    assert line in told
    assert "The queue ends" not in told


def test_what_the_player_picked_says_why() -> None:
    picked = replace(PLAYING, current=Item(9, Track("Song"), 0, Pick("SAME_ARTIST", "Another *song*")))

    assert r"Picked because of Another \*song\*, by the same artist" in shown(picked)


def test_the_largest_panel_is_one_that_discord_takes() -> None:
    track = Track(HUGE, HUGE, 359_999.0, ADDRESS, ADDRESS, HUGE)
    player = Player(
        Status.PLAYING,
        5,
        Item(2**62, track, 0, Pick("SAME_ARTIST", HUGE)),
        queue_length=20_000,
        queue_duration=10.0**9,
        volume=200,
        loop_mode="TRACK",
        loop_count=1000,
        filters=[name.upper() for name in PRESETS] + ["EQUALIZER", "TIMESCALE", "ROTATION", "CHANNEL_MIX", "LOW_PASS"],
        votes=100,
        listeners=1000,
        version=1,
    )
    ahead = [Item(2**62 + number, Track(HUGE, HUGE), 2**62) for number in range(25)]
    payload = message(cards.panel(SAY, player, ahead, BUTTONS, Deed(2**62, "ReplaceQueueItem")))

    tree = validate_components(payload["components"], flags=payload["flags"])
    texts = [one["content"] for one in walk_components(tree) if one["type"] == TEXT]
    assert (payload["flags"], payload["content"], payload["embeds"]) == (V2, None, [])
    assert 2_000 < sum(map(len, texts)) <= 4_000
    assert len(list(walk_components(tree))) <= 40
