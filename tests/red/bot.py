"""Red with a node that plays for it, on a simulator; configured without a question, and as people write to it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.e2e.discord import Discord
from tests.e2e.stack import eventually
from tests.red.environment import PYTHON
from tests.red.lavalink3 import lavalink3
from tests.simulator.conftest import free_ports, process

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.discord import Guild
    from tests.simulator.conftest import Simulator

PASSWORD, NAME, PREFIX = "red", "red", "!"
PRIVILEGED = 1 << 12 | 1 << 14 | 1 << 18  # Red asks for all three intents; its guide has people grant them
PATIENCE = 30  # seconds
COGS = ("audio", "general")
LAUNCHER = Path(__file__).with_name("launcher.py")
CORE, AUDIO = "0", "2711759130"  # by which Red's own parts find their settings


@dataclass(frozen=True)
class Red:
    """Red, as people meet it."""

    discord: Discord
    process: asyncio.subprocess.Process

    async def write(self, guild: Guild, words: str) -> int:
        """Let the guild's owner write to Red; returns the message's id."""
        written = {"channelId": guild.text, "userId": guild.owner, "content": f"{PREFIX}{words}"}
        return int((await self.discord.post("/messages", written))["message"]["id"])

    async def ask(self, guild: Guild, words: str) -> Any:
        """Write to Red; returns the message that answers."""
        asked = await self.write(guild, words)

        async def answered() -> Any:
            messages = (await self.discord.get(f"/channels/{guild.text}/messages"))["messages"]
            return next((one for one in messages if int(one["id"]) > asked and one["author"].get("bot")), None)

        return await eventually(answered, within=PATIENCE, what=f"an answer to {words}")

    async def told(self, guild: Guild, words: str) -> str:
        """Write to Red, and return the words of its answer."""
        return words_of(await self.ask(guild, words))

    async def play(self, guild: Guild, track: str) -> str:
        """Ask for one of the tracks."""
        return await self.told(guild, f"play {track}.wav")


def words_of(message: Any) -> str:
    """Return the text of a message and of what is framed in it."""
    framed = [str(embed.get(name)) for embed in message["embeds"] for name in ("title", "description", "fields")]
    return " ".join([message["content"], *framed])


@asynccontextmanager
async def red_on(simulator: Simulator, music: Path) -> AsyncIterator[Red]:
    """Run Red, and see that it ends well, with no error in its log. It looks for its node last: then it is ready."""
    await simulator.call("POST", "/application", {"flags": PRIVILEGED}, status=204)
    home = simulator.home / "red"
    tracks = home / "localtracks"  # Red wants its folder of music to be called so
    await asyncio.to_thread(shutil.copytree, music, tracks)
    async with _node(simulator, tracks) as node, lavalink3(node, PASSWORD) as lavalink:
        _configure(home, tracks, lavalink.port)
        running = await _start(simulator, home)
        try:
            async with asyncio.timeout(PATIENCE):
                await lavalink.connected.wait()
            yield Red(Discord(simulator.http, simulator.page), running)
        finally:
            running.terminate()
            async with asyncio.timeout(PATIENCE):
                await running.wait()
        assert running.returncode == 0
        assert re.findall(r".*\[(?:ERROR|CRITICAL)\].*", (simulator.home / "red.log").read_text()) == []


@asynccontextmanager
async def _node(simulator: Simulator, music: Path) -> AsyncIterator[str]:
    (port,) = free_ports(1)
    environment = {
        "NODE_PORT": str(port),
        "NODE_PASSWORD": PASSWORD,
        "MUSIC_DIR": str(music),
        "NODE_VOICE_CA": str(simulator.home / "voice-ca.pem"),
        "NODE_YTDLP": "off",
    }
    url = f"http://127.0.0.1:{port}"

    async def is_up() -> bool:
        async with simulator.http.get(f"{url}/version") as response:
            return bool(response.status)

    async with process("audionode", simulator.home, **environment):
        await eventually(is_up, within=PATIENCE, what="the node serves")
        yield url


def _configure(home: Path, tracks: Path, port: int) -> None:
    """Write what `redbot-setup` and the owner's commands would: where the data is, and where the node is."""
    instance = {"DATA_PATH": str(home / "data"), "COG_PATH_APPEND": "cogs", "CORE_PATH_APPEND": "core"}
    node = {"use_external_lavalink": True, "host": "127.0.0.1", "ws_port": port, "password": PASSWORD}
    files: dict[str, Any] = {
        "config/Red-DiscordBot/config.json": {NAME: instance | {"STORAGE_TYPE": "JSON", "STORAGE_DETAILS": {}}},
        "data/cogs/Audio/settings.json": {AUDIO: {"GLOBAL": node | {"localpath": str(tracks)}}},
        # A Red that finds itself on another Python than before loads no cogs.
        "data/core/settings.json": {CORE: {"GLOBAL": {"last_system_info": {"python_version": [3, 11]}}}},
    }
    for name, content in files.items():
        path = home / name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(content))


async def _start(simulator: Simulator, home: Path) -> asyncio.subprocess.Process:
    discord = f"127.0.0.1:{simulator.ports[1]}"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "RED_TOKEN": "any",
        "RED_API": f"http://{discord}/api/v10",
        "RED_GATEWAY": f"ws://{discord}/",
    }
    flags = (NAME, "--no-prompt", "--prefix", PREFIX, "--no-cogs", "--load-cogs", *COGS)
    with (simulator.home / "red.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *(PYTHON, LAUNCHER, *flags), env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
        )
