"""Changing the settings of a guild, and the preferences of a person."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Protocol

from api.domain.guild_settings import settled
from api.domain.playlist import require_of_guild
from api.domain.preferences import Preferences, preferred
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from contextlib import AbstractAsyncContextManager

    from api.domain.guild_settings import Choices, GuildSettings
    from api.domain.playlist import Caller, Playlist


_SKIPPING = "sponsorblock-plugin"


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: to choose some settings and to take other choices back."""

    choices: Choices
    reset: Collection[str]
    expected_version: int | None
    """The version they saw; None: whatever it is."""


class Change(Protocol):
    """An open transaction on the settings of a guild or the preferences of a person. Any exception undoes all of it."""

    version: int
    choices: Choices

    async def save(self, choices: Choices) -> None:
        """Write the choices under the next version, and tell of it."""


class GuildChange(Change, Protocol):
    """One on the settings of a guild."""

    async def playlist(self, playlist_id: str) -> Playlist:
        """Return a playlist that nobody changes meanwhile. Raises PLAYLIST_NOT_FOUND."""


class Store(Protocol):
    """Where settings are kept. Every method raises Refused(UNAVAILABLE) while it is away."""

    def change(self, guild_id: int, *, dry: bool) -> AbstractAsyncContextManager[GuildChange]:
        """Open a change; `dry`: undo it at the end."""

    async def get(self, guild_ids: Collection[int]) -> Mapping[int, GuildSettings]:
        """Return the settings of each of the guilds."""

    async def changed_since(self, cursor: int) -> list[tuple[int, int]]:
        """Return guilds and their versions where the last change is an event behind a cursor."""


class People(Protocol):
    """Where preferences are kept. Every method raises Refused(UNAVAILABLE) while it is away."""

    def change(self, user_id: int, *, dry: bool) -> AbstractAsyncContextManager[Change]:
        """Open a change; `dry`: undo it at the end."""

    async def get(self, user_ids: Collection[int]) -> Mapping[int, Preferences]:
        """Return the preferences of each of the people."""

    async def changed_since(self, cursor: int) -> list[tuple[int, int]]:
        """Return people and their versions where the last change is an event behind a cursor."""


class Nodes(Protocol):
    """The audio nodes, as far as they are known."""

    async def lack(self, plugin: str) -> bool:
        """Tell whether it is known of every node that it does not have a plugin."""


class Channels(Protocol):
    """What the bot could do in the text channels of a guild."""

    async def check_welcome(self, guild_id: int, channel_id: int) -> None:
        """Raise Refused(MEMBERS_INTENT_MISSING, CHANNEL_NOT_WRITABLE, UNAVAILABLE) if it could welcome nobody there."""

    async def check_requests(self, guild_id: int, channel_id: int) -> None:
        """Raise Refused(CONTENT_INTENT_MISSING, CHANNEL_NOT_WRITABLE, UNAVAILABLE) if it could not read there."""


async def update(change: GuildChange, wish: Wish, caller: Caller, nodes: Nodes) -> GuildSettings:
    """Change settings; return what is so now."""
    wanted = _wanted(change, wish)
    if playlist_id := wish.choices.get("autoplay_playlist_id"):
        require_of_guild(await change.playlist(playlist_id), caller)
    if wish.choices.get("skip_segments") and not change.choices.get("skip_segments") and await nodes.lack(_SKIPPING):
        raise Refused(Reason.NOT_SUPPORTED, missing=_SKIPPING)
    await _save(change, wanted)
    return settled(change.version, change.choices)


async def prefer(change: Change, wish: Wish) -> Preferences:
    """Change preferences; return what is so now."""
    await _save(change, _wanted(change, wish))
    return preferred(change.version, change.choices)


def _wanted(change: Change, wish: Wish) -> Choices:
    if not (wish.choices or wish.reset):
        raise Refused(Reason.INVALID_ARGUMENT, fields={"reset": "at least one setting has to be given or reset"})
    if not wish.choices.keys().isdisjoint(wish.reset):
        raise Refused(Reason.INVALID_ARGUMENT, fields={"reset": "a setting cannot be given and reset at once"})
    if wish.expected_version not in {None, change.version}:
        raise Refused(Reason.VERSION_STALE, version=str(change.version), what="settings")
    kept = {name: value for name, value in change.choices.items() if name not in wish.reset}
    return {**kept, **wish.choices}


async def _save(change: Change, wanted: Choices) -> None:
    """Write what is wanted; what was so before makes no new version."""
    if wanted != change.choices:
        await change.save(wanted)
