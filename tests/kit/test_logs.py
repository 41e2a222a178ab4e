"""What the contract calls sensitive is in no line of a log, however a message gets there."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

from kit.logs import JsonFormatter, shown
from segue.options.v1 import options_pb2
from tests.contract.methods import methods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.descriptor import Descriptor
    from google.protobuf.message import Message

CANARY = "the-canary"


def messages() -> dict[str, Descriptor]:
    """Return every message that a method takes or gives, with those inside it, by name."""
    found: dict[str, Descriptor] = {}
    todo = [side for method in methods() for side in (method.input_type, method.output_type)]
    while todo:
        message = todo.pop()
        if message.full_name not in found:
            found[message.full_name] = message
            todo += [field.message_type for field in message.fields if field.message_type]
    return found


def sensitive(message: Descriptor) -> Iterator[FieldDescriptor]:
    """Return the fields of a message that hold a secret."""
    return (field for field in message.fields if field.GetOptions().Extensions[options_pb2.sensitive])


def holds_secret(message: Descriptor, *above: str) -> bool:
    """Whether a secret can be in a message, at any depth."""
    inner = (field.message_type for field in message.fields if field.message_type)
    return any(sensitive(message)) or any(
        holds_secret(one, *above, message.full_name) for one in inner if one.full_name not in above
    )


def filled(message: Descriptor) -> Message:
    """Return the message with a secret wherever one can be."""
    made = GetMessageClass(message)()
    for field in sensitive(message):
        setattr(made, field.name, CANARY)
    for field in message.fields:
        if field.message_type and holds_secret(field.message_type):
            inner = getattr(made, field.name)
            (inner.add() if field.is_repeated else inner).CopyFrom(filled(field.message_type))
    return made


SECRET = {name: message for name, message in messages().items() if holds_secret(message)}


def test_the_contract_has_secrets_and_each_is_a_text() -> None:
    fields = {field.full_name: field.type for message in SECRET.values() for field in sensitive(message)}

    assert fields.keys() >= {"segue.common.v1.VoiceServer.token", "segue.common.v1.VoiceSnapshot.session_id"}
    assert set(fields.values()) == {FieldDescriptor.TYPE_STRING}


@pytest.mark.parametrize("name", SECRET)
def test_a_message_is_logged_without_its_secrets(name: str) -> None:
    message = filled(SECRET[name])
    before = message.SerializeToString()
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonFormatter())
    logger = logging.Logger("test")  # noqa: LOG001  (one that nobody else listens to)
    logger.addHandler(handler)

    logger.info(message)
    logger.info("%s, %r", message, message)
    logger.info("took it", extra={"request": message, "several": [message], "nested": {"one": message}})

    assert CANARY in str(message)
    assert CANARY not in lines.getvalue()
    assert message.SerializeToString() == before


def test_all_else_of_a_message_is_shown() -> None:
    snapshot = GetMessageClass(SECRET["segue.common.v1.VoiceSnapshot"])(
        guild_id=7, session_id=CANARY, server={"endpoint": "voice:443", "token": CANARY}, listeners=[{"user_id": 9}]
    )

    assert shown(snapshot) == 'guild_id: 7 server { endpoint: "voice:443" } listeners { user_id: 9 }'


def test_a_line_without_messages_is_as_before() -> None:
    by_place = logging.LogRecord("a", logging.INFO, "", 0, "%d of %s", (1, "2"), None)
    by_name = logging.LogRecord("a", logging.INFO, "", 0, "%(one)d of %(two)s", ({"one": 1, "two": "2"},), None)
    alone = logging.LogRecord("a", logging.INFO, "", 0, "100 %", (), None)

    said = [json.loads(JsonFormatter().format(record))["message"] for record in (by_place, by_name, alone)]
    assert said == ["1 of 2", "1 of 2", "100 %"]
