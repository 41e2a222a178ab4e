"""The child process around yt-dlp, `python -m audionode.extractor PORT`: a JSON line in, a JSON line out.

It reaches the proxy on that port of 127.0.0.1 and nothing else: a connection past it and another program, whatever a
site makes yt-dlp try, are refused inside the interpreter. It ends when its input ends, even in the middle of work.
"""

import json
import os
import queue
import re
import resource
import sys
import threading
from typing import Any

import yt_dlp

_HOST = "127.0.0.1"
_MEMORY = 1 << 30  # bytes: what a hostile page may cost
_PATIENCE = 5  # seconds of silence of a site
_SEARCHED, _LISTED = 10, 200
_SEARCHES = {"ytsearch:": f"ytsearch{_SEARCHED}:", "scsearch:": f"scsearch{_SEARCHED}:"}
_SOURCES = {"Youtube": "youtube", "Soundcloud": "soundcloud"}  # the names that Lavalink's clients know
_AUTHORS = ("artist", "uploader", "channel", "creator")
_HEADERS = ("User-Agent", "Referer")
_PLAIN = "[protocol~='^https?$']"  # one file: the segments of HLS and DASH are not played
_FORMAT = f"bestaudio[acodec=opus]{_PLAIN}/bestaudio{_PLAIN}/best{_PLAIN}"
_FORBIDDEN = frozenset(
    {"socket.bind", "socket.gethostbyname", "socket.sendmsg", "socket.sendto"}
    | {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen"}
)


class _Silent:
    """What yt-dlp would print is in the error it raises."""

    def debug(self, text: str) -> None:
        pass

    info = warning = error = debug


def confine(port: int) -> None:
    """From here on this process connects to the proxy only, and starts no other."""

    def check(event: str, arguments: tuple[Any, ...]) -> None:
        elsewhere = (event == "socket.connect" and arguments[1] != (_HOST, port)) or (
            event == "socket.getaddrinfo" and arguments[0] != _HOST
        )
        if elsewhere or event in _FORBIDDEN:
            raise PermissionError("only the proxy is open")

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sys.addaudithook(check)


def answer(request: dict[str, str], port: int) -> dict[str, Any]:
    """What the request asks for; for anything that fails, `error` with a sentence."""
    try:
        if "play" in request:
            return _media(_extracted(request["play"], port))
        query = request["load"]
        prefix = query[: query.find(":") + 1]
        return _found(_extracted(_SEARCHES.get(prefix, prefix) + query.removeprefix(prefix), port), prefix)
    except yt_dlp.utils.YoutubeDLError as error:
        return {"error": re.split(r" \(caused by |; please report ", str(error).removeprefix("ERROR: "))[0]}
    except Exception as error:  # noqa: BLE001 - whatever a site does to yt-dlp, the next request is another
        return {"error": f"yt-dlp cannot read the site: {type(error).__name__}"}


def _extracted(query: str, port: int) -> dict[str, Any]:
    options = {
        "proxy": f"http://{_HOST}:{port}",
        "format": _FORMAT,
        "extract_flat": "in_playlist",
        "noplaylist": True,  # of an address that names a track and the list around it, the track
        "playlistend": _LISTED,
        "socket_timeout": _PATIENCE,
        "cachedir": False,
        "js_runtimes": {},
        "color": "never",
        "quiet": True,
        "logger": _Silent(),
    }
    with yt_dlp.YoutubeDL(options) as extraction:
        info: dict[str, Any] = extraction.extract_info(query, download=False)
        return info


def _media(info: dict[str, Any]) -> dict[str, Any]:
    if "url" not in info:
        raise yt_dlp.utils.YoutubeDLError("the address is no longer a single track")
    sent = info.get("http_headers") or {}
    return {"url": info["url"], "headers": {name: sent[name] for name in _HEADERS if name in sent}}


def _found(info: dict[str, Any], prefix: str) -> dict[str, Any]:
    if "entries" in info:
        tracks = [_track(entry) for entry in info["entries"] if entry]
        return {"kind": "search" if prefix in _SEARCHES else "playlist", "name": info.get("title"), "tracks": tracks}
    if info.get("url") == info.get("webpage_url"):  # yt-dlp only guesses so: the node looked, and it is none
        raise yt_dlp.utils.YoutubeDLError("the address is neither audio nor a page with any")
    return {"kind": "track", "tracks": [_track({**info, "_type": "url"})]}


def _track(info: dict[str, Any]) -> dict[str, Any]:
    """The fields of a TrackInfo, `length` only where it is known. What has no page of its own is the file itself."""
    source = _SOURCES.get(info.get("ie_key") or info.get("extractor_key") or "", "ytdlp")
    has_page = info.get("_type") in {"url", "url_transparent"}
    place = (info.get("webpage_url") or info["url"]) if has_page else info["url"]
    thumbnails = [picture["url"] for picture in info.get("thumbnails") or []]
    artwork = info.get("thumbnail") or (thumbnails[-1] if thumbnails else "")
    duration = info.get("duration")
    live = bool(info.get("is_live"))
    return {
        "identifier": place if source == "ytdlp" else info["id"],
        "title": info.get("title") or "Unknown title",
        "author": next((info[name] for name in _AUTHORS if info.get(name)), "Unknown artist"),
        **({} if live or duration is None else {"length": round(duration * 1000)}),
        "source": source if has_page else "http",
        "probe": "" if has_page else info["ext"],
        "is_stream": live,
        "is_seekable": not live,
        "uri": place,
        "artwork": artwork if artwork.startswith(("http://", "https://")) else None,
        "isrc": info.get("isrc"),
    }


def _listen(requests: "queue.Queue[str]") -> None:
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def main() -> None:
    """Answer until the input ends."""
    port = int(sys.argv[1])
    answers, sys.stdout = sys.stdout, sys.stderr  # what yt-dlp prints in spite of all is no answer
    confine(port)
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    while True:
        print(json.dumps(answer(json.loads(requests.get()), port)), file=answers, flush=True)


if __name__ == "__main__":
    main()
