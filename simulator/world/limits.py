"""Discord's limits which simcord leaves to Discord: commands, choices, and which answer fits which interaction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from simcord.components import walk_components

from simulator.world.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcord.backend.models import Interaction

LOCALES = frozenset(locale.value for locale in discord.Locale)
# Of Devanagari and Thai also what stands above and below a letter.
_NAME = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")
_SUBCOMMANDS = (1, 2)
_CHAT_INPUT = 1
_PREMIUM = 6  # a style of buttons
_LONGEST_ADDRESS = 2048
# Interaction type -> callback types it may be answered with.
_CALLBACKS = {2: {4, 5, 9, 10, 12}, 3: {4, 5, 6, 7, 9, 10, 12}, 4: {8}, 5: {4, 5, 6, 7, 10, 12}}

_UPDATES = {6, 7}
_STRING_SELECT, _TEXT_INPUT, _CHANNEL_SELECT = 3, 4, 8
# Select menu -> the types of what it offers.
_OFFERED = {5: {"user"}, 6: {"role"}, 7: {"user", "role"}, 8: {"channel"}}


def _length(path: str, value: Any, low: int, high: int) -> int:
    if not isinstance(value, str) or not low <= len(value) <= high:
        raise Refusal.form(path, f"Must be between {low} and {high} in length.")
    return len(value)


def check_locale(path: str, locale: str) -> None:
    """Check that a language is one that people can choose in Discord."""
    if locale not in LOCALES:
        raise Refusal.form(path, f"Value must be one of {sorted(LOCALES)}.")


def _texts(path: str, item: dict[str, Any], field: str, longest: int) -> dict[str, str]:
    """Check a text and its translations; returns them all by their paths."""
    texts: dict[str, Any] = {f"{path}.{field}": item.get(field)}
    for locale, text in (item.get(f"{field}_localizations") or {}).items():
        check_locale(f"{path}.{field}_localizations", locale)
        texts[f"{path}.{field}_localizations.{locale}"] = text
    for where, text in texts.items():
        _length(where, text, 1, longest)
    return texts


def _size(texts: dict[str, str]) -> int:
    """Count characters as Discord does: of a text and its translations the longest."""
    return max(map(len, texts.values()))


def _check_unique(path: str, items: list[dict[str, Any]], what: str) -> None:
    """Check that nobody sees two of the same name, in whatever language."""
    for locale in LOCALES:
        names = [(item.get("name_localizations") or {}).get(locale, item.get("name")) for item in items]
        if len(set(names)) != len(names):
            raise Refusal.form(path, f"{what} names must be unique.")


def check_choices(path: str, choices: Any) -> int:
    """Check static or autocompleted choices; returns their characters."""
    if not isinstance(choices, list) or len(choices) > 25:
        raise Refusal.form(path, "Must be 25 or fewer in length.")
    size = 0
    for index, choice in enumerate(choices):
        size += _size(_texts(f"{path}.{index}", choice, "name", 100))
        if isinstance(choice.get("value"), str):
            size += _length(f"{path}.{index}.value", choice["value"], 0, 100)
    return size


def _named(path: str, item: dict[str, Any]) -> int:
    names = _texts(path, item, "name", 32)
    for where, name in names.items():
        if not _NAME.fullmatch(name) or name != name.lower():
            raise Refusal.form(where, "Application command names must be lowercase words.")
    return _size(names) + _size(_texts(path, item, "description", 100))


def _check_options(path: str, options: list[dict[str, Any]]) -> int:
    if len(options) > 25:
        raise Refusal.form(path, "Must be 25 or fewer in length.")
    _check_unique(path, options, "Application command option")
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
    for kind in {command.get("type", _CHAT_INPUT) for command in commands}:
        of_kind = [command for command in commands if command.get("type", _CHAT_INPUT) == kind]
        _check_unique("commands", of_kind, "Application command")
    for index, command in enumerate(commands):
        path = str(index)
        if command.get("type", _CHAT_INPUT) != _CHAT_INPUT:
            _texts(path, command, "name", 32)
            continue
        if _named(path, command) + _check_options(f"{path}.options", command.get("options") or []) > 8000:
            raise Refusal.form(path, "A command must be 8000 or fewer characters in all.")
    if sum(command.get("type", _CHAT_INPUT) == _CHAT_INPUT for command in commands) > 100:
        raise Refusal.of(400, "Maximum number of application commands reached (100).", 30032)


def check_callback(interaction_type: int, body: Any, *, on_message: bool) -> None:
    """Check that the answer fits the interaction, and an autocomplete's choices; `on_message`: it began at one."""
    if not isinstance(body, dict) or body.get("type") not in _CALLBACKS.get(interaction_type, ()):
        raise Refusal.form("type", "Interaction callback type is not valid for this interaction.")
    if body["type"] in _UPDATES and not on_message:
        raise Refusal.form("type", "The interaction has no message that could be updated.")
    if body["type"] == 8:  # the choices of an autocomplete
        check_choices("data.choices", (body.get("data") or {}).get("choices"))


def check_components(body: Any) -> None:
    """Check what is chosen in select menus from the start, what they offer, and what is in fields of text."""
    if not isinstance(body, dict):
        return
    inner = body.get("data")
    for one in walk_components([body, inner] if isinstance(inner, dict) else [body]):
        kind = one.get("type")
        if "custom_id" not in one:
            continue
        if kind == _TEXT_INPUT and len(one.get("value") or "") > (one.get("max_length") or 4000):
            raise Refusal.form("components", "The value must be max_length or fewer in length.")
        if kind == _STRING_SELECT or kind in _OFFERED:
            _check_select(one, _OFFERED.get(kind, set()))


def _check_select(select: dict[str, Any], offered: set[str]) -> None:
    if offered and "options" in select:
        raise Refusal.form("components", "Only string select menus have options.")
    if "channel_types" in select and select["type"] != _CHANNEL_SELECT:
        raise Refusal.form("components", "Only channel select menus have channel types.")
    chosen = select.get("default_values") or []
    if any(one["type"] not in offered for one in chosen):
        raise Refusal.form("components", "A default value must be of a type that the select menu offers.")
    count = len(chosen) + sum(bool(dict(option).get("default")) for option in select.get("options") or [])
    if count > select.get("max_values", 1) or 0 < len(chosen) < select.get("min_values", 1):
        raise Refusal.form("components", "There must be min_values to max_values default values.")


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


def check(method: str, path: str, body: Any, interactions: Mapping[int, Interaction]) -> None:
    """Check the body of a call; `interactions` are those that there are."""
    check_components(body)
    given = body if isinstance(body, dict) else {}
    match [method, *path.strip("/").split("/")]:
        case ["PUT", "applications", *_, "commands"]:
            check_commands(body)
        case ["POST" | "PATCH", "channels" | "webhooks", *_]:
            check_shown(given.get("components") or [])
        case ["POST", "interactions", interaction_id, _token, "callback"] if interaction_id.isdigit():
            if record := interactions.get(int(interaction_id)):
                check_callback(record.type, body, on_message=record.source_message_id is not None)
            check_shown((given.get("data") or {}).get("components") or [])
