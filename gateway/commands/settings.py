"""`/settings`: a panel with the settings in groups, each changed by what fits it, and who changed which."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, page_of
from gateway.domain import setting
from gateway.domain.cards import playlists
from gateway.domain.cards import settings as cards
from gateway.domain.interaction import First, Interaction
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from gateway.domain.cards.base import Card, Form
    from gateway.domain.setting import Choices

_LISTED = 10  # changes on a page
_WITH_PLAYLISTS = {one.group for one in setting.SETTINGS if one.kind is setting.Kind.PLAYLIST}
_LOOK = 2.0  # seconds; a form is a first response, which Discord wants within three


async def _group(desk: Desk, asked: Interaction) -> Card:
    wanted = asked.choices[0] if asked.choices else asked.options.get("about", "")
    shown = wanted if wanted in setting.GROUPS else setting.GROUPS[0]
    return cards.group(desk.say, await _found(desk, asked, shown), shown)


async def _one(desk: Desk, asked: Interaction) -> Card:
    shown = setting.find(asked.choices[0])
    return cards.one(desk.say, await _found(desk, asked, shown.group), shown)


async def _ask(desk: Desk, asked: Interaction) -> Form:
    shown = setting.find(asked.options["about"])
    return cards.form(desk.say, await desk.settings.get(asked.guild_id, within=_LOOK), shown)


async def _set(desk: Desk, asked: Interaction) -> Card:
    name, seen, clicked = _about(asked)
    shown = setting.find(name)
    written = asked.options.get("value", "\n".join(asked.choices) or clicked)
    value = setting.read(shown, written, cards.words(desk.say, shown))
    chosen = desk.settings.choose(asked.guild_id, name, value, seen, request_id=asked.request_id)
    return await _changed(desk, asked, chosen, shown.group)


async def _reset_one(desk: Desk, asked: Interaction) -> Card:
    name, seen, _ = _about(asked)
    shown = setting.find(name)
    back = desk.settings.reset(asked.guild_id, [name], seen, request_id=asked.request_id)
    return await _changed(desk, asked, back, shown.group)


async def _reset_group(desk: Desk, asked: Interaction) -> Card:
    group, seen, _ = _about(asked)
    names = [one.name for one in setting.members(group)]
    back = desk.settings.reset(asked.guild_id, names, seen, request_id=asked.request_id)
    return await _changed(desk, asked, back, group)


async def _changes(desk: Desk, asked: Interaction) -> Card:
    first, token = page_of(asked)
    page = await desk.settings.changes(asked.guild_id, token, _LISTED)
    groups = {one.setting.group for one in page.entries}
    return cards.changes(desk.say, page, first, await _playlists(desk, asked, *groups))


def _about(asked: Interaction) -> tuple[str, int, str]:
    """Read what a button or list is about, the version that it was shown with, and what it stands for."""
    name, seen, value = f"{asked.options['about']}-".split("-")[:3]
    return name, int(seen), value


async def _changed(desk: Desk, asked: Interaction, changing: Awaitable[Choices], group: str) -> Card:
    """Show what a change left; if somebody else made one before, theirs, and say that this one was not made."""
    try:
        found = await changing
    except Refused as refusal:
        if refusal.reason is not Reason.VERSION_STALE:
            raise
        return cards.group(desk.say, await _found(desk, asked, group), group, refusal)
    return cards.group(desk.say, replace(found, playlists=await _playlists(desk, asked, group)), group)


async def _found(desk: Desk, asked: Interaction, group: str) -> Choices:
    """Look at the settings to show a group of them."""
    found = await desk.settings.get(asked.guild_id)
    return replace(found, playlists=await _playlists(desk, asked, group))


async def _playlists(desk: Desk, asked: Interaction, *groups: str) -> dict[str, str]:
    """Say what the playlists of the guild are called, by their ids, where settings of these groups name them."""
    if not _WITH_PLAYLISTS.intersection(groups):
        return {}
    found = await desk.playlists.store.visible(asked.guild_id)
    return {one.id: playlists.name_of(desk.say, one) for one in found}


COMMANDS = (Command("settings", First.PRIVATE, _group, for_managers=True),)
BUTTONS = (
    Command("settings", First.UPDATE, _group),
    Command("setting", First.UPDATE, _one),
    Command("ask_setting", First.FORM, filled_form=_ask),
    Command("set_setting", First.UPDATE, _set),
    Command("reset_setting", First.UPDATE, _reset_one),
    Command("reset_group", First.UPDATE, _reset_group),
    Command("changes", First.UPDATE, _changes),
)
