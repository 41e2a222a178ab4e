"""What the trace process is told by its environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from kit.settings import Settings


class TracesSettings(Settings):
    """Settings of `python -m deploy.local.traces`."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    traces_socket: Path = Field(description="Unix socket of the OTLP gRPC receiver")
    traces_port: int = Field(description="loopback port of the page")
    traces_spans: int = Field(default=50_000, ge=1, description="most spans kept in memory")
    otel_exporter_otlp_endpoint: str = Field(default="", description="a second receiver, gRPC: http(s)://host:port")
    otel_exporter_otlp_headers: str = Field(default="", description="its headers, name=value by commas")
    otel_exporter_otlp_certificate: Path | None = Field(default=None, description="PEM file of its authority")
