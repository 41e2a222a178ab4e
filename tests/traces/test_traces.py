"""The receiver and its page, driven as services and browsers drive them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from playwright.async_api import async_playwright

from deploy.local.settings import ROOT
from deploy.local.traces.receiver import Receiver, serve
from deploy.local.traces.store import TraceStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

TRACE = bytes(range(16))
LIMIT = 60.0


def attributes(**values: str) -> list[KeyValue]:
    return [KeyValue(key=name.replace("__", "."), value=AnyValue(string_value=value)) for name, value in values.items()]


def request(*spans: Span, service: str = "gateway") -> ExportTraceServiceRequest:
    sent = ExportTraceServiceRequest()
    resource = sent.resource_spans.add(resource=Resource(attributes=attributes(service__name=service)))
    resource.scope_spans.add(scope=InstrumentationScope(name="test"), spans=spans)
    return sent


def span(name: str, number: int, parent: int = 0, trace: bytes = TRACE, **values: str) -> Span:
    return Span(
        trace_id=trace,
        span_id=number.to_bytes(8),
        parent_span_id=parent.to_bytes(8) if parent else b"",
        name=name,
        kind=Span.SPAN_KIND_SERVER,
        start_time_unix_nano=1_800_000_000_000_000_000 + number * 1_000_000,
        end_time_unix_nano=1_800_000_000_050_000_000 - number * 1_000_000,
        attributes=attributes(**values),
    )


@dataclass
class Traces:
    """A running `python -m deploy.local.traces`."""

    process: asyncio.subprocess.Process
    stub: TraceServiceStub
    url: str

    async def export(self, *requests: ExportTraceServiceRequest) -> None:
        for sent in requests:
            await self.stub.Export(sent, timeout=LIMIT, wait_for_ready=True)

    async def get(self, path: str, **query: str) -> tuple[int, dict[str, Any]]:
        async with aiohttp.ClientSession() as http, http.get(self.url + path, params=query) as answer:
            return answer.status, await answer.json()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


async def start(folder: Path, **environment: str) -> Traces:
    port, path = free_port(), folder / "traces.sock"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.local.traces"),
        env={**os.environ, "TRACES_SOCKET": str(path), "TRACES_PORT": str(port), **environment},
        cwd=ROOT,
    )
    channel = grpc.aio.insecure_channel(f"unix:{path}")
    url = f"http://127.0.0.1:{port}"
    async with asyncio.timeout(LIMIT), aiohttp.ClientSession() as http:
        while process.returncode is None:
            try:
                async with http.get(url):
                    stub = TraceServiceStub(channel)  # type: ignore[no-untyped-call] # generated code
                    return Traces(process, stub, url)
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
    raise AssertionError("traces ended before it was ready")


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="traces-") as name:
        yield Path(name)


@pytest.fixture
async def traces(folder: Path) -> AsyncIterator[Traces]:
    running = await start(folder)
    yield running
    running.process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(running.process.wait(), LIMIT) == 0


async def test_a_trace_is_found_by_its_id_its_reference_and_its_interaction(traces: Traces) -> None:
    await traces.export(
        request(span("command play", 1, segue__interaction_id="111222333444555666")),
        request(span("PlayerService/Play", 2, 1, segue__ref="ab12cd34"), service="audio"),
    )
    by_id = await traces.get("/v1/traces", traceId=TRACE.hex())
    assert by_id == await traces.get("/v1/traces", ref="ab12cd34")
    assert by_id == await traces.get("/v1/traces", interactionId="111222333444555666")
    status, answer = by_id
    assert status == 200
    found = [s for r in answer["resourceSpans"] for scope in r["scopeSpans"] for s in scope["spans"]]
    assert [s["name"] for s in found] == ["command play", "PlayerService/Play"]
    assert found[1]["traceId"] == TRACE.hex()
    assert found[1]["parentSpanId"] == found[0]["spanId"] == "0000000000000001"
    assert found[0]["kind"] == 2
    assert found[0]["startTimeUnixNano"] == "1800000000001000000"


async def test_an_unknown_trace_and_a_wrong_question_answer_in_the_error_format(traces: Traces) -> None:
    status, answer = await traces.get("/v1/traces", ref="nothere1")
    assert (status, answer["code"], answer["details"]) == (404, 5, [])
    status, answer = await traces.get("/v1/traces", ref="a", traceId="b")
    assert (status, answer["code"]) == (400, 3)


async def test_a_foreign_host_name_is_refused(traces: Traces) -> None:
    async with (
        aiohttp.ClientSession(headers={"Host": "evil.example:80"}) as http,
        http.get(traces.url + "/recent") as answer,
    ):
        assert answer.status == 403


async def test_the_number_of_spans_kept_is_bounded_and_the_oldest_trace_goes_first() -> None:
    store = TraceStore(limit=10)
    for number in range(1, 8):
        trace = number.to_bytes(16)
        sent = request(span("a", 1, trace=trace, segue__ref=f"ref{number}"), span("b", 2, 1, trace=trace))
        store.add(sent.resource_spans)
    assert [line["ref"] for line in store.recent(99)] == ["ref7", "ref6", "ref5", "ref4", "ref3"]
    assert store.find("segue.ref", "ref2") is None
    store.add(request(*(span("late", number, trace=(9).to_bytes(16)) for number in range(1, 30))).resource_spans)
    assert [line["spans"] for line in store.recent(99)] == [10]


async def test_the_same_requests_go_to_a_second_receiver(folder: Path) -> None:
    received: asyncio.Queue[ExportTraceServiceRequest] = asyncio.Queue()
    second = serve(f"unix:{folder / 'second.sock'}", Receiver([received.put_nowait]))
    await second.start()
    traces = await start(folder, OTEL_EXPORTER_OTLP_ENDPOINT=f"unix://{folder / 'second.sock'}")
    sent = [request(span("one", 1)), request(span("two", 2), service="audio")]
    await traces.export(*sent)
    assert [await asyncio.wait_for(received.get(), LIMIT) for _ in sent] == sent
    traces.process.terminate()
    await traces.process.wait()
    await second.stop(0)


async def test_a_dead_second_receiver_blocks_nobody(folder: Path) -> None:
    traces = await start(folder, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{free_port()}")
    await traces.export(*(request(span("one", number)) for number in range(1, 300)))
    status, _ = await traces.get("/v1/traces", traceId=TRACE.hex())
    assert status == 200
    traces.process.terminate()
    assert await asyncio.wait_for(traces.process.wait(), LIMIT) == 0


async def test_a_browser_shows_the_list_the_waterfall_and_a_failed_span(traces: Traces) -> None:
    failed = span("node.play", 3, 2)
    failed.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message="no such file"))
    failed.events.add(name="exception", attributes=attributes(exception__type="LoadError"))
    await traces.export(
        request(span("command play", 1, segue__ref="ab12cd34")),
        request(span("<b>PlayerService/Play</b>", 2, 1), failed, service="audio"),
    )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = await browser.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        await page.goto(traces.url)
        await page.get_by_role("link", name="command play").click()
        await page.wait_for_selector(".waterfall")
        names = await page.locator(".row .name span").all_inner_texts()
        assert names == ["command play", "<b>PlayerService/Play</b>", "node.play"]
        await page.locator(".row.failed").click()
        assert "no such file" in await page.locator(".details").inner_text()
        assert "LoadError" in await page.locator(".details").inner_text()
        await page.goto(traces.url + "/?ref=nothere1")
        await page.get_by_text("No such trace").wait_for()
        if target := os.environ.get("SEGUE_SCREENSHOT"):
            await page.goto(traces.url + "/?ref=ab12cd34")
            await page.locator(".row.failed").click()
            await page.screenshot(path=target)
        await browser.close()
    assert problems == []
