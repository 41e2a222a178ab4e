"""Where the bot is in voice: op 4 of the gateway becomes a voice state, a call, and the credentials for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.voice.calls import Call, Calls
    from simulator.world.records import VoiceState
    from simulator.world.world import World

_KICKED = 4014


class Switchboard:
    """Keeps voice states and calls in step. A voice state belongs to the gateway session that asked for it last."""

    def __init__(self, world: World, calls: Calls, endpoint: str) -> None:
        self._world = world
        self._calls = calls
        self._endpoint = endpoint

    def _state(self, guild_id: int) -> VoiceState | None:
        return next((state for state in self._world.bot_voice_states() if state.guild_id == guild_id), None)

    def owner(self, guild_id: int) -> str | None:
        """Name the gateway session that owns the bot's voice state in a guild."""
        state = self._state(guild_id)
        return None if state is None else state.session_id

    def ask(self, session_id: str, data: dict[str, Any]) -> None:
        """Serve op 4 of a gateway session; raises Refusal, KeyError, TypeError or ValueError.

        The same session asking for the same channel again gets the same credentials, as a client that resumes needs.
        """
        guild_id = int(data["guild_id"])
        if data.get("channel_id") is None:
            self.hang_up(guild_id)
            return
        channel_id, muted, deaf = int(data["channel_id"]), bool(data.get("self_mute")), bool(data.get("self_deaf"))
        before = self._state(guild_id)
        self._world.move(guild_id, self._world.bot_id, channel_id, session_id, self_mute=muted, self_deaf=deaf)
        same = before is not None and (before.channel_id, before.session_id) == (channel_id, session_id)
        call = self._calls.of_guild(guild_id)
        if call is None or before is None or not same:
            self._connect(guild_id, channel_id, session_id)
        elif (before.self_mute, before.self_deaf) == (muted, deaf):
            self._announce(call)

    def _connect(self, guild_id: int, channel_id: int, session_id: str) -> None:
        """Open a new call in place of the one before."""
        call = self._calls.of_guild(guild_id)
        if call is not None:
            self._calls.close(call, _KICKED)
        self._announce(self._calls.open(guild_id, channel_id, self._world.bot_id, session_id))

    def _announce(self, call: Call) -> None:
        server = {"token": call.token, "guild_id": str(call.guild_id), "endpoint": self._endpoint}
        self._world.emit("VOICE_SERVER_UPDATE", server)

    def renew(self, call: Call) -> None:
        """Move a call to another voice server: the channel stays, the credentials do not."""
        self._connect(call.guild_id, call.channel_id, call.session_id)

    def hang_up(self, guild_id: int) -> None:
        """End the bot's voice state, whoever owns it."""
        call = self._calls.of_guild(guild_id)
        if call is not None:
            self._calls.close(call, _KICKED)
        state = self._state(guild_id)
        if state is not None:
            self._world.move(guild_id, self._world.bot_id, None, state.session_id)

    def push(self, guild_id: int, channel_id: int | None) -> None:
        """Move or disconnect the bot, as someone who may would."""
        state = self._state(guild_id)
        if state is None or channel_id is None:
            self.hang_up(guild_id)
        elif state.channel_id != channel_id:
            self._world.move(guild_id, self._world.bot_id, channel_id, state.session_id)
            self._connect(guild_id, channel_id, state.session_id)

    def session_ended(self, session_id: str) -> None:
        """End the voice states that a gateway session still owns."""
        for state in self._world.bot_voice_states():
            if state.session_id == session_id:
                self.hang_up(state.guild_id)
