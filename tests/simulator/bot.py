"""A bot on stock discord.py, to be run as a process of its own; knows the simulator only as Discord."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections import deque
from copy import copy
from typing import Any

import aiohttp
import av
import discord
import yarl
from discord import app_commands
from discord.ext import commands

from simulator import timecode


def opus_packets(seconds: float) -> deque[bytes]:
    """Encode a time-coded track."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = timecode.RATE, "mono", "s16"
    encoder.bit_rate = 96_000
    pcm = (timecode.samples(seconds) * 32767).astype("<i2")
    packets: deque[bytes] = deque()
    for at in range(0, len(pcm), timecode.FRAME):
        frame = av.AudioFrame.from_ndarray(pcm[at : at + timecode.FRAME].reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = timecode.RATE
        packets.extend(bytes(packet) for packet in encoder.encode(frame))
    return packets


class Track(discord.AudioSource):
    """Raw Opus."""

    def __init__(self, seconds: float) -> None:
        self.packets = opus_packets(seconds)

    def is_opus(self) -> bool:
        return True

    def read(self) -> bytes:
        return self.packets.popleft() if self.packets else b""


class Buttons(discord.ui.View):
    """Buttons that outlive the process."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Pause", style=discord.ButtonStyle.primary, custom_id="pause")
    async def pause(self, interaction: discord.Interaction, _button: discord.ui.Button[Buttons]) -> None:
        await interaction.response.edit_message(content="Paused")

    @discord.ui.button(label="Whisper", custom_id="whisper")
    async def whisper(self, interaction: discord.Interaction, _button: discord.ui.Button[Buttons]) -> None:
        await interaction.response.defer()
        await interaction.followup.send("only you", ephemeral=True)

    @discord.ui.button(label="Nod", custom_id="nod")
    async def nod(self, interaction: discord.Interaction, _button: discord.ui.Button[Buttons]) -> None:
        await interaction.response.defer()


class Survey(discord.ui.Modal, title="A survey"):
    """Fields of text and lists, one of which may stay empty."""

    name: discord.ui.Label[Survey] = discord.ui.Label(
        text="Name", component=discord.ui.TextInput(custom_id="name", default="Anonymous", max_length=20)
    )
    remark: discord.ui.Label[Survey] = discord.ui.Label(
        text="Remark", component=discord.ui.TextInput(custom_id="remark", required=False, min_length=3)
    )
    tastes: discord.ui.Label[Survey] = discord.ui.Label(
        text="Tastes",
        component=discord.ui.Select(
            custom_id="tastes",
            max_values=2,
            options=[discord.SelectOption(label=one.title(), value=one) for one in ("jazz", "folk", "punk")],
        ),
    )
    role: discord.ui.Label[Survey] = discord.ui.Label(
        text="Role", component=discord.ui.RoleSelect(custom_id="role", required=False)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        given = [label.component for label in (self.name, self.remark, self.tastes, self.role)]
        said = [
            one.value if isinstance(one, discord.ui.TextInput) else [str(value) for value in one.values]
            for one in given
            if isinstance(one, discord.ui.TextInput | discord.ui.Select | discord.ui.RoleSelect)
        ]
        await interaction.response.edit_message(content=repr(said))


class Lists(discord.ui.View):
    """Lists of what a guild has, and a button for a form."""

    @discord.ui.select(cls=discord.ui.RoleSelect, custom_id="roles", min_values=0, max_values=2)
    async def roles(self, interaction: discord.Interaction, chosen: discord.ui.RoleSelect[Lists]) -> None:
        names = ", ".join(role.name for role in chosen.values)
        await interaction.response.edit_message(content=f"chosen: {names}")

    @discord.ui.select(cls=discord.ui.ChannelSelect, custom_id="channels", channel_types=[discord.ChannelType.text])
    async def channels(self, interaction: discord.Interaction, chosen: discord.ui.ChannelSelect[Lists]) -> None:
        await interaction.response.edit_message(content=", ".join(channel.name for channel in chosen.values))

    @discord.ui.select(cls=discord.ui.UserSelect, custom_id="people")
    async def people(self, interaction: discord.Interaction, chosen: discord.ui.UserSelect[Lists]) -> None:
        await interaction.response.edit_message(content=", ".join(person.name for person in chosen.values))

    @discord.ui.button(label="Ask", custom_id="ask")
    async def ask(self, interaction: discord.Interaction, _button: discord.ui.Button[Lists]) -> None:
        await interaction.response.send_modal(Survey())


async def settle(voice: discord.VoiceClient) -> None:
    """Wait for the end-to-end encryption: before it, discord.py sends in the clear."""
    async with asyncio.timeout(60):
        while not voice._connection.can_encrypt:  # noqa: ASYNC110  # discord.py tells of it no other way
            await asyncio.sleep(0.01)


@app_commands.command(description="Play a track")
@app_commands.describe(query="What to play")
async def play(interaction: discord.Interaction, query: str) -> None:
    await interaction.response.defer()
    await interaction.edit_original_response(content=f"Playing {query}", view=Buttons())


@play.autocomplete("query")
async def complete(_interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{current} {word}", value=f"{current}-{word}") for word in ("one", "two")]


@app_commands.command(description="Refuse in private after a public start")
async def refuse(interaction: discord.Interaction) -> None:
    await interaction.response.defer()
    await interaction.delete_original_response()
    await interaction.followup.send("No.", ephemeral=True)


@app_commands.command(description="Say too much")
async def shout(interaction: discord.Interaction) -> None:
    try:
        await interaction.response.send_message("x" * 2001)
    except discord.HTTPException as error:
        await interaction.response.send_message(f"{error.status} {error.code}")


@app_commands.command(description="Say the languages of the person and the guild, and that in which it is known")
async def languages(interaction: discord.Interaction) -> None:
    assert interaction.guild
    locales = (interaction.locale, interaction.guild_locale, interaction.guild.preferred_locale)
    await interaction.response.send_message(" ".join(str(locale) for locale in locales))


@app_commands.command(description="Answer when nobody waits any more")
async def late(interaction: discord.Interaction) -> None:
    await asyncio.sleep(3.1)
    try:
        await interaction.response.send_message("late")
    except discord.HTTPException as error:
        assert isinstance(interaction.channel, discord.TextChannel)
        await interaction.channel.send(f"{error.status} {error.code}")


@app_commands.command(description="Answer twice")
async def twice(interaction: discord.Interaction) -> None:
    again = copy(interaction.response)
    await interaction.response.send_message("once")
    again._response_type = None
    try:
        await again.send_message("twice")
    except discord.HTTPException as error:
        assert isinstance(interaction.channel, discord.TextChannel)
        await interaction.channel.send(f"{error.status} {error.code}")


@app_commands.command(description="Show lists")
async def lists(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Choose", view=Lists())


@app_commands.command(description="Show a picture")
async def picture(interaction: discord.Interaction, address: str) -> None:
    box = discord.Embed(title="Two of them").set_thumbnail(url=address).set_image(url=address)
    await interaction.response.send_message(embed=box)


@app_commands.command(description="Send sound into your channel")
async def sound(interaction: discord.Interaction, seconds: int) -> None:
    assert isinstance(interaction.user, discord.Member)
    assert interaction.user.voice is not None
    assert interaction.user.voice.channel is not None
    await interaction.response.defer()
    voice: discord.VoiceClient = await interaction.user.voice.channel.connect(timeout=60)
    await settle(voice)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    voice.play(Track(seconds), after=lambda _error: loop.call_soon_threadsafe(ended.set))
    await ended.wait()
    await interaction.edit_original_response(content="played")


@app_commands.command(description="Leave the channel")
async def leave(interaction: discord.Interaction) -> None:
    assert interaction.guild is not None
    await interaction.response.defer()
    if interaction.guild.voice_client is not None:
        await interaction.guild.voice_client.disconnect(force=False)
    await interaction.edit_original_response(content="left")


class Bot(commands.AutoShardedBot):
    """Syncs its commands once it hears of interactions, so that whoever sees a command may use it; and echoes."""

    async def setup_hook(self) -> None:
        self.add_view(Buttons())
        own: list[app_commands.Command[Any, ..., None]]
        own = [play, refuse, shout, languages, late, twice, lists, picture, sound, leave]
        for command in own:
            self.tree.add_command(command)

    async def on_ready(self) -> None:
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if not message.author.bot:
            await message.channel.send(f"{message.author.display_name} said {message.content}")


def build() -> Bot:
    """Make the bot; its voice trusts the simulator's authority, nothing else is patched."""
    intents = discord.Intents.default()
    intents.members = intents.message_content = True
    context = ssl.create_default_context(cafile=os.environ["BOT_VOICE_CA"])
    return Bot("!", intents=intents, connector=aiohttp.TCPConnector(ssl=context), guild_ready_timeout=0.1)


async def main() -> None:
    discord.http.Route.BASE = os.environ["BOT_API"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["BOT_GATEWAY"])
    discord.utils.setup_logging()
    async with build() as bot:
        await bot.start("any token")


if __name__ == "__main__":
    asyncio.run(main())
