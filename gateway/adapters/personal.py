"""What gateway keeps about people: who did what last in a panel, who is in voice, and commands until their answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.personal import PersonalRows

if TYPE_CHECKING:
    from kit.postgres import Pool

_EXPORT = """
SELECT 'panel' AS kind, guild_id::text AS key,
    jsonb_build_object('guild_id', guild_id::text, 'deed', deed_method) AS data FROM panel WHERE deed_user_id = $1
UNION ALL
SELECT 'voice', guild_id::text, jsonb_build_object('guild_id', guild_id::text, 'channel_id', data ->> 'channel_id')
FROM guild_part WHERE kind = 'voice_states' AND id = $1
"""
_ERASE = (
    "DELETE FROM interaction WHERE (asked -> 'person' ->> 'user_id')::bigint = $1",
    "DELETE FROM guild_part WHERE kind IN ('members', 'voice_states') AND id = $1",
    "UPDATE panel SET deed_user_id = NULL, deed_method = NULL WHERE deed_user_id = $1",
)


def personal(pool: Pool) -> PersonalRows:
    """Return what shows and erases it."""
    return PersonalRows(pool, export=_EXPORT, erase=_ERASE)
