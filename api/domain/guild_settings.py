"""What a guild chooses about its music. Only choices are kept: the rest follows the defaults as they change."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    Choices = Mapping[str, Any]
    """Values, as JSON has them, by the names of the fields of `GuildSettings`."""


@dataclasses.dataclass(frozen=True, slots=True)
class GuildSettings:
    """The contract's `GuildSettings`, with lengths in ms; `chosen` is what of it is no default."""

    version: int = 0
    chosen: Choices = dataclasses.field(default_factory=dict)
    vote_share_percent: int = 50
    fair_queue: bool = False
    max_queue_length: int = 20_000
    max_items_per_requester: int = 0
    max_track_length_ms: int = 0
    allow_duplicates: bool = True
    allow_streams: bool = True
    empty_channel_timeout_ms: int = 300_000
    stay_connected: bool = False
    crossfade_ms: int = 0
    loudness_levelling: bool = False
    dj_role_id: int = 0
    skip_segments: bool = False
    language: str = ""  # empty: as Discord says
    blocked_user_ids: Sequence[int] = ()
    blocked_role_ids: Sequence[int] = ()
    blocked_tracks: Sequence[str] = ()
    blocked_artists: Sequence[str] = ()
    blocked_domains: Sequence[str] = ()
    command_channel_ids: Sequence[int] = ()
    voice_channel_ids: Sequence[int] = ()
    command_cooldown_ms: int = 0
    commands_per_minute: int = 0
    vote_shares: Mapping[str, int] = dataclasses.field(default_factory=dict)
    lone_listener_is_dj: bool = True
    session_dj: bool = False
    autoplay_playlist_id: str = ""
    panel_buttons: Sequence[int] = ()
    music_channel_id: int = 0
    request_channel_id: int = 0
    max_songs_per_message: int = 10
    voice_status: bool = False
    welcome_channel_id: int = 0
    welcome_text: str = ""
    welcome_mention: bool = False


_NAMES = {field.name for field in dataclasses.fields(GuildSettings)} - {"version", "chosen"}


def settled(version: int, choices: Choices) -> GuildSettings:
    """Return the choices, and the defaults of the rest. What only a later release knows is left out."""
    known = {name: value for name, value in choices.items() if name in _NAMES}
    return GuildSettings(version=version, chosen=known, **known)
