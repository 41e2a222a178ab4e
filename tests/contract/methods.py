"""Every method of the contract, and a valid request for each."""

import importlib
from collections.abc import Iterator
from pathlib import Path

from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

import segue

GUILD = 700
OTHER_GUILD = 701
CHANNEL = 800
UUID = "0190b5b4-0000-7000-8000-000000000001"

# What a request needs beside its guild; a method that is new and needs more says so in a failing test.
NEEDED: dict[str, dict[str, object]] = {
    "channel_id": {"channel_id": CHANNEL},
    "job_id": {"job_id": UUID},
    "kind": {"kind": "purge"},
    "query": {"query": "anything"},
    "handles": {"handles": ["handle"]},
    "item_id": {"item_id": 1},
    "item_ids": {"item_ids": [1]},
    "user_id": {"user_id": 1},
    "limit": {"limit": 1},
}


def methods() -> Iterator[MethodDescriptor]:
    """Return every method."""
    root = Path(next(iter(segue.__path__)))
    for file in sorted(root.rglob("*_service_pb2.py")):
        name = ".".join(("segue", *file.relative_to(root).with_suffix("").parts))
        for service in importlib.import_module(name).DESCRIPTOR.services_by_name.values():
            yield from service.methods


def path(method: MethodDescriptor) -> str:
    """Return `/package.Service/Method`."""
    return f"/{method.containing_service.full_name}/{method.name}"


def request(method: MethodDescriptor, guild_id: int = GUILD) -> Message:
    """Return a request of this method that breaks no rule."""
    made = message_factory.GetMessageClass(method.input_type)()
    names = made.DESCRIPTOR.fields_by_name
    for name in ("guild_id", *NEEDED):
        if name in names:
            _set(made, name, guild_id)
    return made


def _set(made: Message, name: str, guild_id: int) -> None:
    field = made.DESCRIPTOR.fields_by_name[name]
    if name == "guild_id":
        made.guild_id = guild_id  # type: ignore[attr-defined]  # it has the field
    elif field.is_repeated:
        getattr(made, name).extend(NEEDED[name][name])
    else:
        setattr(made, name, NEEDED[name][name])
