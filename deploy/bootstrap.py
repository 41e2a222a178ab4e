"""Brings .venv to what requirements.lock says, or a folder that is named to a lock file that is named.

It uses the standard library alone, and the Python that runs it becomes the environment's. Concurrent runs in one
checkout wait for each other; the stamp is written last, so that an interrupted installation is taken up again by the
next run. Without a changed lock nothing is touched and no network is used.
"""

# ruff: noqa: S603, T201 - it runs pip and venv with arguments of its own, and speaks to the person at the terminal
from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# xds-protos carries old copies of these packages' modules, and which wheel pip unpacks last is chance.
OVERWRITTEN = ("googleapis-common-protos", "opentelemetry-proto")


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the lock file that says what is in it."""

    folder: Path = ROOT / ".venv"
    lock: Path = ROOT / "requirements.lock"

    @property
    def python(self) -> Path:
        """Return its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """Return the file that says for what it is complete."""
        return self.folder / "requirements.stamp"


def missing_prerequisites() -> list[str]:
    """Return one sentence for each thing this machine lacks."""
    version = ".".join(str(part) for part in sys.version_info[:2])
    missing = []
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python meets first
        missing.append(
            f"Segue needs Python 3.11 or newer, and {sys.executable} is {version}: use make PYTHON=python3.11."
        )
    if not importlib.util.find_spec("ensurepip") or not importlib.util.find_spec("venv"):
        missing.append(f"Python's venv module is missing: apt-get install python{version}-venv (or python3-venv).")
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "aarch64"):
        missing.append("Segue runs on Linux (x86-64 or aarch64) or WSL2.")
    elif platform.libc_ver()[0] != "glibc":
        missing.append("Segue needs a Linux with glibc, such as Debian or Ubuntu.")
    missing += [
        f"{tool} is missing: apt-get install util-linux."
        for tool in ("setpriv", "unshare")
        if shutil.which(tool) is None
    ]
    return missing


def wanted_stamp(lock: Path) -> str:
    """Return what the stamp holds when the environment is complete."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return f"{digest} python{sys.version_info[0]}.{sys.version_info[1]}\n"


def create_environment(wanted: Environment) -> None:
    """Make an empty environment unless a usable one of this Python is there."""
    expected = f"{sys.version_info[0]}.{sys.version_info[1]}"
    probe = "import sys; print('%d.%d' % sys.version_info[:2])"
    if wanted.python.exists():
        found = subprocess.run([wanted.python, "-m", "pip", "--version"], capture_output=True, check=False)
        version = subprocess.run([wanted.python, "-c", probe], capture_output=True, text=True, check=False)
        if found.returncode == 0 and version.stdout.strip() == expected:
            return
    print(f"Creating {wanted.folder.name} …", flush=True)
    for name in ("bin", "lib", "lib64", "include"):
        path = wanted.folder / name
        if path.is_symlink():
            path.unlink()
        elif path.exists():
            shutil.rmtree(path)
    subprocess.run([sys.executable, "-m", "venv", wanted.folder], check=True)


def install(wanted: Environment) -> None:
    """Install the lock file, every package checked by its hash, and say how far it is."""
    packages = locked_packages(wanted.lock)
    total = len({name for name, _ in packages})
    python = str(wanted.python)
    command = [python, "-m", "pip", "install", "--require-hashes", "--no-deps", "--disable-pip-version-check"]
    output: list[str] = []
    done = 0
    with subprocess.Popen(
        [*command, "-r", str(wanted.lock)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            output.append(line)
            if package := re.match(r"(?:Collecting|Requirement already satisfied:) (\S+)", line):
                done += 1
                progress(f"Fetching packages {done}/{total}: {package[1]}")
            elif line.startswith("Installing collected packages"):
                progress("Installing packages …")
    if pip.returncode != 0:
        sys.exit("".join(output[-15:]) + f"Installing {wanted.lock.name} failed; the lines above say why.")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as restored:
        restored.write("".join(block for name, block in packages if name in OVERWRITTEN))
        restored.flush()
        subprocess.run([*command, "--quiet", "--force-reinstall", "-r", restored.name], check=True)
    progress("Packages are installed.")
    print(flush=True)


def locked_packages(lock: Path) -> list[tuple[str, str]]:
    """Return the name and the lines of each entry of the lock file; a name has several for several Pythons."""
    found = re.finditer(r"^([A-Za-z0-9][\w.-]*).*\n?(?:[ \t]+.*\n?)*", lock.read_text(), flags=re.MULTILINE)
    return [(entry[1], entry[0]) for entry in found]


def progress(text: str) -> None:
    """Show one line, over the last one where this is a terminal."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print("\r" + text[:width].ljust(width), end="", flush=True)
    elif "/" not in text or "0/" in text:
        print(text, flush=True)


def main() -> None:
    """Check the machine, then make the environment fit the lock file."""
    if missing := missing_prerequisites():
        sys.exit("\n".join(missing))
    wanted = Environment(*(ROOT / name for name in sys.argv[1:]))
    wanted.folder.mkdir(exist_ok=True)
    with (wanted.folder / "bootstrap.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        stamp = wanted_stamp(wanted.lock)
        if wanted.stamp.exists() and wanted.stamp.read_text() == stamp and wanted.python.exists():
            return
        create_environment(wanted)
        install(wanted)
        fresh = wanted.stamp.with_suffix(".new")
        fresh.write_text(stamp)
        fresh.replace(wanted.stamp)


if __name__ == "__main__":
    main()
