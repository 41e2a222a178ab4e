"""The one way to the network for tracks: checks the address it really connects to, and reads with ranges."""

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

from audionode.errors import NotFoundError, RefusedError, SourceError

_MAX_REDIRECTS = 5
_MAX_ATTEMPTS = 4
_SKIP = 256 * 1024  # a seek ahead by less reads on instead of asking again
_PIECE = 64 * 1024  # bytes read at once
_AGENT = "Segue"

# Called global in the registry, but they lead to an IPv4 address by translation or tunnel, or into a site.
_ROUNDABOUT = ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "192.88.99.0/24", "fec0::/10")
_REFUSED = tuple(map(ipaddress.ip_network, _ROUNDABOUT))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Guard:
    """Who may be connected to: public addresses, and exactly the `host:port` entries of `allowed`."""

    allowed: frozenset[str] = frozenset()

    def connect(self, host: str, port: int, timeout: float) -> socket.socket:
        """A socket to one of the host's addresses; SourceError when any of them is not public and not allowed."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise SourceError("the host name is unknown") from error
        addresses = [str(entry[4][0]) for entry in found]
        if f"{host}:{port}" not in self.allowed:
            for address in addresses:
                self._check(address, port)
        last: OSError | None = None
        for address in addresses:
            try:
                return socket.create_connection((address, port), timeout)
            except OSError as failure:
                last = failure
        raise SourceError("the host does not answer") from last

    def _check(self, text: str, port: int) -> None:
        address = ipaddress.ip_address(text.partition("%")[0])
        inner = _embedded(address)
        if f"{inner}:{port}" not in self.allowed and not all(_public(each) for each in (address, inner)):
            raise SourceError("the address is not public")


def _embedded(address: Address) -> Address:
    """The IPv4 address a translated IPv6 address leads to, else the address itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped or address.sixtofour:
            return address.ipv4_mapped or address.sixtofour or address
        if address in ipaddress.ip_network("64:ff9b::/96"):
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped or address.teredo):
        return address.teredo is None and _public(_embedded(address))
    return address.is_global and not address.is_multicast and not any(address in network for network in _REFUSED)


class _Connection(http.client.HTTPConnection):
    def __init__(self, guard: Guard, host: str, port: int, timeout: float, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=timeout)
        self._guard, self._deadline, self._tls = guard, timeout, tls

    def connect(self) -> None:
        raw = self._guard.connect(self.host, self.port, self._deadline)
        self.sock = self._tls.wrap_socket(raw, server_hostname=self.host) if self._tls else raw


class WebFile:
    """A file behind an http(s) address: seekable when the server knows ranges, read again where a connection broke.

    `waiting` surrounds every wait for the network (a decoding thread gives its slot away there); `timeout` is the
    longest silence in seconds; `headers` are sent with every request. SourceError when it cannot be had, RefusedError
    when the server answers with an error, NotFoundError for 404 and 410.
    """

    def __init__(
        self,
        url: str,
        guard: Guard,
        *,
        timeout: float,
        waiting: Callable[[], AbstractContextManager[None]],
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._guard = guard
        self._timeout = timeout
        self._waiting = waiting
        self._headers = {"User-Agent": _AGENT, "Accept": "*/*", **headers}
        self._connection: _Connection | None = None
        self._response: http.client.HTTPResponse | None = None
        self._position = 0
        self._aborted = False
        self.length: int | None = None
        self._ranges = False
        self._socket: socket.socket | None = None
        with waiting():
            self.url = self._follow(url)

    @property
    def content_type(self) -> str:
        """The media type the server names, in lower case."""
        return self._response.headers.get_content_type() if self._response else ""

    def read(self, size: int = -1, /) -> bytes:
        """At least one byte unless the end is reached."""
        with self._waiting():
            for attempt in range(_MAX_ATTEMPTS):
                try:
                    data = self._response.read1(size) if self._response else b""
                    if data or self.length is None or self._position >= self.length:
                        self._position += len(data)
                        return data
                except (OSError, http.client.HTTPException):
                    if self._aborted or self.length is None:
                        raise
                time.sleep(0.2 * attempt)
                self._reopen()
        raise SourceError("the connection broke again and again")

    def seek(self, offset: int, whence: int = 0, /) -> int:
        base = (0, self._position, self.length or 0)[whence]
        target = base + offset
        if 0 < target - self._position <= _SKIP:
            while self._position < target and self.read(target - self._position):
                pass
        if target != self._position:
            self._position = target
            self._drop()
        return self._position

    def tell(self) -> int:
        return self._position

    def seekable(self) -> bool:
        return self._ranges and self.length is not None

    def close(self) -> None:
        self._drop()

    def abort(self) -> None:
        """End a read of another thread."""
        self._aborted = True
        if (open_socket := self._socket) is not None:
            with contextlib.suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        for opened in (self._response, self._connection):
            if opened is not None:
                opened.close()
        self._connection = self._response = self._socket = None

    def _reopen(self) -> None:
        self._drop()
        with contextlib.suppress(OSError, http.client.HTTPException):
            self._follow(self.url)

    def _follow(self, url: str) -> str:
        for _ in range(_MAX_REDIRECTS + 1):
            response = self._request(url)
            if response.status in {301, 302, 303, 307, 308} and (place := response.headers.get("Location")):
                url = urljoin(url, place)
                self._drop()
                continue
            try:
                self._accept(response)
            except SourceError:
                self._drop()
                raise
            return url
        raise SourceError("the server redirects in circles")

    def _request(self, url: str) -> http.client.HTTPResponse:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise SourceError("the address is malformed") from error
        if parts.scheme not in {"http", "https"} or not host:
            raise SourceError("only http and https addresses are read")
        secure = parts.scheme == "https"
        tls = ssl.create_default_context() if secure else None
        connection = _Connection(self._guard, host, port or (443 if secure else 80), self._timeout, tls)
        self._connection = connection
        target = re.sub(r"[^!-~]", lambda odd: _percent(odd[0]), parts.path or "/")
        query = f"?{re.sub(r'[^!-~]', lambda odd: _percent(odd[0]), parts.query)}" if parts.query else ""
        headers = {**self._headers, "Range": f"bytes={self._position}-"}
        try:
            connection.request("GET", target + query, headers=headers)
            self._socket = connection.sock
            self._response = connection.getresponse()
            return self._response
        except (OSError, http.client.HTTPException) as error:
            self._drop()
            raise SourceError("the server does not answer as it should") from error

    def _accept(self, response: http.client.HTTPResponse) -> None:
        status = response.status
        if status in {404, 410}:
            raise NotFoundError(f"the server answered {status}")
        if status not in {200, 206} or (status == 200 and self._position):
            raise RefusedError(f"the server answered {status}")
        total = response.headers.get("Content-Range", "").rpartition("/")[2] if status == 206 else ""
        total = total or response.headers.get("Content-Length", "")
        self.length = int(total) if total.isdecimal() else None
        self._ranges = status == 206


def _percent(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode())


def read_whole(url: str, guard: Guard, *, timeout: float, within: float, most: int) -> bytes:
    """All that is at an address. `timeout` is the longest silence in seconds.

    SourceError when it cannot be had, is more than `most` bytes, or is not there `within` so many seconds.
    """
    deadline, body = time.monotonic() + within, bytearray()
    try:
        with contextlib.closing(WebFile(url, guard, timeout=timeout, waiting=nullcontext)) as file:
            while piece := file.read(_PIECE):
                body += piece
                if len(body) > most or time.monotonic() > deadline:
                    raise SourceError("the answer is too long, or takes too long")
    except (OSError, http.client.HTTPException) as error:
        raise SourceError("the answer breaks off") from error
    return bytes(body)
