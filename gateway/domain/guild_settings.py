"""What a guild chose that gateway goes by; api owns it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GuildSettings:
    """The part of the contract's `GuildSettings` that gateway goes by."""

    dj_role_id: int = 0  # zero: a role named DJ
    welcome_channel_id: int = 0  # zero: nobody is welcomed
    welcome_text: str = ""  # empty: a sentence of the catalogue
    welcome_mention: bool = False


DEFAULTS = GuildSettings()
