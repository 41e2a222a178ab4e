"""`make test-red`: runs the tests of this folder where Red can be installed, and says so elsewhere."""

from __future__ import annotations

import os
import sys

from tests.red.environment import obstacle

NOT_RUN = 77  # what test programs end with that could not run


def main() -> None:
    """Run them, or say in a sentence why not."""
    if why := obstacle():
        print(f"Red did not run: {why}.")  # noqa: T201 - to the person at the terminal
        sys.exit(NOT_RUN)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", "tests/red", *sys.argv[1:]])


if __name__ == "__main__":
    main()
