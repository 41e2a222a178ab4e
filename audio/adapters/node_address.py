"""Where audio nodes are: the text of `LAVALINK_NODES` and what operators add, read and checked."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

DEFAULT_PASSWORD = "youshallnotpass"  # noqa: S105  Lavalink's published default: no secret, and refused but on loopback
_SCHEMES = {"ws": "http", "wss": "https", "http": "http", "https": "https"}


@dataclass(frozen=True)
class NodeAddress:
    """An audio node. `uri` is its http(s) root without a final slash, `region` the voice region it is in or empty."""

    name: str
    uri: str
    password: str = field(repr=False)
    region: str = ""


class DefaultPasswordError(ValueError):
    """Anybody who reads Lavalink's manual knows the password."""


def parse_nodes(text: str) -> list[NodeAddress]:
    """Read `name=ws://host:port|password`, comma separated; raises ValueError with a sentence that says what to fix.

    `?region=rotterdam` behind the port names the voice region that the node is in. Without a password it is Lavalink's
    default one, which is accepted for loopback addresses only.
    """
    nodes = [_parse_node(entry.strip()) for entry in text.split(",") if entry.strip()]
    if not nodes:
        raise ValueError("name at least one audio node, as name=ws://host:port|password")
    if len({node.name for node in nodes}) < len(nodes):
        raise ValueError("every audio node needs a name of its own")
    return nodes


def read_node(name: str, address: str, password: str, region: str) -> NodeAddress:
    """Read the parts of a node; raises ValueError as `parse_nodes` does."""
    url = urlsplit(address)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise ValueError(f"an audio node's name is letters, digits, '.', '_' and '-', unlike {name[:64]!r}")
    if url.scheme not in _SCHEMES or not url.hostname or url.username is not None:
        raise ValueError(f"the address of the audio node {name} is not of the form ws://host:port or wss://host:port")
    if not re.fullmatch(r"[a-z-]{0,32}", region):
        raise ValueError(f"the region of the audio node {name} is not one as rotterdam or us-east")
    password = password or DEFAULT_PASSWORD
    if password == DEFAULT_PASSWORD and not _is_loopback(url.hostname):
        raise DefaultPasswordError(
            f"the audio node {name} is not on this machine and needs a password that is not the default"
        )
    return NodeAddress(name, f"{_SCHEMES[url.scheme]}://{url.netloc}{url.path.rstrip('/')}", password, region)


def _parse_node(entry: str) -> NodeAddress:
    name, _, rest = entry.partition("=")
    address, _, password = rest.partition("|")
    address, _, options = address.strip().partition("?")
    if options and not options.startswith("region="):
        raise ValueError(f"behind the address of the audio node {name.strip()[:64]} nothing but ?region=… may stand")
    return read_node(name.strip(), address, password, options.removeprefix("region="))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
