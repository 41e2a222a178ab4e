"""Of guilds that were left for good, nothing stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit.errors import Reason, Refused
from segue.common.v1 import upkeep_service_pb2
from segue.gateway.v1 import guild_service_pb2
from tests.worker.test_jobs import Owners, ended, run_purge, serving, until

if TYPE_CHECKING:
    from pathlib import Path

    from kit.postgres import Pool

OTHERS = ("audio", "api", "gateway")


class Left:
    """Services that keep something of these guilds; gateway, which is asked last, knows that they were left."""

    def __init__(self, *guild_ids: int) -> None:
        self.guild_ids = list(guild_ids)
        self.asked: list[list[int]] = []
        self.away = True

    async def list(self, _request: Any) -> guild_service_pb2.ListLeftGuildsResponse:
        """List what gateway knows."""
        return guild_service_pb2.ListLeftGuildsResponse(guild_ids=self.guild_ids)

    async def forget(self, request: Any) -> upkeep_service_pb2.ForgetGuildsResponse:
        """Forget guilds."""
        if self.away:
            raise Refused(Reason.UNAVAILABLE, part="audio")
        self.asked.append(list(request.guild_ids))
        if len(self.asked) == len(OTHERS):
            self.guild_ids = []
        return upkeep_service_pb2.ForgetGuildsResponse()


async def test_gateway_is_asked_to_forget_guilds_once_all_others_have(
    database_url: str,
    tmp_path: Path,
    pool: Pool,
) -> None:
    left = Left(5, 6)
    mesh = Owners(0).mesh()
    mesh.answers |= {"ListLeftGuilds": left.list, "ForgetGuilds": left.forget}
    await pool.execute("INSERT INTO played VALUES (5, now(), 1, '', '', '', '', 1, 1)")
    async with serving(database_url, tmp_path, mesh) as stub:
        job = (await run_purge(stub)).job
        await until(stub, job.job_id, lambda job: job.error != "")
        assert left.guild_ids == [5, 6]
        left.away = False
        await pool.execute("UPDATE job SET due_at = now()")
        await ended(stub, job.job_id)

    assert left.asked == [[5, 6]] * len(OTHERS)
    assert await pool.fetchval("SELECT count(*) FROM played WHERE guild_id = 5") == 0
