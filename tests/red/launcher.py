"""Red as its own command starts it, but with another Discord and without the web; runs in Red's environment."""

from __future__ import annotations

import os
import runpy

from redbot import _early_init

_early_init()  # Red wants it before every other import

import discord  # noqa: E402
import redbot.core.bot  # noqa: E402
import yarl  # noqa: E402
from redbot.cogs.audio.core.utilities import playlists  # noqa: E402


async def _no_news() -> tuple[None, None]:
    """Stand in for Red's look for a newer Red."""
    return None, None


if __name__ == "__main__":
    discord.http.Route.BASE = os.environ["RED_API"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["RED_GATEWAY"])
    redbot.core._events.fetch_latest_red_version_info = _no_news
    playlists.CURATED_DATA = f"{os.environ['RED_API']}/nothing"  # the authors' list of songs, without which it goes on
    runpy.run_module("redbot", run_name="__main__")
