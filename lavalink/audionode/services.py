"""Links of services that give no sound away: what they tell of their tracks to everybody, without an account."""

import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from audionode.errors import NotFoundError, SourceError, UnreadableError
from audionode.settings import Limits
from audionode.track import Loaded, TrackInfo
from audionode.web import Guard, read_whole

_DEEZER, _ITUNES, _SPOTIFY = "https://api.deezer.com", "https://itunes.apple.com", "https://open.spotify.com"
_LISTED, _ITUNES_LISTED = 10_000, 200  # tracks of one answer; the second is the most that Apple gives
_MAX_ANSWER = 32 * 1024 * 1024
_NO_DATA = 800  # Deezer's code for what is not there
_LINKS = {
    "deezer": re.compile(r"https?://(?:www\.)?deezer\.com/(?:[a-z]{2}/)?(?P<kind>\w+)/(?P<id>\d+)"),
    "applemusic": re.compile(
        r"https?://(?:geo\.)?music\.apple\.com/(?P<country>[a-z]{2})/(?P<kind>[\w-]+)/(?:[^/?#]+/)?(?P<id>[\w.-]+)"
        r"(?:[^#]*[?&]i=(?P<song>\d+))?"
    ),
    "spotify": re.compile(r"https?://open\.spotify\.com/(?:intl-[\w-]+/)?(?P<kind>\w+)/(?P<id>\w+)"),
}


@dataclass(frozen=True)
class Link:
    """What a link names: the kind is the service's word for it."""

    service: str
    kind: str
    id: str
    country: str = ""


def read(url: str) -> Link | None:
    """What an address of one of the services names; None for any other."""
    for service, pattern in _LINKS.items():
        if (found := pattern.match(url)) is not None:
            parts = found.groupdict()
            if parts.get("song"):  # a song within its album
                parts |= {"kind": "song", "id": parts["song"]}
            return Link(service, parts["kind"], parts["id"], parts.get("country") or "")
    return None


class Services:
    """Blocks, and belongs on threads."""

    def __init__(self, guard: Guard, limits: Limits) -> None:
        self._guard = guard
        self._limits = limits

    def load(self, link: Link) -> Loaded:
        """The tracks of a link, without sound.

        NotFoundError when there are none, UnreadableError for what the service tells its own customers only.
        """
        try:
            match link.service:
                case "deezer":
                    return self._deezer(link)
                case "applemusic":
                    return self._apple_music(link)
                case _:
                    return self._spotify(link)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SourceError(f"{link.service} answers what nobody understands") from error

    def _deezer(self, link: Link) -> Loaded:
        if link.kind not in {"track", "album", "playlist"}:
            raise _unreadable(link)
        place = f"{_DEEZER}/{link.kind}/{link.id}"
        about = self._asked_deezer(place)
        if link.kind == "track":
            return Loaded("track", (_deezer_track(about, ""),))
        listed = self._asked_deezer(f"{place}/tracks?limit={_LISTED}")["data"]
        cover = about.get("cover_xl") or ""
        return _listed(tuple(_deezer_track(each, cover) for each in listed), about["title"])

    def _asked_deezer(self, url: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._fetched(url))
        if (error := answer.get("error")) is None:
            return answer
        if error.get("code") == _NO_DATA:
            raise NotFoundError("deezer does not have it")
        raise SourceError(f"deezer refuses: {error.get('message')}")

    def _apple_music(self, link: Link) -> Loaded:
        if link.kind not in {"song", "album"}:
            raise _unreadable(link)
        query = f"id={link.id}&country={link.country}&entity=song&limit={_ITUNES_LISTED}"
        results = json.loads(self._fetched(f"{_ITUNES}/lookup?{query}"))["results"]
        songs = (each for each in results if each.get("kind") == "song" and each.get("trackTimeMillis"))
        tracks = tuple(map(_apple_track, songs))
        if not tracks:
            raise NotFoundError("apple does not have it")
        return Loaded("track", tracks[:1]) if link.kind == "song" else _listed(tracks, results[0]["collectionName"])

    def _spotify(self, link: Link) -> Loaded:
        """What the page of a track tells whoever shows a preview of it; of lists, pages tell too little."""
        if link.kind != "track":
            raise _unreadable(link)
        page = _Described()
        page.feed(self._fetched(f"{_SPOTIFY}/track/{link.id}").decode("utf-8", "replace"))
        author = page.facts.get("music:musician_description") or page.facts.get("og:description", "").split(" · ")[0]
        title, seconds = page.facts.get("og:title"), page.facts.get("music:duration")
        if not (author and title and seconds):
            raise _unreadable(link)
        track = TrackInfo(
            link.id,
            title,
            author,
            int(seconds) * 1000,
            "spotify",
            uri=f"{_SPOTIFY}/track/{link.id}",
            artwork=page.facts.get("og:image"),
        )
        return Loaded("track", (track,))

    def _fetched(self, url: str) -> bytes:
        limits = self._limits
        return read_whole(url, self._guard, timeout=limits.load, within=limits.extract, most=_MAX_ANSWER)


class _Described(HTMLParser):
    """A page's description of itself, by the names of the Open Graph."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what is told first."""
        if tag == "meta":
            told = dict(attrs)
            self.facts.setdefault(told.get("property") or told.get("name") or "", told.get("content") or "")


def _listed(tracks: tuple[TrackInfo, ...], name: str) -> Loaded:
    return Loaded("playlist", tracks, name) if tracks else Loaded("empty")


def _unreadable(link: Link) -> UnreadableError:
    return UnreadableError(f"{link.service} tells nothing of that without an account: search by title and artist")


def _deezer_track(told: dict[str, Any], cover: str) -> TrackInfo:
    album = told.get("album") or {}
    return TrackInfo(
        identifier=str(told["id"]),
        title=told["title"],
        author=told["artist"]["name"],
        length=told["duration"] * 1000,
        source="deezer",
        uri=f"https://www.deezer.com/track/{told['id']}",
        artwork=album.get("cover_xl") or cover or None,
        isrc=told.get("isrc") or None,
    )


def _apple_track(told: dict[str, Any]) -> TrackInfo:
    return TrackInfo(
        identifier=str(told["trackId"]),
        title=told["trackName"],
        author=told["artistName"],
        length=told["trackTimeMillis"],
        source="applemusic",
        uri=told["trackViewUrl"],
        artwork=told.get("artworkUrl100"),
    )
