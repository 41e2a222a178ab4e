"""The environment of worker."""

from __future__ import annotations

from pydantic import Field

from kit.settings import ServiceSettings


class WorkerSettings(ServiceSettings):
    """The environment of worker, besides what all services share."""

    canary_minutes: int = Field(
        default=5, ge=1, le=60, description="minutes between two loads of a known track of each source at each node"
    )
