"""The words of gateway: one Fluent catalogue per language, the only place where sentences for people stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fluent.runtime import FluentBundle, FluentResource

if TYPE_CHECKING:
    from pathlib import Path


class Words:
    """Says things in one language."""

    def __init__(self, language: str, source: str) -> None:
        # Foreign text is isolated where it is escaped; marks around every number would only bloat the messages.
        self._bundle = FluentBundle([language], use_isolating=False)
        self._bundle.add_resource(FluentResource(source))

    @classmethod
    def read(cls, file: Path) -> Words:
        """Read the file of a language, which is named after it."""
        return cls(file.stem, file.read_text(encoding="utf-8"))

    def has(self, key: str) -> bool:
        """Tell whether the catalogue holds a message."""
        return self._bundle.has_message(key)

    def __call__(self, key: str, /, **values: str | float) -> str:
        """Say a message, `key`, or one of its attributes, `key.attribute`. LookupError if there is none."""
        name, _, attribute = key.partition(".")
        message = self._bundle.get_message(name)
        pattern = message.attributes[attribute] if attribute else message.value
        if pattern is None:
            raise LookupError(key)
        text, _ = self._bundle.format_pattern(pattern, values)  # a missing value is shown by its name
        return str(text)
