"""The policy that each method of the contract declares about itself."""

from __future__ import annotations

from functools import cache

from google.protobuf import descriptor_pool
from google.protobuf.duration_pb2 import Duration

from segue.options.v1 import options_pb2

EVERYONE = tuple(value for value in options_pb2.Caller.values() if value != options_pb2.CALLER_UNSPECIFIED)
_IDENTITY = "spiffe://segue/"

# Contracts that are not ours carry no options of ours.
_FOREIGN = {
    "/grpc.health.v1.Health/Check": options_pb2.MethodPolicy(
        callers=EVERYONE,
        floor=options_pb2.LEVEL_PUBLIC,
        deadline=Duration(seconds=1),
        retry=options_pb2.RETRY_READ,
    ),
    "/grpc.health.v1.Health/Watch": options_pb2.MethodPolicy(
        callers=EVERYONE,
        floor=options_pb2.LEVEL_PUBLIC,
        retry=options_pb2.RETRY_NEVER,
    ),
    "/envoy.service.auth.v3.Authorization/Check": options_pb2.MethodPolicy(
        callers=[options_pb2.CALLER_EDGE],
        floor=options_pb2.LEVEL_PUBLIC,
        deadline=Duration(seconds=2),
        retry=options_pb2.RETRY_READ,
    ),
}


@cache
def of(method: str) -> options_pb2.MethodPolicy | None:
    """Return the policy of `/package.Service/Method`; None if it is unknown or declares none."""
    if foreign := _FOREIGN.get(method):
        return foreign
    service, _, name = method.removeprefix("/").partition("/")
    try:
        descriptor = descriptor_pool.Default().FindServiceByName(service).methods_by_name[name]
    except KeyError:
        return None
    options = descriptor.GetOptions()
    if not options.HasExtension(options_pb2.policy):
        return None
    return options.Extensions[options_pb2.policy]


def answerer(method: str) -> options_pb2.Caller.ValueType:
    """Return the service that a method is of; CALLER_UNSPECIFIED if several are."""
    return caller_of(_IDENTITY + method.partition(".")[2].partition(".")[0])


def observes(method: str) -> bool:
    """Tell whether the method only looks at this process; probes on the machine call it, without an identity."""
    return method.startswith(("/grpc.health.v1.Health/", "/segue.common.v1.OpsService/"))


def is_traced(method: str) -> bool:
    """Tell whether calls are traced: all but probes, which our contract names Check… and lets everyone call."""
    if observes(method):
        return False
    is_public = (found := of(method)) is not None and found.floor == options_pb2.LEVEL_PUBLIC
    return not (is_public and method.startswith("/segue.") and "/Check" in method)


def deadline(method: str) -> float | None:
    """Return the longest a call may take, in seconds; None for a stream without an end."""
    policy = of(method)
    return (policy.deadline.ToTimedelta().total_seconds() or None) if policy else None


def caller_of(identity: str) -> options_pb2.Caller.ValueType:
    """Return the caller behind a SPIFFE id; CALLER_UNSPECIFIED if it is none of the mesh."""
    name = identity.removeprefix(_IDENTITY) if identity.startswith(_IDENTITY) else ""
    key = f"CALLER_{name.upper()}"
    return options_pb2.Caller.Value(key) if key in options_pb2.Caller.keys() else options_pb2.CALLER_UNSPECIFIED  # noqa: SIM118  (not a dict)
