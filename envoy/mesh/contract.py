"""The contract as the proxies see it: methods and their policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from google.api import annotations_pb2
from google.protobuf import descriptor_pb2

from segue.options.v1 import options_pb2

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Method:
    """One RPC with what its policy says to proxies."""

    path: str  # as gRPC sends it: /segue.audio.v1.PlayerService/Play
    callers: frozenset[str]  # names of services, and `edge`
    deadline: float  # seconds; 0: a stream without an end
    retry: bool
    route_field: str = ""  # the request field that chooses the instance; empty: any
    urls: tuple[str, ...] = ()  # path templates of its REST form

    @property
    def service(self) -> str:
        """The full name of the gRPC service."""
        return self.path[1:].rpartition("/")[0]

    @property
    def package(self) -> str:
        """The package the service is declared in."""
        return self.service.rpartition(".")[0]


def read(descriptors: bytes) -> tuple[Method, ...]:
    """Return all methods of a descriptor set. Raises ValueError for a method without a policy."""
    files = descriptor_pb2.FileDescriptorSet.FromString(descriptors).file
    return tuple(method for file in files for method in _methods(file))


def _methods(file: descriptor_pb2.FileDescriptorProto) -> Iterator[Method]:
    for service in file.service:
        for method in service.method:
            yield _method(f"/{file.package}.{service.name}/{method.name}", method.options)


def _method(path: str, options: descriptor_pb2.MethodOptions) -> Method:
    if not options.HasExtension(options_pb2.policy):
        raise ValueError(f"{path} has no policy")
    policy = options.Extensions[options_pb2.policy]
    return Method(
        path=path,
        callers=frozenset(options_pb2.Caller.Name(caller).removeprefix("CALLER_").lower() for caller in policy.callers),
        deadline=policy.deadline.ToTimedelta().total_seconds(),
        retry=policy.retry in {options_pb2.RETRY_READ, options_pb2.RETRY_IDEMPOTENT},
        route_field=policy.route_field,
        urls=tuple(_urls(options)),
    )


def _urls(options: descriptor_pb2.MethodOptions) -> Iterator[str]:
    rule = options.Extensions[annotations_pb2.http]
    for binding in (rule, *rule.additional_bindings):
        pattern = binding.WhichOneof("pattern")
        if pattern == "custom":
            yield binding.custom.path
        elif pattern:
            yield getattr(binding, pattern)
