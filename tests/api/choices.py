"""The settings of a guild as REST shows them: where nobody chose, chosen otherwise, and as they cannot be."""

from __future__ import annotations

from typing import Any

DEFAULTS: dict[str, Any] = {
    "vote_share_percent": 50,
    "fair_queue": False,
    "max_queue_length": 20_000,
    "max_items_per_requester": 0,
    "max_track_length": "0s",
    "allow_duplicates": True,
    "allow_streams": True,
    "empty_channel_timeout": "300s",
    "stay_connected": False,
    "crossfade": "0s",
    "loudness_levelling": False,
    "dj_role_id": "0",
    "skip_segments": False,
    "language": "",
    "panel_buttons": [],
    "music_channel_id": "0",
    "voice_status": False,
    "welcome_channel_id": "0",
    "welcome_text": "",
    "welcome_mention": False,
}
CHOICES: dict[str, Any] = {
    "vote_share_percent": 0,
    "fair_queue": True,
    "max_queue_length": 1,
    "max_items_per_requester": 20_000,
    "max_track_length": "604800s",
    "allow_duplicates": False,
    "allow_streams": False,
    "empty_channel_timeout": "0s",
    "stay_connected": True,
    "crossfade": "2.500s",
    "loudness_levelling": True,
    "dj_role_id": "9223372036854775807",
    "skip_segments": True,
    "language": "ja",
    "panel_buttons": ["PANEL_BUTTON_QUEUE", "PANEL_BUTTON_SKIP"],
    "music_channel_id": "9223372036854775807",
    "voice_status": True,
    "welcome_channel_id": "9223372036854775807",
    "welcome_text": "x" * 1500,
    "welcome_mention": True,
}
WRONG: dict[str, Any] = {
    "vote_share_percent": 101,
    "max_queue_length": 0,
    "max_items_per_requester": 20_001,
    "max_track_length": "604801s",
    "empty_channel_timeout": "-1s",
    "crossfade": "12.001s",
    "dj_role_id": "9223372036854775808",
    "language": "en-GB",
    "panel_buttons": ["PANEL_BUTTON_SKIP", "PANEL_BUTTON_SKIP"],
    "music_channel_id": "9223372036854775808",
    "welcome_text": "x" * 1501,
}
