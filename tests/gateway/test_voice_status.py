"""The status of a voice channel follows what plays, not faster than Discord takes it."""

from __future__ import annotations

import asyncio

from gateway.domain.guild_settings import DEFAULTS, GuildSettings
from gateway.domain.player import Item, Player, Status, Track
from gateway.voice_status import VoiceStatuses

GUILD, LOUNGE, STUDIO = 1, 2, 3


class Channels:
    """Voice channels, where time passes by sleeping only."""

    def __init__(self, settings: GuildSettings) -> None:
        self.set: list[tuple[float, int, str]] = []
        self.time = 0.0
        self.statuses = VoiceStatuses(self, lambda _: settings, now=lambda: self.time, sleep=self.sleep)

    async def set_status(self, guild_id: int, channel_id: int, status: str) -> None:
        self.set.append((self.time, channel_id, status))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.time += seconds


def player(version: int, title: str = "", channel_id: int = LOUNGE) -> Player:
    """Make a player; without a title it plays nothing."""
    item = Item(version, Track(title, "Singer"), 7) if title else None
    return Player(Status.PLAYING if item else Status.IDLE, channel_id, item, version=version)


async def test_each_track_is_shown_once_and_nothing_when_the_music_has_stopped() -> None:
    channels = Channels(GuildSettings(voice_status=True))

    for shown in (player(1, "One"), player(2, "One"), player(3, "Two\u202e"), player(4)):
        await channels.statuses.show(GUILD, shown)

    assert channels.set == [
        (0.0, LOUNGE, "One · Singer"),
        (1.25, LOUNGE, "Two · Singer"),
        (2.5, LOUNGE, ""),
    ]


async def test_of_many_tracks_at_once_the_first_and_the_newest_are_shown() -> None:
    channels = Channels(GuildSettings(voice_status=True))

    await asyncio.gather(*(channels.statuses.show(GUILD, player(version, str(version))) for version in (1, 4, 2, 3)))

    assert channels.set[-1][2] == "4 · Singer"
    assert len(channels.set) <= 2


async def test_the_status_moves_with_the_bot() -> None:
    channels = Channels(GuildSettings(voice_status=True))

    await channels.statuses.show(GUILD, player(1, "One"))
    await channels.statuses.show(GUILD, player(2, "One", STUDIO))

    assert [(where, status) for _, where, status in channels.set] == [
        (LOUNGE, "One · Singer"),
        (LOUNGE, ""),
        (STUDIO, "One · Singer"),
    ]


async def test_where_the_guild_does_not_want_it_nothing_is_set() -> None:
    channels = Channels(DEFAULTS)

    await channels.statuses.show(GUILD, player(1, "One"))

    assert channels.set == []
