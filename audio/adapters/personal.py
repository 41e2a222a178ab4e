"""What audio keeps about people. What they asked for plays and waits on; nobody asked for it then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.personal import PersonalRows

if TYPE_CHECKING:
    from kit.postgres import Pool

_TRACK = "'title', track ->> 'title', 'author', track ->> 'author', 'uri', track ->> 'uri'"
_EXPORT = f"""
SELECT 'playing' AS kind, guild_id::text AS key, jsonb_build_object('guild_id', guild_id::text, {_TRACK}) AS data
    FROM player WHERE requester_id = $1 AND item_id IS NOT NULL
UNION ALL SELECT CASE edit_id WHEN 0 THEN 'queue' ELSE 'removed' END, item_id::text,
    jsonb_build_object('guild_id', guild_id::text, {_TRACK}) FROM queue_item WHERE requester_id = $1
UNION ALL SELECT 'history', id::text, jsonb_build_object('guild_id', guild_id::text, {_TRACK}, 'ended_at', ended_at)
    FROM history WHERE requester_id = $1
UNION ALL SELECT 'edit', guild_id || '-' || edit_id,
    jsonb_build_object('guild_id', guild_id::text, 'what', kind, 'count', count) FROM edit WHERE user_id = $1
UNION ALL SELECT 'vote', guild_id || '-' || action, jsonb_build_object('guild_id', guild_id::text, 'what', action)
    FROM player, jsonb_each(votes) AS ballot (action, people) WHERE people @> to_jsonb($1::bigint)
UNION ALL SELECT 'dj', guild_id::text, jsonb_build_object('guild_id', guild_id::text) FROM player WHERE dj_id = $1
UNION ALL SELECT 'listening', guild_id::text,
    jsonb_build_object('guild_id', guild_id::text, 'channel_id', channel_id::text) FROM voice WHERE $1 = ANY (listeners)
"""  # noqa: S608  (put together from constants)
_HAS_VOTED = "EXISTS (SELECT FROM jsonb_each(votes) AS ballot (action, people) WHERE people @> to_jsonb($1::bigint))"
# The headers first and in one order, as every change locks them.
_LOCK = f"""
SELECT FROM player WHERE $1 IN (requester_id, dj_id) OR $1 = ANY (listeners) OR {_HAS_VOTED} OR guild_id IN (
    SELECT guild_id FROM queue_item WHERE requester_id = $1 UNION SELECT guild_id FROM edit WHERE user_id = $1
) ORDER BY guild_id FOR UPDATE
"""  # noqa: S608  (as above)
_UNHEARD = "listeners = array_remove(listeners, $1), deaf = array_remove(deaf, $1)"
_ERASE = (
    "UPDATE player SET requester_id = 0 WHERE requester_id = $1",
    "UPDATE player SET dj_id = 0 WHERE dj_id = $1",
    f"UPDATE player SET {_UNHEARD} WHERE $1 = ANY (listeners)",  # noqa: S608  (as above)
    f"""
    UPDATE player SET votes = (
        SELECT jsonb_object_agg(action, jsonb_path_query_array(
            people, '$[*] ? (@ != $gone)', jsonb_build_object('gone', $1::bigint)
        )) FROM jsonb_each(votes) AS ballot (action, people)
    ) WHERE {_HAS_VOTED}
    """,  # noqa: S608  (as above)
    "UPDATE queue_item SET requester_id = 0 WHERE requester_id = $1",
    "UPDATE edit SET user_id = 0 WHERE user_id = $1",
    "UPDATE history SET requester_id = 0 WHERE requester_id = $1",
    f"UPDATE voice SET {_UNHEARD} WHERE $1 = ANY (listeners)",  # noqa: S608  (as above)
)
_FORGET_ACTOR = "UPDATE player SET actor = '' WHERE position($1::bytea IN actor) > 0"


def personal(pool: Pool) -> PersonalRows:
    """Return what shows and erases it."""
    return PersonalRows(pool, export=_EXPORT, erase=(_LOCK, *_ERASE), erase_written=(_FORGET_ACTOR,))
