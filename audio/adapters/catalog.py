"""What the audio nodes' sources offer, as tracks."""

from __future__ import annotations

import asyncio
import logging
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from audio.adapters import figures
from audio.domain.node import NodeAway, NodeRefused
from audio.domain.track import Track
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from audio.adapters.node_peer import Peer

logger = logging.getLogger(__name__)

_LOCAL_SEARCH = "localsearch:"
_SEARCHES = {
    "youtube": "ytsearch:",
    "soundcloud": "scsearch:",
    "bandcamp": "bcsearch:",
    "spotify": "spsearch:",
    "applemusic": "amsearch:",
    "deezer": "dzsearch:",
}
"""How the sources that a node may name in /v4/info are searched: Lavalink's own, and LavaSrc's."""

_SOURCES = {_LOCAL_SEARCH: "local", **{prefix: source for source, prefix in _SEARCHES.items()}}

_NAMELESS = {"Unknown title", "Unknown artist"}
"""What Lavalink says where a file has no tags."""

_ENDLESS_MS = 2**53
"""Lengths above it stand for none: stock Lavalink gives streams the largest 64-bit number."""


async def load(peer: Peer, query: str, limit: int) -> list[Track]:
    """At most `limit` tracks of one node: an http(s) address as it is, anything else as words, best match first.

    Raises NodeAway, and Refused(LOAD_FAILED) when nothing that was asked could be read.
    """
    try:
        if query.lower().startswith(("http://", "https://")):
            return await _load(peer, query, limit)
        return await _search(peer, query, limit)
    except NodeRefused as refused:
        raise Refused(Reason.LOAD_FAILED, query=query) from refused


async def _search(peer: Peer, words: str, limit: int) -> list[Track]:
    tracks = await _load(peer, _LOCAL_SEARCH + words, limit)
    if len(tracks) >= limit:
        return tracks
    sources = (await peer.info())["sourceManagers"]
    searches = [_load(peer, _SEARCHES[source] + words, limit) for source in sources if source in _SEARCHES]
    for found in await asyncio.gather(*searches, return_exceptions=True):
        if isinstance(found, (NodeAway, NodeRefused)):  # the other sources still count
            logger.warning("a source cannot be searched", extra={"node": peer.name, "error": str(found)})
        elif isinstance(found, BaseException):
            raise found
        else:
            tracks += found
    return tracks[:limit]


async def _load(peer: Peer, identifier: str, limit: int) -> list[Track]:
    try:
        return _tracks(await peer.load(identifier), limit)
    except (NodeAway, NodeRefused):
        prefix = identifier[: identifier.find(":") + 1]
        figures.count_failed_load(peer.name, _SOURCES.get(prefix, "address"))
        raise


def _tracks(result: dict[str, Any], limit: int) -> list[Track]:
    match result["loadType"]:
        case "track":
            return [_track(result["data"])]
        case "search":
            return [_track(each) for each in result["data"][:limit]]
        case "playlist":
            return [_track(each) for each in result["data"]["tracks"][:limit]]
        case "error":
            raise NodeRefused(str(result["data"]["message"]))
    return []


def _track(track: dict[str, Any]) -> Track:
    info = track["info"]
    uri = info.get("uri") or ""
    endless = info["isStream"] or info["length"] > _ENDLESS_MS
    return Track(
        source=info["sourceName"],
        # Only files and plain addresses load by what the node calls their identifier; elsewhere that is a bare id.
        identifier=uri
        if uri.startswith(("http://", "https://")) and info["sourceName"] != "http"
        else info["identifier"],
        title=_named(info["title"]) or _file_name(info["identifier"]),
        author=_named(info["author"]),
        length_ms=None if endless else info["length"],
        uri=uri,
        artwork_uri=info.get("artworkUrl") or "",
        isrc=info.get("isrc") or "",
        seekable=info["isSeekable"],
        stream=info["isStream"],
    )


def _named(text: str) -> str:
    return "" if text in _NAMELESS else text


def _file_name(identifier: str) -> str:
    """The last part of a path or address without its ending: what people would call a file without tags."""
    path = PurePosixPath(unquote(urlsplit(identifier).path))
    return path.stem or identifier
