"""What a guild chose about its music; api owns it, and audio keeps its last copy with the player."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class GuildSettings:
    """The contract's `GuildSettings`, with lengths in ms. `version` 0: nobody has chosen anything yet."""

    version: int = 0
    vote_share_percent: int = 50
    fair_queue: bool = False
    max_queue_length: int = 20_000
    max_items_per_requester: int = 0  # zero: no limit, as for the next one
    max_track_length_ms: int = 0
    allow_duplicates: bool = True
    allow_streams: bool = True
    empty_channel_timeout_ms: int = 300_000
    stay_connected: bool = False
    crossfade_ms: int = 0
    loudness_levelling: bool = False
    dj_role_id: int = 0  # zero: a role named DJ
    skip_segments: bool = False
    blocked_user_ids: Sequence[int] = ()
    blocked_role_ids: Sequence[int] = ()
    blocked_tracks: Sequence[str] = ()  # casefolded, as the next two are
    blocked_artists: Sequence[str] = ()
    blocked_domains: Sequence[str] = ()
    voice_channel_ids: Sequence[int] = ()  # none: any
    vote_shares: Mapping[str, int] = field(default_factory=dict)  # by action, beside that of a skip
    lone_listener_is_dj: bool = True
    session_dj: bool = False
    autoplay_playlist_id: str = ""  # none


DEFAULTS = GuildSettings()
