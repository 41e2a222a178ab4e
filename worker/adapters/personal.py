"""What worker keeps about people: jobs they asked for, what was played for them, schedules they made, and their
accounts at last.fm with what these are still to be told.

A job that still runs ends with its row; what was played for them was played for nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.personal import PersonalRows

if TYPE_CHECKING:
    from kit.postgres import Pool

_EXPORT = """
SELECT 'job' AS kind, job_id::text AS key, jsonb_build_object(
    'guild_id', guild_id::text, 'what', kind, 'status', status, 'created_at', created_at,
    'input', input, 'result', result - 'pending'
) AS data FROM job WHERE user_id = $1
UNION ALL
SELECT 'played', concat_ws(' ', guild_id, to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24'), encode(track, 'hex')),
    jsonb_build_object('guild_id', guild_id::text, 'hour', hour, 'title', title, 'author', author, 'uri', uri,
        'plays', plays, 'heard_ms', heard_ms)
FROM played WHERE user_id = $1
UNION ALL
SELECT 'schedule', schedule_id::text,
    jsonb_build_object('guild_id', guild_id::text, 'what', kind, 'text', text, 'created_at', created_at)
FROM schedule WHERE creator_id = $1
UNION ALL
SELECT 'lastfm', 'account', jsonb_build_object('name', name, 'linked_at', linked_at)
FROM lastfm_link WHERE user_id = $1
UNION ALL
SELECT 'scrobble', scrobble_id::text,
    jsonb_build_object('artist', artist, 'title', title, 'album', album, 'started_at', started_at)
FROM scrobble WHERE user_id = $1
"""
_ERASE = (
    "DELETE FROM job WHERE user_id = $1",
    "DELETE FROM lastfm_link WHERE user_id = $1",
    "UPDATE schedule SET creator_id = 0 WHERE creator_id = $1",
    """
    WITH gone AS (DELETE FROM played WHERE user_id = $1 RETURNING *)
    INSERT INTO played AS known (guild_id, hour, user_id, track, title, author, uri, plays, heard_ms)
    SELECT guild_id, hour, 0, track, title, author, uri, plays, heard_ms FROM gone
    ON CONFLICT (guild_id, hour, user_id, track) DO UPDATE
    SET plays = known.plays + excluded.plays, heard_ms = known.heard_ms + excluded.heard_ms
    """,
)


def personal(pool: Pool) -> PersonalRows:
    """Return what shows and erases it."""
    return PersonalRows(pool, export=_EXPORT, erase=_ERASE)
