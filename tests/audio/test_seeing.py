"""What an owner writes of what it saw leaves alone what somebody else has committed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audio import playback
from audio.changes import Fence
from audio.domain.player import bucket_of
from audio.seeing import Seeing
from kit.errors import Reason
from tests.audio.rig import command, play
from tests.audio.values import CHANNEL, DJ, GUILD

if TYPE_CHECKING:
    from audio.adapters.memory import MemoryStore


@pytest.fixture
def seeing(memory: MemoryStore) -> Seeing:
    return Seeing(GUILD, Fence(bucket_of(GUILD), 0), memory)


async def test_a_loss_leaves_a_seek_alone(memory: MemoryStore, seeing: Seeing) -> None:
    player = await play(memory, "a")
    await command(memory, lambda change: playback.seek(change, DJ, 5000))
    after = await seeing.silenced(player, 1000)

    assert after.position_ms == 5000


async def test_that_the_bot_was_sent_away_is_nothing_to_a_player_that_has_left(
    memory: MemoryStore, seeing: Seeing
) -> None:
    await play(memory, "a")
    before = await command(memory, lambda change: playback.leave(change, DJ))

    assert await seeing.sent_away(CHANNEL) == before


async def test_a_channel_out_of_reach_leaves_a_wish_for_another_one_alone(memory: MemoryStore, seeing: Seeing) -> None:
    await play(memory, "a")
    before = await command(memory, lambda change: playback.join(change, DJ, CHANNEL + 1))

    assert await seeing.out_of_reach(CHANNEL, Reason.VOICE_CHANNEL_FORBIDDEN, 0) == before


async def test_that_the_bot_was_moved_leaves_a_wish_for_another_channel_alone(
    memory: MemoryStore, seeing: Seeing
) -> None:
    await play(memory, "a")
    before = await command(memory, lambda change: playback.join(change, DJ, CHANNEL + 1))

    assert await seeing.moved(CHANNEL, CHANNEL + 2) == before
