"""What plays, and what was done to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.domain import position, text
from gateway.domain.cards import dj
from gateway.domain.cards.base import BUTTON_PREFIX, TITLE, Button, Card, Row, Select, join
from gateway.domain.player import Added, Item, Player, Status, Track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.domain.cards.base import Say
    from gateway.domain.player import Skipped

_AUTHOR, _ALBUM = 60, 60  # characters shown
_LISTED_TITLE = 70
_USUAL_VOLUME = 100
_CHOICE = 100  # Discord's limit for both sides of a choice
_CHOSEN = 10  # tracks chosen at once: each is looked up once more
_DOT = " · "


def added(say: Say, what: Added) -> Card:
    """Show where what somebody asked for waits."""
    heading = say("card-added", count=what.count, place=what.place)
    starts = say("card-starts", length=position.show(what.starts_in)) if what.starts_in else ""
    shown = join(titled(say, what.item.track), starts, left_out(say, what))
    return Card(shown, heading, text.address(what.item.track.artwork_uri), _buttons(say, what.player, what.item))


def playing(say: Say, player: Player) -> Card:
    """Show what plays, with the buttons that fit it."""
    if player.current is None:
        return Card(say("card-nothing-next"))
    lines = [titled(say, player.current.track), progress(say, player), origin(say, player.current)]
    if player.queue_length:
        lines.append(say("card-waiting", count=player.queue_length, length=position.show(player.queue_duration)))
    if player.votes:
        lines.append(say("card-votes", count=player.votes, listeners=player.listeners))
    heading = say("card-paused" if player.status is Status.PAUSED else "card-playing")
    shown = join(*lines, modes(say, player))
    buttons = _buttons(say, player, player.current)
    return Card(shown, heading, text.address(player.current.track.artwork_uri), buttons)


def left_out(say: Say, what: Added) -> str:
    """Say how much of what somebody asked for was left out; empty: nothing."""
    return say("card-left-out", count=what.left_out) if what.left_out else ""


def skipped(say: Say, found: Skipped) -> Card:
    """Show what was skipped and what plays instead, or what plays on and how many votes are missing."""
    card = playing(say, found.player)
    if found.track is None:
        line = say("card-voted", count=found.votes_missing)
    else:
        line = say("card-skipped", title=text.escape(found.track.title, TITLE))
    return Card(f"{line}\n{card.text}", card.heading, card.artwork, card.rows)


def decided(say: Say, player: Player, done: Card) -> Card:
    """Show what was done, or that somebody wants it, and how many have to want it too."""
    if not player.votes_missing:
        return done
    card = playing(say, player)
    line = say("card-vote-counted", count=player.votes_missing)
    return replace(card, text=f"{line}\n{card.text}")


def sought(say: Say, seconds: float) -> Card:
    """Confirm a move within the track."""
    return Card(say("card-sought", position=position.show(seconds)))


def stopped(say: Say) -> Card:
    """Confirm the end of everything."""
    return Card(say("card-stopped"))


def joined(say: Say, channel_id: int) -> Card:
    """Confirm where the bot is."""
    return Card(say("card-joined", channel=f"<#{channel_id}>"))


def left(say: Say) -> Card:
    """Confirm that the bot is gone."""
    return Card(say("card-left"))


def candidates(say: Say, item_id: int, tracks: Sequence[Track]) -> Card:
    """Offer what may be meant instead of an item, each for where it is; a place that cannot be sent is left out."""
    offered = _choices(say, tracks)
    if not offered:
        return Card(say("card-candidates-none"))
    select = Select(f"{BUTTON_PREFIX}:replace:{item_id}", say("card-candidates-choose"), offered)
    return Card(say("card-candidates"), rows=(select,))


def found(say: Say, tracks: Sequence[Track], placement: str) -> Card:
    """Offer what a search found, several at once; a place that cannot be sent is left out."""
    rows = choices(say, "card-found-choose", tracks, placement)
    return Card(say("card-found", count=len(rows[0].choices)), rows=rows) if rows else Card(say("card-found-none"))


def choices(say: Say, key: str, tracks: Sequence[Track], placement: str) -> tuple[Select, ...]:
    """Let people choose what to play of some tracks, several at once; nothing, if none can be sent."""
    offered = _choices(say, tracks)
    at = f"{BUTTON_PREFIX}:choose:{placement}"
    return (Select(at, say(key), offered, most=min(_CHOSEN, len(offered))),) if offered else ()


def _choices(say: Say, tracks: Sequence[Track]) -> tuple[tuple[str, str], ...]:
    shown = {track.uri: choice(say, track)[0] for track in tracks if 0 < len(track.uri) <= _CHOICE}
    return tuple((label, uri) for uri, label in shown.items())


def replaced(say: Say, track: Track) -> Card:
    """Confirm what took the place of a wrong song."""
    return Card(say("card-replaced", title=text.escape(track.title, TITLE)))


def looped(say: Say, player: Player) -> Card:
    """Confirm what comes after a track."""
    return Card(say("card-loop", mode=player.loop_mode, count=player.loop_count))


def turned(say: Say, player: Player) -> Card:
    """Confirm the volume."""
    return Card(say("card-volume", percent=player.volume))


def filtered(say: Say, player: Player) -> Card:
    """Confirm what is done to the sound."""
    return Card(_filters(say, player) or say("card-filters-none"))


def choice(say: Say, track: Track) -> tuple[str, str]:
    """Give a track as a choice while typing: what is shown, and the query that it stands for."""
    shown = _DOT.join(filter(None, (track.title, track.author, _length(say, track))))
    stands_for = f"{track.title} {track.author}" if track.author else track.title
    if text.address(track.uri) and len(track.uri) <= _CHOICE:
        return text.plain(shown, _CHOICE), track.uri
    query = text.plain(stands_for, _CHOICE)
    whole_words = query[:-1].rpartition(" ")[0] or query[:-1]
    return text.plain(shown, _CHOICE), whole_words if query.endswith("…") else query


def _buttons(say: Say, player: Player, shown: Item) -> tuple[Row, ...]:
    """What can be done to the player, and to the item that is shown."""
    if player.current is None:
        return ()
    act, emoji = ("resume", "▶️") if player.status is Status.PAUSED else ("pause", "⏸️")
    item = player.current.id
    buttons = (
        Button(f"{BUTTON_PREFIX}:toggle:{item}", say(f"button-{act}"), emoji),
        Button(f"{BUTTON_PREFIX}:skip:{item}", say("button-skip"), "⏭️"),
        Button(f"{BUTTON_PREFIX}:wrong:{shown.id}", say("button-wrong"), "❓"),
    )
    return (buttons,)


def titled(say: Say, track: Track) -> str:
    """Say what a track is: its title, which leads to it, and a line about it."""
    title, uri = text.escape(track.title, TITLE), text.address(track.uri)
    line = f"**[{title}]({uri})**" if uri else f"**{title}**"
    names = (text.escape(track.author, _AUTHOR), text.escape(track.album, _ALBUM))
    about = _DOT.join(filter(None, (*names, _length(say, track))))
    return f"{line}\n{about}"


def listed(say: Say, item: Item) -> str:
    """Say an item in one line: its title, and who asked for it, as far as that is known."""
    who = f"<@{item.requester_id}>" if item.requester_id else say("autoplay") if item.pick else ""
    return _DOT.join(filter(None, (text.escape(item.track.title, _LISTED_TITLE), who)))


def origin(say: Say, item: Item) -> str:
    """Say who asked for it, as far as that is known, or why the player picked it."""
    if item.pick:
        picked = say("card-picked", reason=item.pick.reason, because=text.escape(item.pick.because, TITLE))
        return join(picked, say("card-playlist-gone") if item.pick.playlist_gone else "")
    return say("card-requested-by", user=f"<@{item.requester_id}>") if item.requester_id else ""


def modes(say: Say, player: Player) -> str:
    """Say how it plays, where that is not as usual, and who is the DJ."""
    loop = looped(say, player).text if player.loop_mode != "OFF" else ""
    volume = turned(say, player).text if player.volume != _USUAL_VOLUME else ""
    return " ".join(filter(None, (loop, volume, _filters(say, player), dj.line(say, player))))


def _filters(say: Say, player: Player) -> str:
    names = tuple(say("filter", name=name) for name in player.filters)
    return say("card-filters", names=names) if names else ""


def _length(say: Say, track: Track) -> str:
    return say("live") if track.length is None else position.show(track.length)


def progress(say: Say, player: Player) -> str:
    """Say when what plays ends, or where it waits."""
    track = player.current.track if player.current else None
    if track is None or track.length is None:
        return say("live")
    if player.status is not Status.PLAYING:
        return say("card-position", position=position.show(player.position), length=position.show(track.length))
    return say("card-ends", when=moment(player, track.length))


def queue_ends(say: Say, player: Player) -> str:
    """Say when all that waits will have been played, as far as that is known."""
    length = player.current.track.length if player.current else None
    if not player.queue_length or length is None or player.status is not Status.PLAYING or player.loop_mode != "OFF":
        return ""
    return say("panel-queue-ends", when=moment(player, length + player.queue_duration))


def moment(player: Player, at: float) -> str:
    """Say when a player that plays on will be at a position, as a time that Discord counts down."""
    return f"<t:{round(player.position_time + (at - player.position) / (player.speed or 1.0))}:R>"
