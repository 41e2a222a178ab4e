"""Faults on demand, `gateway_close`, `invalid_session` and `voice_close`: at once, and again for a count or a time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from simulator.faults import Fault
from simulator.world.refusal import Refusal

if TYPE_CHECKING:
    from simulator.body import Body
    from simulator.faults import Faults
    from simulator.gateway import Gateway
    from simulator.voice.calls import Calls


class Causing:
    """Does the first occurrence of a fault at once to what is open, and plans the others for what opens later."""

    def __init__(self, gateway: Gateway, calls: Calls, faults: Faults) -> None:
        self._gateway = gateway
        self._calls = calls
        self._faults = faults

    def cause(self, body: Body) -> None:
        """Serve POST /faults: `kind`, then `code`, `guildId`, `resumable`, `count` or `durationMs`; `sessionTtlMs`."""
        ttl_ms = body.get("sessionTtlMs", int, None)
        if ttl_ms is not None:
            self._gateway.session_ttl = ttl_ms / 1000
        kind = body.get("kind", str, None)
        if kind is None and ttl_ms is not None:
            return
        match kind:
            case "gateway_close":
                code = body.get("code", int, 4000)
                self._plan(kind, code, body)
                for socket in self._gateway.sockets:
                    socket.close(code)
            case "invalid_session":
                self._plan(kind, 0, body)
                for socket in self._gateway.sockets:
                    socket.invalidate(resumable=body.get("resumable", bool, False))
            case "voice_close":
                code = body.get("code", int, 4006)
                self._plan(kind, code, body)
                self._hang_up(code, body)
            case _:
                raise Refusal.of(400, f"no fault is called {kind}")

    def _plan(self, kind: str, code: int, body: Body) -> None:
        duration_ms = body.get("durationMs", int, None)
        if duration_ms is not None:
            self._faults.plan(Fault(kind, code, until=time.monotonic() + duration_ms / 1000))
        elif body.get("count", int, 1) > 1:
            self._faults.plan(Fault(kind, code, count=body.get("count", int) - 1))

    def _hang_up(self, code: int, body: Body) -> None:
        guild_id = None if body.get("guildId", str, None) is None else body.id("guildId")
        for call in self._calls.all():
            if guild_id in (None, call.guild_id):
                self._calls.close(call, code)
