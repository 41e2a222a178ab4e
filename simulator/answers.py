"""What became of each interaction: when it was acknowledged, and its final answer."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.world.refusal import Refusal

if TYPE_CHECKING:
    from simulator.world.records import Interaction
    from simulator.world.world import World

_FIRST_ANSWER = 3.0  # seconds, as Discord has it
_WAY = 0.2  # seconds for the way here
_FINAL_ANSWER = 60.0
_AFTERTHOUGHT = 3.0  # for an edit after a click that was only acknowledged, or a word after a deleted answer
_DEFERRED_MESSAGE, _DEFERRED_UPDATE = "deferred", "deferred_update"


class Pending:
    """One interaction that someone waits for."""

    def __init__(self, record: Interaction, loop: asyncio.AbstractEventLoop, first_answer: float) -> None:
        self.record = record
        self.first_answer = first_answer
        self.started = time.perf_counter()
        self.acknowledged: asyncio.Future[float] = loop.create_future()
        self.final: asyncio.Future[int | None] = loop.create_future()
        self.deferred: str | None = None
        self.deleted = False
        self.awaited = True
        self.answered = False
        self.answer_ms = 0.0
        self.answer_at_ms = 0.0
        self.message: dict[str, Any] | None = None

    def elapsed_ms(self) -> float:
        """Tell the milliseconds since the person's click."""
        return round((time.perf_counter() - self.started) * 1000, 3)

    async def acknowledge(self) -> float:
        """Wait for the first response; returns its milliseconds, or refuses when there was none in time."""
        try:
            async with asyncio.timeout(self.first_answer + _WAY):
                return await asyncio.shield(self.acknowledged)
        except TimeoutError as error:
            body = {"message": "The application did not respond", "code": 0, "interactionId": str(self.record.id)}
            raise Refusal(504, body) from error

    def describe(self) -> dict[str, Any]:
        """Show it as the control API does."""
        place = {"guildId": str(self.record.guild_id), "userId": str(self.record.user_id)}
        return {"id": str(self.record.id), **place, "acknowledged": self.acknowledged.done()}


class Answers:
    """Watches the REST calls of the bot for those that answer an interaction."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._pending: dict[str, Pending] = {}
        self.first_answer = _FIRST_ANSWER
        """Seconds in which a first response is taken; a test that has a process started within them needs more."""

    def expect(self, record: Interaction) -> Pending:
        """Watch an interaction, at once after it was made; `forget` it in the end."""
        record.initial_response_deadline = (datetime.now(UTC) + timedelta(seconds=self.first_answer)).isoformat()
        pending = Pending(record, asyncio.get_running_loop(), self.first_answer)
        self._pending[record.token] = pending
        return pending

    def forget(self, pending: Pending) -> None:
        """Wait for it no longer; it is watched until it is answered."""
        pending.awaited = False
        self._drop(pending)

    def _drop(self, pending: Pending) -> None:
        if pending.answered and not pending.awaited:
            del self._pending[pending.record.token]

    def unanswered(self) -> list[dict[str, Any]]:
        """List the interactions that lack their first response, or the answer that a deferred one promised."""
        return [pending.describe() for pending in self._pending.values() if not pending.answered]

    def observe(self, method: str, path: str) -> None:
        """Take note of one successful REST call."""
        if method == "DELETE":
            self._note_deletion()
        parts = path.strip("/").split("/")
        token = parts[2] if len(parts) > 2 and parts[0] in ("interactions", "webhooks") else ""
        pending = self._pending.get(token)
        if pending is None:
            return
        record = pending.record
        match [method, parts[0], *parts[3:]]:
            case ["POST", "interactions", "callback"]:
                kind = str(record.response_kind)
                pending.deferred = kind if kind in (_DEFERRED_MESSAGE, _DEFERRED_UPDATE) else None
                pending.acknowledged.set_result(pending.elapsed_ms())
                if pending.deferred is None:
                    self._answered(pending, record.message_id)
            case ["POST", "webhooks"]:
                if record.followup_ids and (pending.deleted or pending.deferred == _DEFERRED_UPDATE):
                    self._answered(pending, record.followup_ids[-1])
                elif not record.followup_ids:
                    self._answered(pending, record.message_id)
            case ["PATCH", "webhooks", "messages", which] if which in ("@original", str(record.message_id)):
                self._answered(pending, record.message_id)

    def _note_deletion(self) -> None:
        """Take note of answers that are gone, by whomever they were deleted."""
        for pending in self._pending.values():
            pending.deleted |= pending.deferred == _DEFERRED_MESSAGE and not self._world.holds(pending.record)

    def _answered(self, pending: Pending, message_id: int | None) -> None:
        self._finish(pending, message_id)
        pending.answered = True
        self._drop(pending)

    def _finish(self, pending: Pending, message_id: int | None) -> None:
        if pending.final.done():
            return
        pending.answer_ms = pending.elapsed_ms()
        pending.answer_at_ms = round(time.time() * 1000, 3)
        if message_id is not None:
            pending.message = self._world.show_message(pending.record.channel_id, message_id)
        pending.final.set_result(message_id)

    async def outcome(self, pending: Pending) -> dict[str, Any]:
        """Wait for the final answer: the first response, or what follows a deferred one."""
        ack_ms = await pending.acknowledge()
        try:
            await self._follow(pending)
        except TimeoutError as error:
            body = {"message": "The application is still thinking", "code": 0}
            raise Refusal(504, body | {"interactionId": str(pending.record.id)}) from error
        message = pending.message
        outcome = {
            "interactionId": str(pending.record.id),
            "ackMs": ack_ms,
            "answerMs": pending.answer_ms,
            "answerAtMs": pending.answer_at_ms,
            "deferred": pending.deferred is not None,
            "ephemeral": bool(message and message["flags"] & 1 << 6),
            "message": message,
        }
        return outcome if pending.record.modal is None else outcome | {"modal": pending.record.modal}

    async def _follow(self, pending: Pending) -> None:
        """Wait until there is a final answer; a bare acknowledgement of a click, or a deleted answer, is one too."""
        deadline = time.perf_counter() + _FINAL_ANSWER
        while not pending.final.done():
            brief = pending.deferred == _DEFERRED_UPDATE or pending.deleted
            patience = _AFTERTHOUGHT if brief else min(_AFTERTHOUGHT, deadline - time.perf_counter())
            if patience <= 0:
                raise TimeoutError
            await asyncio.wait([pending.final], timeout=patience)
            if brief and not pending.final.done():
                self._finish(pending, None if pending.deleted else pending.record.source_message_id)
