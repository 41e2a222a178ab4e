"""The mesh as gateway sees it: the stand-ins for audio, worker and api behind one address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import grpc

from segue.api.v1 import (
    access_service_pb2_grpc,
    audit_service_pb2_grpc,
    playlist_service_pb2_grpc,
    settings_service_pb2_grpc,
)
from segue.audio.v1 import (
    catalog_service_pb2_grpc,
    player_service_pb2_grpc,
    queue_service_pb2_grpc,
    voice_event_service_pb2_grpc,
)
from segue.worker.v1 import (
    import_service_pb2_grpc,
    lastfm_service_pb2_grpc,
    schedule_service_pb2_grpc,
    stats_service_pb2_grpc,
)

if TYPE_CHECKING:
    from tests.gateway.api import Api
    from tests.gateway.audio import Audio
    from tests.gateway.worker import Worker


async def serve(audio: Audio, worker: Worker, api: Api, address: str, *more: grpc.GenericRpcHandler) -> grpc.aio.Server:
    """Serve all three, and more."""
    server = grpc.aio.server()
    server.add_generic_rpc_handlers(more)
    player_service_pb2_grpc.add_PlayerServiceServicer_to_server(audio, server)
    queue_service_pb2_grpc.add_QueueServiceServicer_to_server(audio, server)
    catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server(audio, server)
    voice_event_service_pb2_grpc.add_VoiceEventServiceServicer_to_server(audio, server)
    import_service_pb2_grpc.add_ImportServiceServicer_to_server(worker, server)
    schedule_service_pb2_grpc.add_ScheduleServiceServicer_to_server(worker.schedules, server)
    stats_service_pb2_grpc.add_StatsServiceServicer_to_server(worker.statistics, server)
    lastfm_service_pb2_grpc.add_LastfmServiceServicer_to_server(worker.lastfm, server)
    settings_service_pb2_grpc.add_SettingsServiceServicer_to_server(api, server)
    audit_service_pb2_grpc.add_AuditServiceServicer_to_server(api, server)
    playlist_service_pb2_grpc.add_PlaylistServiceServicer_to_server(api, server)
    access_service_pb2_grpc.add_AccessServiceServicer_to_server(api, server)
    server.add_insecure_port(address)
    await server.start()
    return server
