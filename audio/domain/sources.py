"""Where tracks come from, as audio nodes name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

LOCAL, HTTP = "local", "http"
"""The music folder, and addresses that are of no source below: each file and server stands for itself alone."""

_LISTS = ("localalbum:", "localartist:")
"""What an embedded node's albums and artists are loaded by."""


@dataclass(frozen=True)
class Source:
    """A source. `search` comes before words that are searched, `canary` is a track that has been there for ever."""

    name: str
    search: str
    hosts: tuple[str, ...] = ()
    canary: str = ""


SOURCES = {
    source.name: source
    for source in (
        Source(LOCAL, "localsearch:"),
        Source(
            "youtube",
            "ytsearch:",
            ("youtube.com", "youtu.be", "youtube-nocookie.com"),
            "https://www.youtube.com/watch?v=jNQXAC9IVRw",
        ),
        Source("soundcloud", "scsearch:", ("soundcloud.com",), "https://soundcloud.com/forss/flickermood"),
        Source("bandcamp", "bcsearch:", ("bandcamp.com",)),
        Source("spotify", "spsearch:", ("spotify.com",), "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"),
        Source("applemusic", "amsearch:", ("music.apple.com",)),
        Source("deezer", "dzsearch:", ("deezer.com",), "https://www.deezer.com/track/3135556"),
    )
}
"""What can be searched, of what a node may name in /v4/info: Lavalink's own sources, and LavaSrc's."""


def is_address(query: str) -> bool:
    """Tell an http(s) address from words."""
    return query.lower().startswith(("http://", "https://"))


def is_exact(query: str) -> bool:
    """Tell what names tracks by itself, an address or an album or artist of the music folder, from words."""
    return is_address(query) or query.startswith(_LISTS)


def source_of(identifier: str) -> str:
    """Return the source that an address or a search belongs to; a path is of the music folder."""
    if is_address(identifier):
        host = host_of(identifier)
        return next((name for name, source in SOURCES.items() if is_of(host, source.hosts)), HTTP)
    return next((name for name, source in SOURCES.items() if identifier.startswith(source.search)), LOCAL)


def canary_of(source: str) -> str:
    """Return what to load to see whether a source works; empty: nothing would tell."""
    known = SOURCES.get(source)
    if known is None:
        return ""
    return known.canary or f"{known.search}music"


def is_breakable(source: str) -> bool:
    """Tell whether the failure of one track says something about the others of its source."""
    return source not in {LOCAL, HTTP}


def host_of(uri: str) -> str:
    """Return the host of an address; empty: it has none."""
    try:
        return urlsplit(uri).hostname or ""
    except ValueError:
        return ""


def is_of(host: str, domains: Sequence[str]) -> bool:
    """Tell whether a host is one of the domains, or is below one."""
    return any(host == known or host.endswith(f".{known}") for known in domains)
