"""topology.yaml, typed, joined with the contract and with the addresses of one run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from envoy.config.core.v3 import address_pb2
from pydantic import BaseModel, ConfigDict

from mesh.contract import Method, read

if TYPE_CHECKING:
    from collections.abc import Iterable

EDGE = "edge"
PEERS = 9443  # the port that instances on hosts of their own take their peers' calls at
ROOT = Path(__file__).resolve().parents[2]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Row):
    """What one proxy sends to all instances of a service at a time; calls without an end count as streams alone."""

    connections: int
    pending: int
    requests: int
    streams: int


class Service(_Row):
    """A service: who it is, the packages whose services it implements, and how much may be asked of it."""

    identity: str
    serves: tuple[str, ...]
    limits: Limits


class Foreign(_Row):
    """A method that is called over the mesh but declared elsewhere; `deadline` in seconds."""

    path: str
    service: str
    callers: frozenset[str]
    deadline: float


class Health(_Row):
    """Active health checks: seconds, and answers in a row until an instance is in or out."""

    interval: float
    timeout: float
    failures: int
    successes: int


class Anonymous(_Row):
    """Calls without a valid token that one address may make: per second, and at once."""

    rate: int
    burst: int


class Edge(_Row):
    """The edge proxy; sizes in bytes."""

    identity: str
    connections: int
    heap: int
    anonymous: Anonymous
    body: int
    bodies: dict[str, int]
    answer: int


class Topology(_Row):
    """The whole table."""

    services: dict[str, Service]
    foreign: tuple[Foreign, ...]
    untraced: tuple[str, ...]
    health: Health
    edge: Edge

    def identity(self, name: str) -> str:
        """Return the SPIFFE id of a service, or of the edge."""
        return self.edge.identity if name == EDGE else self.services[name].identity

    def identities(self, instances: Iterable[str]) -> dict[str, str]:
        """Return the SPIFFE ids of instances."""
        return {instance: self.identity(service_of(instance)) for instance in instances}


def service_of(instance: str) -> str:
    """Return the service an instance belongs to: `audio` of `audio-2`."""
    return re.sub(r"-\d+$", "", instance)


@dataclass(frozen=True)
class Run:
    """Where things are in one run.

    The doors of an instance are Unix sockets in `directory`, but for the edge and the ops listeners. Instances with
    hosts of their own take their peers' calls over TCP.
    """

    directory: Path
    edge: str  # host:port
    ops: dict[str, str]  # instance -> host:port
    origins: tuple[str, ...] = ()  # web origins that may call the edge
    hosts: dict[str, str] = field(default_factory=dict)  # instance -> its host's name; empty: all share a machine
    receiver: str = ""  # host:port of the receiver of spans; empty: traces.sock in `directory`
    metrics: str = ""  # host:port at which each proxy tells how it does; empty: nowhere

    def instances(self, service: str) -> list[str]:
        """Return the instances of a service."""
        return [instance for instance in self.ops if service_of(instance) == service]

    def file(self, instance: str, name: str) -> str:
        """Return the path of a file of an instance."""
        return str(self.directory / instance / name)

    def door(self, instance: str, name: str) -> address_pb2.Address:
        """Return the address of the door `app`, `out`, `in` or `admin`, open to its owner alone."""
        return address_pb2.Address(pipe=address_pb2.Pipe(path=self.file(instance, f"{name}.sock"), mode=0o600))

    def inbound(self, instance: str) -> address_pb2.Address:
        """Return where the proxy of an instance takes its peers' calls."""
        return tcp(f"0.0.0.0:{PEERS}") if self.hosts else self.door(instance, "in")

    def peer(self, instance: str) -> address_pb2.Address:
        """Return where peers reach an instance."""
        return tcp(f"{self.hosts[instance]}:{PEERS}") if self.hosts else self.door(instance, "in")

    @property
    def traces(self) -> address_pb2.Address:
        """The receiver of spans, OTLP over gRPC."""
        if self.receiver:
            return tcp(self.receiver)
        return address_pb2.Address(pipe=address_pb2.Pipe(path=str(self.directory / "traces.sock")))

    def contract(self, instance: str) -> str:
        """Return the path of an instance's own copy of the descriptor set."""
        return self.file(instance, "contract.binpb")


def tcp(address: str) -> address_pb2.Address:
    """Return `host:port` as an address."""
    host, _, port = address.rpartition(":")
    return address_pb2.Address(socket_address=address_pb2.SocketAddress(address=host.strip("[]"), port_value=int(port)))


@dataclass(frozen=True)
class Mesh:
    """Everything the proxies' configuration is derived from."""

    topology: Topology
    contract: tuple[Method, ...]
    run: Run

    @cached_property
    def methods(self) -> dict[str, tuple[Method, ...]]:
        """The methods that each service answers, those of foreign contracts included."""
        return {name: tuple(self._methods(name)) for name in self.topology.services}

    def _methods(self, name: str) -> list[Method]:
        serves = self.topology.services[name].serves
        ours = [method for method in self.contract if method.package in serves]
        foreign = [
            Method(path=row.path, callers=row.callers, deadline=row.deadline, retry=False)
            for row in self.topology.foreign
            if row.service == name
        ]
        return [*ours, *foreign]

    @cached_property
    def public(self) -> dict[str, tuple[Method, ...]]:
        """The methods that the edge opens to the outside; what every service answers alike is no part of it."""
        return {
            name: tuple(m for m in methods if EDGE in m.callers and m.package == f"segue.{name}.v1")
            for name, methods in self.methods.items()
        }


def read_topology() -> Topology:
    """Read the committed topology."""
    return Topology.model_validate(yaml.safe_load((ROOT / "envoy/topology.yaml").read_text(encoding="utf-8")))


def load(run: Run) -> Mesh:
    """Read the committed topology and contract for a run. Raises ValueError if they do not fit together."""
    topology = read_topology()
    contract = read((ROOT / "gen/contract.binpb").read_bytes())
    served = {package for service in topology.services.values() for package in service.serves}
    if missing := {method.package for method in contract} - served:
        raise ValueError(f"topology.yaml: nobody serves {', '.join(sorted(missing))}")
    if unknown := set(map(service_of, run.ops)) ^ set(topology.services):
        raise ValueError(f"every service needs an instance, and every instance a service: {', '.join(sorted(unknown))}")
    if run.hosts and (strange := set(run.hosts) ^ set(run.ops)):
        raise ValueError(f"every instance needs a host, and every host an instance: {', '.join(sorted(strange))}")
    return Mesh(topology=topology, contract=contract, run=run)
