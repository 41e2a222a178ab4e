"""A guild in parts, each of which the events after it replace: a RESUME tells what was missed and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Payload = dict[str, Any]

OWN, SERVER = "own", "voice_server"
STATES, MEMBERS = "voice_states", "members"
LISTS = ("channels", "threads", "roles", STATES, MEMBERS)
"""Kinds of parts: what is said of the guild itself, the bot's voice server, and lists, named as Discord names them."""

_ALONE = 0  # the id of a part of which there is one
_TOLD = {
    "CHANNEL_CREATE": "channels",
    "CHANNEL_UPDATE": "channels",
    "THREAD_CREATE": "threads",
    "THREAD_UPDATE": "threads",
}
_GONE = {
    "CHANNEL_DELETE": ("channels", "id"),
    "THREAD_DELETE": ("threads", "id"),
    "GUILD_ROLE_DELETE": ("roles", "role_id"),
}


@dataclass
class Changes:
    """What was told about a guild: its parts by kind and id, None for what is gone. `whole`: no older part counts."""

    whole: bool = False
    parts: dict[tuple[str, int], Payload | None] = field(default_factory=dict)

    def take(self, event: str, told: Payload, me: int) -> None:
        """Take an event; `me` is the bot. What it has no use for is left out."""
        match event:
            case "GUILD_CREATE":
                self._begin(told)
                self._take_lists(told, me)
            case "GUILD_DELETE":
                self._begin(told if told.get("unavailable") else None)
            case "GUILD_UPDATE":
                self._put(OWN, _ALONE, _fields(told))
            case "GUILD_ROLE_CREATE" | "GUILD_ROLE_UPDATE":
                self._put("roles", int(told["role"]["id"]), told["role"])
            case "GUILD_MEMBER_UPDATE" if int(told["user"]["id"]) == me:
                self._put(MEMBERS, me, told)
            case "VOICE_STATE_UPDATE":
                self._take_voice(told, me)
            case "VOICE_SERVER_UPDATE":
                self._put(SERVER, _ALONE, told)
            case _ if event in _TOLD:
                self._put(_TOLD[event], int(told["id"]), told)
            case _ if event in _GONE:
                kind, key = _GONE[event]
                self.parts[kind, int(told[key])] = None

    def then(self, later: Changes) -> Changes:
        """Return these changes followed by later ones."""
        if later.whole:
            return later
        both = Changes(self.whole, dict(self.parts))
        for (kind, part_id), data in later.parts.items():
            if data is None:
                both.parts[kind, part_id] = None
            else:
                both._put(kind, part_id, data)
        return both

    def _begin(self, guild: Payload | None) -> None:
        self.whole, self.parts = True, {}
        if guild:
            self._put(OWN, _ALONE, _fields(guild))

    def _put(self, kind: str, part_id: int, data: Payload) -> None:
        """Take a part, or those of its fields that changed."""
        self.parts[kind, part_id] = (self.parts.get((kind, part_id)) or {}) | data

    def _take_lists(self, guild: Payload, me: int) -> None:
        """Take what a guild has; of its members the bot, and those in voice."""
        for kind in ("channels", "threads", "roles"):
            for one in guild.get(kind, ()):
                self._put(kind, int(one["id"]), one)
        for state in guild.get(STATES, ()):
            self._put(STATES, int(state["user_id"]), state)
        for member in guild.get(MEMBERS, ()):
            user_id = int(member["user"]["id"])
            if user_id == me or (STATES, user_id) in self.parts:
                self._put(MEMBERS, user_id, member)

    def _take_voice(self, told: Payload, me: int) -> None:
        user_id = int(told["user_id"])
        if told["channel_id"]:
            self._put(STATES, user_id, {key: value for key, value in told.items() if key != "member"})
            if "member" in told:
                self._put(MEMBERS, user_id, told["member"])
            return
        self.parts[STATES, user_id] = None
        self.parts[(SERVER, _ALONE) if user_id == me else (MEMBERS, user_id)] = None


def _fields(guild: Payload) -> Payload:
    """Return what is said of a guild itself: its lists are parts of their own, or of no use."""
    return {key: value for key, value in guild.items() if not isinstance(value, list)}
