"""The making of the environment: complete or not there, by two at once, and with every missing thing named."""

from __future__ import annotations

import asyncio
import shutil
import sys
from typing import TYPE_CHECKING

from deploy import bootstrap
from deploy.local.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_every_package_of_the_lock_file_is_found_with_its_hashes() -> None:
    lock = bootstrap.Environment().lock
    packages = bootstrap.locked_packages(lock)
    assert set(bootstrap.OVERWRITTEN) < {name for name, _ in packages}
    assert all("--hash=sha256:" in block for _, block in packages)
    assert "".join(block for _, block in packages) == lock.read_text()


def test_a_missing_program_is_named_with_its_debian_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert "setpriv is missing: apt-get install util-linux." in bootstrap.missing_prerequisites()


async def test_two_at_once_make_one_environment_beside_another_and_the_next_has_nothing_to_do(tmp_path: Path) -> None:
    checkout = tmp_path / "a checkout"
    (checkout / "deploy").mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "bootstrap.py", checkout / "deploy")
    for lock in ("requirements.lock", "other.lock"):
        (checkout / lock).touch()

    async def run(*named: str) -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(checkout / "deploy" / "bootstrap.py"), *named),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        return process.returncode, output.decode()

    other = (".venv-other", "other.lock")
    *results, beside = await asyncio.gather(run(), run(), run(*other))
    assert [code for code, _ in (*results, beside)] == [0, 0, 0], (results, beside)
    assert sorted("Creating .venv …" in output for _, output in results) == [False, True]
    assert "Creating .venv-other …" in beside[1]
    assert all((checkout / folder / "requirements.stamp").exists() for folder in (".venv", ".venv-other"))
    assert set(await asyncio.gather(run(), run(*other))) == {(0, "")}
