"""The settings of a guild: a group of them, one of them, and who changed which."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import TYPE_CHECKING

from gateway.domain import position, text
from gateway.domain.cards.base import BUTTON_PREFIX, Button, Card, Field, Form, Select, SelectKind, pages
from gateway.domain.setting import (
    GROUPS,
    LONGEST_TYPED,
    MOST_CHOSEN,
    MOST_LINES,
    OFF,
    ON,
    Kind,
    is_too_long,
    members,
    write,
)

if TYPE_CHECKING:
    from gateway.domain.cards.base import Row, Say
    from gateway.domain.player import Page
    from gateway.domain.setting import Changed, Choices, Setting, Value
    from kit.errors import Refused

_SHOWN = 60  # characters of a text, or of several
_NAMED = 120  # characters of words of ours
_MENTIONED = 5
_ON_MARK, _OFF_MARK = "✅", "⬜"
_IN_A_ROW, _TOGGLES = 5, 10  # buttons; three rows are for other things
_LONGEST_NUMBER = 20  # characters
_LABEL = 100  # characters; Discord's limit for a choice
_MINUTE = 60  # seconds
_BY_WORD = {Kind.ORDER, Kind.SHARES}
_WORDY = {Kind.TEXT, Kind.LINES} | _BY_WORD
_TYPED = {Kind.NUMBER, Kind.LENGTH} | _WORDY
_SELECTS = {
    Kind.ROLE: SelectKind.ROLES,
    Kind.CHANNEL: SelectKind.CHANNELS,
    Kind.PEOPLE: SelectKind.PEOPLE,
    Kind.ROLES: SelectKind.ROLES,
    Kind.CHANNELS: SelectKind.CHANNELS,
    Kind.VOICE_CHANNELS: SelectKind.VOICE_CHANNELS,
}
_SIGNS = {SelectKind.PEOPLE: "@", SelectKind.ROLES: "@&"}  # of what is mentioned; a channel has another


def group(say: Say, found: Choices, shown: str, refusal: Refused | None = None) -> Card:
    """Show a group of settings; `refusal`: why it is shown anew."""
    own = members(shown)
    lines = [_line(say, one, found) for one in own]
    switches = [one for one in own if one.kind is Kind.SWITCH][:_TOGGLES]
    toggles = [_toggle(one, found, say(f"setting-{one.name}")) for one in switches]
    reset = Button(f"{BUTTON_PREFIX}:reset_group:{shown}-{found.version}", say("button-reset-group"), "↩️")
    changes = Button(f"{BUTTON_PREFIX}:changes:1-", say("button-changes"), "📜")
    rows: tuple[Row, ...] = (
        Select(
            f"{BUTTON_PREFIX}:settings:",
            say("card-settings-choose-group"),
            tuple((say(f"setting-group-{one}"), one) for one in GROUPS),
            chosen=(shown,),
        ),
        Select(
            f"{BUTTON_PREFIX}:setting:",
            say("card-settings-choose"),
            tuple((say(f"setting-{one.name}"), one.name) for one in own),
        ),
        *(tuple(toggles[at : at + _IN_A_ROW]) for at in range(0, len(toggles), _IN_A_ROW)),
        (reset, changes),
    )
    heading = say("card-settings", group=say(f"setting-group-{shown}"))
    return Card("\n".join(lines), heading, rows=rows, refusal=refusal)


def one(say: Say, found: Choices, shown: Setting) -> Card:
    """Show a setting with all that can be done about it."""
    about = f"{shown.name}-{found.version}"
    reset = Button(f"{BUTTON_PREFIX}:reset_setting:{about}", say("button-reset"), "↩️")
    back = Button(f"{BUTTON_PREFIX}:settings:{shown.group}", say("button-back"), "◀️")
    last = (reset, back) if shown.name in found.chosen else (back,)
    lines = (say(f"setting-{shown.name}.description"), _line(say, shown, found))
    value = found.values[shown.name]
    if isinstance(value, tuple) and is_too_long(shown, value):
        too_long = say("card-settings-too-long", count=len(value))
        return Card("\n\n".join((*lines, too_long)), say(f"setting-{shown.name}"), rows=(last,))
    if shown.kind is Kind.PLAYLIST and not found.playlists:
        none = say("card-settings-no-playlists")
        return Card("\n\n".join((*lines, none)), say(f"setting-{shown.name}"), rows=(last,))
    control = _control(say, found, shown)
    rows: tuple[Row, ...] = (control, last) if isinstance(control, Select) else ((control, *last),)
    return Card("\n\n".join(lines), say(f"setting-{shown.name}"), rows=rows)


def form(say: Say, found: Choices, shown: Setting) -> Form:
    """Ask for a value, with the one that is so in it."""
    is_wordy = shown.kind in _WORDY
    most = shown.limits[1] if shown.kind is Kind.TEXT else LONGEST_TYPED
    field = Field(
        "value",
        say(f"setting-{shown.name}"),
        _limits(say, shown),
        write(shown, found.values[shown.name], words(say, shown)),
        long=is_wordy,
        required=not (is_wordy and shown.none),
        longest=most if is_wordy else _LONGEST_NUMBER,
    )
    return Form(f"{BUTTON_PREFIX}:set_setting:{shown.name}-{found.version}", say("form-setting"), (field,))


def words(say: Say, shown: Setting) -> dict[str, str]:
    """Say what the choices of a setting are called."""
    return {one: say(f"setting-{shown.name}.{one}") for one in shown.choices}


def changes(say: Say, page: Page[Changed], first: int, playlists: Mapping[str, str]) -> Card:
    """Show a page of who changed what, the newest first; `playlists` is what playlists are called, by their ids."""
    back = Button(f"{BUTTON_PREFIX}:settings:{GROUPS[0]}", say("button-back"), "◀️")
    lines = [_change(say, one, playlists) for one in page.entries] or [say("card-changes-none")]
    return Card("\n".join(lines), say("card-changes"), rows=(*pages(say, "changes", page, first), (back,)))


def shown_value(say: Say, shown: Setting, value: Value, playlists: Mapping[str, str]) -> str:
    """Say what a value means; `playlists` is what playlists are called, by their ids."""
    if shown.none and not value:
        return say(f"setting-{shown.name}.none")
    if isinstance(value, tuple | Mapping):
        return _several(say, shown, value)
    match shown.kind:
        case Kind.SWITCH:
            said = say(f"setting-{ON if value else OFF}")
        case Kind.NUMBER:
            said = say("setting-number", value=value, unit=shown.unit)
        case Kind.LENGTH:
            said = say("setting-length", length=position.write(float(value)), colon=str(float(value) >= _MINUTE))
        case Kind.CHOICE:
            said = say(f"setting-{shown.name}.{value}")
        case Kind.TEXT:
            said = text.escape(str(value), _SHOWN)
        case Kind.PLAYLIST:
            said = text.escape(playlists.get(str(value), ""), _SHOWN) or say("setting-playlist-gone")
        case _:
            said = _mention(shown, value)
    return said


def _several(say: Say, shown: Setting, values: tuple[int | str, ...] | Mapping[str, int]) -> str:
    """Say the first of several, and how many more there are."""
    if shown.kind in _BY_WORD:
        texts = _named(say, shown, values)
        first = texts[: _fitting(texts, _NAMED)]
    elif shown.kind is Kind.LINES:
        texts = list(map(str, values))
        first = [text.escape(one, _SHOWN) for one in texts[: _fitting(texts, _SHOWN)]]
    else:
        first = [_mention(shown, one) for one in list(values)[:_MENTIONED]]
    more = len(values) - len(first)
    return say("setting-several", values=(*first, say("setting-more", count=more)) if more else tuple(first))


def _named(say: Say, shown: Setting, values: tuple[int | str, ...] | Mapping[str, int]) -> list[str]:
    called = words(say, shown)
    if isinstance(values, Mapping):
        return [say("setting-share", name=called[one], value=values[one]) for one in shown.choices if one in values]
    return [called[str(one)] for one in values]


def _fitting(texts: list[str], room: int) -> int:
    """Count those that there is room for, with what stands between them; at least one."""
    ends = accumulate(len(one) + len(", ") for one in texts)
    return max(1, sum(end <= room for end in ends))


def _mention(shown: Setting, discord_id: float | str) -> str:
    return f"<{_SIGNS.get(_SELECTS[shown.kind], '#')}{discord_id}>"


def _line(say: Say, shown: Setting, found: Choices) -> str:
    value = shown_value(say, shown, found.values[shown.name], found.playlists)
    line = say(
        "card-settings-line", name=say(f"setting-{shown.name}"), value=value, chosen=str(shown.name in found.chosen)
    )
    return f"{_OFF_MARK} {line}" if shown.needs and not found.values[shown.needs] else line


def _toggle(shown: Setting, found: Choices, label: str) -> Button:
    """Turn a switch to where it is not."""
    is_on = bool(found.values[shown.name])
    about = f"{shown.name}-{found.version}-{OFF if is_on else ON}"
    return Button(f"{BUTTON_PREFIX}:set_setting:{about}", label, _ON_MARK if is_on else _OFF_MARK)


def _control(say: Say, found: Choices, shown: Setting) -> Button | Select:
    value = found.values[shown.name]
    if shown.kind is Kind.SWITCH:
        return _toggle(shown, found, say(f"button-turn-{OFF if value else ON}"))
    if shown.kind in _TYPED:
        return Button(f"{BUTTON_PREFIX}:ask_setting:{shown.name}", say("button-change"), "✏️")
    custom_id = f"{BUTTON_PREFIX}:set_setting:{shown.name}-{found.version}"
    if isinstance(value, tuple):
        several, chosen = say("card-settings-choose-values", count=MOST_CHOSEN), tuple(map(str, value))
        return Select(custom_id, several, fewest=0, most=MOST_CHOSEN, kind=_SELECTS[shown.kind], chosen=chosen)
    chosen = (str(value),) if value else ()
    if shown.kind is Kind.PLAYLIST:
        named = tuple((text.plain(name, _LABEL), one) for one, name in found.playlists.items())
        return Select(custom_id, say("card-settings-choose-value"), named[:MOST_CHOSEN], chosen=chosen)
    if shown.kind is Kind.CHOICE:
        choices = tuple((word, one) for one, word in words(say, shown).items())
        return Select(custom_id, say("card-settings-choose-value"), choices, chosen=chosen)
    return Select(custom_id, say("card-settings-choose-value"), kind=_SELECTS[shown.kind], chosen=chosen)


def _limits(say: Say, shown: Setting) -> str:
    least, most = shown.limits
    return say("setting-limits", kind=shown.kind.value, least=least, most=most, lines=MOST_LINES)


def _change(say: Say, changed: Changed, playlists: Mapping[str, str]) -> str:
    return say(
        "card-change",
        when=f"<t:{round(changed.at)}:R>",
        user=f"<@{changed.user_id}>" if changed.user_id else say("somebody"),
        name=say(f"setting-{changed.setting.name}"),
        before=shown_value(say, changed.setting, changed.before, playlists),
        after=shown_value(say, changed.setting, changed.after, playlists),
        surface=changed.surface,
    )
