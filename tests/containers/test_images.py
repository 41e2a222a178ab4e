"""What is in an image, and what is not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from kit.release import RELEASE
from tests.containers import bases
from tests.containers.engine import TARGETS

if TYPE_CHECKING:
    from tests.containers.engine import Engine

OWN = {
    **{service: {service, "kit", "gen"} for service in ("gateway", "audio", "api", "worker")},
    "setup": {"kit", "gen", "envoy", "deploy", "gateway", "audio", "api", "worker"},
    "node": {"kit", "lavalink", "deploy"},
    "simulator": {"kit", "simulator"},
}
PROBED = {"gateway", "audio", "api", "worker", "node", "simulator"}
MEGABYTE = 1_000_000
BASE = 125  # megabytes of the real base, which another one stands in for here


async def configuration(engine: Engine, target: str) -> dict[str, Any]:
    """Return everything the engine knows of an image."""
    found: list[dict[str, Any]] = json.loads(await engine.docker("image", "inspect", f"segue/{target}:{RELEASE}"))
    return found[0]


async def inside(engine: Engine, target: str, script: str) -> list[str]:
    """Run a shell script in a fresh container of an image; return the lines it prints."""
    image = f"segue/{target}:{RELEASE}"
    return (await engine.docker("run", "--rm", "--network", "none", "--entrypoint", "sh", image, "-c", script)).split()


@pytest.mark.parametrize("target", TARGETS)
async def test_an_image_runs_as_an_ordinary_user_and_says_what_it_is(engine: Engine, target: str) -> None:
    config = (await configuration(engine, target))["Config"]
    assert config["User"] == "1000:1000"
    assert config["StopSignal"] == "SIGTERM"
    assert ("Healthcheck" in config) == (target in PROBED)
    assert config["Labels"]["org.opencontainers.image.version"] == RELEASE
    assert {"title", "description", "licenses"} <= {name.rpartition(".")[2] for name in config["Labels"]}


@pytest.mark.parametrize("target", TARGETS)
async def test_an_image_holds_its_own_process_and_nothing_that_only_building_needs(engine: Engine, target: str) -> None:
    assert set(await inside(engine, target, "ls -A /app")) == OWN[target]
    assert await inside(engine, target, "find /venv -name pip -o -name setuptools") == []
    # Nothing of the environment can be written, and no file there is anybody's secret.
    assert await inside(engine, target, "find /app /venv -writable ! -type l | head -3") == []
    assert (
        await inside(engine, target, "find /app /run /var/lib/segue -name '*.pem' -o -name '.env*' -o -name '.git*'")
        == []
    )
    if target == "setup":  # of the services it has the migrations alone
        code = await inside(engine, target, "ls -d /app/gateway/* /app/audio/* /app/api/* /app/worker/*")
        assert {path.rpartition("/")[2] for path in code} <= {"migrations", "__pycache__"}


@pytest.mark.parametrize("target", TARGETS)
async def test_no_layer_was_made_with_a_secret(engine: Engine, target: str) -> None:
    made = await engine.docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", f"segue/{target}:{RELEASE}")
    assert not re.search(r"(?i)token|password|secret", made.replace("NODE_PASSWORD_FILE", ""))


@pytest.mark.parametrize("target", TARGETS)
async def test_an_image_is_no_larger_than_is_written_down(engine: Engine, target: str) -> None:
    text = (bases.ROOT / "docs/limits.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z, ]+) \| (\d+) MB \|", text, flags=re.MULTILINE)
    allowed = {name: int(size) for names, size in rows for name in names.split(", ")}
    base = json.loads(await engine.docker("image", "inspect", bases.names()["python"]))[0]["Size"]
    size = BASE + ((await configuration(engine, target))["Size"] - base) / MEGABYTE
    assert size <= allowed[target], f"{size:.0f} MB"
