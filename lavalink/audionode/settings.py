"""What the node is told from outside; nothing else reads the environment."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _split(value: object) -> object:
    return frozenset(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _host_and_port(entries: frozenset[str]) -> frozenset[str]:
    for entry in entries:
        host, _, port = entry.rpartition(":")
        if not host or not port.isdecimal():
            raise ValueError(f"{entry!r} is not host:port")
    return entries


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError(f"{path} is not a folder")
    return path.resolve()


def _web_address(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError(f"{url!r} is not an http(s) address")
    return url


SKIPPING = "sponsorblock-plugin"
# What this node stands in for, and what it can do besides.
PLUGINS = {"lavasearch-plugin": "1.0.0", "lavalyrics-plugin": "1.0.0", SKIPPING: "3.0.0", "segue-next": "1"}
YTDLP = importlib.util.find_spec("yt_dlp") is not None


def _plugins(names: frozenset[str]) -> frozenset[str]:
    if unknown := names - PLUGINS.keys():
        raise ValueError(f"{', '.join(sorted(unknown))} is none of {', '.join(PLUGINS)}")
    return names


def _installed(wanted: bool) -> bool:
    if wanted and not YTDLP:
        raise ValueError("yt-dlp is not installed here")
    return wanted


class Settings(BaseSettings):
    """The node's environment; a wrong value is an error that names the variable."""

    model_config = SettingsConfigDict(frozen=True)

    node_host: str = "127.0.0.1"
    node_port: int = Field(ge=0, le=65535)
    node_password: str = ""
    node_password_file: Path | None = None
    music_dir: Annotated[Path, AfterValidator(_folder)]
    node_allow_private: Annotated[frozenset[str], NoDecode, BeforeValidator(_split), AfterValidator(_host_and_port)] = (
        frozenset()
    )
    node_ytdlp: Annotated[bool, AfterValidator(_installed)] = YTDLP  # whether other sites are asked
    node_plugins_off: Annotated[frozenset[str], NoDecode, BeforeValidator(_split), AfterValidator(_plugins)] = (
        frozenset()
    )
    ssl_cert_file: str = ""  # OpenSSL's own variable, to be handed on: the authorities that web sites are checked by
    node_voice_ca: str = ""
    node_name: str = "node"
    node_public_url: Annotated[str, AfterValidator(_web_address)] = ""  # where browsers reach it; empty: host and port
    otel_exporter_otlp_endpoint: str = ""
    log_level: str = "INFO"

    def plugins(self) -> dict[str, str]:
        """Name and version of those that are on; without yt-dlp there is no video to skip segments of."""
        off = self.node_plugins_off if self.node_ytdlp else self.node_plugins_off | {SKIPPING}
        return {name: version for name, version in PLUGINS.items() if name not in off}

    def password(self) -> str:
        """The clients' password; ValueError when neither variable gives one."""
        secret = self.node_password or (self.node_password_file.read_text().strip() if self.node_password_file else "")
        if not secret:
            raise ValueError("NODE_PASSWORD or NODE_PASSWORD_FILE must hold the node's password")
        return secret


@dataclass(frozen=True)
class Limits:
    """Deadlines and periods, in seconds; the values of the real server where it has one."""

    voice_answer: float = 2.5  # a voice PATCH answers within 3 s
    load: float = 3.0  # waiting for one answer of a web server while a track is looked up
    read: float = 10.0  # the same while a track plays
    extract: float = 9.0  # all that yt-dlp does for one track; a play that waits for it is not yet `stuck`
    player_update: float = 5.0
    stats: float = 60.0
    stuck: float = 10.0
    cleanup: float = 66.0  # a track that no voice connection asks for
    dead_client: float = 30.0  # a client's socket that answers no ping
    stop: float = 3.0
