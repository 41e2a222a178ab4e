"""A person keeps songs in Discord, plays them again, and hears them; programs do the same over REST."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest_asyncio

from tests.e2e.discord import joined, tenths
from tests.e2e.stack import eventually
from tests.e2e.test_first_light import hears_end, hears_tenth

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.discord import Discord, Guild
    from tests.e2e.stack import Stack

PARTY = "Party"


async def playlist(discord: Discord, guild: Guild, subcommand: str, **options: object) -> Any:
    """Type a subcommand of `/playlist` as the guild's owner; return the message that answers."""
    return (await discord.command(guild, guild.owner, "playlist", **{subcommand: options}))["message"]


def upload(filename: str, content: bytes) -> dict[str, str]:
    """A file as it is given with a command."""
    return {"filename": filename, "content": base64.b64encode(content).decode()}


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def _left_without(stack: Stack) -> AsyncIterator[None]:
    """Leave no playlist behind."""
    yield
    _, body = await stack.rest("GET", "/v1/playlists?pageSize=200")
    for left in body.get("playlists", []):
        await stack.rest("DELETE", f"/v1/playlists/{left['playlistId']}")


async def test_a_playlist_that_is_made_in_discord_is_heard_whole(discord: Discord, guild: Guild) -> None:
    after = await discord.last_index(guild)
    await discord.enter(guild, guild.owner, guild.voices[0])
    await playlist(discord, guild, "create", name=PARTY)
    added = [await playlist(discord, guild, "add", playlist=PARTY, query=query) for query in ("alpha", "bravo")]
    played = await playlist(discord, guild, "play", playlist=PARTY)
    frames = await hears_end(discord, guild, 79, after)

    assert [message["content"] for message in added] == ["Added alpha to Party.", "Added bravo to Party."]
    assert "alpha" in str(played)
    assert tenths(frames) == joined(60, 80)


async def test_the_queue_is_kept_and_played_again_and_what_plays_is_liked(
    stack: Stack, discord: Discord, guild: Guild
) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    for query in ("long", "alpha", "bravo"):
        await discord.command(guild, guild.owner, "play", query=query)
    saved = await playlist(discord, guild, "save", playlist=PARTY)
    liked = await discord.command(guild, guild.owner, "favorite")
    await discord.command(guild, guild.owner, "stop")
    after = await discord.last_index(guild)
    await playlist(discord, guild, "play", playlist="Favourites")
    await hears_tenth(discord, guild, 3, after)
    await playlist(discord, guild, "play", playlist=PARTY)
    _, queue = await stack.rest("GET", f"/v1/guilds/{guild.id}/queue")

    assert saved["content"] == "Added 3 songs to Party."
    assert "long is one of your favourites now." in liked["message"]["content"]
    assert [item["track"]["title"] for item in queue["items"]] == ["long", "alpha", "bravo"]


async def test_what_is_exported_as_a_file_is_imported_from_it_and_heard(discord: Discord, guild: Guild) -> None:
    after = await discord.last_index(guild)
    await discord.enter(guild, guild.owner, guild.voices[0])
    await playlist(discord, guild, "create", name=PARTY)
    for query in ("alpha", "bravo"):
        await playlist(discord, guild, "add", playlist=PARTY, query=query)
    [file] = (await playlist(discord, guild, "export", playlist=PARTY))["attachments"]
    async with discord.http.get(f"{discord.url}/sim/v1{urlsplit(file['url']).path}") as answer:
        document = await answer.read()
    brought = await playlist(discord, guild, "import", file=upload("My_copy.json", document))
    refused = await playlist(discord, guild, "import", file=upload("cover.png", b"\x89PNG"), playlist="Pictures")
    listed = await playlist(discord, guild, "list")
    await playlist(discord, guild, "play", playlist="My copy")
    frames = await hears_end(discord, guild, 79, after)

    assert brought["content"] == "Added 2 songs to My copy."
    assert refused["content"].startswith("I find no songs in that.")
    assert "Pictures" not in str(listed)
    assert tenths(frames) == joined(60, 80)


async def test_a_playlist_is_made_filled_exported_imported_and_played_over_rest(
    stack: Stack, discord: Discord, guild: Guild
) -> None:
    await discord.enter(guild, guild.owner, guild.voices[0])
    of_guild = f"/v1/guilds/{guild.id}/playlists"
    _, found = await stack.rest("GET", "/v1/search?query=long")
    _, made = await stack.rest("POST", of_guild, {"name": PARTY})
    ours = f"{of_guild}/{made['playlist']['playlistId']}"
    handles = [found["tracks"][0]["handle"]]
    status, added = await stack.rest("POST", f"{ours}/items:add", {"handles": handles})
    assert (status, added["count"], added["playlist"]["changeable"]) == (200, 1, True)
    _, exported = await stack.rest("GET", f"{ours}:export")
    assert exported["document"]["tracks"][0]["title"] == "long"

    _, other = await stack.rest("POST", "/v1/playlists", {"name": "Copy"})
    copy = other["playlist"]["playlistId"]
    text = "alpha\nno file bears this name\nbravo"
    _, brought = await stack.rest("POST", f"/v1/playlists/{copy}:import", {"text": text})
    assert (brought["count"], brought["missedLines"]) == (2, ["no file bears this name"])
    _, items = await stack.rest("GET", f"/v1/playlists/{copy}/items?pageSize=1")
    assert items["nextPageToken"]
    status, _ = await stack.rest("POST", f"/v1/guilds/{guild.id}/player:play", {"playlist": copy})
    assert status == 200

    async def plays() -> bool:
        _, shown = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
        return bool(shown["player"]["current"]["track"]["title"] == "alpha" and shown["player"]["queueLength"] == 1)

    await eventually(plays, within=10, what="the copy plays")
    status, refused = await stack.rest("GET", f"/v1/playlists/{made['playlist']['playlistId']}")
    assert (status, refused["details"][0]["reason"]) == (404, "PLAYLIST_NOT_FOUND")
    assert (await stack.rest("DELETE", ours))[0] == 200
