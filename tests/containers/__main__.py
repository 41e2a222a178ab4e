"""`make test-containers`: runs the tests of this folder where a Docker engine can be started, and says so elsewhere."""

from __future__ import annotations

import asyncio
import os
import sys

from tests.containers.engine import obstacle, refusal

NOT_RUN = 77  # what test programs end with that could not run


def main() -> None:
    """Run them, or say in a sentence why not."""
    if why := obstacle() or asyncio.run(refusal()):
        print(f"The tests in containers did not run: {why}.")  # noqa: T201 - to the person at the terminal
        sys.exit(NOT_RUN)
    command = [sys.executable, "-m", "pytest", "-s", "--timeout=1200", "tests/containers", *sys.argv[1:]]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
