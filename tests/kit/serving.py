"""Servers and callers for tests: a kit Server on a socket of its own, and calls as the mesh would bring them."""

from __future__ import annotations

import tempfile
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
from grpc_status import rpc_status
from pydantic import SecretStr

from kit import actor, client, status
from kit.server import Server
from kit.settings import ServiceSettings
from segue.common.v1 import actor_pb2
from segue.options.v1 import options_pb2

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from kit.authorization import Guilds
    from kit.errors import Refused

Add = tuple["Callable[[Any, grpc.aio.Server], None]", object]


def settings(folder: str, database_url: str = "postgresql://nowhere") -> ServiceSettings:
    """Return settings of a service that serves in `folder`."""
    return ServiceSettings(
        listen=f"unix:{folder}/app.sock",
        mesh=f"unix:{folder}/app.sock",
        instance="test",
        database_url=SecretStr(database_url),
    )


@asynccontextmanager
async def serving(*added: Add, guilds: Guilds | None = None, **more: Any) -> AsyncIterator[str]:
    """Serve what was added; gives the address."""
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        server = Server(settings(folder), service="test", guilds=guilds, **more)
        for add_to_server, servicer in added:
            server.add(add_to_server, servicer)
        await server.start()
        try:
            yield f"unix:{Path(folder)}/app.sock"
        finally:
            await server.stop(drain=0, grace=1)


def from_peer(caller: str, who: actor_pb2.Actor | None = None) -> tuple[tuple[str, str | bytes], ...]:
    """Return the metadata of a call that the own sidecar brings from `caller`."""
    identity = f"By=spiffe://segue/test;Hash=00;URI=spiffe://segue/{caller}"
    carried = ((actor.METADATA_KEY, who.SerializeToString()),) if who else ()
    return (("x-forwarded-client-cert", identity), *carried)


def who_calls(context: Any) -> actor_pb2.Actor:
    """Return the actor of a call that a stand-in serves."""
    return actor_pb2.Actor.FromString(dict(context.invocation_metadata())[actor.METADATA_KEY])


async def refuse(context: Any, refusal: Refused) -> None:
    """End a call that a stand-in serves as a service of ours refuses one."""
    await context.abort_with_status(rpc_status.to_status(status.encode(refusal)))


class Brought(client.Channel):
    """A channel whose calls arrive as the sidecars bring them from `caller`."""

    def __init__(self, caller: str, address: str) -> None:
        super().__init__(grpc.aio.insecure_channel(address, options=client._OPTIONS), "test")
        self._brought = from_peer(caller)

    def unary_unary(self, method: str, *codecs: Any, **more: Any) -> Any:
        return partial(super().unary_unary(method, *codecs, **more), metadata=self._brought)

    def unary_stream(self, method: str, *codecs: Any, **more: Any) -> Any:
        return partial(super().unary_stream(method, *codecs, **more), metadata=self._brought)


def name_of(caller: options_pb2.Caller.ValueType) -> str:
    """Return `audio` for CALLER_AUDIO."""
    return options_pb2.Caller.Name(caller).removeprefix("CALLER_").lower()
