"""The environment of worker."""

from __future__ import annotations

from pydantic import Field, SecretStr, model_validator

from kit.settings import ServiceSettings, require_both


class WorkerSettings(ServiceSettings):
    """The environment of worker, besides what all services share."""

    canary_minutes: int = Field(
        default=5, ge=1, le=60, description="minutes between two loads of a known track of each source at each node"
    )
    lastfm_api_key: SecretStr = Field(
        default=SecretStr(""),
        description="API key of last.fm, for telling it what people hear; empty: it is told nothing",
    )
    lastfm_shared_secret: SecretStr = Field(default=SecretStr(""), description="the shared secret of that key")
    lastfm_url: str = Field(
        default="https://ws.audioscrobbler.com/2.0/",
        description="last.fm's web API, or that of a service which speaks as it does",
        pattern="^https?://",
    )
    lastfm_auth_url: str = Field(
        default="https://www.last.fm/api/auth/", description="the page on which people allow it", pattern="^https?://"
    )

    @model_validator(mode="after")
    def _lastfm_is_whole(self) -> WorkerSettings:
        require_both(self, "lastfm_api_key", "lastfm_shared_secret")
        return self
