"""`python -m gateway.doctor`: looks at what Discord lets the bot do; exit code 1 if something is in the way."""

from __future__ import annotations

import asyncio
import sys

import aiohttp
import discord

from gateway.adapters import bot, facts
from gateway.examining import Finding, examine
from gateway.settings import DiscordSettings
from kit.settings import load

_WITHIN = 30.0  # seconds for all of it
_AWAY = (discord.HTTPException, aiohttp.ClientError, OSError)


async def findings(given: DiscordSettings) -> list[Finding]:
    """Look; what keeps one from looking is a finding too."""
    bot.point_at(given.discord_api_url, given.discord_gateway_url)
    try:
        async with asyncio.timeout(_WITHIN):
            return list(examine(await facts.look(given.discord_token.get_secret_value())))
    except discord.LoginFailure:
        sentence = "Discord does not accept DISCORD_TOKEN: give the token shown under Bot in its developer portal."
    except TimeoutError:
        sentence = f"Discord does not answer within {_WITHIN:g} s: look at this machine's way to the internet."
    except _AWAY as error:
        sentence = f"Discord cannot be reached ({error}): look at this machine's way to the internet."
    return [Finding(sentence, is_trouble=True)]


def main() -> None:
    """Print a line for each finding."""
    found = asyncio.run(findings(load(DiscordSettings)))
    for finding in found:
        print(f"{'!!' if finding.is_trouble else 'ok'}  {finding.sentence}")  # noqa: T201  (what the person asked for)
    sys.exit(any(finding.is_trouble for finding in found))


if __name__ == "__main__":
    main()
