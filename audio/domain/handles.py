"""Track handles: how a track leaves the system and comes back without being forged."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import json
import sys
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import astuple, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from audio.domain.track import Track
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MAX_LENGTH = 512
"""The longest handle, in characters; the contract promises it."""

_KEPT = 2_000  # handles
_MAC_BYTES = 16
_KEY_ID_CHARACTERS = 6
# What is given up, step by step, until a handle fits: (characters of title and of author, artwork and album, uri).
_SHORTER = (
    (sys.maxsize, True, True),
    (120, True, True),
    (120, False, True),
    (60, False, True),
    (60, False, False),
    (24, False, False),
    (0, False, False),
)


class Handles:
    """Signs tracks into opaque tokens, and reads back only what it signed itself.

    A handle is `<key id>.<payload>.<mac>`: url-safe characters only, at most `MAX_LENGTH` of them. It never expires;
    `retired` keys still verify.
    """

    def __init__(self, key: bytes, retired: Sequence[bytes] = ()) -> None:
        self._key_id = _key_id(key)
        self._keys = {_key_id(each): each for each in (*retired, key)}
        self.sign: Callable[[Track], str] = lru_cache(_KEPT)(self._sign)
        """Return the handle of a track, which is often shown again. Raises Refused(LOAD_FAILED)."""

    def _sign(self, track: Track) -> str:
        """Make the handle of a track. Words and addresses for people are shortened until it fits.

        Raises Refused(LOAD_FAILED) when the identifier alone is too long: cut, it would name something else.
        """
        for candidate in _shorter(track):
            text = f"{self._key_id}.{_pack(candidate)}"
            handle = f"{text}.{self._mac(self._key_id, text)}"
            if len(handle) <= MAX_LENGTH:
                return handle
        raise Refused(Reason.LOAD_FAILED, query=track.identifier[:MAX_LENGTH])

    def verify(self, handle: str) -> Track:
        """Read a handle; raises Refused(HANDLE_INVALID) for anything that was not signed here."""
        if len(handle) > MAX_LENGTH or not handle.isascii():
            raise Refused(Reason.HANDLE_INVALID)
        text, _, mac = handle.rpartition(".")
        key_id, _, payload = text.partition(".")
        if key_id not in self._keys or not hmac.compare_digest(mac, self._mac(key_id, text)):
            raise Refused(Reason.HANDLE_INVALID)
        return _unpack(payload)

    def _mac(self, key_id: str, text: str) -> str:
        return _encode(hmac.digest(self._keys[key_id], text.encode(), "sha256")[:_MAC_BYTES])


def _key_id(key: bytes) -> str:
    return _encode(hashlib.sha256(b"segue handle key id" + key).digest())[:_KEY_ID_CHARACTERS]


def _shorter(track: Track) -> Iterator[Track]:
    for characters, artwork, uri in _SHORTER:
        yield replace(
            track,
            title=_cut(track.title, characters),
            author=_cut(track.author, characters),
            artwork_uri=track.artwork_uri if artwork else "",
            uri=track.uri if uri else "",
            album=track.album if artwork else "",
        )


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else text[: max(characters - 1, 0)] + "…"


def _pack(track: Track) -> str:
    # Raw deflate, because identifier, uri and artwork repeat each other; a track has a fixed order of fields.
    text = json.dumps(astuple(track), ensure_ascii=False, separators=(",", ":"))
    deflate = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    return _encode(deflate.compress(text.encode("utf-8", "surrogatepass")) + deflate.flush())


def _unpack(payload: str) -> Track:
    try:
        packed = urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        return Track(*json.loads(zlib.decompress(packed, wbits=-zlib.MAX_WBITS)))
    except (binascii.Error, zlib.error, ValueError, TypeError) as error:  # signed, but by another version of this code
        raise Refused(Reason.HANDLE_INVALID) from error


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
