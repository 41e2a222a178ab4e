"""Api as a process: what it logs and traces, and how it starts and ends."""

from __future__ import annotations

import asyncio
import json
import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from envoy.service.auth.v3 import (
    external_auth_pb2,
    external_auth_pb2_grpc,
)
from grpc_health.v1 import health_pb2, health_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.proto.trace.v1 import trace_pb2

from kit.migrate import migrate
from segue.api.v1 import access_service_pb2, access_service_pb2_grpc
from tests.api.test_app import ME, TOKEN, bot
from tests.kit.mesh import Mesh, playing
from tests.kit.process import WITHIN, start
from tests.kit.serving import from_peer
from tests.kit.world import token

if TYPE_CHECKING:
    from pathlib import Path

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = ("traceparent", f"00-{TRACE}-b7ad6b7169203331-01")


class Receiver(trace_service_pb2_grpc.TraceServiceServicer):
    """Keeps spans."""

    def __init__(self) -> None:
        self.spans: list[trace_pb2.Span] = []

    async def Export(self, request: Any, _context: Any) -> Any:  # noqa: N802  (gRPC names its methods)
        """Take a batch."""
        self.spans += [span for each in request.resource_spans for scope in each.scope_spans for span in scope.spans]
        return trace_service_pb2.ExportTraceServiceResponse()

    def of(self, trace_id: str) -> dict[str, trace_pb2.Span]:
        """Return the spans of a trace, by name."""
        return {span.name: span for span in self.spans if span.trace_id.hex() == trace_id}


async def receiving(folder: Path, stack: AsyncExitStack) -> Receiver:
    """Receive spans in `folder`."""
    receiver = Receiver()
    server = grpc.aio.server()
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(receiver, server)  # type: ignore[no-untyped-call]
    server.add_insecure_port(f"unix:{folder}/traces.sock")
    await server.start()
    stack.push_async_callback(server.stop, 0)
    return receiver


async def test_a_call_is_one_trace_with_its_statements_and_a_stop_is_clean(database_url: str, tmp_path: Path) -> None:
    await migrate(database_url, ["api"])
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(playing(Mesh(GetBot=bot), f"unix:{tmp_path}/out.sock"))
        receiver = await receiving(tmp_path, stack)
        process = await start("api", tmp_path, database_url, OPERATOR_TOKEN=TOKEN)
        async with grpc.aio.insecure_channel(f"unix:{tmp_path}/app.sock") as channel:
            await asyncio.wait_for(channel.channel_ready(), WITHIN)
            await call_everything(channel)
        process.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(process.communicate(), WITHIN)

    assert (process.returncode, err) == (0, b"")
    lines = [json.loads(line) for line in out.decode().splitlines()]
    assert all({"ts", "level", "logger", "message"} <= line.keys() for line in lines)
    assert [line["message"] for line in lines if line["logger"] == "kit.server"] == ["serving", "stopped"]
    spans = receiver.of(TRACE)
    check = spans["envoy.service.auth.v3.Authorization/Check"]
    assert check.kind == trace_pb2.Span.SPAN_KIND_SERVER
    assert check.parent_span_id.hex() == "b7ad6b7169203331"
    assert next(span for name, span in spans.items() if name.startswith("SELECT")).parent_span_id == check.span_id
    refused = {item.key: item.value for item in spans["segue.api.v1.AccessService/GetMe"].attributes}
    assert refused["segue.ref"].string_value == TRACE[:8]
    assert not [span for span in receiver.spans if "Health" in span.name]
    assert not [span for span in receiver.spans if span.name.startswith("SELECT") and not span.parent_span_id]


async def call_everything(channel: grpc.aio.Channel) -> None:
    """Make one call that asks the database, one that is refused, and a probe."""
    request = external_auth_pb2.CheckRequest()
    request.attributes.request.http.path = ME
    request.attributes.request.http.headers["authorization"] = f"Bearer {TOKEN}"
    authorization: Any = external_auth_pb2_grpc.AuthorizationStub(channel)
    await authorization.Check(request, metadata=(*from_peer("edge"), TRACEPARENT))
    access: Any = access_service_pb2_grpc.AccessServiceStub(channel)
    with pytest.raises(grpc.aio.AioRpcError):
        await access.GetMe(
            access_service_pb2.GetMeRequest(),
            metadata=(*from_peer("edge", token(scopes=[])), TRACEPARENT),
        )
    probe: Any = health_pb2_grpc.HealthStub(channel)
    await probe.Check(health_pb2.HealthCheckRequest())


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"OPERATOR_TOKEN": "short"}, "OPERATOR_TOKEN is wrong"),
        ({"DATABASE_POOL": "many"}, "DATABASE_POOL is wrong"),
    ],
)
async def test_a_wrong_setting_is_one_sentence_and_no_boot(
    database_url: str,
    tmp_path: Path,
    setting: dict[str, str],
    sentence: str,
) -> None:
    process = await start("api", tmp_path, database_url, **{"OPERATOR_TOKEN": TOKEN, **setting})
    out, err = await asyncio.wait_for(process.communicate(), WITHIN)

    assert process.returncode == 2
    assert err.decode().startswith(sentence)
    assert err.decode().count("\n") == 1
    assert out == b""
    assert b"short" not in err


async def test_a_database_that_is_away_ends_the_process_with_a_reason_for_the_supervisor(tmp_path: Path) -> None:
    process = await start("api", tmp_path, f"postgresql://segue@/postgres?host={tmp_path}", OPERATOR_TOKEN=TOKEN)
    out, _ = await asyncio.wait_for(process.communicate(), WITHIN)

    assert process.returncode == 2
    assert json.loads(out)["message"].startswith("The database of DATABASE_URL does not answer: ")
