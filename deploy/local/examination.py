"""`make doctor`: what Discord lets the bot do, and, on request, two seconds of music in a voice channel."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import aiohttp

from deploy.local.music import PIECES
from deploy.local.settings import ROOT

if TYPE_CHECKING:
    from deploy.local.settings import LocalSettings

_HEARD = 2.0  # seconds
_WITHIN = 20.0  # seconds until it plays
_LOOK_EVERY = 0.2
_CALL = aiohttp.ClientTimeout(total=10)


class UnwellError(Exception):
    """Something is in the way; the text is a sentence with a way out."""


async def examine(settings: LocalSettings) -> tuple[int, str]:
    """Look at the bot of a token; return the exit code and a line for each finding."""
    if settings.discord_token is None:
        return 0, "Without DISCORD_TOKEN the simulator is Discord, and there is nothing to look at."
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway.doctor"),
        cwd=ROOT,
        env={"PYTHONPATH": ".:gen/python", "DISCORD_TOKEN": settings.discord_token.get_secret_value()},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode().rstrip()


async def play(settings: LocalSettings, channel_id: str, query: str = PIECES[0].title) -> str:
    """Play what a query finds into a voice channel of the running system; return a sentence. Raises UnwellError."""
    try:
        run = json.loads((settings.segue_home / "run.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise UnwellError("Nothing runs here to play with: start it with make up.") from error
    headers = {"Authorization": f"Bearer {run['token']}"}
    try:
        async with aiohttp.ClientSession(f"{run['edge']}/v1/", headers=headers, timeout=_CALL) as http:
            return await _play(http, channel_id, query)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise UnwellError(f"The edge does not answer ({error}): look into {settings.segue_home / 'logs'}.") from error


async def _play(http: aiohttp.ClientSession, channel_id: str, query: str) -> str:
    guild, channel = await _place(http, channel_id)
    player = f"guilds/{guild['guildId']}/player"
    if (await _call(http, "GET", player))["player"]["status"] != "PLAYER_STATUS_IDLE":
        raise UnwellError(f"Music plays in {guild['name']}: try again when it is over.")
    await _call(http, "POST", f"{player}:play", {"query": query, "voiceChannelId": channel_id})
    try:
        await _until_playing(http, player)
        await asyncio.sleep(_HEARD)
    finally:
        await _call(http, "POST", f"{player}:leave", {})
    return f"Played {_HEARD:g} s of {query} in {channel['name']} of {guild['name']}."


async def _place(http: aiohttp.ClientSession, channel_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    for guild in (await _call(http, "GET", "guilds")).get("guilds", ()):
        for channel in (await _call(http, "GET", f"guilds/{guild['guildId']}/channels")).get("channels", ()):
            if channel["channelId"] == channel_id:
                return guild, channel
    raise UnwellError(f"The bot sees no channel {channel_id}: copy the id of a voice channel it can see.")


async def _until_playing(http: aiohttp.ClientSession, player: str) -> None:
    try:
        async with asyncio.timeout(_WITHIN):
            while not await _is_playing(http, player):  # noqa: ASYNC110  (the edge is asked, it does not call)
                await asyncio.sleep(_LOOK_EVERY)
    except TimeoutError as error:
        raise UnwellError(f"Nothing plays after {_WITHIN:g} s: look at the audio nodes (GET /v1/nodes).") from error


async def _is_playing(http: aiohttp.ClientSession, player: str) -> bool:
    return bool((await _call(http, "GET", player))["player"]["status"] == "PLAYER_STATUS_PLAYING")


async def _call(http: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> Any:
    async with http.request(method, path, json=body) as response:
        answer = await response.json()
        if response.status >= 400:
            raise UnwellError(f"{answer['message']} ({response.headers.get('x-trace-id', 'no trace')})")
        return answer
