"""VoiceChannelService: joining and leaving voice channels, for audio."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway import wire
from segue.gateway.v1 import voice_channel_service_pb2 as messages
from segue.gateway.v1 import voice_channel_service_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from gateway.voice import Voice

    Context = grpc.aio.ServicerContext[Any, Any]


class VoiceChannelService(voice_channel_service_pb2_grpc.VoiceChannelServiceServicer):
    """Serves voice signalling."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    async def ConnectVoice(
        self, request: messages.ConnectVoiceRequest, _context: Context
    ) -> messages.ConnectVoiceResponse:
        """Ask Discord to put the bot into a voice channel."""
        await self._voice.connect(request.guild_id, request.channel_id, renew=request.renew)
        return messages.ConnectVoiceResponse()

    async def DisconnectVoice(
        self, request: messages.DisconnectVoiceRequest, _context: Context
    ) -> messages.DisconnectVoiceResponse:
        """Ask Discord to take the bot out of its voice channel."""
        await self._voice.disconnect(request.guild_id)
        return messages.DisconnectVoiceResponse()

    async def CheckVoice(self, request: messages.CheckVoiceRequest, _context: Context) -> messages.CheckVoiceResponse:
        """Say whether the bot could connect and speak in a voice channel."""
        self._voice.check(request.guild_id, request.channel_id)
        return messages.CheckVoiceResponse()

    async def GetVoice(self, request: messages.GetVoiceRequest, _context: Context) -> messages.GetVoiceResponse:
        """Give the newest snapshot of a guild."""
        return messages.GetVoiceResponse(snapshot=wire.snapshot(self._voice.snapshot(request.guild_id)))
