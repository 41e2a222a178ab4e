"""What the audio nodes' sources offer, as tracks and lyrics."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import astuple
from hashlib import blake2b
from itertools import chain
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from audio.adapters import figures
from audio.adapters.node_link import NodeSilent
from audio.domain.lyrics import Line, Lyrics
from audio.domain.node import NodeAway, NodeRefused, Probe
from audio.domain.sources import HTTP, LOCAL, SOURCES, canary_of, is_address, is_breakable, is_exact, source_of
from audio.domain.track import Track, TrackList, TrackListKind
from kit.cache import Cache
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from audio.adapters.node_peer import Peer
    from kit.redis import Shared

logger = logging.getLogger(__name__)

LYRICS = "lavalyrics-plugin"
SEARCH = "lavasearch-plugin"

_NAMELESS = {"Unknown title", "Unknown artist"}
"""What Lavalink says where a file has no tags."""

_ENDLESS_MS = 2**53
"""Lengths above it stand for none: stock Lavalink gives streams the largest 64-bit number."""

_LONGEST_QUERY = 1000
"""The longest that the contract takes back."""

_LISTS_WITHIN = 3.0
"""Seconds; whoever searches waits for tracks, and for lists besides only if they come in time."""

_KEPT = 50
"""Longer results are playlists, and not kept."""
_TTL, _EMPTY_TTL = 600.0, 30.0


class Catalog:
    """What all nodes together can load. `peers` gives those to ask for something, the best first."""

    def __init__(self, peers: Callable[[str], list[Peer]], shared: Shared | None) -> None:
        self._peers = peers
        self._kept_tracks: Cache[list[Track]] = Cache(
            "loads", ttl=_TTL, empty_ttl=_EMPTY_TTL, size=2000, shared=shared, encode=_dump_tracks, decode=_read_tracks
        )
        self._kept_lyrics: Cache[Lyrics | None] = Cache(
            "lyrics", ttl=_TTL, empty_ttl=_EMPTY_TTL, size=500, shared=shared, encode=_dump_lyrics, decode=_read_lyrics
        )

    async def load(self, query: str, limit: int, source: str) -> list[Track]:
        """Find at most `limit` tracks: an http(s) address as it is, anything else as words, best match first.

        Raises Refused: LOAD_FAILED, or SOURCE_FAILED of a source as a whole, when nothing that was asked could be read;
        NO_NODE when no node answers.
        """
        if is_exact(query):
            return await self._from(source_of(query), query, limit)
        tracks: list[Track] = []
        refusal = None
        if source in {"", LOCAL}:
            tracks, refusal = await self._searched([LOCAL], query, limit)
        if len(tracks) < limit and source != LOCAL:
            named = [name for name in await self._searchable() if source in {"", name}]
            more, refused = await self._searched(named, query, limit)
            tracks, refusal = tracks + more, refusal or refused
        if refusal and not tracks:
            raise refusal
        return tracks[:limit]

    async def lists(self, words: str, limit: int, source: str) -> list[TrackList]:
        """Find at most `limit` albums, artists and playlists; a source that cannot be searched for them has none."""
        names = [name for name in (LOCAL, *await self._searchable()) if source in {"", name}]
        found = await asyncio.gather(*(self._listed(name, words) for name in names))
        return list(chain(*found))[:limit]

    async def lyrics(self, track: Track) -> Lyrics | None:
        """Find the lyrics of a track; None: there are none.

        Raises Refused: NOT_SUPPORTED when no node announces that it can, LOAD_FAILED and NO_NODE as `load`.
        """
        return await self._kept_lyrics.get(_key(track.identifier), lambda: self._sung(track))

    async def probe(self) -> list[Probe]:
        """Load a known track of every source at every node that is there, whatever its breaker says."""
        nodes = [peer for peer in self._peers("") if peer.attached]
        wanted = [(peer, source) for peer in nodes for source in await _announced(peer) if canary_of(source)]
        return await asyncio.gather(*(_probed(peer, source) for peer, source in wanted))

    async def _searchable(self) -> list[str]:
        announced = await asyncio.gather(*(_announced(peer) for peer in self._peers("")))
        return [name for name in dict.fromkeys(chain(*announced)) if name in SOURCES and name != LOCAL]

    async def _searched(self, names: list[str], words: str, limit: int) -> tuple[list[Track], Refused | None]:
        """Search sources beside each other; return what they found, and the first refusal."""
        searches = (self._from(name, SOURCES[name].search + words, limit) for name in names)
        tracks, refusal = [], None
        for name, found in zip(names, await asyncio.gather(*searches, return_exceptions=True), strict=True):
            if isinstance(found, Refused):  # the other sources still count
                logger.warning("a source cannot be searched", extra={"source": name, "error": str(found)})
                refusal = refusal or found
            elif isinstance(found, BaseException):
                raise found
            else:
                tracks += found
        return tracks, refusal

    async def _from(self, source: str, identifier: str, limit: int) -> list[Track]:
        if source == LOCAL or limit > _KEPT:  # the music folder answers as fast as any cache, and changes
            return await self._loaded(source, identifier, limit)
        found = await self._kept_tracks.get(_key(identifier), lambda: self._loaded(source, identifier, _KEPT))
        return found[:limit]

    async def _loaded(self, source: str, identifier: str, limit: int) -> list[Track]:
        """Ask one node after the other, each for its share of the time that all together have."""
        nodes = self._peers(identifier)
        peers = [peer for peer in nodes if await _may_have(peer, source)]
        if not peers:  # it may be a plain address to them, or what a source of another name knows
            peers, source = nodes, HTTP
        open_to_us = [peer for peer in peers if peer.breakers.allows(source)]
        refused = None
        for peer in open_to_us:
            try:
                return _tracks(await _ask(peer, source, identifier, peer.timing.load / len(open_to_us)), limit)
            except NodeAway as away:
                logger.warning("the node did not load", extra={"node": peer.name, "error": str(away)})
            except NodeRefused as error:
                refused = error
        if refused is None and len(open_to_us) == len(peers):
            raise Refused(Reason.NO_NODE)
        asked = identifier.removeprefix(SOURCES[source].search if source in SOURCES else "")
        if is_breakable(source) and not (refused and refused.is_common):
            raise Refused(Reason.SOURCE_FAILED, source=source, query=asked) from refused
        raise Refused(Reason.LOAD_FAILED, source=source, query=asked) from refused

    async def _listed(self, source: str, words: str) -> list[TrackList]:
        query = SOURCES[source].search + words
        open_to_us = [peer for peer in self._peers(query) if peer.breakers.allows(source)]
        peers = [peer for peer in open_to_us if SEARCH in await _plugins(peer) and await _may_have(peer, source)]
        for peer in peers:
            try:
                found = await peer.lists(query, _LISTS_WITHIN / len(peers))
            except (NodeAway, NodeRefused) as error:
                logger.warning("no lists of tracks", extra={"node": peer.name, "source": source, "error": str(error)})
            else:
                return _lists(found or {})
        return []

    async def _sung(self, track: Track) -> Lyrics | None:
        nodes = self._peers(track.identifier)
        peers = [peer for peer in nodes if LYRICS in await _plugins(peer)]
        if not peers and any(peer.attached for peer in nodes):
            raise Refused(Reason.NOT_SUPPORTED, missing=LYRICS)
        for peer in peers:
            try:
                loaded = await _ask(peer, track.source, track.identifier, peer.timing.load / len(peers))
                found = await peer.lyrics(loaded["data"]["encoded"]) if loaded["loadType"] == "track" else None
            except NodeAway as away:
                logger.warning("the node did not look for lyrics", extra={"node": peer.name, "error": str(away)})
            except NodeRefused as refused:
                raise Refused(Reason.LOAD_FAILED, source=track.source, query=track.identifier) from refused
            else:
                return _lyrics(found) if found else None
        raise Refused(Reason.NO_NODE)


async def _ask(peer: Peer, source: str, identifier: str, seconds: float) -> dict[str, Any]:
    """Load at one node, and tell its breaker. Raises NodeAway, NodeRefused."""
    peer.breakers.tried(source)
    try:
        result = await peer.load(identifier, seconds)
    except (NodeAway, NodeRefused) as error:
        figures.count_failed_load(peer.name, source)
        if isinstance(error, NodeSilent) or (isinstance(error, NodeRefused) and not error.is_common):
            peer.breakers.failed(source)
        raise
    peer.breakers.worked(source)
    return result


async def _probed(peer: Peer, source: str) -> Probe:
    try:
        result = await _ask(peer, source, canary_of(source), peer.timing.load)
    except (NodeAway, NodeRefused) as error:
        return Probe(peer.name, source, str(error) or type(error).__name__)
    if result["loadType"] == "empty" and is_address(canary_of(source)):
        return Probe(peer.name, source, "It does not find a track that has been there for ever.")
    return Probe(peer.name, source)


async def _announced(peer: Peer) -> list[str]:
    try:
        sources: list[str] = (await peer.info())["sourceManagers"]
    except (NodeAway, NodeRefused):
        return []
    return sources


async def _plugins(peer: Peer) -> tuple[str, ...]:
    try:
        await peer.info()
    except (NodeAway, NodeRefused):
        return ()
    return peer.plugins


async def _may_have(peer: Peer, source: str) -> bool:
    """Whether the node has the source, as far as it says; one that does not answer is left to the load to find out."""
    return not is_breakable(source) or source in (await _announced(peer) or [source])


def _dump_tracks(tracks: list[Track]) -> bytes:
    return json.dumps([astuple(track) for track in tracks]).encode()


def _read_tracks(data: bytes) -> list[Track]:
    return [Track(*fields) for fields in json.loads(data)]


def _dump_lyrics(lyrics: Lyrics | None) -> bytes:
    return json.dumps(lyrics and astuple(lyrics)).encode()


def _read_lyrics(data: bytes) -> Lyrics | None:
    if (fields := json.loads(data)) is None:
        return None
    source, provider, lines = fields
    return Lyrics(source, provider, tuple(Line(*line) for line in lines))


def _key(identifier: str) -> str:
    # What people look for is nobody's business in Redis. The number is the version of what is kept.
    return f"2:{blake2b(identifier.encode(), digest_size=16).hexdigest()}"


def _lyrics(found: dict[str, Any]) -> Lyrics:
    lines = tuple(Line(line["line"], line["timestamp"], line.get("duration")) for line in found.get("lines") or ())
    if not lines:
        lines = tuple(map(Line, (found.get("text") or "").splitlines()))
    return Lyrics(found["sourceName"], found["provider"], lines)


def _tracks(result: dict[str, Any], limit: int) -> list[Track]:
    match result["loadType"]:
        case "track":
            return [_track(result["data"])]
        case "search":
            return [_track(each) for each in result["data"][:limit]]
        case "playlist":
            return [_track(each) for each in result["data"]["tracks"][:limit]]
    return []


def _lists(found: dict[str, Any]) -> list[TrackList]:
    lists = [_list(kind, each) for kind in TrackListKind for each in found.get(f"{kind.lower()}s") or ()]
    return [each for each in lists if is_exact(each.query) and len(each.query) <= _LONGEST_QUERY]


def _list(kind: TrackListKind, found: dict[str, Any]) -> TrackList:
    about = found["pluginInfo"]  # in LavaSrc's words
    return TrackList(
        kind=kind,
        title=found["info"]["name"],
        author=about.get("author") or "",
        query=about.get("url") or "",
        artwork_uri=about.get("artworkUrl") or "",
        track_count=about.get("totalTracks") or 0,
    )


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
        album=(track.get("pluginInfo") or {}).get("albumName") or "",  # in LavaSrc's words
    )


def _named(text: str) -> str:
    return "" if text in _NAMELESS else text


def _file_name(identifier: str) -> str:
    """The last part of a path or address without its ending: what people would call a file without tags."""
    path = PurePosixPath(unquote(urlsplit(identifier).path))
    return path.stem or identifier
