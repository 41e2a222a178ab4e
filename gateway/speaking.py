"""In which language something is said: privately in that of the person, to all in that of the guild."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.domain.interaction import First

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.domain.cards.base import Say
    from gateway.domain.guild_settings import GuildSettings
    from gateway.domain.interaction import Interaction
    from gateway.words import Languages


class Speaking:
    """Finds the words for those who read them. `chosen` and `locale` give a guild's settings and Discord's locale."""

    def __init__(
        self, languages: Languages, chosen: Callable[[int], GuildSettings], locale: Callable[[int], str]
    ) -> None:
        self._languages = languages
        self._chosen = chosen
        self._locale = locale

    def settled(self, asked: Interaction) -> Interaction:
        """Settle an interaction's languages once, for whoever answers it: a choice goes before what Discord says."""
        chosen = self._chosen(asked.guild_id).language
        return replace(asked, guild_locale=chosen or asked.guild_locale)

    def to_person(self, asked: Interaction) -> Say:
        """Give the words for what the person alone sees."""
        return self._languages.of(asked.locale)

    def to_readers(self, asked: Interaction, first: First) -> Say:
        """Give the words for an answer, by who sees it."""
        is_private = first is First.PRIVATE or (first is First.UPDATE and asked.private)
        return self.to_person(asked) if is_private else self._languages.of(asked.guild_locale)

    def to_guild(self, guild_id: int) -> Say:
        """Give the words for what all of a guild see."""
        return self._languages.of(self._chosen(guild_id).language or self._locale(guild_id))
