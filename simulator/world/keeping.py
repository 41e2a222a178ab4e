"""How the world begins, and how it outlives its process."""

from __future__ import annotations

import logging
import os
import pickle
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import discord
from simcord import __version__ as simcord_version
from simcord.backend import Backend

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)
_MESSAGES_KEPT = 200  # newest of each channel
_PASSING = ("clock", "subscribers", "faults", "transcript", "http_requests")


class People(Backend):
    """simcord's world, and of each person what it does not know: the language they chose."""

    def __init__(self, clock: WallClock) -> None:
        super().__init__(clock=clock)  # type: ignore[arg-type]  # it asks for its own class, and uses what WallClock has
        self.locales: dict[int, str] = {}


class WallClock:
    """simcord's clock, but real; frozen while the first world is made, so that its ids are always the same."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.frozen: datetime | None = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """Tell the time, UTC."""
        return self.frozen or datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """Refuse: real time passes by itself."""
        raise TypeError(f"real time cannot be advanced by {seconds} s")


def _seed(backend: Backend) -> None:
    backend.bot_user.name = "Segue"
    backend.application_id = backend.bot_user.id  # as with every application of today
    owner = backend.make_user("Olivia")
    guild = backend.create_guild("The Listening Room", owner_id=owner.id)
    backend.create_channel(guild.id, "general")
    backend.create_channel(guild.id, "Lounge", type=2)
    backend.create_channel(guild.id, "Studio", type=2)
    dj = backend.create_role(guild.id, "DJ", color=0x5865F2, hoist=True)
    backend.add_member(guild.id, backend.make_user("Dana").id, roles=[dj.id])
    for name in ("Liam", "Luca"):
        backend.add_member(guild.id, backend.make_user(name).id)
    everyone = discord.Permissions(guild.everyone_role.permissions)
    everyone.update(use_voice_activation=True, stream=True, set_voice_channel_status=True)
    guild.everyone_role.permissions = everyone.value


def load(file: Path) -> People:
    """Read the kept world, or make the first one where there is none or where it is of another simcord."""
    clock = WallClock()
    backend = People(clock)
    if file.exists():
        version, _, kept = file.read_bytes().partition(b"\n")
        if version == simcord_version.encode():
            vars(backend).update(pickle.loads(kept))  # noqa: S301  # our own file, in a folder of ours
            for guild in backend.guilds.values():
                guild.voice_states.pop(backend.bot_user.id, None)  # its gateway session did not survive
        else:
            _log.warning("the kept world is of simcord %s: a new one is made", version.decode(errors="replace"))
            _seed(backend)
    else:
        _seed(backend)
    clock.frozen = None
    return backend


def save(backend: Backend, file: Path) -> None:
    """Write the world by rename, without what has passed."""
    now = backend.now_iso()
    for token, record_id in list(backend.interaction_tokens.items()):
        if (backend.interactions[record_id].expires_at or "") < now:
            del backend.interaction_tokens[token], backend.interactions[record_id]
    for messages in backend.messages.values():
        for message_id in list(messages)[:-_MESSAGES_KEPT]:
            del messages[message_id]
    kept = {name: value for name, value in vars(backend).items() if name not in _PASSING}
    new = file.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(simcord_version.encode() + b"\n" + pickle.dumps(kept))
    new.replace(file)
