"""Requests that each break one rule of the contract, made from the rules themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from buf.validate import validate_pb2
from google.protobuf import json_format
from google.protobuf.duration_pb2 import Duration

from tests.contract.methods import request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from google.protobuf.descriptor import Descriptor, MethodDescriptor
    from google.protobuf.message import Message


@dataclass(frozen=True)
class Broken:
    """A request that is right but for one rule of one field."""

    request: Message
    field: str  # as a violation names it
    rule: str


def _later(limit: Duration, nanoseconds: int) -> str:
    moved = Duration()
    moved.FromNanoseconds(limit.ToNanoseconds() + nanoseconds)
    return moved.ToJsonString()


# The nearest value that breaks a rule, in JSON. A kind of rule that is new to the contract fails the tests without one.
_NEAREST: dict[tuple[str, str], Callable[[Any], object]] = {
    ("string", "max_len"): lambda limit: "x" * (limit + 1),
    ("string", "min_len"): lambda limit: "x" * (limit - 1),
    ("string", "uuid"): lambda _: "0190b5b4-0000-7000-8000-00000000000",
    ("string", "pattern"): lambda _: "\1",
    ("string", "hostname"): lambda _: "https://example.org",
    ("string", "in"): lambda known: f"no {known[-1]}",
    ("repeated", "max_items"): lambda limit: ["1"] * (limit + 1),
    ("repeated", "min_items"): lambda limit: ["1"] * (limit - 1),
    ("uint32", "gte"): lambda limit: limit - 1,
    ("uint32", "lte"): lambda limit: limit + 1,
    ("uint64", "gt"): lambda limit: limit,
    ("uint64", "lt"): lambda limit: limit,
    ("repeated", "unique"): lambda _: ["1", "1"],
    ("double", "gt"): lambda limit: limit,
    ("double", "gte"): lambda limit: limit - 0.01,
    ("double", "lte"): lambda limit: limit + 0.01,
    ("enum", "defined_only"): lambda _: 99,
    ("enum", "not_in"): lambda known: known[0],
    ("duration", "gt"): lambda limit: _later(limit, 0),
    ("duration", "gte"): lambda limit: _later(limit, -1),
    ("duration", "lte"): lambda limit: _later(limit, 1),
}


def having(method: MethodDescriptor, guild_id: int, fields: dict[str, object]) -> Message:
    """Return a right request of a method, but with these fields; None: without."""
    made = request(method, guild_id)
    for name in fields:
        made.ClearField(name)
    json_format.ParseDict(fields, made)
    return made


def broken(method: MethodDescriptor, guild_id: int) -> Iterator[Broken]:
    """Yield a request for each rule of each field of a method's request, and of the messages inside it."""
    for fields, place, rule in _within(method.input_type):
        yield Broken(having(method, guild_id, fields), place, rule)


def _within(message: Descriptor) -> Iterator[tuple[dict[str, object], str, str]]:
    """Yield (fields that break a rule, place, rule)."""
    for field in message.fields:
        for below, rule, value in _breaking(field.GetOptions().Extensions[validate_pb2.field]):
            wrong = [{}] * len(value) if field.message_type and isinstance(value, list) else value
            yield {field.name: wrong}, field.name + below, rule
        if field.message_type and field.message_type.full_name.startswith("segue."):
            for inner, place, rule in _within(field.message_type):
                one: object = [inner] if field.is_repeated else inner
                yield {field.name: one}, f"{field.name}{'[0]' if field.is_repeated else ''}.{place}", rule


def _breaking(rules: validate_pb2.FieldRules) -> Iterator[tuple[str, str, object]]:
    """Yield (place below the field, rule, value that breaks it)."""
    if rules.required:
        yield "", "required", None
    kind = rules.WhichOneof("type") or ""
    for rule, limit in getattr(rules, kind).ListFields() if kind else ():
        if rule.name == "items":
            yield from ((f"[0]{below}", f"items.{inner}", [value]) for below, inner, value in _breaking(limit))
        else:
            wrong = _NEAREST[kind, rule.name](limit)
            yield (
                "",
                rule.name,
                ["a.example"] * len(wrong) if isinstance(wrong, list) and _are_domains(rules) else wrong,
            )


def _are_domains(rules: validate_pb2.FieldRules) -> bool:
    return bool(rules.repeated.items.string.hostname)
