"""The cheapest call that gRPC can make here: bytes in, the same bytes out, in another process, over a Unix socket."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bench.measuring import Call

METHOD = "/echo.Echo/Say"


async def _say(request: bytes, _: object) -> bytes:
    return request


async def serve(address: str) -> None:
    """Serve the echo until the process is ended."""
    server = grpc.aio.server()
    handler = grpc.method_handlers_generic_handler("echo.Echo", {"Say": grpc.unary_unary_rpc_method_handler(_say)})
    server.add_generic_rpc_handlers((handler,))
    server.add_insecure_port(address)
    await server.start()
    await server.wait_for_termination()


@asynccontextmanager
async def saying() -> AsyncIterator[Call]:
    """Give what calls an echo of 200 bytes."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"unix:{folder}/echo.sock"
        server = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.echo", address)
        try:
            async with grpc.aio.insecure_channel(address) as channel:
                say: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(METHOD)
                await say(b"", wait_for_ready=True, timeout=10)
                yield lambda: say(b"x" * 200, timeout=5)
        finally:
            server.terminate()
            await server.wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
