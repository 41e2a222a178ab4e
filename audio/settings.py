"""What audio is told by its environment."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from audio.adapters.node_address import parse_nodes
from kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """The environment of audio, besides what all services share."""

    lavalink_nodes: SecretStr = Field(
        description="the audio nodes, as name=ws://host:port|password, comma separated; ?region=rotterdam behind the "
        "port names the voice region that a node is in"
    )
    handle_key: SecretStr = Field(description="the secret that track handles are signed with", min_length=16)
    retired_handle_keys: SecretStr = Field(
        default=SecretStr(""), description="earlier secrets whose handles still count, comma separated"
    )

    @field_validator("lavalink_nodes")
    @classmethod
    def _is_readable(cls, value: SecretStr) -> SecretStr:
        parse_nodes(value.get_secret_value())
        return value
