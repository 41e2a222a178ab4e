"""What gateway is told by its environment."""

from __future__ import annotations

from pydantic import Field, SecretStr

from kit import settings


class DiscordSettings(settings.Settings):
    """Which bot, and where Discord is."""

    discord_token: SecretStr = Field(description="the bot's token", min_length=1)
    discord_api_url: str = Field(
        default="", description="Discord's REST API, as http://127.0.0.1:3200/api/v10; empty: the real one"
    )
    discord_gateway_url: str = Field(
        default="", description="Discord's gateway, as ws://127.0.0.1:3200/; empty: the real one"
    )


class Settings(DiscordSettings, settings.ServiceSettings):
    """The environment of gateway."""

    discord_cdn_url: str = Field(
        default="", description="where Discord keeps files, as http://127.0.0.1:3200; empty: the real place"
    )
