"""Where Red is installed: an environment of its own, of a Python 3.11, made out of the lock file beside this one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ".venv-red"
PYTHON = ROOT / FOLDER / "bin" / "python"


def obstacle() -> str:
    """Bring the environment to its lock file; what stands in the way is said, and nothing where all is well."""
    python = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which("python3.11")
    if python is None:
        return "it wants Python 3.11, and there is no python3.11 here"
    lock = Path(__file__).with_name("requirements.lock").relative_to(ROOT)
    subprocess.run([python, ROOT / "deploy" / "bootstrap.py", FOLDER, lock], check=True)
    return ""
