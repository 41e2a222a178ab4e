"""The environment that every service shares, read once; wrong settings mean no boot."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class Settings(BaseSettings):
    """Frozen settings out of the environment; a secret `NAME` may also be a file named by `NAME_FILE`."""

    model_config = SettingsConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name, field in cls.model_fields.items():
            key = str(field.validation_alias or name)
            file = os.environ.get(f"{key.upper()}_FILE", "")
            if "SecretStr" in str(field.annotation) and file and not (values.get(key) or values.get(name)):
                values[key] = _read(key, file)
        return values


def _read(name: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(f"{name.upper()}_FILE cannot be read: {error.strerror}: {file}") from error


class LogSettings(Settings):
    """What is needed before anything else is read."""

    log_level: LogLevel = Field(default="INFO", description="least level that is logged")


class DatabaseSettings(LogSettings):
    """Where the rows are."""

    database_url: SecretStr = Field(description="PostgreSQL, `postgresql://user:password@host/database`", min_length=1)


class ServiceSettings(DatabaseSettings):
    """The environment of a service process."""

    listen: str = Field(
        validation_alias="SEGUE_LISTEN",
        description="gRPC address the process serves, as unix:/run/segue/app.sock",
    )
    mesh: str = Field(
        validation_alias="SEGUE_MESH",
        description="gRPC address of its sidecar, the only way to other services",
    )
    instance: str = Field(
        validation_alias="SEGUE_INSTANCE",
        description="name of the instance, as audio-2; it keeps it over restarts",
        pattern="^[a-z0-9-]{1,40}$",
    )
    database_pool: int = Field(default=10, ge=2, le=100, description="most database connections of one process")
    redis_url: SecretStr = Field(
        default=SecretStr(""), description="a Redis that serves as second level of the caches; empty: none"
    )
    otlp_endpoint: str = Field(
        default="",
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="receiver of spans (OTLP over gRPC), unix:///… or http://host:port; empty: none",
    )


S = TypeVar("S", bound=Settings)


def require_both(settings: Settings, one: str, other: str) -> None:
    """Raise ValueError if only one of two settings is set."""
    if bool(getattr(settings, one)) != bool(getattr(settings, other)):
        raise ValueError(f"{one.upper()} and {other.upper()} belong together: set both, or neither")


def load(cls: type[S]) -> S:
    """Read the environment, or end the process with one sentence for each wrong value."""
    try:
        return cls()
    except ValidationError as error:
        _refuse(error)


def _refuse(error: ValidationError) -> NoReturn:
    for item in error.errors():
        name = "_".join(str(part) for part in item["loc"]).upper()
        message = str(item["msg"]).removeprefix("Value error, ")
        # The value is not repeated: it may be a secret.
        sys.stderr.write(f"{name} is wrong: {message}.\n" if name else f"{message}.\n")
    raise SystemExit(2)
