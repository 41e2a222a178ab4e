"""Discord's limits which simcord leaves to Discord: commands, choices, and which answer fits which interaction."""

from __future__ import annotations

import re
from typing import Any

from simcord.components import walk_components

from simulator.world.refusal import Refusal

_NAME = re.compile(r"[-_'\w]{1,32}")
_SUBCOMMANDS = (1, 2)
_CHAT_INPUT = 1
_PREMIUM = 6  # a style of buttons
_LONGEST_ADDRESS = 2048
# Interaction type -> callback types it may be answered with.
_CALLBACKS = {2: {4, 5, 9, 10, 12}, 3: {4, 5, 6, 7, 9, 10, 12}, 4: {8}, 5: {4, 5, 6, 7, 10, 12}}


def _length(path: str, value: Any, low: int, high: int) -> int:
    if not isinstance(value, str) or not low <= len(value) <= high:
        raise Refusal.form(path, f"Must be between {low} and {high} in length.")
    return len(value)


def check_choices(path: str, choices: Any) -> int:
    """Check static or autocompleted choices; returns their characters."""
    if not isinstance(choices, list) or len(choices) > 25:
        raise Refusal.form(path, "Must be 25 or fewer in length.")
    size = 0
    for index, choice in enumerate(choices):
        size += _length(f"{path}.{index}.name", choice.get("name"), 1, 100)
        if isinstance(choice.get("value"), str):
            size += _length(f"{path}.{index}.value", choice["value"], 0, 100)
    return size


def _named(path: str, item: dict[str, Any]) -> int:
    name = item.get("name")
    size = _length(f"{path}.name", name, 1, 32) + _length(f"{path}.description", item.get("description"), 1, 100)
    if not _NAME.fullmatch(str(name)) or name != str(name).lower():
        raise Refusal.form(f"{path}.name", "Application command names must be lowercase words.")
    return size


def _check_options(path: str, options: list[dict[str, Any]]) -> int:
    if len(options) > 25:
        raise Refusal.form(path, "Must be 25 or fewer in length.")
    names = [option.get("name") for option in options]
    if len(set(names)) != len(names):
        raise Refusal.form(path, "Application command option names must be unique.")
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        raise Refusal.form(path, "Required options must be placed before non-required options.")
    size = 0
    for index, option in enumerate(options):
        here = f"{path}.{index}"
        size += _named(here, option)
        if option.get("type") in _SUBCOMMANDS:
            size += _check_options(f"{here}.options", option.get("options") or [])
        choices = option.get("choices")
        if choices and option.get("autocomplete"):
            raise Refusal.form(here, "An option cannot have both choices and autocomplete.")
        size += check_choices(f"{here}.choices", choices or [])
    return size


def check_commands(commands: Any) -> None:
    """Check the body of a bulk overwrite."""
    if not isinstance(commands, list):
        raise Refusal.form("commands", "Must be an array.")
    for index, command in enumerate(commands):
        path = str(index)
        if command.get("type", _CHAT_INPUT) != _CHAT_INPUT:
            _length(f"{path}.name", command.get("name"), 1, 32)
            continue
        if _named(path, command) + _check_options(f"{path}.options", command.get("options") or []) > 8000:
            raise Refusal.form(path, "A command must be 8000 or fewer characters in all.")
    if sum(command.get("type", _CHAT_INPUT) == _CHAT_INPUT for command in commands) > 100:
        raise Refusal.of(400, "Maximum number of application commands reached (100).", 30032)


def check_callback(interaction_type: int, body: Any) -> None:
    """Check that the answer fits the interaction, and an autocomplete's choices."""
    if not isinstance(body, dict) or body.get("type") not in _CALLBACKS.get(interaction_type, ()):
        raise Refusal.form("type", "Interaction callback type is not valid for this interaction.")
    if body["type"] == 8:  # the choices of an autocomplete
        check_choices("data.choices", (body.get("data") or {}).get("choices"))


def check_shown(components: Any) -> None:
    """Check the addresses of the pictures and files among components, and that every button shows something."""
    for component in walk_components(components):
        match component.get("type"):  # a button, a thumbnail, a gallery, a file
            case 2 if component.get("style") != _PREMIUM and not (component.get("label") or component.get("emoji")):
                raise Refusal.form("components", "A button must have a label or an emoji.")
            case 11:
                _address(component.get("media"), "http://", "https://", "attachment://")
            case 12:
                for item in component.get("items") or []:
                    _address(item.get("media"), "http://", "https://", "attachment://")
            case 13:
                _address(component.get("file"), "attachment://")


def _address(media: Any, *schemes: str) -> None:
    url = media.get("url") if isinstance(media, dict) else None
    if not isinstance(url, str) or not url.startswith(schemes) or len(url) > _LONGEST_ADDRESS:
        raise Refusal.form("components", "Not a well formed URL.")
