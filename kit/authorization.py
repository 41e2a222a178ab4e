"""What a person may do: the level they have in a guild, held against the floor of the method."""

from __future__ import annotations

import dataclasses
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

from kit import actor as actors
from kit import call as calls
from kit.errors import Reason, Refused
from kit.levels import Level
from segue.common.v1 import actor_pb2
from segue.options.v1 import options_pb2

if TYPE_CHECKING:
    from kit.call import Call

ADMINISTRATOR = 0x8
MANAGE_GUILD = 0x20
DJ_ROLE = "dj"
_SNOWFLAKES = range(1, 1 << 63)


class Guilds(Protocol):
    """Where a service learns about members."""

    async def member(self, guild_id: int, user_id: int, *, fresh: bool) -> actor_pb2.Member:
        """Return the facts about a member, at most 30 s old, or of this moment if `fresh`.

        Raises Refused(GUILD_NOT_FOUND) for a guild the bot or the user is not in, Refused(UNAVAILABLE) where the
        facts cannot be had.
        """

    async def bot_channel(self, guild_id: int) -> int:
        """Return the voice channel the bot is in; 0: idle.

        Raises Refused(GUILD_NOT_FOUND) for a guild the bot is not in.
        """

    async def dj_role(self, guild_id: int, /) -> int | None:
        """Return the role whose members are DJs; 0: one named DJ. None: nobody knows, so no role makes a DJ."""


@dataclasses.dataclass(frozen=True, slots=True)
class Grant:
    """What the interceptor found. While the part `away` is so, the level may be a higher one, up to `at_most`."""

    level: Level
    member: actor_pb2.Member | None = None
    away: str = ""
    at_most: Level = Level.PUBLIC

    def require(self, floor: Level) -> None:
        """Raise LEVEL_TOO_LOW below a level, or UNAVAILABLE where nobody knows."""
        if self.level >= floor:
            return
        self.doubt(floor)
        raise Refused(Reason.LEVEL_TOO_LOW, required=floor.name)

    def doubt(self, floor: Level) -> None:
        """Raise UNAVAILABLE where the level may be as high, and nobody knows."""
        if self.away and floor <= self.at_most:
            raise Refused(Reason.UNAVAILABLE, part=self.away)


_grant: ContextVar[Grant] = ContextVar("grant")


def granted() -> Level:
    """Return the level found for the call being served. Raises LookupError outside of one."""
    return _grant.get().level


def doubt(floor: Level) -> None:
    """Raise UNAVAILABLE where nobody knows whether the level found, which is below another, is the right one."""
    _grant.get().doubt(floor)


def member() -> actor_pb2.Member | None:
    """Return the member facts it rests on; None: the call is not about a guild, or the actor is no member."""
    return _grant.get().member


async def level_in(guild_id: int, guilds: Guilds) -> Level:
    """Return the level of who acts in a guild, for a method whose floor names none: only its data say what it takes.

    Raises Refused(GUILD_NOT_FOUND) for a guild they are no member of, or their token is not for.
    """
    call, actor = calls.current(), actors.current()
    assert call is not None, "somebody calls"
    _check_token(call.policy, actor, guild_id)
    if _is_nobody(actor):
        return Level.OPERATOR
    return (await _judge_member(call, actor, guild_id, guilds)).level


def level_of(member: actor_pb2.Member, *, bot_channel_id: int, dj_role_id: int | None) -> Level:
    """Return the level of a member of a guild whose bot is in `bot_channel_id` (0: idle)."""
    if member.owner:
        return Level.OWNER
    if member.permissions & (ADMINISTRATOR | MANAGE_GUILD):
        return Level.MANAGER
    if any(_makes_dj(role, dj_role_id) for role in member.roles):
        return Level.DJ
    if bot_channel_id in {0, member.voice_channel_id}:
        return Level.LISTENER
    return Level.MEMBER


def _makes_dj(role: actor_pb2.Role, dj_role_id: int | None) -> bool:
    if dj_role_id:
        return role.id == dj_role_id
    return dj_role_id == 0 and role.name.casefold() == DJ_ROLE


async def authorize(call: Call, actor: actor_pb2.Actor | None, guild_id: int | None, guilds: Guilds | None) -> None:
    """Let the call pass, or raise what refuses it. `guild_id` is None if the method is not about a guild."""
    grant = await _judge(call, actor, guild_id, guilds)
    grant.require(Level(call.policy.floor))
    _grant.set(grant)


async def _judge(call: Call, actor: actor_pb2.Actor | None, guild_id: int | None, guilds: Guilds | None) -> Grant:
    if call.policy.floor == options_pb2.LEVEL_PUBLIC:
        return Grant(Level.OPERATOR if actor and actor.operator else Level.PUBLIC)
    if actor is None:
        raise Refused(Reason.UNAUTHENTICATED)
    _check_token(call.policy, actor, guild_id)
    if _is_nobody(actor):
        return Grant(Level.OPERATOR)
    if guild_id is None or call.policy.floor < Level.MEMBER:
        return Grant(Level.OPERATOR if actor.operator else Level.SIGNED_IN)
    if guild_id not in _SNOWFLAKES:
        raise Refused(Reason.GUILD_NOT_FOUND)
    assert guilds is not None, f"{call.method} is about a guild, and the server was given no Guilds"
    return await _judge_member(call, actor, guild_id, guilds)


def _is_nobody(actor: actor_pb2.Actor) -> bool:
    """Tell whether a service acts by itself: its identity is its permission."""
    return actor.surface == actor_pb2.SURFACE_SYSTEM and not actor.user_id


def _check_token(policy: options_pb2.MethodPolicy, actor: actor_pb2.Actor, guild_id: int | None) -> None:
    if actor.surface != actor_pb2.SURFACE_API:
        return
    if policy.scope and policy.scope not in actor.scopes:
        raise Refused(Reason.SCOPE_MISSING, scope=policy.scope)
    if guild_id is not None and actor.guild_ids and guild_id not in actor.guild_ids:
        raise Refused(Reason.GUILD_NOT_FOUND)


async def _judge_member(call: Call, actor: actor_pb2.Actor, guild_id: int, guilds: Guilds) -> Grant:
    bot_channel_id = await guilds.bot_channel(guild_id)
    dj_role_id = await guilds.dj_role(guild_id)
    try:
        member, is_certain = await _facts(call, actor, guild_id, guilds)
    except Refused:
        if actor.operator:
            return Grant(Level.OPERATOR)
        raise
    if actor.operator:
        return Grant(Level.OPERATOR, member)
    level = level_of(member, bot_channel_id=bot_channel_id, dj_role_id=dj_role_id)
    if not is_certain:
        return Grant(min(level, Level.LISTENER), member, away="gateway", at_most=Level.OWNER)
    if dj_role_id is None:
        return Grant(level, member, away="api", at_most=Level.DJ)
    return Grant(level, member)


async def _facts(
    call: Call,
    actor: actor_pb2.Actor,
    guild_id: int,
    guilds: Guilds,
) -> tuple[actor_pb2.Member, bool]:
    """Return what is known about the member, and whether it is as fresh as the call needs it."""
    if actor.surface == actor_pb2.SURFACE_DISCORD:
        if not actor.HasField("member") or actor.member.guild_id != guild_id:
            raise Refused(Reason.GUILD_NOT_FOUND)
        return actor.member, True
    is_read = call.policy.retry == options_pb2.RETRY_READ or call.response_streaming
    if call.policy.floor >= Level.DJ:  # what only some may know is as closed as what only some may do
        is_read = False
    try:
        return await guilds.member(guild_id, actor.user_id, fresh=not is_read), True
    except Refused as refused:
        if is_read or refused.reason is not Reason.UNAVAILABLE:
            raise
    return await guilds.member(guild_id, actor.user_id, fresh=False), False
