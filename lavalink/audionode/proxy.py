"""The way to the network for a process that has none of its own: the guard connects for it."""

import contextlib
import re
import selectors
import socket
import threading
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import cast
from urllib.parse import SplitResult, urlsplit

from audionode.errors import SourceError
from audionode.web import Guard

_SILENCE = 10.0  # seconds without a byte that end a connection
_PIECE = 64 * 1024
_BETWEEN_NEIGHBOURS = re.compile(r"(?i)proxy-.*|connection|keep-alive")  # headers that are not passed on


class Proxy(ThreadingTCPServer):
    """An HTTP proxy on a loopback port, each connection on a thread of its own. `connect` is in seconds."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, guard: Guard, connect: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._guard = guard
        self._connect = connect
        self.port: int = self.server_address[1]
        threading.Thread(target=self.serve_forever, name="proxy", daemon=True).start()

    def connected(self, host: str | None, port: int) -> socket.socket:
        """A socket to the host; SourceError when the guard has none for it."""
        if not host:
            raise SourceError("only http and https addresses are read")
        return self._guard.connect(host, port, self._connect)

    def close(self) -> None:
        """Take no more connections."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    """One connection: one request, or one tunnel."""

    timeout = _SILENCE
    rbufsize = 0  # what follows the headers stays in the socket, to be passed on

    def handle(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # a side went away or made no sense: the connections end
            super().handle()

    def do_CONNECT(self) -> None:
        if (site := self._connected(urlsplit(f"//{self.path}"), 443)) is not None:
            with site:
                self.send_response_only(200)
                self.end_headers()
                self._pass_on(site)

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        if (site := self._connected(target, 80)) is not None:
            with site:
                place = target._replace(scheme="", netloc="", path=target.path or "/").geturl()
                kept = [pair for pair in self.headers.items() if not _BETWEEN_NEIGHBOURS.fullmatch(pair[0])]
                lines = [f"{self.command} {place} HTTP/1.1", *map(": ".join, kept), "Connection: close", "", ""]
                site.sendall("\r\n".join(lines).encode("latin-1"))
                self._pass_on(site)

    do_HEAD = do_POST = do_GET  # noqa: N815 - the base class calls them so

    def log_message(self, *_: object) -> None:
        """Nothing: what is fetched for a track is nobody's business."""

    def _connected(self, target: SplitResult, usual_port: int) -> socket.socket | None:
        """A socket to the host; None when the client was told why there is none."""
        try:
            return cast("Proxy", self.server).connected(target.hostname, target.port or usual_port)
        except (SourceError, ValueError) as error:
            self.send_error(403, str(error))
            return None

    def _pass_on(self, site: socket.socket) -> None:
        """Carry bytes both ways until one side ends, or is silent for too long."""
        with selectors.DefaultSelector() as both:
            both.register(self.connection, selectors.EVENT_READ, site)
            both.register(site, selectors.EVENT_READ, self.connection)
            while ready := both.select(_SILENCE):
                for key, _ in ready:
                    data = cast("socket.socket", key.fileobj).recv(_PIECE)
                    if not data:
                        return
                    key.data.sendall(data)
