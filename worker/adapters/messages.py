"""Messages of the bot, through gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import actor
from segue.gateway.v1 import message_service_pb2, message_service_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from worker.domain.stats import Amount, Song


class MeshMessages:
    """`worker.scheduling.Messages`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = message_service_pb2_grpc.MessageServiceStub(channel)

    async def check(self, guild_id: int, channel_id: int) -> None:
        """Refused(CHANNEL_NOT_WRITABLE) if nothing can be posted in a channel."""
        await self._send(
            message_service_pb2.SendMessageRequest(guild_id=guild_id, channel_id=channel_id, validate_only=True)
        )

    async def send(
        self, guild_id: int, channel_id: int, text: str, song: tuple[Song, Amount] | None, *, request_id: str
    ) -> None:
        """Post a text, a song, or both, once for each `request_id`."""
        request = message_service_pb2.SendMessageRequest(
            guild_id=guild_id, channel_id=channel_id, text=text, request_id=request_id
        )
        if song:
            found, amount = song
            request.song.MergeFrom(
                message_service_pb2.SongOfTheDay(
                    title=found.title, author=found.author, uri=found.uri, plays=amount.plays
                )
            )
        await self._send(request)

    async def _send(self, request: message_service_pb2.SendMessageRequest) -> None:
        with actor.acting_as(actor.system()):
            await self._stub.SendMessage(request)
