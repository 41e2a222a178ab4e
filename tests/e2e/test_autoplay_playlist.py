"""The music goes on with the playlist that a manager chose in Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest_asyncio

from tests.e2e.discord import joined, tenths
from tests.e2e.test_first_light import hears_tenth

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.discord import Discord, Guild
    from tests.e2e.stack import Stack

PARTY = "Party of all"


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def _left_without(stack: Stack, guild: Guild) -> AsyncIterator[None]:
    """Leave neither the choice nor the playlist behind."""
    yield
    await stack.forget(guild, "autoplayPlaylistId")
    _, body = await stack.rest("GET", f"/v1/guilds/{guild.id}/playlists")
    for left in body.get("playlists", []):
        await stack.rest("DELETE", f"/v1/guilds/{guild.id}/playlists/{left['playlistId']}")


async def test_what_was_asked_for_is_followed_by_the_playlist_and_the_player_says_so(
    stack: Stack, discord: Discord, guild: Guild
) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])

    async def types(command: str, **options: object) -> Any:
        return (await discord.command(guild, guild.owner, command, **options))["message"]

    await types("playlist", create={"name": PARTY, "server": True})
    for query in ("alpha", "bravo"):
        await types("playlist", add={"playlist": PARTY, "query": query})
    chosen = await types("autoplay", mode="on", playlist=PARTY)
    await stack.goes_by_settings(guild)
    after = await discord.last_index(guild)
    await types("play", query="alpha")
    frames = await hears_tenth(discord, guild, 79, after)
    shown = await types("nowplaying")
    _, player = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")

    assert chosen["content"] == f"When the queue is empty, I go on with {PARTY}."
    assert tenths(frames)[: 60 + 79] == joined(60, 80)[: 60 + 79]
    assert player["player"]["current"]["pick"]["reason"] == "AUTOPLAY_REASON_PLAYLIST"
    assert "Picked from the playlist of this server" in str(shown)
