"""Audio nodes that speak Lavalink's REST and websocket messages in virtual time: sessions, players, and their moods.

A session whose socket ended waits to be resumed, and its players play on. What the node says meanwhile is kept for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation.loop import WORLD, settle
from tests.simulation.session import NodePlayer, NodeSession, Socket

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable, Iterator

    from tests.simulation.discord import Discord
    from tests.simulation.judge import Judge
    from tests.simulation.loop import Process, Wire

_UPDATE = 5.0  # seconds between two playerUpdates
_SLOW = 0.2  # seconds after which a load is one of the slow ones
_NOT_FOUND = 404, {"message": "Session not found"}
_INFO = {"version": {"semver": "4.2.0", "major": 4, "minor": 2, "patch": 0}, "sourceManagers": ["local"]}


def length_of(identifier: str) -> int:
    """Return the length of a track in ms. Its identifier is `<mood>-<length>-<number>`."""
    return int(identifier.split("-")[1])


class Node:
    """A node's process and all that it holds. A restart loses everything."""

    def __init__(self, name: str, wire: Wire, dice: Callable[[], float], judge: Judge, discord: Discord) -> None:
        self.name, self.is_up = name, True
        self.sessions: dict[str, NodeSession] = {}
        self._wire, self._loop, self._dice, self.judge, self._discord = wire, wire.loop, dice, judge, discord
        self._number = 0
        self._plugins = ("segue-next",) if name == "one" else ()

    def players(self) -> Iterator[tuple[NodeSession, NodePlayer]]:
        """Return all players with their sessions."""
        for session in self.sessions.values():
            for player in session.players.values():
                yield session, player

    def stop(self) -> None:
        """Die, with everything in it."""
        self.is_up = False
        for session in list(self.sessions.values()):
            if session.socket:
                session.socket.is_open = False
                session.socket.say(None)
            self._forget(session)

    def open(self, process: Process, session_id: str) -> Socket:
        """Answer to a websocket that asks for a session."""
        self._require_up()
        if not process.is_alive:
            raise ConnectionError(process.name)
        session, socket = self.sessions.get(session_id), Socket(self._wire, process)
        resumed = session is not None and session.socket is None
        if session is None or not resumed:
            if session:
                session.replaced_at = self._loop.time()
            self._number += 1
            session = NodeSession(f"{self.name}-{self._number}")
            self.sessions[session.session_id] = session
        session.socket, session.opened_at = socket, self._loop.time()
        self.judge.tell("open", process.name, session_id, session.session_id)
        said = [{"op": "ready", "resumed": resumed, "sessionId": session.session_id}, self._stats()]
        if not resumed and self._dice() < 0.2:
            said.reverse()
        socket.say(*said, *session.kept)
        session.kept.clear()
        for player in session.players.values():
            player.disturbed_at = session.opened_at  # what is asked now may come after it was looked at
            self._update(session, player)
        return socket

    def hang_up(self, socket: Socket, *, is_noticed: bool = True) -> None:
        """Lose a socket. Unnoticed: its client has, but the node has not."""
        if socket.is_open:
            socket.is_open = False
            socket.say(None)
        session = next((each for each in self.sessions.values() if each.socket is socket), None)
        if session and is_noticed:
            session.socket = None
            # A socket that ends between the two words by which its session is taken from it leaves a session that
            # waits and sounds: Lavalink has no word against that.
            if not session.resumable or session.replaced_at > self._loop.time() - 1:
                self._forget(session)

    def serve(self, client: Process, method: str, path: str, body: dict[str, Any] | None) -> Any:
        """Answer a request: status and body, or a future of both."""
        self._require_up()
        if path == "v4/info":
            return 200, _INFO | {"plugins": [{"name": name} for name in self._plugins]}
        session = self.sessions.get(path.split("/")[2])
        if session is None or session.socket is None:
            return _NOT_FOUND
        guild_id = int(path.split("/")[4]) if path.count("/") == 4 else 0
        match method, guild_id:
            case "GET", 0:
                return 200, [self._shown(player) for player in session.players.values()]
            case "PATCH", 0:
                session.resumable = bool((body or {})["resuming"])
                return 200, {}
            case "DELETE", _:
                if gone := session.players.pop(guild_id, None):
                    self._silence(session, gone)
                    self._say_closed(session, gone, 1000, by_remote=False)
                return 204, None
        player = session.players.setdefault(guild_id, NodePlayer(guild_id, disturbed_at=session.opened_at))
        return self._patch(client, session, player, body or {})

    def end_voice(self, guild_id: int, code: int) -> None:
        """Hear of Discord that a guild's voice connections have ended, but one that was made since."""
        for session, player in self.players():
            if player.guild_id == guild_id and player.connected and not self._discord.accepts(guild_id, player.voice):
                player.connected, player.disturbed_at = False, self._loop.time()
                self._heard(session, player)
                self._say_closed(session, player, code, by_remote=True)

    def _require_up(self) -> None:
        if not self.is_up:
            raise ConnectionError(self.name)

    def _patch(self, client: Process, session: NodeSession, player: NodePlayer, body: dict[str, Any]) -> Any:
        if "voice" in body:
            return self._connect(session, player, body["voice"])
        track = body.get("track")
        if track and "identifier" in track:
            done, body = self._loop.create_future(), body | {"asked_at": self._loop.time()}
            seconds = 0.02 + 0.1 * self._dice() if self._dice() > 0.03 else 3 * self._dice()
            self._loop.call_later(seconds, self._load, client, session, player, body, done, context=WORLD)
            return done
        self._settle_position(player)
        if track:
            player.following = None
            self._end(session, player, "stopped")
        if "segueNext" in body:
            player.following = body["segueNext"] if player.track else None
        player.paused, player.volume = body.get("paused", player.paused), body.get("volume", player.volume)
        if "position" in body and player.track:
            player.position_ms = body["position"]
            self.judge.sought(player)
        self._go_on(session, player)
        return 200, self._shown(player)

    def _connect(self, session: NodeSession, player: NodePlayer, voice: dict[str, str]) -> Any:
        if self._dice() < 0.005:
            return self._loop.create_future()  # it never answers
        self._settle_position(player)
        if player.voice is not None and player.voice != voice:
            self._say_closed(session, player, 1000, by_remote=False)
        player.voice, player.connected = voice, True
        if not self._discord.accepts(player.guild_id, voice):
            self._wire.send(None, self._refuse_voice, session, player, voice)
        self._go_on(session, player)
        self._update(session, player)
        return 200, self._shown(player)

    def _refuse_voice(self, session: NodeSession, player: NodePlayer, voice: dict[str, str]) -> None:
        if player.voice is voice and player.connected and session.players.get(player.guild_id) is player:
            player.connected, player.disturbed_at = False, self._loop.time()
            self._heard(session, player)
            self._say_closed(session, player, 4006, by_remote=True)

    def _load(
        self, client: Process, session: NodeSession, player: NodePlayer, body: dict[str, Any], done: asyncio.Future[Any]
    ) -> None:
        if self.sessions.get(session.session_id) is not session or session.players.get(player.guild_id) is not player:
            settle(done, _NOT_FOUND)
            return
        self._settle_position(player)
        mood = body["track"]["identifier"].split("-")[0]
        if mood == "unreadable":
            player.paused = body["paused"]  # what played before plays on, even if it was paused
            self.judge.failed(player.guild_id, body["track"]["userData"]["play_seq"])
            self._go_on(session, player)
            settle(done, (400, {"message": "it is no sound file"}))
            return
        self.judge.starts(client, player, body["track"]["userData"]["play_seq"], body["position"])
        if player.track:
            self._end(session, player, "replaced")
        player.position_ms, player.paused = body["position"], body["paused"]
        self._begin(player, body["track"])
        if body["asked_at"] < self._loop.time() - _SLOW:
            player.disturbed_at = self._loop.time()  # it may have been looked at meanwhile
        if self._dice() < 0.8:
            self._update(session, player)
        self._event(session, player, "TrackStartEvent", player.track)
        self._go_on(session, player)
        self._update(session, player)
        self._misbehave(session, player, mood)
        settle(done, (200, self._shown(player)))

    def _begin(self, player: NodePlayer, track: dict[str, Any]) -> None:
        player.track, player.following = track, None
        player.is_stuck, player.started_at = False, self._loop.time()

    def _misbehave(self, session: NodeSession, player: NodePlayer, mood: str) -> None:
        after = {"throws": 0.01, "breaks": 1.5, "sticks": 1.2}.get(mood)
        if after is not None:
            spoil = {"throws": self._throw, "breaks": self._break, "sticks": self._stick}[mood]
            self._loop.call_later(after, self._if_still, session, player, player.track, spoil, context=WORLD)

    def _if_still(self, session: NodeSession, player: NodePlayer, track: Any, do: Callable[..., None]) -> None:
        if session.players.get(player.guild_id) is player and player.track is track and self.is_up:
            self._settle_position(player)
            do(session, player)
            self._go_on(session, player)

    def _throw(self, session: NodeSession, player: NodePlayer) -> None:
        ends_first = self._dice() < 0.1 and not self._plugins  # a node that joins tracks ends none that it has lost
        track, player.following = player.track, None
        self.judge.failed(player.guild_id, player.play_seq)
        if ends_first:
            self._end(session, player, "finished")
        self._event(session, player, "TrackExceptionEvent", track, exception={"message": "it threw"})
        if not ends_first:
            self._end(session, player, "loadFailed")

    def _break(self, session: NodeSession, player: NodePlayer) -> None:
        self.judge.failed(player.guild_id, player.play_seq)
        self._event(session, player, "TrackExceptionEvent", player.track, exception={"message": "it broke"})
        player.is_stuck = True
        self._loop.call_later(3.0, self._if_still, session, player, player.track, self._follow, context=WORLD)

    def _stick(self, session: NodeSession, player: NodePlayer) -> None:
        self.judge.failed(player.guild_id, player.play_seq)
        player.is_stuck = True
        self._event(session, player, "TrackStuckEvent", player.track, thresholdMs=10_000)

    def _finish(self, session: NodeSession, player: NodePlayer) -> None:
        self.judge.finished(player.guild_id, player.play_seq)
        self._follow(session, player)

    def _follow(self, session: NodeSession, player: NodePlayer) -> None:
        """End the track, and begin by itself what was handed over; that it cannot be read is found out only now."""
        following = player.following
        self._end(session, player, "finished")
        if following:
            player.position_ms = following["position"]
            self._begin(player, {"identifier": following["identifier"], "userData": following["userData"]})
            self.judge.goes_on(player)
            self._event(session, player, "TrackStartEvent", player.track)
            self._go_on(session, player)
            self._update(session, player)
            mood = following["identifier"].split("-")[0]
            self._misbehave(session, player, "throws" if mood == "unreadable" else mood)

    def _end(self, session: NodeSession, player: NodePlayer, reason: str) -> None:
        track, player.track = player.track, None
        for _ in range(2 if self._dice() < 0.03 else 1) if track else ():
            self._event(session, player, "TrackEndEvent", track, reason=reason)
        self._go_on(session, player)

    def _settle_position(self, player: NodePlayer) -> None:
        now = self._loop.time()
        player.position_ms, player.at = player.position(now), now
        self.judge.heard_to(player)

    def _go_on(self, session: NodeSession, player: NodePlayer) -> None:
        """Set the timers of what is to come, after any change."""
        self._cancel(player.timers)
        player.at = self._loop.time()
        self._heard(session, player)
        if player.moves and player.track:
            left = max(0.0, length_of(player.track["identifier"]) - player.position_ms) / 1000
            player.timers.append(
                self._loop.call_later(left, self._if_still, session, player, player.track, self._finish, context=WORLD)
            )
        if player.track:
            player.timers.append(self._loop.call_later(_UPDATE, self._tick, session, player, context=WORLD))

    def _tick(self, session: NodeSession, player: NodePlayer) -> None:
        self._settle_position(player)
        self._update(session, player)
        self._go_on(session, player)

    def _heard(self, session: NodeSession, player: NodePlayer) -> None:
        self.judge.sounds(player.guild_id, session.session_id, on=player.sounds)

    def _forget(self, session: NodeSession) -> None:
        del self.sessions[session.session_id]
        for player in session.players.values():
            self._silence(session, player)

    def _silence(self, session: NodeSession, player: NodePlayer) -> None:
        self._settle_position(player)
        self._cancel(player.timers)
        player.voice, player.connected = None, False
        self._heard(session, player)

    @staticmethod
    def _cancel(timers: list[asyncio.Handle]) -> None:
        for timer in timers:
            timer.cancel()
        timers.clear()

    def _event(self, session: NodeSession, player: NodePlayer, kind: str, track: Any, **facts: Any) -> None:
        session.say({"op": "event", "type": kind, "guildId": str(player.guild_id), "track": track, **facts})

    def _say_closed(self, session: NodeSession, player: NodePlayer, code: int, *, by_remote: bool) -> None:
        session.say(
            {
                "op": "event",
                "type": "WebSocketClosedEvent",
                "guildId": str(player.guild_id),
                "code": code,
                "reason": "",
                "byRemote": by_remote,
            }
        )

    def _update(self, session: NodeSession, player: NodePlayer) -> None:
        session.say({"op": "playerUpdate", "guildId": str(player.guild_id), "state": self._state(player)})

    def _state(self, player: NodePlayer) -> dict[str, Any]:
        return {"position": player.position(self._loop.time()), "connected": player.connected}

    def _shown(self, player: NodePlayer) -> dict[str, Any]:
        return {
            "guildId": str(player.guild_id),
            "track": player.track,
            "segueNext": player.following,
            "paused": player.paused,
            "volume": player.volume,
            "state": self._state(player),
            "voice": player.voice,
        }

    def _stats(self) -> dict[str, Any]:
        return {"op": "stats", "uptime": int(self._loop.time() * 1000), "players": 0, "playingPlayers": 0}


def holding(nodes: Iterable[Node], guild_id: int) -> list[NodePlayer]:
    """Return the guild's players on all nodes."""
    return [player for node in nodes for _, player in node.players() if player.guild_id == guild_id]
