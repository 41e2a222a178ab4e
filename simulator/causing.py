"""Faults on demand, for a count or a time: those of a connection from now on, those of REST from the next call on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from simulator.faults import Fault
from simulator.world.refusal import Refusal

if TYPE_CHECKING:
    from simulator.answers import Answers
    from simulator.body import Body
    from simulator.faults import Faults
    from simulator.gateway import Gateway
    from simulator.voice.calls import Call, Calls


class Causing:
    """Does the first occurrence of a fault at once to what is open, and plans the others for what opens later."""

    def __init__(self, gateway: Gateway, calls: Calls, faults: Faults, answers: Answers) -> None:
        self._gateway = gateway
        self._answers = answers
        self._calls = calls
        self._faults = faults

    def cause(self, body: Body) -> None:
        """Serve POST /faults: `kind` and what it takes, `count` or `durationMs`; `sessionTtlMs`, `firstAnswerMs`.

        `gateway_close` takes `code`, `invalid_session` takes `resumable`, `voice_close` takes `code` and `guildId`,
        `voice_server_move` takes `guildId` and happens once, `rest_429` takes `retryAfterMs`, and `global` or
        `banned` (it never comes to Discord), `rest_5xx` takes `code`, `rest_slow` takes `delayMs`.
        """
        ttl_ms = body.get("sessionTtlMs", int, None)
        if ttl_ms is not None:
            self._gateway.session_ttl = ttl_ms / 1000
        first_answer_ms = body.get("firstAnswerMs", int, None)
        if first_answer_ms is not None:
            self._answers.first_answer = first_answer_ms / 1000
        kind = body.get("kind", str, None)
        if kind is None and (ttl_ms, first_answer_ms) != (None, None):
            return
        match kind:
            case "gateway_close" | "gateway_reconnect" | "invalid_session":
                self._disturb(kind, body)
            case "voice_close":
                code = body.get("code", int, 4006)
                self._plan(Fault(kind, code), body, done=1)
                for call in self._meant(body):
                    self._calls.close(call, code)
            case "voice_server_move":
                for call in self._meant(body):
                    self._gateway.switchboard.renew(call)
            case "rest_429" | "rest_5xx" | "rest_slow":
                self._plan(_of_rest(kind, body), body)
            case _:
                raise Refusal.of(400, f"no fault is called {kind}")

    def _plan(self, fault: Fault, body: Body, *, done: int = 0) -> None:
        duration_ms = body.get("durationMs", int, None)
        if duration_ms is None:
            fault.count = body.get("count", int, 1) - done
        else:
            fault.until = time.monotonic() + duration_ms / 1000
        self._faults.plan(fault)

    def _disturb(self, kind: str, body: Body) -> None:
        code, resumable = body.get("code", int, 4000), body.get("resumable", bool, False)
        self._plan(Fault(kind, code), body, done=1)
        for socket in self._gateway.sockets:
            if kind == "gateway_close":
                socket.close(code)
            elif kind == "gateway_reconnect":
                socket.send_away()
            else:
                socket.invalidate(resumable=resumable)

    def _meant(self, body: Body) -> list[Call]:
        """List the calls of the guild that is named, or all."""
        guild_id = None if body.get("guildId", str, None) is None else body.id("guildId")
        return [call for call in self._calls.all() if guild_id in (None, call.guild_id)]


def _of_rest(kind: str, body: Body) -> Fault:
    if kind == "rest_slow":
        return Fault(kind, seconds=body.get("delayMs", int, 500) / 1000)
    if kind == "rest_429":
        limit = "_global" if body.get("global", bool, False) else "_banned" if body.get("banned", bool, False) else ""
        return Fault(f"{kind}{limit}", seconds=body.get("retryAfterMs", int, 500) / 1000)
    code = body.get("code", int, 500)
    if not 500 <= code <= 599:
        raise Refusal.of(400, "code must be from 500 to 599")
    return Fault(kind, code)
