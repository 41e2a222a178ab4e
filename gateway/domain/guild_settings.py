"""What a guild chose that gateway goes by; api owns it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GuildSettings:
    """The part of the contract's `GuildSettings` that gateway goes by."""

    dj_role_id: int = 0  # zero: a role named DJ
    language: str = ""  # empty: as Discord says
    command_channel_ids: frozenset[int] = frozenset()  # none: all
    command_cooldown: float = 0.0  # seconds
    commands_per_minute: int = 0  # zero: any number
    panel_buttons: tuple[str, ...] = ()  # as the contract names them, in small letters; empty: all
    music_channel_id: int = 0  # zero: where the music was started
    request_channel_id: int = 0  # zero: nowhere is just typed what to play
    max_songs_per_message: int = 10
    voice_status: bool = False
    welcome_channel_id: int = 0  # zero: nobody is welcomed
    welcome_text: str = ""  # empty: a sentence of the catalogue
    welcome_mention: bool = False


DEFAULTS = GuildSettings()
