"""`python -m deploy.local [up | down | doctor [CHANNEL [QUERY]]]`."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from deploy.local.app import WrongStartError, doctor, down, up
from deploy.local.examination import UnwellError
from deploy.local.settings import LocalSettings
from deploy.local.supervisor import StartError
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

COMMANDS: dict[str, Callable[..., Coroutine[None, None, None]]] = {"up": up, "down": down, "doctor": doctor}


def main() -> None:
    """Run a command; everything that goes wrong is said in a sentence."""
    name, *arguments = sys.argv[1:] or ["up"]
    if name not in COMMANDS or len(arguments) > 2 * (name == "doctor"):
        sys.exit("usage: python -m deploy.local [up | down | doctor [CHANNEL [QUERY]]]")
    try:
        asyncio.run(COMMANDS[name](load(LocalSettings), *arguments))
    except (WrongStartError, StartError, UnwellError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:  # before the handler of `up` stands
        sys.exit(130)


if __name__ == "__main__":
    main()
