"""What both gateways share: a websocket that either side may close, and the code it was closed with."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Coroutine

_PATIENCE = 5.0  # seconds for the other side's closing frame
_log = logging.getLogger(__name__)


class Close(Exception):  # noqa: N818  # how a conversation ends, not a failure
    """The conversation is to be closed with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Websocket(web.WebSocketResponse):
    """A server's websocket, for a handler that calls `converse` and then `finish`.

    aiohttp drops the connection, and with it the closing frame, when it is closed while someone reads from it: hence
    the reader ends first, wherever the wish to close comes from.
    """

    def __init__(self) -> None:
        super().__init__(timeout=_PATIENCE)
        self._conversation: asyncio.Task[None] | None = None
        self._farewell: Close | None = None

    @property
    def final_code(self) -> int | None:
        """The code this side closed with, else the other side's; 1006 or None when the connection just broke."""
        return self.close_code if self._farewell is None else self._farewell.code

    def hang_up(self, code: int, reason: str = "") -> None:
        """Begin to close; the first call decides the code."""
        if self._farewell is None:
            self._farewell = Close(code, reason)
        if self._conversation is not None:
            self._conversation.cancel()

    async def converse(self, reading: Coroutine[None, None, None]) -> None:
        """Read until the other side is gone, until `reading` raises Close, or until this side hangs up."""
        self._conversation = asyncio.create_task(reading)
        try:
            await asyncio.wait({self._conversation})
        finally:
            self._conversation.cancel()
        error = None if self._conversation.cancelled() else self._conversation.exception()
        if isinstance(error, Close):
            _log.info("closing with %s %s", error.code, error, exc_info=error.__cause__)
            self.hang_up(error.code, str(error))
        elif error is not None:
            raise error

    async def finish(self) -> None:
        """Complete the closing that has begun."""
        if self._farewell is not None:
            await self.close(code=self._farewell.code, message=str(self._farewell).encode())
