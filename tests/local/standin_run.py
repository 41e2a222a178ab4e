"""`python -m deploy.local` with the real guard and PostgreSQL, and stand-ins for everything that is Segue's."""

from __future__ import annotations

import sys
from functools import partial

from deploy.local import probes
from deploy.local.__main__ import COMMANDS, main
from deploy.local.app import up
from deploy.local.plan import Plan
from deploy.local.process import Process


class StandInPlan(Plan):
    """Two services that depend on each other and on the database."""

    def processes(self) -> list[Process]:
        guard = next(process for process in self._observers() if process.name == "guard")
        postgres = [process for process in self._database() if process.name in ("initdb", "postgres")]
        return [guard, *postgres, self._service("audio", ("postgres",)), self._service("gateway", ("audio",))]

    def _service(self, name: str, after: tuple[str, ...]) -> Process:
        address = self._run.ops[name]
        child = str(self._run.home / f"{name}.child")
        return Process(
            name=name,
            command=(sys.executable, "-m", "tests.local.standin", address.rpartition(":")[2], child),
            environment=self._common,
            after=after,
            ready=partial(probes.http_ok, address, "/ready"),
        )


if __name__ == "__main__":
    COMMANDS["up"] = partial(up, plan=StandInPlan)
    main()
