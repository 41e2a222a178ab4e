"""What every command does around its use case: one transaction, one effect per request id, and a short wait."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from google.protobuf.message import Message

from audio import wire
from audio.domain import policy
from audio.domain.policy import Caller
from kit import actor, authorization, idempotency
from kit.errors import Reason, Refused
from kit.levels import Level

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from audio.changes import Change, Store
    from audio.domain.player import Player
    from audio.outcomes import Outcomes
    from audio.wire import Sign
    from segue.audio.v1 import player_pb2


class Command(Protocol):
    """The request of any command."""

    guild_id: int
    request_id: str
    validate_only: bool


A = TypeVar("A", bound=Message)
_PARTS = uuid.UUID("5e90e000-0000-5000-8000-000000000000")  # the name space of their ids


class Once(Protocol):
    """Gives the same request one effect and one answer."""

    async def __call__(self, change: Any, request: Any, effect: Callable[[], Awaitable[A]], /) -> tuple[A, bool]:
        """Run `effect` in the change unless the request had its effect already; return (answer, replayed)."""
        ...


class Reach(Protocol):
    """Knows where the bot can go."""

    async def check(self, guild_id: int, channel_id: int) -> None:
        """Raise Refused unless the bot could connect and speak in a voice channel now."""
        ...


class _Unchecked(Exception):  # noqa: N818 - never seen outside: it undoes a change
    """The change leads the bot into a voice channel that may be out of its reach."""

    def __init__(self, channel_id: int) -> None:
        self.channel_id = channel_id


class Commanding:
    """Runs commands."""

    def __init__(self, store: Store, once: Once, outcomes: Outcomes, reach: Reach, sign: Sign) -> None:
        self._store, self._once, self._outcomes, self._reach, self._sign = store, once, outcomes, reach, sign

    async def run(self, request: Command, effect: Callable[[Change, Caller], Awaitable[A]], *, waits: bool = True) -> A:
        """Return the answer; where it has `applied`, that says whether it was within a second.

        Raises what made the command impossible. One that is only validated is tried and undone; its answer shows the
        player as it is.
        """
        try:
            before, after, answer, replayed = await self._change(request, effect, reachable=0)
        except _Unchecked as unchecked:
            # Gateway is asked between two tries, so that the player is not locked meanwhile and a repeated command,
            # which has had its effect, asks nobody.
            await self._reach.check(request.guild_id, unchecked.channel_id)
            before, after, answer, replayed = await self._change(request, effect, reachable=unchecked.channel_id)
        left: player_pb2.Player = getattr(answer, "player")  # noqa: B009  (each command's answer has it)
        if request.validate_only:
            left.CopyFrom(self.encode(before))
            return answer
        is_wish = replayed or after.wanted_version == after.version
        applied = not (waits and is_wish) or await self._is_applied(left, after if replayed else None)
        if hasattr(answer, "applied"):
            setattr(answer, "applied", applied)  # noqa: B010  (the type of an answer is only known to its command)
        return answer

    async def show(
        self,
        request: Command,
        command: Callable[[Change, Caller], Awaitable[Player]],
        answer: Callable[..., A],
        *,
        waits: bool = True,
    ) -> A:
        """Run a command whose answer shows the player and nothing else."""

        async def effect(change: Change, who: Caller) -> A:
            return answer(player=self.encode(await command(change, who)))

        return await self.run(request, effect, waits=waits)

    async def decide(
        self,
        request: Command,
        command: Callable[[Change, Caller], Awaitable[tuple[Player, int]]],
        answer: Callable[..., A],
        *,
        waits: bool = True,
    ) -> A:
        """Run a command that may be a vote; its answer shows the player and how many votes are missing."""

        async def effect(change: Change, who: Caller) -> A:
            player, missing = await command(change, who)
            return answer(player=self.encode(player), votes_missing=missing)

        return await self.run(request, effect, waits=waits)

    def encode(self, player: Player) -> player_pb2.Player:
        """Encode the player as a command left it."""
        return wire.player(player, self._sign)

    async def _change(
        self, request: Command, effect: Callable[[Change, Caller], Awaitable[A]], *, reachable: int
    ) -> tuple[Player, Player, A, bool]:
        """Return the player before and after, the answer, and whether the effect had been there already."""
        async with self._store.change(request.guild_id, dry=request.validate_only) as change:
            before = change.player
            who = policy.judged(caller(), before)
            answer, replayed = await self._once(change, request, lambda: _tell_doubt(effect(change, who)))
            after = change.player
            if after.voice_channel_id not in {0, before.voice_channel_id, reachable}:
                raise _Unchecked(after.voice_channel_id)
        return before, after, answer, replayed

    async def _is_applied(self, left: player_pb2.Player, known: Player | None) -> bool:
        seen = await self._outcomes.wait(left.guild_id, left.version, known=known)
        if seen and seen.problem:
            # A repeated command meets only the problem that it had itself: given up in the change right after it.
            since = seen.seen_version - left.version
            if since == 1 or (known is None and since >= 0):
                raise Refused(Reason(seen.problem))
        return seen is not None


async def _tell_doubt(effect: Awaitable[A]) -> A:
    """Await an effect. A level that is too low is UNAVAILABLE while nobody knows whether it is the right one."""
    try:
        return await effect
    except Refused as refused:
        if refused.reason is Reason.LEVEL_TOO_LOW:
            authorization.doubt(Level[refused.metadata["required"]])
        raise


def part_of(request: A, number: int) -> A:
    """Return a request that is done in several transactions as the request of one of them, with an id of its own."""
    part = type(request)()
    part.CopyFrom(request)
    whole = idempotency.request_key(request).request_id
    setattr(part, "request_id", str(uuid.uuid5(_PARTS, f"{whole}/{number}")))  # noqa: B010  (each command has it)
    return part


def caller() -> Caller:
    """Return who makes the call being served."""
    member = authorization.member()
    user_id, level = actor.current().user_id, authorization.granted()
    if member is None:
        return Caller(user_id, level, 0)
    return Caller(user_id, level, member.voice_channel_id, role_ids=frozenset(role.id for role in member.roles))
