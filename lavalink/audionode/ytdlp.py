"""What yt-dlp knows: searches, pages and lists, extracted by child processes that may break without harm."""

import json
import logging
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from audionode.errors import SourceError
from audionode.proxy import Proxy
from audionode.settings import Limits
from audionode.track import UNKNOWN_LENGTH, Loaded, TrackInfo
from audionode.web import Guard

log = logging.getLogger(__name__)

SEARCH_PREFIXES = ("ytsearch:", "scsearch:")
ADMITTED = 8  # requests in hand, most of them waiting; the threads that look tracks up must be more
_CHILDREN = 2
_RECYCLED = 100  # requests after which a child is replaced: what pages leave behind in it goes with it
_ROOT = str(Path(__file__).parents[1])


class YtDlp:
    """Blocks, and belongs on threads. Each request is answered before its deadline, or is a SourceError.

    A deadline is monotonic; None: in `Limits.extract` seconds.
    `authorities` is a file of those that sites are checked by; empty: the system's.
    """

    def __init__(self, guard: Guard, limits: Limits, authorities: str) -> None:
        self._patience = limits.extract
        self._admitted = threading.BoundedSemaphore(ADMITTED)
        self._proxy = Proxy(guard, limits.load)
        self._children = [_Child(self._proxy.port, authorities) for _ in range(_CHILDREN)]
        self._idle: queue.Queue[_Child] = queue.Queue()
        for child in self._children:
            self._idle.put(child)

    def load(self, query: str, deadline: float | None = None) -> Loaded:
        """The tracks of an http(s) address, or of a search with one of `SEARCH_PREFIXES`."""
        found = self._ask({"load": query}, deadline)
        tracks = tuple(TrackInfo(**{"length": UNKNOWN_LENGTH, **fields}) for fields in found["tracks"])
        return Loaded(found["kind"], tracks, found.get("name") or "") if tracks else Loaded("empty")

    def media(self, page: str, deadline: float | None = None) -> tuple[str, dict[str, str]]:
        """The address of the page's sound at this moment, and the headers it is asked for with."""
        if not page.startswith(("http://", "https://")):
            raise SourceError("only http and https addresses are read")
        found = self._ask({"play": page}, deadline)
        return found["url"], found["headers"]

    def close(self) -> None:
        """End the children and the proxy; requests under way fail."""
        for child in self._children:
            child.close()
        self._proxy.close()

    def _ask(self, request: dict[str, str], deadline: float | None) -> dict[str, Any]:
        deadline = deadline or time.monotonic() + self._patience
        if deadline <= time.monotonic():  # a child that is asked now would be killed for it
            raise SourceError("the site takes too long")
        if not self._admitted.acquire(blocking=False):
            raise SourceError("too many addresses are looked up at once: try again in a moment")
        try:
            child = self._idle.get(timeout=max(deadline - time.monotonic(), 0))
            try:
                answer = child.ask(request, deadline)
            finally:
                self._idle.put(child)
        except queue.Empty as error:
            raise SourceError("the sites looked up before take too long: try again in a moment") from error
        finally:
            self._admitted.release()
        if "error" in answer:
            raise SourceError(answer["error"])
        return answer


class _Child:
    """A process that is started when it is needed, and killed when it does not answer."""

    def __init__(self, proxy_port: int, authorities: str) -> None:
        self._command = [sys.executable, "-m", "audionode.extractor", str(proxy_port)]
        # All it is told: no secrets of ours, no folder of programs.
        self._environment = {"PYTHONPATH": _ROOT, "PATH": "", "YTDLP_NO_PLUGINS": "1"}
        if authorities:
            self._environment["SSL_CERT_FILE"] = authorities
        self._process: subprocess.Popen[str] | None = None
        self._left = 0
        self._closed = False
        self._asked = threading.Lock()

    def ask(self, request: dict[str, str], deadline: float) -> dict[str, Any]:
        """Its answer; SourceError when there is none before `deadline` (monotonic)."""
        with self._asked:
            return self._ask(self._running(), request, deadline)

    def close(self) -> None:
        """Kill it; it is not started again. For any thread."""
        self._closed = True
        if (process := self._process) is not None:
            process.kill()
        with self._asked:
            self._end()

    def _ask(self, process: "subprocess.Popen[str]", request: dict[str, str], deadline: float) -> dict[str, Any]:
        kill = threading.Timer(max(deadline - time.monotonic(), 0), process.kill)
        kill.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            print(json.dumps(request), file=process.stdin, flush=True)
            line = process.stdout.readline()
        except OSError:
            line = ""
        finally:
            kill.cancel()
        late = time.monotonic() >= deadline
        self._left -= 1
        if late or not line or not self._left:
            self._end()
        if not line:
            log.warning("the process of yt-dlp ended", extra={"late": late, "code": process.returncode})
            raise SourceError("the site takes too long" if late else "yt-dlp broke down at this address")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _running(self) -> "subprocess.Popen[str]":
        if self._closed:
            raise SourceError("the node is ending")
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process, self._left = self._started(), _RECYCLED
        return self._process

    def _started(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(  # noqa: S603 - this interpreter and a module of ours
            self._command,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
