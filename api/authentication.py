"""Who a request from outside comes from."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Protocol

from api.domain.token import Token, bearer, digest
from kit.cache import Cache
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

# How long a token that was taken back may still pass.
_KEPT = 5.0


class TokenStore(Protocol):
    """Where tokens are."""

    async def find(self, digest: bytes) -> Token | None:
        """Return the token with this hash."""

    async def put_operator(self, digest: bytes, scopes: Iterable[str]) -> None:
        """Make this the only operator's token."""

    async def name_operator(self, user_id: int) -> None:
        """Keep who the operator is."""


class Bot(Protocol):
    """What is known of the application."""

    async def owner_id(self) -> int:
        """Return the Discord user who owns it. Raises Refused(UNAVAILABLE) until it is known."""


class Authentication:
    """Turns an `authorization` header into a token."""

    def __init__(self, tokens: TokenStore, bot: Bot) -> None:
        self._tokens = tokens
        self._bot = bot
        self._known: Cache[Token] = Cache("tokens", ttl=_KEPT)

    async def authenticate(self, header: str) -> Token:
        """Return the token a header carries. Raises Refused(UNAUTHENTICATED), or UNAVAILABLE if it cannot be told."""
        secret = bearer(header)
        if not secret:
            raise Refused(Reason.UNAUTHENTICATED)
        hashed = digest(secret)
        return await self._known.get(hashed.hex(), lambda: self._find(hashed))

    async def learn_operator(self) -> None:
        """Learn who the operator is; another bot may have another owner. Raises Refused(UNAVAILABLE)."""
        await self._tokens.name_operator(await self._bot.owner_id())

    async def _find(self, hashed: bytes) -> Token:
        token = await self._tokens.find(hashed)
        if token is None:
            raise Refused(Reason.UNAUTHENTICATED)
        if token.user_id is not None:
            return token
        await self.learn_operator()
        return dataclasses.replace(token, user_id=await self._bot.owner_id())
