"""Tells Discord which commands there are, when they have changed."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import discord

    from gateway.adapters.postgres import PostgresDeclarations

_log = logging.getLogger(__name__)


async def declare(client: discord.Client, commands: list[dict[str, Any]], declared: PostgresDeclarations) -> None:
    """Declare the commands, unless Discord has exactly these already: it takes few declarations a day."""
    application_id = client.application_id or 0
    digest = hashlib.sha256(json.dumps(commands, sort_keys=True).encode()).hexdigest()
    if await declared.digest(application_id) == digest:
        known = await client.http.get_global_commands(application_id)
        if {command["name"] for command in known} == {command["name"] for command in commands}:
            return
    await client.http.bulk_upsert_global_commands(application_id, commands)
    await declared.store(application_id, digest)
    _log.info("declared the commands to Discord", extra={"commands": len(commands)})
