"""The words of gateway: one Fluent catalogue per language, the only place where sentences for people stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel.lists import format_list
from fluent.runtime import FluentBundle, FluentResource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What Discord calls the languages that people can choose.
_LOCALES = (
    *("bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "hi", "hr", "hu", "id", "it"),
    *("ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk", "vi", "zh-CN", "zh-TW"),
)


class Words:
    """Says things in one language; what its catalogue lacks is said by `fallback`."""

    def __init__(self, language: str, source: str, fallback: Words | None = None) -> None:
        # Foreign text is isolated where it is escaped; marks around every number would only bloat the messages.
        self._bundle = FluentBundle([language], use_isolating=False)
        self._bundle.add_resource(FluentResource(source))
        self._language = language
        self._fallback = fallback

    @classmethod
    def read(cls, file: Path, fallback: Words | None = None) -> Words:
        """Read the file of a language, which is named after it."""
        return cls(file.stem, file.read_text(encoding="utf-8"), fallback)

    def has(self, key: str) -> bool:
        """Tell whether the catalogue holds a message."""
        return self._bundle.has_message(key)

    def __call__(self, key: str, /, **values: str | float | tuple[str, ...]) -> str:
        """Say a message, `key`, or one of its attributes, `key.attribute`. LookupError if there is none."""
        pattern = self._pattern(*key.split("."))
        if pattern is None and self._fallback:
            return self._fallback(key, **values)
        if pattern is None:
            raise LookupError(key)
        shown = {name: self._listed(value) if isinstance(value, tuple) else value for name, value in values.items()}
        text, _ = self._bundle.format_pattern(pattern, shown)  # a missing value is shown by its name
        return str(text)

    def _pattern(self, name: str, attribute: str = "") -> Any:
        if not self.has(name):
            return None
        message = self._bundle.get_message(name)
        return message.attributes.get(attribute) if attribute else message.value

    def _listed(self, values: tuple[str, ...]) -> str:
        return format_list(values, locale=self._language)


class Languages:
    """The words of all languages. What is told to all at once, such as commands, it says in each of them."""

    def __init__(self, reference: Words, others: Mapping[str, Words]) -> None:
        self._reference = reference
        self._others = others

    @classmethod
    def read(cls, reference: Path) -> Languages:
        """Read the file of the language that the others fall back to, and theirs beside it."""
        words = Words.read(reference)
        others = [file for file in reference.parent.glob("*.ftl") if file != reference]
        return cls(words, {file.stem: Words.read(file, words) for file in others})

    def of(self, locale: str) -> Words:
        """Give the words for a language or a variant of it, as `es` or `es-419`; the reference for one without."""
        language = locale.partition("-")[0]
        return self._others.get(locale) or self._others.get(language) or self._reference

    def __call__(self, key: str, /, **values: str | float | tuple[str, ...]) -> str:
        """Say it in the reference."""
        return self._reference(key, **values)

    def localized(self, key: str) -> dict[str, str]:
        """Say a message without values in every other language, by Discord's locales."""
        spoken = {locale: self.of(locale) for locale in _LOCALES}
        return {locale: words(key) for locale, words in spoken.items() if words is not self._reference}
