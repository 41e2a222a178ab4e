"""How a client in Python is driven: a JSON line names a method, and a JSON line says that it is done."""

import asyncio
import json
import sys
from typing import Any


def say(**content: Any) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


async def obey(client: Any) -> None:
    """Call the methods that are asked for, until the input ends."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        name = asked.pop("do")
        try:
            say(done=name, result=await getattr(client, name)(**asked))
        except Exception as error:  # noqa: BLE001 - the test is told
            say(done=name, error=repr(error))
