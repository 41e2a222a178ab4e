"""What a person's click or command becomes on the wire: the data of an INTERACTION_CREATE."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from simcord import OptionError, SetupError
from simcord.backend import serializers
from simcord.components import walk_components
from simcord.interactions import nest_options, validate_option_value

from simulator.world.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simcord.backend import Backend
    from simcord.backend.models import Guild, Message

_SUBCOMMANDS = (1, 2)
_USER, _CHANNEL, _ROLE, _MENTIONABLE, _ATTACHMENT = 6, 7, 8, 9, 11
_BUTTON, _STRING_SELECT, _TEXT_INPUT = 2, 3, 4
_SELECTS = {5: _USER, 6: _ROLE, 7: _MENTIONABLE, 8: _CHANNEL}  # the types of select menus, and what they offer
_INTERACTIVE = (2, 3, 5, 6, 7, 8)


def named(items: Iterable[dict[str, Any]], locale: str) -> dict[str, dict[str, Any]]:
    """List commands or options by their names, and by those that people of a language see."""
    listed = list(items)
    translated = ((item.get("name_localizations") or {}).get(locale, item["name"]) for item in listed)
    return {item["name"]: item for item in listed} | dict(zip(translated, listed, strict=True))


def _descend(
    command: dict[str, Any], values: dict[str, Any], locale: str
) -> tuple[dict[str, Any], list[str], dict[str, Any]]:
    """Follow nested maps to the leaf: its specification, the names on the way, and its own values."""
    node, path = command, list[str]()
    while subcommands := named((o for o in node.get("options") or [] if o["type"] in _SUBCOMMANDS), locale):
        name, inner = next(iter(values.items()), ("", None))
        if len(values) != 1 or name not in subcommands or not isinstance(inner, dict):
            raise Refusal.of(400, f"/{command['name']} wants one of: {', '.join(sorted(subcommands))}")
        node, values = subcommands[name], inner
        path.append(node["name"])
    return node, path, values


def _resolve(backend: Backend, guild: Guild, kind: int, entity: int) -> Iterator[tuple[str, dict[str, Any]]]:
    if kind in (_USER, _MENTIONABLE) and entity in guild.members:
        member = serializers.member_payload(backend, guild, guild.members[entity], with_user=False)
        yield "users", dict(serializers.user_payload(backend.get_user(entity)))
        yield "members", dict(member)
    elif kind in (_ROLE, _MENTIONABLE) and entity in guild.roles:
        yield "roles", dict(serializers.role_payload(guild.roles[entity]))
    elif kind == _CHANNEL and entity in guild.channel_ids:
        channel = dict(serializers.channel_payload(backend, backend.get_channel(entity)))
        yield "channels", channel | {"permissions": str(backend.compute_permissions(guild.id, guild.owner_id, entity))}


def _leaf_option(
    backend: Backend, guild: Guild, command: str, option: dict[str, Any], value: Any
) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]:
    """Make one option, and what its id stands for."""
    kind = option["type"]
    found: list[tuple[str, dict[str, Any]]] = []
    if kind == _ATTACHMENT:
        found = [("attachments", value)]
        value = value["id"]
    elif kind in (_USER, _CHANNEL, _ROLE, _MENTIONABLE):
        found = list(_resolve(backend, guild, kind, int(value)))
        if not found:
            raise Refusal.of(400, f"option {option['name']} of /{command}: nothing has the id {value}")
        value = str(value)
    else:
        try:
            value = validate_option_value(command, option, value)
        except OptionError as error:
            raise Refusal.of(400, str(error)) from error
    return {"name": option["name"], "type": kind, "value": value}, found


def command_data(
    backend: Backend,
    guild: Guild,
    command: dict[str, Any],
    values: dict[str, Any],
    *,
    locale: str,
    focused: str | None = None,
) -> dict[str, Any]:
    """Make the data of a command; with `focused`, of an autocomplete, where half-typed values may be sent.

    People type names in their language; Discord sends the command's own.
    """
    leaf, path, values = _descend(command, values, locale)
    declared = named(leaf.get("options") or [], locale)
    resolved: list[tuple[str, str, dict[str, Any]]] = []
    options: list[dict[str, Any]] = []
    for name, value in values.items():
        if name not in declared:
            raise Refusal.of(400, f"/{command['name']} has no option {name}")
        if name == focused:
            typed = declared[name]
            options.append({"name": typed["name"], "type": typed["type"], "value": value, "focused": True})
        else:
            option, found = _leaf_option(backend, guild, command["name"], declared[name], value)
            options.append(option)
            resolved += [(bucket, option["value"], payload) for bucket, payload in found]
    given = {declared[name]["name"] for name in values}
    missing = [o["name"] for o in leaf.get("options") or [] if o.get("required") and o["name"] not in given]
    if missing and focused is None:
        raise Refusal.of(400, f"/{command['name']} requires {', '.join(missing)}")
    if focused is not None and not declared.get(focused, {}).get("autocomplete"):
        raise Refusal.of(400, f"option {focused} of /{command['name']} has no autocomplete")
    data = {"id": command["id"], "name": command["name"], "type": command["type"]}
    data["options"] = nest_options(command, path, options)
    data |= _bucketed(resolved)
    if command.get("guild_id"):
        data["guild_id"] = command["guild_id"]
    return data


def store(backend: Backend, channel_id: int, files: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Store files, each of a filename and base64 content; returns their payloads."""
    try:
        decoded = [(file["filename"], base64.b64decode(file["content"], validate=True)) for file in files]
        return backend.store_attachments(channel_id, decoded)
    except (SetupError, KeyError, ValueError) as error:
        raise Refusal.of(400, f"Invalid Form Body: {error!r}", 50035) from error


def write(
    backend: Backend,
    channel_id: int,
    user_id: int,
    content: str,
    attachments: list[dict[str, str]],
    *,
    replied_to: int | None,
) -> int:
    """Write a message as a person, perhaps as a reply to another one; returns its id."""
    channel = backend.get_channel(channel_id)
    backend.require_permissions(channel.guild_id, user_id, channel_id, "send_messages")
    stored = store(backend, channel_id, attachments)
    reference = None if replied_to is None else {"message_id": str(replied_to)}
    return backend.create_message(channel_id, user_id, content, attachments=stored, reference=reference).id


def uploaded(backend: Backend, channel_id: int, value: Any) -> Any:
    """Store a file that is given with a command or subcommand: a map of its filename and base64 content."""
    if not isinstance(value, dict):
        return value
    if value.keys() == {"filename", "content"}:
        return store(backend, channel_id, [value])[0]
    return {name: uploaded(backend, channel_id, one) for name, one in value.items()}


def message_data(backend: Backend, command: dict[str, Any], message: Message) -> dict[str, Any]:
    """Make the data of a command in the menu of a message."""
    target = str(message.id)
    shown = dict(serializers.message_payload(backend, message))
    data = {"id": command["id"], "name": command["name"], "type": command["type"]}
    return data | {"target_id": target, "resolved": {"messages": {target: shown}}}


def _pick(
    backend: Backend, guild: Guild, select: dict[str, Any], values: Any, *, optional: bool = False
) -> list[tuple[str, str, dict[str, Any]]]:
    """Check what somebody chose of a select menu; returns what the ids among it stand for (the bucket, the id, it)."""
    name, kind = select["custom_id"], select["type"]
    least = 0 if optional and not values else select.get("min_values", 1)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Refusal.of(400, f"the component {name} takes a list of values")
    if not least <= len(values) <= select.get("max_values", 1) or len(set(values)) < len(values):
        raise Refusal.of(400, f"the component {name} takes {least} to {select.get('max_values', 1)} of its own values")
    if kind == _STRING_SELECT:
        if not {option["value"] for option in select["options"]}.issuperset(values):
            raise Refusal.of(400, f"the component {name} takes only its own values")
        return []
    chosen = []
    for value in values:
        found = list(_resolve(backend, guild, _SELECTS[kind], int(value))) if value.isdecimal() else []
        wanted = select.get("channel_types") or []
        if not found or (wanted and found[0][1]["type"] not in wanted):
            raise Refusal.of(400, f"the component {name} offers nothing with the id {value}")
        chosen += [(bucket, value, payload) for bucket, payload in found]
    return chosen


def _bucketed(found: Iterable[tuple[str, str, dict[str, Any]]]) -> dict[str, Any]:
    resolved: dict[str, Any] = {}
    for bucket, entity, payload in found:
        resolved.setdefault(bucket, {})[entity] = payload
    return {"resolved": resolved} if resolved else {}


def form_data(backend: Backend, guild: Guild, modal: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """Make the data of a form that somebody filled in: a text for each field, a list of values for each select menu."""
    chosen: list[tuple[str, str, dict[str, Any]]] = []
    rest = dict(fields)

    def fill(field: dict[str, Any]) -> dict[str, Any]:
        filled = {"type": field["type"], "id": field.get("id", 0), "custom_id": field["custom_id"]}
        if field["type"] == _TEXT_INPUT:
            return filled | {"value": _typed(field, rest.pop(field["custom_id"], ""))}
        values = rest.pop(field["custom_id"], [])
        chosen.extend(_pick(backend, guild, field, values, optional=not field.get("required", True)))
        return filled | {"values": values}

    shown = []
    for one in modal["components"]:
        held = {"type": one["type"], "id": one.get("id", 0)}
        if "component" in one:
            held["component"] = fill(one["component"])
        elif "components" in one:
            held["components"] = [fill(field) for field in one["components"]]
        shown.append(held)
    if rest:
        raise Refusal.of(400, f"the form has no field {min(rest)}")
    return {"custom_id": modal["custom_id"], "components": shown} | _bucketed(chosen)


def _typed(field: dict[str, Any], value: Any) -> str:
    low, high, required = field.get("min_length") or 0, field.get("max_length") or 4000, field.get("required", True)
    if not isinstance(value, str) or not (max(low, 1) if required or value else 0) <= len(value) <= high:
        raise Refusal.of(400, f"the field {field['custom_id']} takes {low} to {high} characters")
    return value


def component_data(
    backend: Backend, guild: Guild, message: Message, custom_id: str, values: list[str] | None
) -> dict[str, Any]:
    """Make the data of a click, or of a choice in a select menu, on a component of `message`."""
    for component in walk_components(message.components):
        if component.get("type") in _INTERACTIVE and component.get("custom_id") == custom_id:
            break
    else:
        raise Refusal.of(404, f"the message has no component {custom_id}")
    if component.get("disabled"):
        raise Refusal.of(400, f"the component {custom_id} is disabled")
    data = {"custom_id": custom_id, "component_type": component["type"], "id": component.get("id", 0)}
    if component["type"] == _BUTTON:
        return data
    chosen = _pick(backend, guild, component, values or [])
    return data | {"values": values or []} | _bucketed(chosen)
