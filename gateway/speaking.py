"""In which language something is said: privately in that of the person, to all in that of the guild."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gateway.domain.cards.base import Say
    from gateway.domain.guild_settings import GuildSettings
    from gateway.domain.interaction import First, Interaction
    from gateway.words import Languages


class Speaking:
    """Finds the words for those who read them.

    `preferred` gives the language a person chose; `chosen` and `locale` give a guild's settings and Discord's locale.
    """

    def __init__(
        self,
        languages: Languages,
        preferred: Callable[[int], Awaitable[str]],
        chosen: Callable[[int], GuildSettings],
        locale: Callable[[int], str],
    ) -> None:
        self._languages = languages
        self._preferred = preferred
        self._chosen = chosen
        self._locale = locale

    async def settled(self, asked: Interaction) -> Interaction:
        """Settle an interaction's languages once, for whoever answers it: a choice goes before what Discord says."""
        preferred, chosen = await self._preferred(asked.person.user_id), self._chosen(asked.guild_id).language
        return replace(asked, locale=preferred or asked.locale, guild_locale=chosen or asked.guild_locale)

    def to_person(self, asked: Interaction) -> Say:
        """Give the words for what the person alone sees."""
        return self._languages.of(asked.locale)

    def to_readers(self, asked: Interaction, first: First) -> Say:
        """Give the words for an answer, by who sees it."""
        return self.to_person(asked) if asked.is_private(first) else self._languages.of(asked.guild_locale)

    def to_guild(self, guild_id: int) -> Say:
        """Give the words for what all of a guild see."""
        return self._languages.of(self._chosen(guild_id).language or self._locale(guild_id))
