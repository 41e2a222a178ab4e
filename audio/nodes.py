"""What the engine asks of audio nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping

    from audio.domain.filters import Sound
    from audio.domain.lyrics import Lyrics
    from audio.domain.node import NodeEvent, NodeStats, PlayerState, SessionOpened, Start, VoiceState
    from audio.domain.track import Track, TrackList


class AudioNodes(Protocol):
    """All audio nodes. A bucket has one session with each node; every call has a deadline.

    Calls about a player raise NodeAway when the node or the bucket's session with it is away, and NodeRefused when
    the node says no.
    """

    async def open(self, bucket: int, session_ids: Mapping[str, str]) -> Mapping[str, SessionOpened]:
        """Resume a bucket's sessions, or make new ones, on every node that answers; resumable for 300 s.

        Sessions that break are opened again by themselves: SESSION_LOST and SESSION_READY tell of it.
        """
        ...

    async def close(self, bucket: int) -> None:
        """Let go of a bucket's sessions; they stay resumable and their players play on."""
        ...

    async def players(self, bucket: int, node: str) -> list[PlayerState]:
        """Return the players of a session."""
        ...

    async def connect(self, bucket: int, node: str, guild_id: int, voice: VoiceState) -> None:
        """Connect a player to a voice server."""
        ...

    async def start(self, bucket: int, node: str, guild_id: int, start: Start) -> None:
        """Play a track in place of any other."""
        ...

    async def pause(self, bucket: int, node: str, guild_id: int, paused: bool) -> None:
        """Pause, or go on."""
        ...

    async def seek(self, bucket: int, node: str, guild_id: int, position_ms: int) -> None:
        """Move within the track."""
        ...

    async def sound(self, bucket: int, node: str, guild_id: int, sound: Sound) -> None:
        """Change volume and filters, and what only some nodes can: join and level tracks, leave segments out."""
        ...

    def joins(self, node: str) -> bool:
        """Tell whether a node begins the next track by itself, without a gap."""
        ...

    async def hand_over(self, bucket: int, node: str, guild_id: int, start: Start | None) -> int | None:
        """Let a node that joins tracks begin one behind the present one, not what was handed over before; None: none.

        Return the `play_seq` of the present one, which may have been handed over, too; None: there is none, and
        nothing will be begun.
        """
        ...

    async def stop(self, bucket: int, node: str, guild_id: int) -> None:
        """End the track; the player stays connected."""
        ...

    async def destroy(self, bucket: int, node: str, guild_id: int) -> None:
        """Take the player away."""
        ...

    async def load(self, query: str, limit: int, source: str = "") -> list[Track]:
        """Find tracks by words or address, the best first; words in `source`, empty: in all that are on.

        Raises Refused(LOAD_FAILED, SOURCE_FAILED or NO_NODE).
        """
        ...

    async def lists(self, words: str, limit: int, source: str = "") -> list[TrackList]:
        """Find albums, artists and playlists by words, as far as the nodes can; `source` as for `load`."""
        ...

    async def lyrics(self, track: Track) -> Lyrics | None:
        """Find what is sung in a track. Raises Refused(NOT_SUPPORTED, LOAD_FAILED or NO_NODE)."""
        ...

    def events(self) -> AsyncIterator[NodeEvent]:
        """Return what happens at the nodes, for the one who conducts."""
        ...

    async def stats(self) -> list[NodeStats]:
        """Return all nodes by name."""
        ...

    def choose(self, guild_id: int, endpoint: str = "", avoid: Collection[str] = ()) -> str:
        """Return the name of the best healthy node for a guild whose voice server is at `endpoint`.

        Those to `avoid` are chosen only where there is no other. Raises Refused(NO_NODE).
        """
        ...

    def is_draining(self, node: str) -> bool:
        """Tell whether the players on a node should move to others; DRAINING told each bucket when it began."""
        ...
