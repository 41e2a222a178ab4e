"""Every method of the contract, and a valid request for each."""

import importlib
from collections.abc import Iterator
from pathlib import Path

from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from segue.options.v1 import options_pb2

GUILD = 700
OTHER_GUILD = 701
CHANNEL = 800

# What a request needs beside its guild; a method that is new and needs more says so in a failing test.
NEEDED: dict[str, object] = {
    "channel_id": CHANNEL,
    "guild_ids": [GUILD],
    "handle": "handle",
    "handles": ["handle"],
    "item_id": 1,
    "item_ids": [1],
    "job_id": "0190b5b4-0000-7000-8000-000000000001",
    "import_id": "0190b5b4-0000-7000-8000-000000000001",
    "kind": "purge",
    "limit": 1,
    "lines": ["anything"],
    "loop_mode": "LOOP_MODE_QUEUE",
    "name": "main",
    "other_item_id": 2,
    "older_than": "3600s",
    "player": {"guild_id": GUILD},
    "schedule_id": "0190b5b4-0000-7000-8000-000000000001",
    "position": "1s",
    "playlist_id": "0190b5b4-0000-7000-8000-000000000001",
    "query": "anything",
    "snapshot": {"guild_id": GUILD},
    "text": "anything",
    "time_of_day": "09:30",
    "time_zone": "Europe/Berlin",
    "token": "token",
    "uri": "ws://127.0.0.1:2333",
    "user_id": 1,
    "user_ids": [1],
}


def methods() -> Iterator[MethodDescriptor]:
    """Return every method."""
    root = Path(options_pb2.__file__).parents[2]
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
    values = {"guild_id": guild_id, **NEEDED}
    fields = method.input_type.fields_by_name
    if "kind" in fields and (kinds := fields["kind"].enum_type):
        values["kind"] = kinds.values[1].name
    json_format.ParseDict({name: value for name, value in values.items() if name in fields}, made)
    return made
