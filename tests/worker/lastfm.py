"""A last.fm, as far as worker asks it."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections import defaultdict
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.test_utils import TestServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    Track = dict[str, str]

API_KEY, SHARED_SECRET = "0123456789abcdef", "fedcba9876543210"
ALLOW = "https://www.last.fm/api/auth/"
_PLACED = re.compile(r"(\w+)\[(\d+)\]")


def error(code: int, status: int = 403) -> web.Response:
    """Return an error as last.fm tells it."""
    return web.json_response({"error": code, "message": "No"}, status=status)


async def _pass(_: Mapping[str, str]) -> web.StreamResponse | None:
    return None


class FakeLastfm:
    """Keeps each play of an account once, as the real one does; takes nothing that is signed wrongly.

    `errors` are answered to what is told to an account, `unwanted` artists are ignored; `before` may answer any call.
    """

    def __init__(self) -> None:
        self.plays: defaultdict[str, list[Track]] = defaultdict(list)
        self.batches: list[tuple[str, list[Track]]] = []
        self.sessions: dict[str, str] = {}
        self.errors: dict[str, int] = {}
        self.unwanted: set[str] = set()
        self.before: Callable[[Mapping[str, str]], Awaitable[web.StreamResponse | None]] = _pass
        self._tokens: dict[str, str] = {}
        self._expired: set[str] = set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Serve it; gives its address."""
        application = web.Application()
        application.router.add_post("/2.0/", self._answer)
        async with TestServer(application) as server:
            yield str(server.make_url("/2.0/"))

    def allow(self, token: str, account: str) -> None:
        """Let the owner of an account allow what a token stands for."""
        assert token in self._tokens
        self._tokens[token] = account

    def expire(self, token: str) -> None:
        """Let an hour pass since a token was made."""
        self._expired.add(token)

    def forget(self, account: str) -> None:
        """Let the owner of an account take back what they allowed."""
        self.sessions = {key: name for key, name in self.sessions.items() if name != account}

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        assert not request.query, "what is secret is in no address"
        form = {name: str(value) for name, value in (await request.post()).items()}
        signed = sorted(name for name in form if name not in {"api_sig", "format"})
        text = "".join(name + form[name] for name in signed) + SHARED_SECRET
        if form["api_sig"] != hashlib.md5(text.encode()).hexdigest():
            return error(13)
        if form["api_key"] != API_KEY:
            return error(10)
        answered = await self.before(form)
        methods = {"auth.getToken": self._token, "auth.getSession": self._session, "track.scrobble": self._scrobble}
        return answered or methods[form["method"]](form)

    def _token(self, _: Mapping[str, str]) -> web.Response:
        token = uuid.uuid4().hex
        self._tokens[token] = ""
        return web.json_response({"token": token})

    def _session(self, form: Mapping[str, str]) -> web.Response:
        token = form["token"]
        if token not in self._tokens:
            return error(4)
        if token in self._expired:
            return error(15)
        if not self._tokens[token]:
            return error(14)
        name, key = self._tokens.pop(token), uuid.uuid4().hex
        self.sessions[key] = name
        return web.json_response({"session": {"name": name, "key": key, "subscriber": 0}})

    def _scrobble(self, form: Mapping[str, str]) -> web.Response:
        account = self.sessions.get(form["sk"])
        if account is None:
            return error(9)
        tracks: defaultdict[int, Track] = defaultdict(dict)
        for name, value in form.items():
            if placed := _PLACED.fullmatch(name):
                tracks[int(placed[2])][placed[1]] = value
        told = [tracks[place] for place in range(len(tracks))]
        self.batches.append((account, told))
        if account in self.errors or len(told) > 50:
            return error(self.errors.get(account, 6))
        wanted = [track for track in told if track["artist"] not in self.unwanted]
        self.plays[account] += [track for track in wanted if track not in self.plays[account]]
        counts = {"accepted": len(wanted), "ignored": len(told) - len(wanted)}
        return web.json_response({"scrobbles": {"scrobble": [], "@attr": counts}})
