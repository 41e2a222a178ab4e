"""The environment of api."""

from __future__ import annotations

from pydantic import Field, SecretStr

from kit.settings import ServiceSettings


class ApiSettings(ServiceSettings):
    """What api needs beside what all services need."""

    operator_token: SecretStr = Field(
        min_length=32,
        description="API token of the deployment's operator; only its hash is stored",
    )
