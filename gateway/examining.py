"""Whether Discord lets the bot do what it is made for, told to whoever runs it: a sentence for each thing looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

# Discord's bits. Each permission with the name that Discord shows.
PERMISSIONS = {
    "View Channels": 1 << 10,
    "Send Messages": 1 << 11,
    "Manage Messages": 1 << 13,
    "Embed Links": 1 << 14,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
    "Connect": 1 << 20,
    "Speak": 1 << 21,
    "Request to Speak": 1 << 32,
    "Set Voice Channel Status": 1 << 48,
}
_DISPENSABLE = {"Manage Messages", "Set Voice Channel Status"}  # each is for one thing that can be switched on
INTENTS = {"Message Content": "a channel for song requests", "Server Members": "welcome messages"}
"""Privileged intents by their names in the developer portal, and what needs them."""
_ADMINISTRATOR = 1 << 3
_FEW_SESSIONS = 100  # of the 1,000 that Discord grants a day
_NAMED = 5  # servers named in one sentence


@dataclass(frozen=True)
class Guild:
    """A guild of the bot. `permissions` are those it has there before any channel changes them."""

    name: str
    permissions: int


@dataclass(frozen=True)
class Facts:
    """What Discord tells of the bot. `sessions_left`: how many it may still begin today; `granted`: of `INTENTS`."""

    application_id: int
    name: str
    is_public: bool
    needs_code_grant: bool
    interactions_url: str
    sessions_left: int
    granted: Collection[str]
    guilds: Sequence[Guild]


@dataclass(frozen=True)
class Finding:
    """A sentence; `is_trouble`: with a way out, because the bot cannot do its work so."""

    sentence: str
    is_trouble: bool = False


def invite(application_id: int) -> str:
    """Return the link that brings the bot into a server, with the permissions it needs and no more."""
    wanted = sum(PERMISSIONS.values())
    return (
        f"https://discord.com/oauth2/authorize?client_id={application_id}"
        f"&scope=bot+applications.commands&permissions={wanted}"
    )


def examine(facts: Facts) -> Iterator[Finding]:
    """Look at everything."""
    yield Finding(f"The token is that of {facts.name}, application {facts.application_id}.")
    yield _interactions(facts)
    yield _invitations(facts)
    yield _sessions(facts)
    yield from _intents(facts)
    yield from _guilds(facts)


def _interactions(facts: Facts) -> Finding:
    if facts.interactions_url:
        return Finding(
            f"Discord sends commands to {facts.interactions_url} instead of to Segue: "
            "empty the Interactions Endpoint URL under General Information in the developer portal.",
            is_trouble=True,
        )
    return Finding("Commands come to Segue.")


def _invitations(facts: Facts) -> Finding:
    if facts.needs_code_grant:
        return Finding(
            "An invitation of the bot does not end by itself: "
            "turn Requires OAuth2 Code Grant off under Bot in the developer portal.",
            is_trouble=True,
        )
    who = "Anybody" if facts.is_public else "Its owner alone"
    return Finding(f"{who} can bring the bot into a server they manage: {invite(facts.application_id)}")


def _sessions(facts: Facts) -> Finding:
    if facts.sessions_left < _FEW_SESSIONS:
        return Finding(
            f"Discord lets the bot begin only {facts.sessions_left} more sessions today, and resets the token of one "
            "that begins more: find out why it starts so often before you go on.",
            is_trouble=True,
        )
    return Finding(f"Discord lets the bot begin {facts.sessions_left} more sessions today.")


def _intents(facts: Facts) -> Iterator[Finding]:
    for intent, purpose in INTENTS.items():
        if intent in facts.granted:
            yield Finding(f"{intent} Intent is granted; {purpose} can be switched on.")
        else:
            yield Finding(f"{intent} Intent is not granted; only {purpose} would need it (under Bot in the portal).")


def _guilds(facts: Facts) -> Iterator[Finding]:
    if not facts.guilds:
        yield Finding("The bot is in no server yet: open the link above.", is_trouble=True)
        return
    for permission, bit in PERMISSIONS.items():
        without = [guild.name for guild in facts.guilds if not guild.permissions & (bit | _ADMINISTRATOR)]
        if without:
            named = ", ".join(without[:_NAMED]) + (" and others" if len(without) > _NAMED else "")
            yield Finding(
                f"The bot lacks {permission} in {named}: grant it to its role, or open the link above once more.",
                is_trouble=permission not in _DISPENSABLE,
            )
    yield Finding(f"Servers the bot is in: {len(facts.guilds)}.")
