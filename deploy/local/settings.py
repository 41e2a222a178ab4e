"""What a person may set for `make up`, read from the environment; wrong settings mean no start."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from kit.settings import Settings, require_both

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("gateway", "audio", "worker", "api")
SCALABLE = (*SERVICES, "node")

# What every process gets from the surroundings; everything else of its environment is stated in the plan.
INHERITED = re.compile(r"PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|SSL_CERT_\w+|(?i:(https?|all|no)_proxy)|OTEL_\w+")
# These say where the run sends its spans; only the receiver does that, services send to the receiver.
EXPORT = re.compile(r"OTEL_EXPORTER_OTLP_\w+|OTEL_SERVICE_NAME")


def _shaped(pattern: str, meaning: str) -> AfterValidator:
    """Refuse another shape without repeating the value, which may be a secret."""

    def check(value: Any) -> Any:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text and not re.fullmatch(pattern, text):
            raise ValueError(f"it must be {meaning}")
        return value

    return AfterValidator(check)


def _list_of(pattern: str) -> str:
    return rf"{pattern}(\s*,\s*{pattern})*"


POSTGRES_URL = _shaped(r"postgres(ql)?://\S+", "a URL like postgresql://user:password@host/database")
REDIS_URL = _shaped(r"(rediss?|unix)://\S+", "a URL like redis://host:6379/0")
NODES = _shaped(
    _list_of(r"[\w.-]+=wss?://[^\s|,]+:\d+(\?region=[a-z-]+)?\|[^,]*"), "name=ws://host:port|password, comma separated"
)
ADDRESSES = _shaped(_list_of(r"[^\s,]+:\d+"), "host:port, comma separated")
ORIGINS = _shaped(_list_of(r"https?://[^\s,/]+"), "origins like https://example.org, comma separated")
URL = _shaped(r"https?://\S+", "a URL like https://music.example.org")


class LocalSettings(Settings):
    """The environment of `make up`; every secret can also be given as NAME_FILE, a file that holds it."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    discord_token: SecretStr | None = Field(
        default=None,
        description="token of your bot; without it the simulator is Discord",
    )
    segue_home: Path = Field(
        default=ROOT / ".segue",
        description="folder of the data and the files of the run",
    )
    segue_port: int = Field(
        default=3000,
        ge=1024,
        le=65434,
        description="base port; every other port is an offset of it",
    )
    segue_bind: str = Field(
        default="127.0.0.1",
        description="address the edge listens on; nothing else is ever opened",
    )
    segue_public_url: Annotated[str, URL] = Field(
        default="",
        description="the edge's URL as others reach it; checked, but nothing links to it yet",
    )
    segue_instances: Annotated[dict[str, int], NoDecode] = Field(
        default_factory=dict, description="processes of each kind, such as audio=2,gateway=2,node=2; default one each"
    )
    simulator_shards: int = Field(
        default=1,
        ge=1,
        le=16,
        description="shards that the simulator recommends to the bot; several gateways share them",
    )
    database_url: Annotated[SecretStr | None, POSTGRES_URL] = Field(
        default=None,
        description="a PostgreSQL to use instead of the embedded one",
    )
    database_pool: int = Field(
        default=10,
        ge=2,
        le=100,
        description="most connections each service keeps to PostgreSQL",
    )
    redis_url: Annotated[SecretStr | None, REDIS_URL] = Field(
        default=None,
        description="a Redis or Valkey as second cache level; optional",
    )
    lavalink_nodes: Annotated[SecretStr | None, NODES] = Field(
        default=None,
        description="audio nodes instead of the embedded one: name=ws://host:port|password, comma separated; "
        "?region=rotterdam behind the port names the voice region that a node is in",
    )
    lavalink_host: str = Field(
        default="",
        description="with LAVALINK_PORT and LAVALINK_PASSWORD: one audio node",
    )
    lavalink_port: int = Field(
        default=2333,
        ge=1,
        le=65535,
        description="see LAVALINK_HOST",
    )
    lavalink_password: SecretStr = Field(
        default=SecretStr("youshallnotpass"),
        description="see LAVALINK_HOST",
    )
    music_dir: Path | None = Field(
        default=None,
        description="folder of your music; default SEGUE_HOME/music with small pieces",
    )
    node_allow_private: Annotated[str, ADDRESSES] = Field(
        default="",
        description="host:port of private addresses tracks may come from, by commas",
    )
    node_ytdlp: bool = Field(
        default=True,
        description="whether the embedded node leaves links and searches it cannot serve itself to yt-dlp, "
        "and plays links of Spotify, Deezer and Apple Music with what it finds",
    )
    node_plugins_off: str = Field(
        default="",
        description="plugins that the embedded node does not stand in for, such as lavasearch-plugin, by commas",
    )
    cors_origins: Annotated[str, ORIGINS] = Field(
        default="",
        description="web origins that may call the edge from a browser, by commas",
    )
    lastfm_api_key: SecretStr | None = Field(
        default=None,
        description="API key of last.fm, for telling it what people hear; without it, it is told nothing",
    )
    lastfm_shared_secret: SecretStr | None = Field(
        default=None,
        description="the shared secret of that key",
    )
    lastfm_url: Annotated[str, URL] = Field(
        default="https://ws.audioscrobbler.com/2.0/",
        description="last.fm's web API, or that of a service which speaks as it does",
    )
    lastfm_auth_url: Annotated[str, URL] = Field(
        default="https://www.last.fm/api/auth/",
        description="the page on which people allow it",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO",
        description="least level that is logged",
    )
    otel_exporter_otlp_endpoint: str = Field(
        default="",
        description="a second receiver of all spans, gRPC (OTLP)",
    )
    otel_exporter_otlp_protocol: Literal["grpc"] = Field(
        default="grpc",
        description="only grpc is spoken to that receiver",
    )

    @field_validator("segue_instances", mode="before")
    @classmethod
    def _parse_instances(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        counts: dict[str, int] = {}
        for part in filter(None, (piece.strip() for piece in value.split(","))):
            name, _, count = part.partition("=")
            if name not in SCALABLE or not count.isdecimal() or not 1 <= int(count) <= 16:
                raise ValueError(f"'{part}' is not one of {', '.join(SCALABLE)} with a number from 1 to 16, as audio=2")
            counts[name] = int(count)
        return counts

    @field_validator("segue_home", "music_dir", mode="after")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value and value.expanduser().absolute()

    @model_validator(mode="after")
    def _music_dir_exists(self) -> LocalSettings:
        if self.music_dir and not self.music_dir.is_dir():
            raise ValueError(f"MUSIC_DIR is not a folder: {self.music_dir}")
        return self

    @model_validator(mode="after")
    def _lastfm_is_whole(self) -> LocalSettings:
        require_both(self, "lastfm_api_key", "lastfm_shared_secret")
        return self

    def instances(self, kind: str) -> list[str]:
        """Return the names of the processes of a kind: `audio`, `audio-2`, …"""
        count = self.segue_instances.get(kind, 1)
        return [kind if number == 1 else f"{kind}-{number}" for number in range(1, count + 1)]

    @property
    def foreign_nodes(self) -> str:
        """Audio nodes the person named, as LAVALINK_NODES; empty: the embedded one is used."""
        if self.lavalink_nodes:
            return self.lavalink_nodes.get_secret_value()
        if self.lavalink_host:
            return f"main=ws://{self.lavalink_host}:{self.lavalink_port}|{self.lavalink_password.get_secret_value()}"
        return ""

    @property
    def inherited(self) -> dict[str, str]:
        """What every process takes over from the surroundings."""
        return {k: v for k, v in os.environ.items() if INHERITED.fullmatch(k) and not EXPORT.fullmatch(k)}

    @property
    def export(self) -> dict[str, str]:
        """OTEL_EXPORTER_OTLP_* of the surroundings, for the one process that exports."""
        return {name: value for name, value in os.environ.items() if EXPORT.fullmatch(name)}
