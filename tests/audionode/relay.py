"""Stands between a client and the node, so that their connections can be broken off."""

import asyncio
from typing import Any, Self
from urllib.parse import urlsplit


class Relay:
    """Passes everything on to the node at `url` until it is told to abort."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._sides: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.abort()

    def abort(self) -> None:
        """Break all connections off, on both sides."""
        for side in self._sides:
            side.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        node = urlsplit(self._url)
        there, back = await asyncio.open_connection(node.hostname, node.port)
        self._sides |= {writer, back}
        try:
            await asyncio.gather(_carry(reader, back), _carry(there, writer))
        finally:
            self._sides -= {writer, back}


async def _carry(reader: asyncio.StreamReader, writer: Any) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
    except ConnectionError:
        pass
    writer.close()
