"""Watches the supervisor and, when it dies without cleaning up, ends what is left of the run."""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path

from deploy.local.remains import GRACE, sweep


def main() -> None:
    """Wait for the end of the process that started this one; `stop` of the supervisor ends this one before that."""
    supervisor, home = int(sys.argv[1]), Path(sys.argv[2])
    handle = os.pidfd_open(supervisor)
    if os.getppid() == supervisor:
        print("watching", flush=True)  # noqa: T201 - standard output is this process's log
        select.select([handle], [], [])
    sweep(home, GRACE)


if __name__ == "__main__":
    main()
