"""The player's panel: what plays, how it goes on, who did what, and all that one can do about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.domain import position, text
from gateway.domain.cards.base import BUTTON_PREFIX, Button, Card, Section, Select, join
from gateway.domain.cards.lists import item_line
from gateway.domain.cards.music import listed, modes, origin, progress, queue_ends, titled
from gateway.domain.player import PRESETS, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gateway.domain.cards.base import Row, Say
    from gateway.domain.panel import Deed
    from gateway.domain.player import Item, Player

_IN_A_ROW = 5
_NEXT = 3  # items listed
_NAME, _STATUS = 100, 200  # characters shown of a guild's name, and of what plays
_ON, _OFF = "on", "off"
_AFTER = {"OFF": "TRACK", "TRACK": "QUEUE", "QUEUE": "OFF"}  # what the loop button changes to


def panel(say: Say, player: Player, ahead: Sequence[Item], buttons: Collection[str], deed: Deed | None) -> Card:
    """Show a player, with what comes next and these buttons, and who did what to it last."""
    if player.current is None:
        return _lasting(player, deed, Section(join(say("card-over"), _deed(say, deed))))
    heading = say("card-paused" if player.status is Status.PAUSED else "card-playing")
    wrong = Button(f"{BUTTON_PREFIX}:wrong:{player.current.id}", say("button-wrong"), "❓")
    sections = [
        Section(f"### {heading}\n{titled(say, player.current.track)}", text.address(player.current.track.artwork_uri)),
        Section(join(origin(say, player.current), progress(say, player), _waiting(say, player)), button=wrong),
    ]
    if ahead:
        lines = (
            say("card-queue-line", place=place, track=listed(say, item)) for place, item in enumerate(ahead[:_NEXT], 1)
        )
        sections.append(Section(join(say("panel-next"), *lines)))
    if last := join(_votes(say, player), modes(say, player), _deed(say, deed)):
        sections.append(Section(last))
    return replace(_lasting(player, deed, *sections), rows=_rows(say, player, player.current, ahead, buttons))


def elsewhere(say: Say, player: Player, channel_id: int) -> Card:
    """Show what plays, and where its panel is."""
    if player.current is None:
        return _lasting(player, None, Section(say("card-over")))
    track = player.current.track
    shown = Section(titled(say, track), text.address(track.artwork_uri))
    return _lasting(player, None, shown, Section(say("panel-elsewhere", channel=f"<#{channel_id}>")))


def beside(card: Card, line: str) -> Card:
    """Add a line to what a panel shows, if there is one."""
    return replace(card, sections=(*card.sections, Section(line))) if line else card


def moved_on(say: Say) -> Card:
    """Show that the panel is another message now."""
    return Card(sections=(Section(say("card-moved-on")),))


def lost(say: Say, guild_name: str, channel_id: int) -> Card:
    """Tell a guild's owner that there can be no panel in a channel, and what to do about it."""
    return Card(say("panel-lost", server=text.escape(guild_name, _NAME), channel=f"<#{channel_id}>"))


def status(player: Player) -> str:
    """Say what plays in one line that nothing is formatted in."""
    if player.current is None:
        return ""
    track = player.current.track
    return text.plain(" · ".join(filter(None, (track.title, track.author))), _STATUS)


def _lasting(player: Player, deed: Deed | None, *sections: Section) -> Card:
    return Card(version=player.version, deed=deed, sections=sections)


def _waiting(say: Say, player: Player) -> str:
    if not player.queue_length:
        return ""
    line = say("card-waiting", count=player.queue_length, length=position.show(player.queue_duration))
    return join(line, queue_ends(say, player))


def _votes(say: Say, player: Player) -> str:
    return say("card-votes", count=player.votes, listeners=player.listeners) if player.votes else ""


def _deed(say: Say, deed: Deed | None) -> str:
    return say("card-deed", method=deed.method, user=f"<@{deed.user_id}>") if deed else ""


def _rows(say: Say, player: Player, current: Item, ahead: Sequence[Item], buttons: Collection[str]) -> tuple[Row, ...]:
    every = _buttons(say, player, current)
    made = [every[name] for name in buttons]
    rows: list[Row] = [tuple(made[at : at + _IN_A_ROW]) for at in range(0, len(made), _IN_A_ROW)]
    if ahead:
        items = tuple((item_line(say, place, item.track), str(item.id)) for place, item in enumerate(ahead, 1))
        rows.append(Select(f"{BUTTON_PREFIX}:panel-jump", say("panel-jump"), items))
    effects = tuple((say(f"command-filter-preset.name-{name}"), name) for name in (_OFF, *PRESETS))
    rows.append(Select(f"{BUTTON_PREFIX}:panel-effects", say("panel-effects"), effects))
    return tuple(rows)


def _buttons(say: Say, player: Player, current: Item) -> dict[str, Button]:
    """Make all buttons; each carries the item it was shown with where it is about that, else what it changes to."""
    item = str(current.id)
    is_paused, is_looping = player.status is Status.PAUSED, player.loop_mode != "OFF"
    loop = _button(say, "loop", "🔁", _AFTER.get(player.loop_mode, "OFF"), lit=is_looping)
    return {
        "previous": _button(say, "previous", "⏮️", item, grey=not player.returnable),
        "pause": _button(say, "resume", "▶️") if is_paused else _button(say, "pause", "⏸️"),
        "skip": _button(say, "skip", "⏭️", item),
        "stop": _button(say, "stop", "⏹️"),
        "favorite": Button(f"{BUTTON_PREFIX}:favorite:{item}", say("button-favorite"), "❤️"),
        "shuffle": _button(say, "shuffle", "🔀", grey=player.queue_length <= 1),
        "loop": replace(loop, label=say("button-loop", mode=player.loop_mode)),
        "autoplay": _button(say, "autoplay", "♾️", _OFF if player.autoplay else _ON, lit=player.autoplay),
        "lyrics": _button(say, "lyrics", "🎤"),
        "queue": _button(say, "queue", "📜"),
    }


def _button(say: Say, name: str, emoji: str, about: str = "", *, lit: bool = False, grey: bool = False) -> Button:
    custom_id = ":".join(filter(None, (BUTTON_PREFIX, f"panel-{name}", about)))
    return Button(custom_id, say(f"button-{name}"), emoji, lit=lit, grey=grey)
