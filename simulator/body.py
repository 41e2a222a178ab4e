"""The JSON bodies of the control API."""

from __future__ import annotations

from typing import Any

from simulator.world.refusal import Refusal
from simulator.world.world import Place


class Body:
    """The JSON object of a request; every getter refuses what is missing or of another type."""

    def __init__(self, values: Any) -> None:
        if not isinstance(values, dict):
            raise Refusal.of(400, "the body must be a JSON object")
        self._values = values

    def get(self, name: str, kind: type, default: Any = ...) -> Any:
        """Give a value of this type, or the default where there is none."""
        value = self._values.get(name, default)
        if value is ...:
            raise Refusal.of(400, f"{name} is missing")
        if value is not default and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            raise Refusal.of(400, f"{name} must be of type {kind.__name__}")
        return value

    def id(self, name: str) -> int:
        """Give an id, which is a decimal string."""
        value = self.get(name, str)
        if not value.isascii() or not value.isdecimal():
            raise Refusal.of(400, f"{name} must be an id")
        return int(value)

    def place(self) -> Place:
        """Give the guild, the channel and the person of an interaction."""
        return Place(self.id("guildId"), self.id("channelId"), self.id("userId"))
