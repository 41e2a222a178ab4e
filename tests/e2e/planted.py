"""The system with a defect planted into its audio processes, each a small patch of the code that runs.

`python -m tests.e2e.planted <defect>` is `make up` whose audio is `python -m tests.e2e.planted <defect> audio`.
"""

from __future__ import annotations

import asyncio
import runpy
import sys
from functools import partial
from random import randrange
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from audio.adapters import postgres
from audio.domain import ranks
from deploy.local import plan
from kit import idempotency

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractContextManager

_WINDOW = 0.5  # seconds from the commit until the request's id is kept
_between, _module = ranks.between, plan._module


async def _keep_after_the_commit(change: Any, request: Any, effect: Callable[[], Awaitable[Any]]) -> tuple[Any, bool]:
    key = idempotency.request_key(request)
    known = await change.tx.fetchrow(idempotency.RECALL, key.user_id, key.guild_id, key.request_id)
    if known:
        return idempotency.unpack(known["answer"]), True
    answer = await effect()
    await change.tx.execute("COMMIT")
    await asyncio.sleep(_WINDOW)
    await change.tx.execute("BEGIN")

    async def answered() -> Any:
        return answer

    return await idempotency.once(change.tx, key, request, answered)


def _just_behind(before: int | None, after: int | None) -> int | None:
    return _between(before, after) if after is None else after + randrange(1, ranks.GAP // 2)


PLANTED: dict[str, AbstractContextManager[object]] = {
    "a request's id is kept after the commit": patch.object(postgres, "once", _keep_after_the_commit),
    "a moved track's rank is one place off": patch.object(ranks, "between", _just_behind),
}


def _module_with(defect: str, name: str, *arguments: str) -> tuple[str, ...]:
    return _module(__spec__.name, defect, name) if name == "audio" else _module(name, *arguments)


def main() -> None:
    """Run audio with the defect, or everything with such an audio."""
    defect, *part = sys.argv[1:]
    with PLANTED[defect] if part else patch.object(plan, "_module", partial(_module_with, defect)):
        sys.argv[1:] = []
        runpy.run_module(part[0] if part else "deploy.local", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
