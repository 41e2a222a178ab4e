"""What people see: every answer as a plain value, made of words and escaped foreign text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from gateway.domain import position, text
from gateway.domain.player import Added, E, Item, Page, Played, Player, Status, Track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.domain.importing import Import
    from gateway.domain.panel import Deed
    from gateway.domain.player import Edit, Lyrics, Skipped
    from kit.errors import Refused

_TITLE, _AUTHOR, _ALBUM = 120, 60, 60  # characters shown
_LISTED_TITLE = 70
_LYRICS, _LYRICS_LINE = 20, 100  # lines of a page, and characters of one: escaped they fit into Discord's 4,096
_MISSED = 10  # lines shown for which an import found nothing: escaped they fit into Discord's 2,000 characters
_USUAL_VOLUME = 100
_CHOICE = 100  # Discord's limit for both sides of a choice
_DOT = " · "
BUTTON_PREFIX = "segue"


class Say(Protocol):
    """Says a message of the catalogue."""

    def __call__(self, key: str, /, **values: str | float) -> str:
        """Say it with these values."""


@dataclass(frozen=True)
class Button:
    """A button. Its `custom_id` holds all that is needed to act on it, so that any process can, at any time."""

    custom_id: str
    label: str
    emoji: str


@dataclass(frozen=True)
class Select:
    """A list that people choose one of: what is shown, and what it stands for. `custom_id` as of a button."""

    custom_id: str
    placeholder: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Card:
    """An answer. With a heading it is shown as a box, without one as a plain sentence.

    `version` is that of the player it shows, if it can go on as the guild's panel, else zero. `watched` names what it
    shows, if that goes on by itself.
    """

    text: str
    heading: str = ""
    artwork: str = ""
    buttons: tuple[Button, ...] = ()
    version: int = 0
    select: Select | None = None
    watched: str = ""


@dataclass(frozen=True)
class Form:
    """A form with one field of several lines. Its `custom_id` is like that of a button."""

    custom_id: str
    heading: str
    field: str
    label: str
    example: str


def added(say: Say, what: Added) -> Card:
    """Show what a request to play brought."""
    left_out = say("card-left-out", count=what.left_out) if what.left_out else ""
    if what.place == 0:
        card = panel(say, what.player)
        return replace(card, text=_lines(card.text, left_out))
    heading = say("card-added", count=what.count, place=what.place)
    starts = say("card-starts", length=position.show(what.starts_in)) if what.starts_in else ""
    shown = _lines(_track(say, what.item.track), starts, left_out)
    return Card(shown, heading, text.address(what.item.track.artwork_uri), _buttons(say, what.player, what.item))


def playing(say: Say, player: Player) -> Card:
    """Show what plays, with the buttons that fit it."""
    if player.current is None:
        return Card(say("card-nothing-next"))
    lines = [_track(say, player.current.track), _progress(say, player), _origin(say, player.current)]
    if player.queue_length:
        lines.append(say("card-waiting", count=player.queue_length, length=position.show(player.queue_duration)))
    if player.votes:
        lines.append(say("card-votes", count=player.votes, listeners=player.listeners))
    heading = say("card-paused" if player.status is Status.PAUSED else "card-playing")
    shown = _lines(*lines, _modes(say, player))
    buttons = _buttons(say, player, player.current)
    return Card(shown, heading, text.address(player.current.track.artwork_uri), buttons)


def panel(say: Say, player: Player, deed: Deed | None = None) -> Card:
    """Show the player as it goes on being shown, and who did what to it last."""
    card = playing(say, player) if player.current else Card(say("card-over"))
    lines = [card.text]
    if deed:
        lines.append(say("card-deed", method=deed.method, user=f"<@{deed.user_id}>"))
    return replace(card, text="\n".join(lines), version=player.version)


def moved_on(say: Say) -> Card:
    """Show that the panel is another message now."""
    return Card(say("card-moved-on"))


def skipped(say: Say, found: Skipped) -> Card:
    """Show what was skipped and what plays instead, or what plays on and how many votes are missing."""
    card = playing(say, found.player)
    if found.track is None:
        line = say("card-voted", count=found.votes_missing)
    else:
        line = say("card-skipped", title=text.escape(found.track.title, _TITLE))
    return Card(f"{line}\n{card.text}", card.heading, card.artwork, card.buttons)


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


def removed(say: Say, track: Track) -> Card:
    """Confirm that a track waits no more."""
    return Card(say("card-removed", title=text.escape(track.title, _TITLE)))


def candidates(say: Say, item_id: int, tracks: Sequence[Track]) -> Card:
    """Offer what may be meant instead of an item, each for where it is; a place that cannot be sent is left out."""
    shown = {track.uri: choice(say, track)[0] for track in tracks if 0 < len(track.uri) <= _CHOICE}
    choices = tuple((label, uri) for uri, label in shown.items())
    if not choices:
        return Card(say("card-candidates-none"))
    select = Select(f"{BUTTON_PREFIX}:replace:{item_id}", say("card-candidates-choose"), choices)
    return Card(say("card-candidates"), select=select)


def replaced(say: Say, track: Track) -> Card:
    """Confirm what took the place of a wrong song."""
    return Card(say("card-replaced", title=text.escape(track.title, _TITLE)))


def done(say: Say, key: str) -> Card:
    """Confirm a change that needs no more than a sentence."""
    return Card(say(key))


def edited(say: Say, key: str, edit: Edit) -> Card:
    """Confirm that an edit of the queue was taken back or done again: what, whose, and how many it was about."""
    user = f"<@{edit.user_id}>" if edit.user_id else say("somebody")
    return Card(say(key, user=user, what=say("queue-edit", kind=edit.kind, count=edit.count)))


def looped(say: Say, player: Player) -> Card:
    """Confirm what comes after a track."""
    return Card(say("card-loop", mode=player.loop_mode, count=player.loop_count))


def turned(say: Say, player: Player) -> Card:
    """Confirm the volume."""
    return Card(say("card-volume", percent=player.volume))


def filtered(say: Say, player: Player) -> Card:
    """Confirm what is done to the sound."""
    return Card(_filters(say, player) or say("card-filters-none"))


def named(say: Say, key: str, name: str) -> Card:
    """Confirm a change of something that people gave a name."""
    return Card(say(key, name=text.escape(name, _TITLE)))


def lyrics(say: Say, found: Lyrics, first: int, item: str) -> Card:
    """Show a page of lyrics from its first line; from the start where those of another item were read."""
    first = first if item == str(found.item_id) else 1
    lines = found.lines[first - 1 : first - 1 + _LYRICS]
    more = str(found.item_id) if len(found.lines) > first - 1 + _LYRICS else ""
    provider = text.plain(found.provider, _AUTHOR)
    heading = say("card-lyrics-from", provider=provider) if provider else say("card-lyrics")
    shown = "\n".join(text.escape(line, _LYRICS_LINE) for line in lines)
    return Card(shown, heading, buttons=_pages(say, "lyrics", Page(lines, more), first))


def import_form(say: Say, placement: str) -> Form:
    """Ask for songs."""
    custom_id = f"{BUTTON_PREFIX}:import:{placement}"
    return Form(custom_id, say("form-import"), "lines", say("form-import-lines"), say("form-import-example"))


def imported(say: Say, found: Import) -> Card:
    """Show how far an import is, with a button that ends it, or what came of it."""
    lines = [say("card-import", state=found.state, done=found.done, added=found.added, total=found.total)]
    if found.refusal:
        lines.append(_why(say, found.refusal))
    if found.left_out:
        lines.append(say("card-left-out", count=found.left_out))
    if found.is_over and found.missed:
        listed = [text.escape(line, _LISTED_TITLE) for line in found.missed_lines[:_MISSED]]
        lines += [say("card-import-missed", count=found.missed), *listed]
        if found.missed > len(listed):
            lines.append(say("card-queue-more", count=found.missed - len(listed)))
    if found.is_over:
        return Card(_lines(*lines))
    cancel = Button(f"{BUTTON_PREFIX}:cancel_import:{found.id}", say("button-cancel"), "⏹️")
    return Card(_lines(*lines), buttons=(cancel,), watched=found.id)


def cleared(say: Say, count: int) -> Card:
    """Confirm that nothing waits."""
    return Card(say("card-cleared", count=count))


def queue(say: Say, player: Player, page: Page[Item], first: int) -> Card:
    """Show what plays and a page of what waits; `first` is the place of its first item."""
    if player.current is None and not page.entries:
        return Card(say("card-queue-empty"))
    lines = [say("card-queue-current", track=_listed(say, player.current))] if player.current else []
    lines += [
        say("card-queue-line", place=place, track=_listed(say, item)) for place, item in enumerate(page.entries, first)
    ]
    behind = player.queue_length - (first - 1) - len(page.entries)
    if behind > 0:
        lines.append(say("card-queue-more", count=behind))
    if player.votes:
        lines.append(say("card-votes", count=player.votes, listeners=player.listeners))
    heading = say("card-queue", count=player.queue_length, length=position.show(player.queue_duration))
    return Card(_lines(*lines, _modes(say, player)), heading, buttons=_pages(say, "queue", page, first))


def history(say: Say, page: Page[Played], first: int) -> Card:
    """Show a page of what was played, the newest first."""
    if not page.entries:
        return Card(say("card-history-empty"))
    lines = [
        say("card-history-line", track=_listed(say, one.item), when=f"<t:{round(one.ended_at)}:R>", reason=one.reason)
        for one in page.entries
    ]
    return Card("\n".join(lines), say("card-history"), buttons=_pages(say, "history", page, first))


def refused(say: Say, refusal: Refused, ref: str) -> Card:
    """Say why not: one sentence, one way out, and the reference that finds the trace."""
    return Card(say("card-refused", why=_why(say, refusal), ref=ref))


def _why(say: Say, refusal: Refused) -> str:
    key = f"error-{refusal.reason.lower().replace('_', '-')}"
    field = next(iter(refusal.fields), "").rpartition(".")[2].partition("[")[0]
    values: dict[str, str | float] = {
        "seconds": max(1, round(refusal.retry_after or 1)),
        "field": field,
        "required": "",
        **{name: int(value) if value.isdecimal() else value for name, value in refusal.metadata.items()},
    }
    return f"{say(key, **values)} {say(f'{key}.way-out', **values)}"


def choice(say: Say, track: Track) -> tuple[str, str]:
    """Give a track as a choice while typing: what is shown, and the query that it stands for."""
    shown = _DOT.join(filter(None, (track.title, track.author, _length(say, track))))
    stands_for = f"{track.title} {track.author}" if track.author else track.title
    if text.address(track.uri) and len(track.uri) <= _CHOICE:
        return text.plain(shown, _CHOICE), track.uri
    query = text.plain(stands_for, _CHOICE)
    whole_words = query[:-1].rpartition(" ")[0] or query[:-1]
    return text.plain(shown, _CHOICE), whole_words if query.endswith("…") else query


def item_choice(say: Say, place: int, item: Item) -> tuple[str, str]:
    """Give an item of the queue as a choice while typing: what is shown, and its id."""
    shown = _DOT.join(filter(None, (item.track.title, item.track.author)))
    return text.plain(say("choice-item", place=place, track=shown), _CHOICE), str(item.id)


def _pages(say: Say, name: str, page: Page[E], first: int) -> tuple[Button, ...]:
    buttons = [Button(f"{BUTTON_PREFIX}:{name}:1-", say("button-first"), "⏮️")] if first > 1 else []
    if page.more:
        behind = f"{first + len(page.entries)}-{page.more}"
        buttons.append(Button(f"{BUTTON_PREFIX}:{name}:{behind}", say("button-more"), "▶️"))
    return tuple(buttons)


def _buttons(say: Say, player: Player, shown: Item) -> tuple[Button, ...]:
    """What can be done to the player, and to the item that is shown."""
    if player.current is None:
        return ()
    act, emoji = ("resume", "▶️") if player.status is Status.PAUSED else ("pause", "⏸️")
    item = player.current.id
    return (
        Button(f"{BUTTON_PREFIX}:toggle:{item}", say(f"button-{act}"), emoji),
        Button(f"{BUTTON_PREFIX}:skip:{item}", say("button-skip"), "⏭️"),
        Button(f"{BUTTON_PREFIX}:wrong:{shown.id}", say("button-wrong"), "❓"),
    )


def _track(say: Say, track: Track) -> str:
    title, uri = text.escape(track.title, _TITLE), text.address(track.uri)
    line = f"**[{title}]({uri})**" if uri else f"**{title}**"
    names = (text.escape(track.author, _AUTHOR), text.escape(track.album, _ALBUM))
    about = _DOT.join(filter(None, (*names, _length(say, track))))
    return f"{line}\n{about}"


def _listed(say: Say, item: Item) -> str:
    who = f"<@{item.requester_id}>" if item.requester_id else say("autoplay")
    return f"{text.escape(item.track.title, _LISTED_TITLE)}{_DOT}{who}"


def _origin(say: Say, item: Item) -> str:
    """Say who asked for it, or why the player picked it."""
    if item.pick:
        return say("card-picked", reason=item.pick.reason, because=text.escape(item.pick.because, _TITLE))
    return say("card-requested-by", user=f"<@{item.requester_id}>")


def _modes(say: Say, player: Player) -> str:
    """Say how it plays, where that is not as usual."""
    loop = looped(say, player).text if player.loop_mode != "OFF" else ""
    volume = turned(say, player).text if player.volume != _USUAL_VOLUME else ""
    return " ".join(filter(None, (loop, volume, _filters(say, player))))


def _filters(say: Say, player: Player) -> str:
    names = ", ".join(say("filter", name=name) for name in player.filters)
    return say("card-filters", names=names) if names else ""


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def _length(say: Say, track: Track) -> str:
    return say("live") if track.length is None else position.show(track.length)


def _progress(say: Say, player: Player) -> str:
    track = player.current.track if player.current else None
    if track is None or track.length is None:
        return say("live")
    if player.status is not Status.PLAYING:
        return say("card-position", position=position.show(player.position), length=position.show(track.length))
    ends = player.position_time + (track.length - player.position) / (player.speed or 1.0)
    return say("card-ends", when=f"<t:{round(ends)}:R>")
