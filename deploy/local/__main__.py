"""`python -m deploy.local [up | down]`."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from deploy.local.app import WrongStartError, down, up
from deploy.local.settings import LocalSettings
from deploy.local.supervisor import StartError
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

COMMANDS: dict[str, Callable[[LocalSettings], Coroutine[None, None, None]]] = {"up": up, "down": down}


def main() -> None:
    """Run one of the two commands; everything that goes wrong is said in a sentence."""
    name = sys.argv[1] if len(sys.argv) > 1 else "up"
    if name not in COMMANDS or len(sys.argv) > 2:
        sys.exit("usage: python -m deploy.local [up | down]")
    try:
        asyncio.run(COMMANDS[name](load(LocalSettings)))
    except (WrongStartError, StartError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:  # before the handler of `up` stands
        sys.exit(130)


if __name__ == "__main__":
    main()
