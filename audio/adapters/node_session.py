"""A bucket's session with one audio node."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from audio.adapters import node_events
from audio.adapters.node_link import NodeSilent
from audio.domain.node import (
    NodeAway,
    NodeEvent,
    NodeEventKind,
    NodeRefused,
    PlayerState,
    SessionOpened,
    Start,
    VoiceState,
)
from audio.domain.sources import source_of
from kit.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from audio.adapters.node_peer import Peer
    from kit.tasks import Tasks

logger = logging.getLogger(__name__)

_PLAIN = 100  # percent, the volume of a new player


class Session:
    """Players on a node, kept reachable by `run` and commanded one command at a time per guild.

    What happens goes to `publish`. A command raises NodeAway while the websocket is down: the players may well sound
    on, waiting to be resumed, and only the node's next `ready` tells.
    """

    def __init__(
        self, bucket: int, peer: Peer, session_id: str, publish: Callable[[NodeEvent], None], tasks: Tasks
    ) -> None:
        self.opened: asyncio.Future[SessionOpened] = asyncio.get_running_loop().create_future()
        """How the session came to be; cancelled when the node did not answer the first time."""
        self._bucket = bucket
        self._peer = peer
        self._link = peer.link(f"{peer.name}/{bucket}")
        self._session_id = session_id
        self._publish = publish
        self._tasks = tasks
        self._ready = False
        self._closing = False
        self._instances = node_events.Instances()
        self._held: set[int] = set()
        self._guilds: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def run(self) -> None:
        """Hold the session until it is closed: connect, listen, and come back after every end of the socket."""
        timing = self._peer.timing
        delay = timing.first_delay
        while not self._closing:
            try:
                await self._peer.admit()
                await self._link.attach(await self._peer.bot(self._hear), self._session_id)
                logger.info("the node closed the connection", extra={"node": self._peer.name, "bucket": self._bucket})
            except (NodeAway, NodeRefused, Refused) as error:
                self._peer.trouble = str(error)
                # Once loudly, then quietly: it is tried every few seconds, for each bucket.
                level = logging.WARNING if delay == timing.first_delay else logging.DEBUG
                logger.log(level, "no connection to the node", extra={"node": self._peer.name, "error": str(error)})
            except Exception:
                logger.exception("the connection to the node broke", extra={"node": self._peer.name})
            if self._ready:
                delay = timing.first_delay
            self._lose()
            # Buckets come back one after the other, not all in the same instant.
            await asyncio.sleep(delay * (1 + self._bucket / 64))
            delay = min(delay * 2, timing.longest_delay)

    @property
    def is_empty(self) -> bool:
        """Whether no player of the bucket is known to be on the node."""
        return not self._held

    async def close(self) -> None:
        """Leave the node; the session stays resumable."""
        self._closing = True
        await self._link.detach()
        self._lose()

    async def abandon(self) -> None:
        """Leave the node for good: players that are still there are taken away, and the session is lost with them."""
        for guild_id in list(self._held):
            await self._free(guild_id)
        self._lose()
        await self.close()

    def drain(self) -> None:
        """Say that the players should move to other nodes."""
        self._say(NodeEventKind.DRAINING)

    async def players(self) -> list[PlayerState]:
        """The players that the node holds in this session."""
        players = [_player(each) for each in await self._call("GET", "")]
        if self._peer.skips:  # a player does not show what it leaves out, and Lavalink's forget it with their socket
            players = [replace(player, is_plain=False) for player in players]
        self._held = {player.guild_id for player in players}
        for player in players:
            if player.user_data and "play_seq" in player.user_data:
                self._instances.found(player.guild_id, int(player.user_data["play_seq"]))
        return players

    async def connect(self, guild_id: int, voice: VoiceState) -> None:
        """Open the guild's voice connection. A node that never answers has the player taken away again."""
        body = {
            "voice": {
                "token": voice.token,
                "endpoint": voice.endpoint,
                "sessionId": voice.session_id,
                "channelId": str(voice.channel_id),
            }
        }
        async with self._lock(guild_id):
            try:
                await self._patch(guild_id, body, seconds=self._peer.timing.voice)
            except NodeSilent:
                self._peer.hangs += 1
                await self._free(guild_id)
                raise

    async def start(self, guild_id: int, start: Start) -> None:
        """Begin a track, replacing what plays."""
        body = {
            "track": {"identifier": start.identifier, "userData": start.user_data},
            "position": start.position_ms,
            "paused": start.paused,
            **({"endTime": start.end_ms} if start.end_ms else {}),
        }
        async with self._lock(guild_id), self._peer.starts:
            with self._instances.starting(guild_id, start.user_data.get("play_seq")):
                try:
                    await self._patch(guild_id, body, seconds=self._peer.timing.load)
                except NodeRefused:
                    self._peer.breakers.failed(source_of(start.identifier))
                    raise

    async def hand_over(self, guild_id: int, start: Start | None) -> int | None:
        """Say what comes behind the present track, and return the `play_seq` of that one; see docs/segue-next.md."""
        body = start and {
            "identifier": start.identifier,
            "position": start.position_ms,
            "endTime": start.end_ms or None,
            "userData": start.user_data,
        }
        async with self._lock(guild_id):
            present = _player(await self._patch(guild_id, {"segueNext": body}))
        return present.user_data.get("play_seq") if present.user_data else None

    async def update(self, guild_id: int, body: dict[str, Any]) -> None:
        """Change what the player does: Lavalink's fields, `track` only to stop it."""
        async with self._lock(guild_id):
            await self._patch(guild_id, body)

    async def skip(self, guild_id: int, categories: list[str]) -> None:
        """Leave segments of these categories out of what is played, and no others; the node has SponsorBlock."""
        path = f"/{guild_id}/sponsorblock/categories"
        async with self._lock(guild_id):
            await (self._call("PUT", path, categories) if categories else self._call("DELETE", path))

    async def destroy(self, guild_id: int) -> None:
        """Take the player away; its track says nothing more."""
        async with self._lock(guild_id):
            await self._delete(guild_id)

    def _lock(self, guild_id: int) -> asyncio.Lock:
        # Two PATCHes at once answer with each other's state.
        return self._guilds.setdefault(guild_id, asyncio.Lock())

    async def _patch(self, guild_id: int, body: dict[str, Any], seconds: float | None = None) -> Any:
        self._held.add(guild_id)
        return await self._call("PATCH", f"/{guild_id}", body, seconds=seconds)

    async def _call(
        self, method: Any, path: str, body: dict[str, Any] | list[str] | None = None, *, seconds: float | None = None
    ) -> Any:
        if not self._ready:
            raise NodeAway(f"bucket {self._bucket} has no session with {self._peer.name}")
        path = f"v4/sessions/{self._link.session_id}/players{path}"
        return await self._link.call(method, path, body, seconds=seconds)

    async def _delete(self, guild_id: int) -> None:
        self._instances.drop(guild_id)
        await self._call("DELETE", f"/{guild_id}")
        self._held.discard(guild_id)

    async def _free(self, guild_id: int) -> None:
        # The worker of the hanging request is lost to the node, but the guild's player can be had again.
        try:
            await self._delete(guild_id)
        except (NodeAway, NodeRefused) as error:
            logger.warning("the player cannot be freed", extra={"guild_id": guild_id, "error": str(error)})

    def _hear(self, message: dict[str, Any]) -> None:
        try:
            if message["op"] == "ready":
                self._open(resumed=message["resumed"])
            elif message["op"] == "stats":
                self._peer.hear_stats(message)
            elif event := node_events.read(message, bucket=self._bucket, node=self._peer.name):
                self._tell(event)
                self._judge(message)
        except (KeyError, TypeError, ValueError):
            logger.exception("the node said something that is not Lavalink's", extra={"node": self._peer.name})

    def _open(self, *, resumed: bool) -> None:
        self._session_id = self._link.session_id or ""
        self._ready = True
        self._peer.attached.add(self._bucket)
        self._peer.trouble = ""
        if not resumed:
            self._held.clear()
            self._instances.forget_players()
        if not self.opened.done():
            self.opened.set_result(SessionOpened(self._peer.name, self._session_id, resumed))
            return
        reason = "resumed" if resumed else "new"
        self._say(NodeEventKind.SESSION_READY, reason=reason, session_id=self._session_id)

    def _lose(self) -> None:
        self.opened.cancel()
        self._peer.attached.discard(self._bucket)
        if self._ready and not self._closing:
            self._say(NodeEventKind.SESSION_LOST)
        self._ready = False

    def _tell(self, event: NodeEvent) -> None:
        if (admitted := self._instances.admit(event)) is None:
            return
        self._publish(admitted)
        if event.kind is NodeEventKind.STUCK:  # no end follows by itself
            self._tasks.spawn(self._stop_stuck(event.guild_id, event.play_seq), f"stop {event.play_seq}")

    def _judge(self, message: dict[str, Any]) -> None:
        if outcome := node_events.outcome(message):
            source, worked = outcome
            (self._peer.breakers.worked if worked else self._peer.breakers.failed)(source)

    async def _stop_stuck(self, guild_id: int, play_seq: int | None) -> None:
        async with self._lock(guild_id):
            if not self._instances.is_wanted(guild_id, play_seq):
                return  # something else was started in the meantime
            try:
                await self._patch(guild_id, {"track": {"encoded": None}})
            except (NodeAway, NodeRefused) as error:
                logger.warning("a stuck track cannot be stopped", extra={"guild_id": guild_id, "error": str(error)})

    def _say(self, kind: NodeEventKind, *, reason: str = "", session_id: str = "") -> None:
        self._publish(NodeEvent(self._bucket, self._peer.name, 0, kind, reason, session_id=session_id))


def _player(player: dict[str, Any]) -> PlayerState:
    voice, track, following, state = player["voice"], player["track"], player.get("segueNext"), player["state"]
    return PlayerState(
        guild_id=int(player["guildId"]),
        user_data=track and (track.get("userData") or {}),
        position_ms=int(state["position"]),
        paused=bool(player["paused"]),
        connected=bool(state["connected"]),
        next_data=following and following.get("userData"),
        is_plain=player.get("volume", _PLAIN) == _PLAIN and not (player.get("filters") or player.get("segue")),
        voice=VoiceState(voice["token"], voice["endpoint"], voice["sessionId"], int(voice.get("channelId") or 0))
        if voice and voice.get("token")
        else None,
    )
