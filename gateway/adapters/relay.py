"""Hands what Discord tells to whom it concerns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import discord

    from gateway.adapters.bot import Bot
    from gateway.adapters.interactions import Interactions
    from gateway.domain.voice import Server
    from gateway.membership import Membership
    from gateway.messaging import Messaging
    from gateway.reporting import Reports
    from gateway.voice import Voice
    from kit.tasks import Tasks


class Relay:
    """Takes the events of the bot."""

    def __init__(
        self,
        declare: Callable[[], Awaitable[None]],
        interactions: Interactions,
        voice: Voice,
        reports: Reports,
        tasks: Tasks,
        *,
        take_up: Callable[[Callable[[int], bool]], Awaitable[None]],
        look: Callable[[], Awaitable[None]],
        membership: Membership,
        messaging: Messaging,
    ) -> None:
        self._declare = declare
        self._take_up = take_up
        self._look = look
        self._interactions = interactions
        self._voice = voice
        self._reports = reports
        self._membership = membership
        self._messaging = messaging
        self._tasks = tasks

    def session(self, shard_id: int, is_of_shard: Callable[[int], bool]) -> None:
        """Declare the commands: Discord may have forgotten them, and they may have changed. So may the guilds have.

        Whoever held the shard before may have left something undone. What is the bot's as a whole is the first shard's.
        """
        if shard_id == 0:
            self._tasks.keep(self._declare, "declaration of commands")
        self._tasks.keep(self._membership.compare, "guilds that came and went")
        self._tasks.keep(partial(self._take_up, is_of_shard), f"what was left undone in shard {shard_id}")
        self._tasks.keep(self._look, "channels for requests")

    def message(self, message: discord.Message) -> None:
        """Answer it if it is to the bot, beside everything else."""
        self._tasks.spawn(self._interactions.hear(message), f"message {message.id}")

    def interaction(self, interaction: discord.Interaction[Bot]) -> None:
        """Answer it, beside everything else."""
        self._tasks.spawn(self._interactions.receive(interaction), f"interaction {interaction.id}")

    def voice_state(self, guild_id: int, *, own: bool) -> None:
        """Let audio know who is where."""
        if own:
            self._voice.moved(guild_id)
        self._reports.changed(guild_id)

    def voice_server(self, guild_id: int, server: Server | None) -> None:
        """Let audio know where to connect."""
        self._voice.named(guild_id, server)
        self._reports.changed(guild_id)

    def guild(self, guild_id: int) -> None:
        """Let audio know how voice stands in a guild that is new, or seen again."""
        self._voice.moved(guild_id)
        self._reports.changed(guild_id)
        self._tasks.keep(partial(self._membership.joined, guild_id), f"joining of guild {guild_id}")

    def member(self, guild_id: int, user_id: int, name: str) -> None:
        """Welcome them."""
        self._tasks.spawn(self._messaging.welcome(guild_id, user_id, name), f"welcome of {user_id}")

    def begun(self, guild_id: int) -> None:
        """Forget its voice: what an older session was told to connect with ends with that."""
        self._voice.forget(guild_id)

    def no_guild(self, guild_id: int) -> None:
        """Forget its voice, and let its music end."""
        self._voice.forget(guild_id)
        self._tasks.keep(partial(self._membership.left, guild_id), f"leaving of guild {guild_id}")
