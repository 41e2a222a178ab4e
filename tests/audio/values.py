"""Values that tests speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audio import editing
from audio.domain.policy import Caller
from audio.domain.track import Track
from kit.levels import Level

if TYPE_CHECKING:
    from audio.domain.player import Item

GUILD = 7 << 22
CHANNEL = 5000
DJ = Caller(user_id=2, level=Level.DJ, voice_channel_id=CHANNEL)


def track(name: str = "song", **facts: Any) -> Track:
    known: dict[str, Any] = {
        "source": "local",
        "identifier": f"{name}.wav",
        "title": name,
        "author": "nobody",
        "length_ms": 10_000,
        "uri": "",
        "artwork_uri": "",
        "isrc": "",
        "seekable": True,
        "stream": False,
    }
    return Track(**known | facts)


def tracks(names: str) -> list[Track]:
    return [track(name) for name in names]


def asked(names: str, who: Caller = DJ) -> list[Item]:
    return editing.asked_for(tracks(names), who)
