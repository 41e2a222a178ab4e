"""What Discord tells of the bot over REST, without a session."""

from __future__ import annotations

import discord

from gateway.adapters.bot import tells_content
from gateway.examining import Facts, Guild

_A_PAGE = 200  # Discord's limit


async def look(token: str) -> Facts:
    """Ask Discord. Raises discord.LoginFailure for a token it does not know, discord.HTTPException, OSError."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(token)
        about = await client.application_info()
        return Facts(
            application_id=about.id,
            name=about.name,
            is_public=about.bot_public,
            needs_code_grant=about.bot_require_code_grant,
            interactions_url=about.interactions_endpoint_url or "",
            sessions_left=await _sessions_left(client),
            granted=_granted(about.flags),
            guilds=await _guilds(client),
        )


def _granted(flags: discord.ApplicationFlags) -> set[str]:
    granted = set()
    if tells_content(flags):
        granted.add("Message Content")
    if flags.gateway_guild_members or flags.gateway_guild_members_limited:
        granted.add("Server Members")
    return granted


async def _sessions_left(client: discord.Client) -> int:
    told = await client.http.request(discord.http.Route("GET", "/gateway/bot"))
    return int(told["session_start_limit"]["remaining"])


async def _guilds(client: discord.Client) -> list[Guild]:
    found: list[Guild] = []
    after = None
    while True:
        page = await client.http.get_guilds(_A_PAGE, after=after)
        found += [Guild(one["name"], int(one["permissions"])) for one in page]
        if len(page) < _A_PAGE:
            return found
        after = int(page[-1]["id"])
