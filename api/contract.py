"""The whole contract, as the edge serves it: every policy is known to api, whichever service owns the method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import policy
from segue.api.v1 import (
    access_service_pb2,
    audit_service_pb2,
    edge_service_pb2,
    playlist_service_pb2,
    settings_service_pb2,
)
from segue.audio.v1 import (
    catalog_service_pb2,
    node_service_pb2,
    player_service_pb2,
    queue_service_pb2,
    voice_event_service_pb2,
)
from segue.common.v1 import event_service_pb2, ops_service_pb2, privacy_service_pb2, upkeep_service_pb2
from segue.gateway.v1 import guild_service_pb2, message_service_pb2, voice_channel_service_pb2
from segue.options.v1 import options_pb2
from segue.worker.v1 import import_service_pb2, job_service_pb2, schedule_service_pb2, stats_service_pb2

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILES = (
    access_service_pb2,
    audit_service_pb2,
    edge_service_pb2,
    playlist_service_pb2,
    settings_service_pb2,
    catalog_service_pb2,
    node_service_pb2,
    player_service_pb2,
    queue_service_pb2,
    voice_event_service_pb2,
    event_service_pb2,
    ops_service_pb2,
    privacy_service_pb2,
    upkeep_service_pb2,
    guild_service_pb2,
    message_service_pb2,
    voice_channel_service_pb2,
    import_service_pb2,
    job_service_pb2,
    schedule_service_pb2,
    stats_service_pb2,
)


def methods() -> Iterator[str]:
    """Return every method as `/package.Service/Method`."""
    for file in _FILES:
        for service in file.DESCRIPTOR.services_by_name.values():
            yield from (f"/{service.full_name}/{name}" for name in service.methods_by_name)


def scopes() -> list[str]:
    """Return every scope a token may have."""
    found = (policy.of(method) for method in methods())
    return sorted({declared.scope for declared in found if declared and declared.scope})


def is_public(method: str) -> bool:
    """Tell whether a method of the contract asks for nobody."""
    found = policy.of(method)
    return found is not None and found.floor == options_pb2.LEVEL_PUBLIC
