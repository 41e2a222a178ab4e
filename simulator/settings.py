"""What the simulator is told by its environment."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # pydantic reads it at run time

from pydantic import Field, HttpUrl
from pydantic_settings import BaseSettings, SettingsConfigDict

_PORT = Field(ge=0, le=65535)


class Settings(BaseSettings):
    """Read once at start; wrong values mean no start."""

    model_config = SettingsConfigDict(env_prefix="SIMULATOR_", frozen=True)

    host: str = "127.0.0.1"
    """Address that all ports are opened on; nothing guards the page but the loopback it is meant for."""
    name: str = "127.0.0.1"
    """Host name that the bot's other processes reach it by."""
    port: int = _PORT
    """Port of the page and the control API."""
    discord_port: int = _PORT
    """Port of Discord's REST API and gateway, plain http and ws."""
    voice_port: int = _PORT
    """Port of the voice gateway, wss."""
    home: Path
    """Folder of the world and of the voice gateway's certificate authority."""
    shards: int = Field(default=1, ge=1)
    """Shards that the bot is recommended to have."""
    traces_url: HttpUrl | None = None
    """Page of a trace viewer; answers to commands link to it."""
    log_level: str = Field(default="INFO", validation_alias="LOG_LEVEL")
    """Least level that is logged."""
