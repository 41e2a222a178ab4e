"""What people upload, from where Discord keeps it."""

from __future__ import annotations

from http import HTTPStatus

import aiohttp
import yarl

from kit.errors import Reason, Refused

_REAL = "https://cdn.discordapp.com"
_WITHIN = 10.0  # seconds
_AS_IT_IS = {"Accept-Encoding": "identity"}  # what is packed has no size to hold it to
_MEGABYTE = 1_000_000  # bytes
_PART = 1 << 16  # bytes


class CdnFiles:
    """`gateway.playlists.Files`. Whatever host an address names, only Discord's is asked."""

    def __init__(self, cdn_url: str, *, within: float = _WITHIN) -> None:
        self._cdn = yarl.URL(cdn_url or _REAL)
        self._within = aiohttp.ClientTimeout(total=within)

    async def read(self, uri: str, most: int) -> bytes:
        """Return what is in a file of at most so many bytes."""
        named = yarl.URL(uri)
        kept = self._cdn.with_path(named.raw_path, encoded=True).with_query(named.query)
        content = bytearray()
        try:
            async with (
                aiohttp.ClientSession(timeout=self._within, headers=_AS_IT_IS) as session,
                session.get(kept, allow_redirects=False) as answer,
            ):
                if answer.status != HTTPStatus.OK:
                    raise Refused(Reason.FILE_UNREACHABLE)
                async for part in answer.content.iter_chunked(_PART):
                    content += part
                    if len(content) > most:
                        raise Refused(Reason.FILE_TOO_LARGE, limit=str(most // _MEGABYTE))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Refused(Reason.FILE_UNREACHABLE) from error
        return bytes(content)
