"""python -m simulator."""

from __future__ import annotations

import asyncio
import sys

from pydantic import ValidationError

from simulator import log
from simulator.app import run
from simulator.settings import Settings


def main() -> int:
    """Run until SIGTERM or SIGINT."""
    try:
        settings = Settings()  # type: ignore[call-arg]  # the environment fills the fields
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        sys.stderr.write(f"The simulator cannot start, its settings are wrong: {wrong}\n")
        return 2
    log.configure(settings.log_level)
    asyncio.run(run(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
