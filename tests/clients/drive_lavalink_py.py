"""lavalink.py, fed with what Discord's gateway would send."""

import asyncio
from typing import Any

from lavalink.client import Client
from lavalink.events import NodeReadyEvent, TrackEndEvent, TrackStartEvent
from lavalink.filters import Filter, Timescale, Volume

from tests.clients.lines import obey, say


class LavalinkPy:
    def __init__(self) -> None:
        self._client: Any = None
        self._player: Any = None
        self._tracks: Any = []

    async def connect(self, host: str, port: int, password: str, user: int) -> None:
        self._client = Client(user)
        self._client.add_event_hook(self._ready, event=NodeReadyEvent)
        self._client.add_event_hook(self._started, event=TrackStartEvent)
        self._client.add_event_hook(self._ended, event=TrackEndEvent)
        self._client.add_node(host, port, password, "eu", "node")

    async def join(self, guild: int, voice: dict[str, str]) -> None:
        self._player = self._client.player_manager.create(guild)
        state = {"guild_id": str(guild), "user_id": str(self._client._user_id), "channel_id": voice["channelId"]}
        state["session_id"] = voice["sessionId"]
        server = {"guild_id": str(guild), "token": voice["token"], "endpoint": voice["endpoint"]}
        await self._client.voice_update_handler({"t": "VOICE_STATE_UPDATE", "d": state})
        await self._client.voice_update_handler({"t": "VOICE_SERVER_UPDATE", "d": server})

    async def load(self, words: str) -> list[str]:
        self._tracks = (await self._client.get_tracks(f"localsearch:{words}")).tracks
        return [track.identifier for track in self._tracks]

    async def play(self, index: int) -> None:
        await self._player.play(self._tracks[index])

    async def pause(self, on: bool) -> None:
        await self._player.set_pause(on)

    async def seek(self, position: int) -> None:
        await self._player.seek(position)

    async def volume(self, percent: int) -> None:
        await self._player.set_volume(percent)

    async def filters(self, volume: float, pitch: float | None) -> None:
        chosen: list[Filter[Any]] = [Volume(volume)]
        if pitch is not None:
            chosen.append(Timescale(pitch=pitch))
        await self._player.set_filters(*chosen, replace=True)

    async def stop(self) -> None:
        await self._player.stop()

    async def _ready(self, event: Any) -> None:
        say(event="ready", resumed=event.resumed)

    async def _started(self, event: Any) -> None:
        say(event="start", identifier=event.track.identifier)

    async def _ended(self, event: Any) -> None:
        say(event="end", reason=event.reason.value)


async def main() -> None:
    await obey(LavalinkPy())


if __name__ == "__main__":
    asyncio.run(main())
