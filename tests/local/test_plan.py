"""The plan as data: which processes, in which order, told what."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from deploy.local.plan import Plan
from deploy.local.process import Process, Stage
from deploy.local.run import Run, prepare
from deploy.local.settings import LocalSettings
from kit.settings import load

if TYPE_CHECKING:
    from pathlib import Path

MakePlan = Callable[..., dict[str, Process]]


@pytest.fixture
def plan(tmp_path: Path) -> Iterator[MakePlan]:
    runs: list[Run] = []

    def make(**values: Any) -> dict[str, Process]:
        settings = LocalSettings(segue_home=tmp_path / "home", **values)
        runs.append(prepare(settings))
        return {process.name: process for process in Plan(settings, runs[-1], 1).processes()}

    yield make
    for run in runs:
        shutil.rmtree(run.directory)


def told(processes: dict[str, Process], secret: str) -> set[str]:
    """Return the processes in whose environment a secret stands."""
    return {name for name, process in processes.items() if any(secret in v for v in process.environment.values())}


def test_the_whole_system_is_one_of_each(plan: MakePlan) -> None:
    assert set(plan()) == {
        *("guard", "traces", "initdb", "postgres", "migrate", "simulator", "music", "node", "certificates", "render"),
        *("envoy-gateway", "envoy-audio", "envoy-worker", "envoy-api", "envoy-edge"),
        *("gateway", "audio", "worker", "api"),
    }


def test_everything_that_is_waited_for_is_in_the_plan(plan: MakePlan) -> None:
    for values in ({}, {"discord_token": "t"}, {"database_url": "postgresql://x"}, {"segue_instances": {"audio": 2}}):
        processes = plan(**values)
        assert {name for process in processes.values() for name in process.after} <= set(processes)


def test_a_token_takes_the_place_of_the_simulator(plan: MakePlan) -> None:
    processes = plan(discord_token="secret")
    assert "simulator" not in processes
    assert processes["gateway"].environment["DISCORD_TOKEN"] == "secret"
    assert processes["gateway"].environment["DISCORD_API_URL"] == ""
    assert processes["node"].environment["NODE_VOICE_CA"] == ""


def test_only_those_who_need_a_secret_are_told_it(plan: MakePlan) -> None:
    processes = plan(
        discord_token="s3cret",
        database_url="postgresql://u:pa55@h/d",
        lastfm_api_key="k3y",
        lastfm_shared_secret="sh4red",
    )
    assert told(processes, "s3cret") == {"gateway"}
    assert told(processes, "k3y") == told(processes, "sh4red") == {"worker"}
    assert told(processes, "pa55") == {"gateway", "audio", "worker", "api", "migrate"}


def test_stores_and_nodes_of_ones_own_replace_the_embedded_ones(plan: MakePlan) -> None:
    processes = plan(database_url="postgresql://x", lavalink_host="lava", lavalink_password="p", redis_url="redis://r")
    assert not {"postgres", "initdb", "node"} & set(processes)
    assert processes["audio"].environment["LAVALINK_NODES"] == "main=ws://lava:2333|p"
    assert processes["audio"].environment["REDIS_URL"] == "redis://r"


def test_second_instances_have_sidecars_sockets_and_ports_of_their_own(plan: MakePlan) -> None:
    processes = plan(segue_instances={"audio": 2, "node": 2})
    first, second = processes["audio"].environment, processes["audio-2"].environment
    assert "envoy-audio-2" in processes
    assert first["SEGUE_LISTEN"] != second["SEGUE_LISTEN"]
    assert second["SEGUE_INSTANCE"] == "audio-2"
    assert [entry.split("=")[0] for entry in first["LAVALINK_NODES"].split(",")] == ["node", "node-2"]


def test_services_stop_before_sidecars_and_the_database_after_both(plan: MakePlan) -> None:
    processes = plan()
    assert processes["audio"].stage < processes["envoy-audio"].stage < processes["node"].stage
    assert processes["node"].stage < processes["postgres"].stage == Stage.DATABASE


def test_unix_sockets_stay_within_their_limit(plan: MakePlan) -> None:
    sockets = plan(segue_instances={"gateway": 16})["gateway-16"].environment
    assert max(len(sockets[name]) for name in ("SEGUE_LISTEN", "SEGUE_MESH", "OTEL_EXPORTER_OTLP_ENDPOINT")) < 100


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SEGUE_PORT", "eighty", "SEGUE_PORT is wrong"),
        ("SEGUE_INSTANCES", "audio=0", "SEGUE_INSTANCES is wrong: 'audio=0'"),
        ("MUSIC_DIR", "/nowhere/at/all", "MUSIC_DIR is not a folder: /nowhere/at/all"),
        ("DISCORD_TOKEN_FILE", "/nowhere/token", "DISCORD_TOKEN_FILE cannot be read"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL is wrong: it must be a URL like postgresql://"),
        ("LAVALINK_NODES", "localhost:2333", "LAVALINK_NODES is wrong: it must be name=ws://host:port|password"),
        ("NODE_ALLOW_PRIVATE", "10.0.0.1", "NODE_ALLOW_PRIVATE is wrong: it must be host:port"),
        ("LASTFM_API_KEY", "alone", "LASTFM_API_KEY and LASTFM_SHARED_SECRET belong together: set both, or neither."),
        ("LASTFM_URL", "last.fm", "LASTFM_URL is wrong: it must be a URL like https://"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "OTEL_EXPORTER_OTLP_PROTOCOL is wrong"),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as end:
        load(LocalSettings)
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith(sentence)


def test_a_secret_can_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from a file\n")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "token"))
    token = load(LocalSettings).discord_token
    assert token
    assert token.get_secret_value() == "from a file"
