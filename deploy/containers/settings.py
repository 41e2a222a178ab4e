"""What a person may set for `docker compose up`, in `.env` or the environment; docker-compose.yml hands it on."""

from __future__ import annotations

from pydantic import Field, SecretStr

from kit.settings import LogLevel, Settings


class ComposeSettings(Settings):
    """The variables of docker-compose.yml; a secret can also be given as NAME_FILE."""

    compose_profiles: str = Field(
        default="",
        description="simulator: try it without a token; discord: your bot with Lavalink; observability: trace viewers",
    )
    discord_token: SecretStr = Field(default=SecretStr(""), description="token of your bot; `simulator` for none")
    discord_token_file: str = Field(default="./deploy/containers/none", description="a file that holds it instead")
    discord_api_url: str = Field(default="", description="Discord's REST API; empty: the real one")
    discord_gateway_url: str = Field(default="", description="Discord's gateway; empty: the real one")
    discord_cdn_url: str = Field(default="", description="where Discord keeps files; empty: the real place")
    segue_bind: str = Field(default="127.0.0.1", description="address the edge is published at")
    segue_port: int = Field(default=3000, description="port of the edge")
    gateway_port: int = Field(default=3001, description="ops port of gateway, on loopback")
    audio_port: int = Field(default=3002, description="ops port of audio, on loopback")
    worker_port: int = Field(default=3003, description="ops port of worker, on loopback")
    api_port: int = Field(default=3004, description="ops port of api, on loopback")
    simulator_port: int = Field(default=3100, description="the simulator's page, on loopback")
    jaeger_port: int = Field(default=16686, description="the trace viewer, on loopback")
    prometheus_port: int = Field(default=9090, description="Prometheus, on loopback")
    grafana_port: int = Field(default=3200, description="Grafana, on loopback")
    lastfm_api_key: SecretStr = Field(
        default=SecretStr(""),
        description="API key of last.fm, for telling it what people hear; empty: it is told nothing",
    )
    lastfm_api_key_file: str = Field(default="./deploy/containers/none", description="a file that holds it instead")
    lastfm_shared_secret: SecretStr = Field(default=SecretStr(""), description="the shared secret of that key")
    lastfm_shared_secret_file: str = Field(
        default="./deploy/containers/none", description="a file that holds it instead"
    )
    lastfm_url: str = Field(
        default="https://ws.audioscrobbler.com/2.0/",
        description="last.fm's web API, or that of a service which speaks as it does",
    )
    lastfm_auth_url: str = Field(
        default="https://www.last.fm/api/auth/", description="the page on which people allow it"
    )
    music_dir: str = Field(default="music", description="folder of your music; else a volume with small pieces")
    cors_origins: str = Field(default="", description="web origins that may call the edge from a browser, by commas")
    database_url: SecretStr = Field(
        default=SecretStr(""), description="a PostgreSQL of yours, of a user that may create schemas; empty: ours"
    )
    database_pool: int = Field(default=10, description="most connections each service keeps to PostgreSQL")
    redis_url: SecretStr = Field(
        default=SecretStr("redis://valkey:6379/0"),
        description="second level of the caches; empty: none, or what its file says",
    )
    lavalink_nodes: SecretStr = Field(
        default=SecretStr(""), description="audio nodes of yours, name=ws://host:port|password, by commas; empty: ours"
    )
    lavalink_image: str = Field(
        default="ghcr.io/lavalink-devs/lavalink:4.2.2",
        description="image of Lavalink, 4.2.2 or newer, with bash in it: not one of the variants",
    )
    lavalink_credentials: str = Field(
        default="./deploy/containers/none",
        description="a copy of lavalink/credentials.env.example that user 322 may read: which sources are on, and what"
        " they want of you; each of its variables may also be set like those here",
    )
    lavalink_memory: str = Field(default="1G", description="largest heap of Lavalink; more wants more LAVALINK_LIMIT")
    lavalink_limit: str = Field(
        default="1536m", description="memory Lavalink's container is stopped at, 1g at least: its heap and 512m"
    )
    node_allow_private: str = Field(
        default="", description="host:port of private addresses tracks may come from, by commas"
    )
    node_ytdlp: bool = Field(
        default=True, description="whether the embedded node leaves links and searches to yt-dlp; Lavalink does not"
    )
    operator_token: SecretStr = Field(
        default=SecretStr(""),
        description="API token of the operator, 32 characters at least; empty: made once",
    )
    database_url_file: str = Field(default="./deploy/containers/none", description="a file that holds it instead")
    lavalink_nodes_file: str = Field(default="./deploy/containers/none", description="a file that holds it instead")
    operator_token_file: str = Field(default="./deploy/containers/none", description="a file that holds it instead")
    handle_key_file: str = Field(default="./deploy/containers/none", description="a file that holds it instead")
    retired_handle_keys_file: str = Field(
        default="./deploy/containers/none", description="a file that holds them instead"
    )
    redis_url_file: str = Field(
        default="./deploy/containers/none", description="a file that holds it instead; then leave REDIS_URL empty"
    )
    grafana_password_file: str = Field(default="./deploy/containers/none", description="a file that holds it instead")
    data_internal: bool = Field(
        default=True, description="whether the stores' network has no way out; false for a database of yours"
    )
    handle_key: SecretStr = Field(
        default=SecretStr(""), description="signs track handles, 16 characters at least; empty: made once"
    )
    retired_handle_keys: SecretStr = Field(
        default=SecretStr(""), description="earlier handle keys that still count, by commas"
    )
    grafana_password: SecretStr = Field(
        default=SecretStr(""), description="password of Grafana's admin; the profile observability needs it"
    )
    otel_exporter_otlp_endpoint: str = Field(
        default="", description="receiver of spans, http://otel-collector:4317 with the profile observability"
    )
    log_level: LogLevel = Field(default="INFO", description="least level that is logged")
    segue_version: str = Field(default="0.1.0", description="tag of Segue's own images")


class GivenSecrets(Settings):
    """Secrets that a person brings along; those left empty are made."""

    database_url: SecretStr = SecretStr("")
    lavalink_nodes: SecretStr = SecretStr("")
    operator_token: SecretStr = SecretStr("")
    handle_key: SecretStr = SecretStr("")
    retired_handle_keys: SecretStr = SecretStr("")
