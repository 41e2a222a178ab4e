"""What a guild chose counts with its next command, also while nobody who knows it answers."""

from __future__ import annotations

from typing import Any

from audio.choosing import Choosing
from audio.domain.player import ChangeKind
from audio.domain.settings import GuildSettings
from tests.audio.values import GUILD


async def test_the_newest_settings_count_whatever_order_they_come_in(store: Any) -> None:
    heard = []
    store.listeners.append(lambda changed: heard.append((changed.kind, changed.player.settings.version)))
    choosing = Choosing(store)
    for version in (2, 1, 2, 3):
        await choosing.apply(GUILD, GuildSettings(version=version, crossfade_ms=version * 1000))

    assert heard == [(ChangeKind.SETTINGS, 2), (ChangeKind.SETTINGS, 3)]
    assert (await store.player(GUILD)).settings == GuildSettings(version=3, crossfade_ms=3000)
