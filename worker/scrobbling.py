"""last.fm: linking people's accounts, and the job that tells these what they heard."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from kit.errors import Reason, Refused, Unfit
from worker.domain.scrobble import MOST, Verdict, is_not_allowed, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from worker.domain.job import Job, Result
    from worker.domain.scrobble import Scrobble
    from worker.running import Report

logger = logging.getLogger(__name__)

_AT_ONCE = 8


class LastfmError(Exception):
    """last.fm answered with an error, or (`code` AWAY) not at all."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(f"{sentence} ({code})" if code else sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Account:
    """An account whose owner has allowed that it is told things. The key is a secret and good for ever."""

    name: str
    session_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose account is to be told something."""

    user_id: int
    session_key: str = field(repr=False)


class Lastfm(Protocol):
    """last.fm. Every method that awaits raises LastfmError."""

    def page(self, token: str) -> str:
        """Return where a person allows what a token stands for."""

    async def token(self) -> str:
        """Return a new token."""

    async def account(self, token: str) -> Account:
        """Return whose owner has allowed what a token stands for. A token is good for one account, once."""

    async def tell(self, session_key: str, tracks: Sequence[Scrobble]) -> int:
        """Tell an account at most MOST tracks; return how many it took: the others it does not want."""


class Waiting(Protocol):
    """What is still to be told."""

    async def people(self) -> Sequence[Person]:
        """Return those for whom there is something."""

    async def oldest(self, user_id: int, limit: int) -> Sequence[tuple[int, Scrobble]]:
        """Return the tracks that a person heard first, each with its id."""

    async def count(self, user_id: int) -> int:
        """Count the tracks of a person."""

    async def remove(self, ids: Sequence[int]) -> None:
        """Forget tracks."""

    async def unlink(self, person: Person) -> int:
        """Forget a person's account, unless it is another one by now, and their tracks; return how many these were."""


class Linking:
    """Links accounts; without last.fm there are none to link."""

    def __init__(self, lastfm: Lastfm | None) -> None:
        self._lastfm = lastfm

    def check(self) -> Lastfm:
        """Return last.fm. Raises Refused(LASTFM_OFF)."""
        if self._lastfm is None:
            raise Refused(Reason.LASTFM_OFF)
        return self._lastfm

    async def begin(self) -> tuple[str, str]:
        """Return where somebody allows it, and the token of that. Raises Refused(LASTFM_OFF, UNAVAILABLE)."""
        lastfm = self.check()
        try:
            token = await lastfm.token()
        except LastfmError as error:
            raise _refusal(error) from error
        return lastfm.page(token), token

    async def finish(self, token: str) -> Account:
        """Return the account. Raises Refused(LASTFM_OFF, LASTFM_NOT_ALLOWED, UNAVAILABLE)."""
        lastfm = self.check()
        try:
            return await lastfm.account(token)
        except LastfmError as error:
            raise Refused(Reason.LASTFM_NOT_ALLOWED) if is_not_allowed(error.code) else _refusal(error) from error


def _refusal(error: LastfmError) -> Refused:
    """Return what a person is told: with keys that last.fm does not know, it is not set up."""
    logger.warning("last.fm gave no account", extra={"error": str(error)})
    if verdict(error.code) is Verdict.UNFIT:
        return Refused(Reason.LASTFM_OFF)
    return Refused(Reason.UNAVAILABLE, part="lastfm")


class Scrobbling:
    """The job `lastfm`."""

    def __init__(self, rows: Waiting, lastfm: Lastfm) -> None:
        self._rows, self._lastfm = rows, lastfm

    async def run(self, _: Job, report: Report) -> Result:
        """Tell everybody's tracks; what is refused for one keeps no other waiting. Raises Unfit if it is for all."""
        counts: Counter[str] = Counter()
        left = await self._rows.people()
        while left:
            some, left = left[:_AT_ONCE], left[_AT_ONCE:]
            errors = await asyncio.gather(*(self._tell(person, counts) for person in some))
            await report(dict(counts))
            for error in filter(None, errors):
                logger.warning("last.fm is told later", extra={"error": str(error)})
                if verdict(error.code) is Verdict.UNFIT:
                    raise Unfit(
                        f"last.fm refuses LASTFM_API_KEY and LASTFM_SHARED_SECRET, or LASTFM_URL is wrong: {error}."
                    )
        return dict(counts)

    async def _tell(self, person: Person, counts: Counter[str]) -> LastfmError | None:
        """Tell one person's tracks, the first first; return why the rest of them is to be told later.

        Whoever is killed before the tracks are forgotten tells them again, as begun at the same second.
        """
        while waiting := await self._rows.oldest(person.user_id, MOST):
            ids, tracks = zip(*waiting, strict=True)
            try:
                taken = await self._lastfm.tell(person.session_key, tracks)
            except LastfmError as error:
                if verdict(error.code) is not Verdict.NEVER:
                    return await self._left(person, error, counts)
                logger.warning("last.fm takes no such tracks", extra={"user_id": person.user_id, "error": str(error)})
                counts["dropped"] += len(ids)
            else:
                counts["told"] += taken
                counts["ignored"] += len(ids) - taken
            await self._rows.remove(ids)
        return None

    async def _left(self, person: Person, error: LastfmError, counts: Counter[str]) -> LastfmError | None:
        """Deal with all that a person's account is not told: keep it and return why, or forget it with the account."""
        if verdict(error.code) is Verdict.UNLINKED:
            logger.warning("last.fm has unlinked an account", extra={"user_id": person.user_id, "error": str(error)})
            counts["dropped"] += await self._rows.unlink(person)
            return None
        counts["kept"] += await self._rows.count(person.user_id)
        return error
