"""wavelink, without a Discord login: the bot, its guild and its channel are stand-ins."""

import asyncio
from typing import Any

import wavelink

from tests.clients.lines import obey, say


class _Guild:
    def __init__(self, guild: int, voice: dict[str, str]) -> None:
        self.id = guild
        self._voice = voice
        self.player: Any = None

    async def change_voice_state(self, **_: Any) -> None:
        """Discord answers the wish to enter a channel with these two."""
        state = {"channel_id": self._voice["channelId"], "session_id": self._voice["sessionId"]}
        await self.player.on_voice_state_update(state)
        server = {"token": self._voice["token"], "endpoint": self._voice["endpoint"]}
        await self.player.on_voice_server_update(server)


class _Channel:
    members: list[Any] = []  # noqa: RUF012 - a stand-in

    def __init__(self, guild: _Guild, channel: int) -> None:
        self.guild = guild
        self.id = channel

    def _get_voice_client_key(self) -> tuple[int, str]:
        return self.guild.id, "guild_id"


class Wavelink:
    """Also what wavelink takes for the bot."""

    class user:  # noqa: N801 - the name wavelink reads
        """The bot."""

        id = 0

    def __init__(self) -> None:
        self._channel: Any = None
        self._player: Any = None
        self._tracks: Any = []

    def dispatch(self, name: str, payload: Any = None, *_: Any) -> None:
        match name:
            case "wavelink_node_ready":
                say(event="ready", resumed=payload.resumed)
            case "wavelink_track_start":
                say(event="start", identifier=payload.track.identifier)
            case "wavelink_track_end":
                say(event="end", reason=payload.reason)

    def get_channel(self, _: int) -> Any:
        return self._channel

    async def connect(self, host: str, port: int, password: str, user: int) -> None:
        self.user.id = user
        node = wavelink.Node(uri=f"http://{host}:{port}", password=password, inactive_channel_tokens=None)
        await wavelink.Pool.connect(nodes=[node], client=self)  # type: ignore[arg-type]

    async def join(self, guild: int, voice: dict[str, str]) -> None:
        place = _Guild(guild, voice)
        self._channel = _Channel(place, int(voice["channelId"]))
        self._player = place.player = wavelink.Player(self, self._channel)  # type: ignore[arg-type]
        await self._player.connect(timeout=5, reconnect=False)

    async def load(self, words: str) -> list[str]:
        self._tracks = await wavelink.Playable.search(words, source="localsearch:")
        return [track.identifier for track in self._tracks]

    async def play(self, index: int) -> None:
        await self._player.play(self._tracks[index])

    async def pause(self, on: bool) -> None:
        await self._player.pause(on)

    async def seek(self, position: int) -> None:
        await self._player.seek(position)

    async def volume(self, percent: int) -> None:
        await self._player.set_volume(percent)

    async def filters(self, volume: float, pitch: float | None) -> None:
        filters = wavelink.Filters()
        filters.volume = volume
        if pitch is not None:
            filters.timescale.set(pitch=pitch)
        await self._player.set_filters(filters)

    async def stop(self) -> None:
        await self._player.stop()


async def main() -> None:
    await obey(Wavelink())


if __name__ == "__main__":
    asyncio.run(main())
