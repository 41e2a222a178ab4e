"""last.fm's web API, and that of services that speak as it does. What is secret is in no address, span or log."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import yarl
from opentelemetry.trace import SpanKind

from kit.release import RELEASE
from kit.telemetry import tracer
from worker.domain.scrobble import AWAY
from worker.scrobbling import Account, LastfmError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from worker.domain.scrobble import Scrobble

_WITHIN = 5.0  # seconds
_HEADERS = {"User-Agent": f"Segue/{RELEASE}", "Accept-Encoding": "identity"}  # what is packed has no size to hold it to
_PART = 1 << 16  # bytes
_LONGEST = 1_000_000  # bytes
_SENTENCE = 200  # characters


def open_http(within: float = _WITHIN) -> aiohttp.ClientSession:
    """The connections to last.fm. People have no cookies in common."""
    timeout = aiohttp.ClientTimeout(total=within)
    return aiohttp.ClientSession(timeout=timeout, headers=_HEADERS, cookie_jar=aiohttp.DummyCookieJar())


class WebLastfm:
    """`worker.scrobbling.Lastfm`."""

    def __init__(
        self, http: aiohttp.ClientSession, url: str, auth_url: str, *, api_key: str, shared_secret: str
    ) -> None:
        self._http, self._url, self._auth_url = http, yarl.URL(url), yarl.URL(auth_url)
        self._api_key, self._shared_secret = api_key, shared_secret

    def page(self, token: str) -> str:
        """Return where a person allows what a token stands for."""
        return str(self._auth_url.update_query(api_key=self._api_key, token=token))

    async def token(self) -> str:
        """Return a new token."""
        return str(await self._ask("auth.getToken", ("token",)))

    async def account(self, token: str) -> Account:
        """Return whose owner has allowed what a token stands for."""
        session = await self._ask("auth.getSession", ("session",), token=token)
        return Account(str(_part(session, "name")), str(_part(session, "key")))

    async def tell(self, session_key: str, tracks: Sequence[Scrobble]) -> int:
        """Tell an account tracks; return how many it took."""
        fields = {
            f"{name}[{place}]": value for place, track in enumerate(tracks) for name, value in _fields(track).items()
        }
        taken = await self._ask("track.scrobble", ("scrobbles", "@attr", "accepted"), sk=session_key, **fields)
        return _number(taken)

    async def _ask(self, method: str, place: Sequence[str], **fields: str) -> Any:
        """Call a method and return what stands at a place of its answer."""
        attributes = {"server.address": self._url.host or ""}
        with tracer.start_as_current_span(f"last.fm {method}", kind=SpanKind.CLIENT, attributes=attributes):
            found = await self._call({**fields, "method": method, "api_key": self._api_key})
            if "error" in found:
                raise LastfmError(_number(found["error"]), str(found.get("message", ""))[:_SENTENCE])
            for name in place:
                found = _part(found, name)
            return found

    async def _call(self, fields: dict[str, str]) -> Any:
        signed = "".join(f"{name}{value}" for name, value in sorted(fields.items())) + self._shared_secret
        signature = hashlib.md5(signed.encode(), usedforsecurity=False).hexdigest()
        form = {**fields, "api_sig": signature, "format": "json"}
        try:
            async with self._http.post(self._url, data=form, allow_redirects=False) as answer:
                return _read(answer.status, await _body(answer))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise LastfmError(AWAY, type(error).__name__) from error


def _fields(track: Scrobble) -> dict[str, str]:
    known = {
        "artist": track.artist,
        "track": track.title,
        "album": track.album,
        "timestamp": str(int(track.started_at.timestamp())),
        "duration": str(track.seconds),
        "chosenByUser": str(int(track.chosen)),
    }
    return {name: value for name, value in known.items() if value}


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for part in answer.content.iter_chunked(_PART):
        body += part
        if len(body) > _LONGEST:
            raise LastfmError(AWAY, "the answer is too long")
    return bytes(body)


def _read(status: int, body: bytes) -> dict[str, Any]:
    """Return an answer, which may be an error of its own; anything else that is no success means that it is away."""
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict) or (status != 200 and "error" not in found):
        raise LastfmError(AWAY, f"it answered with status {status}")
    return found


def _part(found: Any, name: str) -> Any:
    try:
        return found[name]
    except (KeyError, TypeError) as error:
        raise LastfmError(AWAY, f"its answer has no {name}") from error


def _number(found: Any) -> int:
    try:
        return int(found)
    except (TypeError, ValueError) as error:
        raise LastfmError(AWAY, "its answer has no number where one belongs") from error
