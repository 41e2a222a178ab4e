"""Logs as JSON lines, with the trace they belong to. A protobuf message shows nothing the contract calls sensitive."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf import text_format
from google.protobuf.message import Message
from opentelemetry import trace

from segue.options.v1 import options_pb2

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def shown(message: Message) -> str:
    """Return the message as one line of text, without its sensitive fields."""
    copy = type(message)()
    copy.CopyFrom(message)
    _clear_sensitive(copy)
    return text_format.MessageToString(copy, as_one_line=True)


def _clear_sensitive(message: Message) -> None:
    for field, value in message.ListFields():
        if field.GetOptions().Extensions[options_pb2.sensitive]:
            message.ClearField(field.name)
        elif field.message_type:
            for inner in _messages(value):
                _clear_sensitive(inner)


def _messages(value: Any) -> Iterable[Message]:
    """Return the messages in the value of a field of messages: itself, repeated ones, those of a map."""
    if isinstance(value, Message):
        return [value]
    values = value.values() if isinstance(value, Mapping) else value
    return [one for one in values if isinstance(one, Message)]


class JsonFormatter(logging.Formatter):
    """One JSON object a line: ts, level, logger, message, the fields given as `extra`, trace_id where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON."""
        line: dict[str, object] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        line.update({name: value for name, value in record.__dict__.items() if name not in _STANDARD})
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            line["trace_id"] = trace.format_trace_id(context.trace_id)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=_text, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    args = record.args
    if isinstance(args, tuple):
        args = tuple(shown(one) if isinstance(one, Message) else one for one in args)
    text = _text(record.msg)
    return text % args if args else text


def _text(value: object) -> str:
    return shown(value) if isinstance(value, Message) else str(value)


def start(level: str) -> None:
    """Send everything of at least `level` to stdout."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
