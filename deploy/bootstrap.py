"""Brings .venv to what requirements.lock says, with the system's own Python (standard library only).

Concurrent runs in one checkout wait for each other; the stamp is written last, so that an interrupted
installation is taken up again by the next run. Without a changed lock nothing is touched and no network is used.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "requirements.stamp"
PYTHON = VENV / "bin" / "python"

# xds-protos carries old copies of these packages' modules, and which wheel pip unpacks last is chance.
OVERWRITTEN = ("googleapis-common-protos", "opentelemetry-proto")


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


def wanted_stamp() -> str:
    """Return what the stamp holds when the environment is complete."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return f"{digest} python{sys.version_info[0]}.{sys.version_info[1]}\n"


def create_environment() -> None:
    """Make an empty environment unless a usable one of this Python is there."""
    expected = f"{sys.version_info[0]}.{sys.version_info[1]}"
    probe = "import sys; print('%d.%d' % sys.version_info[:2])"
    if PYTHON.exists():
        found = subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False)
        version = subprocess.run([PYTHON, "-c", probe], capture_output=True, text=True, check=False)
        if found.returncode == 0 and version.stdout.strip() == expected:
            return
    print("Creating .venv …", flush=True)
    for name in ("bin", "lib", "lib64", "include"):
        path = VENV / name
        if path.is_symlink():
            path.unlink()
        elif path.exists():
            shutil.rmtree(path)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)


def install() -> None:
    """Install the lock file, every package checked by its hash, and say how far it is."""
    total = len({name for name, _ in locked_packages()})
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "--disable-pip-version-check"]
    output: list[str] = []
    done = 0
    with subprocess.Popen(
        [*command, "-r", str(LOCK)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
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
        sys.exit("".join(output[-15:]) + "Installing requirements.lock failed; the lines above say why.")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as restored:
        restored.write("".join(block for name, block in locked_packages() if name in OVERWRITTEN))
        restored.flush()
        subprocess.run([*command, "--quiet", "--force-reinstall", "-r", restored.name], check=True)
    progress("Packages are installed.")
    print(flush=True)


def locked_packages() -> list[tuple[str, str]]:
    """Return the name and the lines of each entry of the lock file; a name has several for several Pythons."""
    found = re.finditer(r"^([A-Za-z0-9][\w.-]*).*\n?(?:[ \t]+.*\n?)*", LOCK.read_text(), flags=re.MULTILINE)
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
    VENV.mkdir(exist_ok=True)
    with (VENV / "bootstrap.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if STAMP.exists() and STAMP.read_text() == wanted_stamp() and PYTHON.exists():
            return
        create_environment()
        install()
        fresh = STAMP.with_suffix(".new")
        fresh.write_text(wanted_stamp())
        fresh.replace(STAMP)


if __name__ == "__main__":
    main()
