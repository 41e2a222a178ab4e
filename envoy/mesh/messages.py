"""Short forms for the values that Envoy's messages are made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml
from envoy.config.core.v3 import base_pb2, extension_pb2
from envoy.extensions.filters.network.http_connection_manager.v3 import http_connection_manager_pb2
from google.protobuf import any_pb2, duration_pb2, json_format, wrappers_pb2

if TYPE_CHECKING:
    from google.protobuf.message import Message

OVERWRITE = base_pb2.HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD
IF_ABSENT = base_pb2.HeaderValueOption.ADD_IF_ABSENT


def packed(message: Message) -> any_pb2.Any:
    """Return a message as Any."""
    box = any_pb2.Any()
    box.Pack(message)
    return box


def extension(name: str, message: Message) -> extension_pb2.TypedExtensionConfig:
    """Return the configuration of an extension of Envoy."""
    return extension_pb2.TypedExtensionConfig(name=name, typed_config=packed(message))


def http_filter(name: str, message: Message) -> http_connection_manager_pb2.HttpFilter:
    """Return a step in the chain of an HTTP listener."""
    return http_connection_manager_pb2.HttpFilter(name=name, typed_config=packed(message))


def number(value: int) -> wrappers_pb2.UInt32Value:
    """Return an optional number."""
    return wrappers_pb2.UInt32Value(value=value)


def yes() -> wrappers_pb2.BoolValue:
    """Return an optional truth."""
    return wrappers_pb2.BoolValue(value=True)


def no() -> wrappers_pb2.BoolValue:
    """Return an optional falsehood."""
    return wrappers_pb2.BoolValue(value=False)


def seconds(value: float) -> duration_pb2.Duration:
    """Return a duration."""
    return duration_pb2.Duration(nanos=round(value % 1 * 1e9), seconds=int(value))


def header(key: str, value: str, action: int = OVERWRITE) -> base_pb2.HeaderValueOption:
    """Return a header to set; one without a value is left out."""
    return base_pb2.HeaderValueOption(header=base_pb2.HeaderValue(key=key, value=value), append_action=action)


TRACE_HEADER = header("x-trace-id", "%TRACE_ID%")


def file(path: str) -> base_pb2.DataSource:
    """Return the content of a file as a source of data."""
    return base_pb2.DataSource(filename=path)


def text(content: str) -> base_pb2.DataSource:
    """Return a text as a source of data."""
    return base_pb2.DataSource(inline_string=content)


def to_yaml(message: Message) -> str:
    """Return a message as the YAML that Envoy reads."""
    fields = json.loads(json_format.MessageToJson(message, preserving_proto_field_name=True))
    return yaml.safe_dump(fields, width=160)
