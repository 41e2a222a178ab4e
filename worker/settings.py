"""The environment of worker."""

from __future__ import annotations

from kit.settings import ServiceSettings


class WorkerSettings(ServiceSettings):
    """Worker needs nothing beside what all services need."""
