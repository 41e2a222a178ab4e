"""The SQL of `postgres.py`. In a queue, `edit_id` 0 means that the item was not removed."""

# ruff: noqa: S608 - what is put together are names of columns, all of them our own

PLAYER = "SELECT * FROM player WHERE guild_id = $1"
LOCK = "SELECT *, clock_timestamp() AS now FROM player WHERE guild_id = $1 FOR UPDATE"
CREATE = "INSERT INTO player (guild_id, bucket) VALUES ($1, $2) ON CONFLICT DO NOTHING"
VERSIONS = "SELECT guild_id, version FROM player WHERE guild_id = ANY ($1::bigint[])"
HEADER = (
    "version", "voice_channel_id", "play_seq", "seek_seq", "paused", "position_ms", "position_at", "queue_length",
    "queue_ms", "undoable", "redoable", "returnable", "loop_mode", "loop_count", "wanted_version", "seen_version",
    "seen_seek", "heard_seq", "node", "problem", "listeners", "deaf", "deserted", "goes_on",
    "volume", "autoplay", "dj_id",
)  # fmt: skip
"""The columns of `player` that are fields of a `Player` by the same name."""
ITEM_COLUMNS = ("item_id", "requester_id", "track", "start_ms", "end_ms", "pick")
DOCUMENTS = ("settings", "filters", "saved_filters", "votes", "course")
"""Those that are JSON."""
_SAVED = (*HEADER, *DOCUMENTS, *ITEM_COLUMNS, "traceparent", "actor", "ref")
_ITEM = ", ".join(ITEM_COLUMNS)
_VALUES = ", ".join(f"{column} = ${place}" for place, column in enumerate(_SAVED, 2))
SAVE = f"UPDATE player SET {_VALUES} WHERE guild_id = $1"
SEEN = """
UPDATE player SET seen_version = $2, seen_seek = $3, node = $4, problem = $5, listeners = $6, deaf = $7
WHERE guild_id = $1
"""
HOLD = "SELECT 1 FROM bucket WHERE bucket = $1 AND epoch = $2 FOR SHARE"

FIRST_RANK = "SELECT rank FROM queue_item WHERE guild_id = $1 AND edit_id = 0 ORDER BY rank LIMIT 1"
LAST_RANK = "SELECT rank FROM queue_item WHERE guild_id = $1 AND edit_id = 0 ORDER BY rank DESC LIMIT 1"
INSERT = """
WITH added AS (
    INSERT INTO queue_item (guild_id, rank, added_by, requester_id, track, start_ms, end_ms, pick)
    SELECT $1, $2::bigint + (place - 1) * $3::bigint, $4, requester_id, track::jsonb, start_ms, end_ms, pick::jsonb
    FROM unnest($5::bigint[], $6::text[], $7::bigint[], $8::bigint[], $9::text[])
        WITH ORDINALITY AS given (requester_id, track, start_ms, end_ms, pick, place) ORDER BY place
    RETURNING item_id
) SELECT min(item_id) FROM added
"""
POP = f"""
DELETE FROM queue_item WHERE item_id = (
    SELECT item_id FROM queue_item WHERE guild_id = $1 AND edit_id = 0 ORDER BY rank LIMIT 1
) RETURNING {_ITEM}
"""
# Items are found by their ids alone, and the rest is looked at then: no index serves IS NOT DISTINCT FROM. Written with
# "=", a table without statistics is read by its other index, which is the whole queue.
_HERE = "(guild_id, edit_id) IS NOT DISTINCT FROM ($1::bigint, 0::bigint)"
ITEM = f"SELECT {_ITEM} FROM queue_item WHERE item_id = $2 AND {_HERE}"
STANDING = """
SELECT rank, coalesce((
    SELECT item_id FROM queue_item AS behind
    WHERE behind.guild_id = $1 AND behind.edit_id = 0 AND behind.rank > here.rank ORDER BY behind.rank LIMIT 1
), 0) AS follower
FROM queue_item AS here WHERE item_id = $2
"""
HELD = "SELECT count(*) FROM queue_item WHERE guild_id = $1 AND edit_id = 0 AND requester_id = $2"


def _page(start: str, limit: str) -> str:
    """Make the statement for a page that begins somewhere.

    It is one, so that the items are those of the version; where there are none it gives a row without an item. `start`
    is one condition, and none behind an OR: a plan that is kept for any page would read all before it.
    """
    return f"""
SELECT coalesce((SELECT version FROM player WHERE guild_id = $1), 0) AS version, page.*
FROM (VALUES (1)) AS always LEFT JOIN LATERAL (
    SELECT rank, {_ITEM} FROM queue_item WHERE guild_id = $1 AND edit_id = 0 AND {start} ORDER BY rank LIMIT {limit}
) AS page ON true ORDER BY page.rank
"""


ITEMS = _page("(rank, item_id) > (coalesce($2::bigint, -9223372036854775808), coalesce($3::bigint, 0))", "$4")
ITEMS_FROM = _page(
    "rank >= (SELECT rank FROM queue_item WHERE guild_id = $1 AND edit_id = 0 ORDER BY rank OFFSET $2 LIMIT 1)", "$3"
)
"""The same, where so many are skipped: they are counted in an index, and their tracks are not read."""

REMOVE = f"""
UPDATE queue_item SET edit_id = $3, removed_by = $3, removed_at = clock_timestamp()
WHERE item_id = ANY ($2::bigint[]) AND {_HERE}
"""
CLEAR = """
UPDATE queue_item SET edit_id = $2, removed_by = $2, removed_at = clock_timestamp() WHERE guild_id = $1 AND edit_id = 0
"""
ALL = f"SELECT {_ITEM} FROM queue_item WHERE guild_id = $1 AND edit_id = 0 ORDER BY rank"
STAND_IN = f"""
INSERT INTO queue_item (
    guild_id, rank, edit_id, added_by, removed_at, requester_id, track, start_ms, end_ms, pick
) SELECT guild_id, rank, $3, added_by, clock_timestamp(), $4, $5::jsonb, $6, $7, $8::jsonb
FROM queue_item WHERE item_id = $2 AND {_HERE} RETURNING item_id
"""
EXCHANGE = f"""
WITH gone AS (
    UPDATE queue_item SET edit_id = $4, removed_at = clock_timestamp() WHERE item_id = $2 AND {_HERE} AND EXISTS (
        SELECT 1 FROM queue_item
        WHERE item_id = $3 AND (guild_id, edit_id) IS NOT DISTINCT FROM ($1::bigint, $4::bigint)
    ) RETURNING rank, track
), back AS (
    UPDATE queue_item SET edit_id = 0, removed_at = NULL, rank = gone.rank FROM gone WHERE item_id = $3
    RETURNING queue_item.track
) SELECT coalesce((SELECT (track ->> 'length_ms')::bigint FROM back), 0)
    - coalesce((SELECT (track ->> 'length_ms')::bigint FROM gone), 0)
"""
SWAP = """
UPDATE queue_item AS one SET rank = other.rank FROM queue_item AS other
WHERE one.item_id IN ($2, $3) AND one.guild_id = $1 AND one.edit_id = 0
    AND other.item_id = CASE one.item_id WHEN $2 THEN $3 ELSE $2 END
"""
# The same ranks, dealt out anew: what was removed finds its place among them when it is brought back.
REORDER = """
UPDATE queue_item SET rank = slot.rank
FROM unnest($2::bigint[]) WITH ORDINALITY AS given (item_id, place)
JOIN (
    SELECT rank, row_number() OVER (ORDER BY rank) AS place FROM queue_item WHERE guild_id = $1 AND edit_id = 0
) AS slot USING (place)
WHERE queue_item.item_id = given.item_id AND guild_id = $1 AND edit_id = 0
"""
RANKS_BEFORE = "SELECT item_id, rank FROM queue_item WHERE guild_id = $1 AND edit_id = 0 AND item_id < $2"
SET_RANKS = """
UPDATE queue_item SET rank = given.rank FROM unnest($2::bigint[], $3::bigint[]) AS given (item_id, rank)
WHERE queue_item.item_id = given.item_id AND guild_id = $1 AND edit_id = 0
"""
NEIGHBOURS = f"""
SELECT target.rank AS after, (
    SELECT rank FROM queue_item
    WHERE guild_id = $1 AND edit_id = 0 AND rank < target.rank AND item_id <> $2 ORDER BY rank DESC LIMIT 1
) AS before
FROM queue_item AS target WHERE item_id = $3 AND {_HERE}
"""
RENEW_RANKS = """
UPDATE queue_item SET rank = fresh.place * $2::bigint
FROM (
    SELECT item_id, row_number() OVER (ORDER BY rank, item_id) AS place FROM queue_item WHERE guild_id = $1
) AS fresh
WHERE queue_item.item_id = fresh.item_id
"""
SET_RANK = f"UPDATE queue_item SET rank = $3 WHERE item_id = $2 AND {_HERE}"

LOG = """
WITH forgotten AS (
    DELETE FROM edit WHERE guild_id = $1 AND (undone OR edit_id <= (
        SELECT edit_id FROM edit WHERE guild_id = $1 AND NOT undone ORDER BY edit_id DESC OFFSET $8 - 1 LIMIT 1
    ))
) INSERT INTO edit (guild_id, edit_id, kind, user_id, count, before, after) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
EXTEND = "UPDATE edit SET count = count + $3 WHERE guild_id = $1 AND edit_id = $2 AND NOT undone RETURNING true"
UNDO = """
UPDATE edit SET undone = true
WHERE guild_id = $1 AND edit_id = (SELECT max(edit_id) FROM edit WHERE guild_id = $1 AND NOT undone) RETURNING *
"""
REDO = """
UPDATE edit SET undone = false
WHERE guild_id = $1 AND edit_id = (SELECT min(edit_id) FROM edit WHERE guild_id = $1 AND undone) RETURNING *
"""
HIDE = """
WITH gone AS (
    UPDATE queue_item SET edit_id = $2, removed_at = clock_timestamp()
    WHERE guild_id = $1 AND edit_id = 0 AND $2 IN (added_by, removed_by) RETURNING track
) SELECT -count(*) AS items, -coalesce(sum((track ->> 'length_ms')::bigint), 0) AS ms FROM gone
"""
# Others may stand in the places of what is brought back: all are ranked anew then, before the constraint is checked.
DEFER = "SET CONSTRAINTS ALL DEFERRED"
RESTORE = """
WITH back AS (
    UPDATE queue_item SET edit_id = 0, removed_at = NULL WHERE guild_id = $1 AND edit_id = $2 RETURNING track
) SELECT count(*) AS items, coalesce(sum((track ->> 'length_ms')::bigint), 0) AS ms FROM back
"""
COLLIDES = """
SELECT EXISTS (SELECT 1 FROM queue_item WHERE guild_id = $1 AND edit_id = 0 GROUP BY rank HAVING count(*) > 1)
"""

SET_FREE_RANK = """
UPDATE queue_item SET rank = $3 WHERE item_id = $2 AND NOT EXISTS (
    SELECT 1 FROM queue_item WHERE guild_id = $1 AND edit_id = 0 AND rank = $3
)
"""

LAST_PLAYED = """
UPDATE history SET taken = true WHERE id = (
    SELECT id FROM history WHERE guild_id = $1 AND NOT taken AND reason <> $2 ORDER BY id DESC LIMIT 1
) RETURNING item_id, requester_id, track, 0 AS start_ms, 0 AS end_ms, NULL AS pick
"""
RECORD = """
INSERT INTO history (guild_id, item_id, requester_id, track, reason, detail) VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id, ended_at
"""
_PLAYED = """
SELECT id, item_id, track, requester_id, 0 AS start_ms, 0 AS end_ms, NULL AS pick, reason, detail, ended_at FROM history
WHERE guild_id = $1 AND id < coalesce($2::bigint, 9223372036854775807)
"""
HISTORY = f"{_PLAYED} ORDER BY id DESC LIMIT $3 OFFSET $4"
HISTORY_OF = f"{_PLAYED} AND requester_id = $5 ORDER BY id DESC LIMIT $3 OFFSET $4"
_COUNTED = "SELECT count(*) FROM (SELECT FROM history WHERE guild_id = $1"
HISTORY_LENGTH = f"{_COUNTED} LIMIT $2) AS counted"
HISTORY_LENGTH_OF = f"{_COUNTED} AND requester_id = $3 LIMIT $2) AS counted"
FAILURES = """
SELECT count(*) FROM history
WHERE guild_id = $1 AND ended_at > clock_timestamp() - interval '1 minute' AND reason = $2
"""

CHANGES = """
SELECT version, kind, payload FROM outbox
WHERE guild_id = $1 AND version > $2 AND starts_with(kind, 'player.') ORDER BY version LIMIT $3
"""
DUE = """
SELECT guild_id FROM player WHERE bucket = ANY ($1::smallint[]) AND seen_version < wanted_version
UNION SELECT guild_id FROM voice WHERE bucket = ANY ($1::smallint[]) AND NOT taken
"""
ACTIVE = "SELECT guild_id FROM player WHERE bucket = $1 AND (item_id IS NOT NULL OR voice_channel_id <> 0)"

HEARD_AT = "SELECT position_ms FROM position WHERE guild_id = $1 AND (play_seq, seek_seq) = ($2, $3) AND at > $4"
SAMPLE = """
INSERT INTO position (guild_id, play_seq, seek_seq, position_ms, at)
SELECT *, clock_timestamp() FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
ON CONFLICT (guild_id) DO UPDATE
SET play_seq = excluded.play_seq, seek_seq = excluded.seek_seq, position_ms = excluded.position_ms, at = excluded.at
"""

REPORT_VOICE = """
INSERT INTO voice (guild_id, sequence, channel_id, session_id, endpoint, token, listeners, deaf, bucket, taken)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (guild_id) DO UPDATE
SET sequence = excluded.sequence, channel_id = excluded.channel_id, session_id = excluded.session_id,
    endpoint = excluded.endpoint, token = excluded.token, listeners = excluded.listeners, deaf = excluded.deaf,
    taken = excluded.taken
WHERE voice.sequence < excluded.sequence
RETURNING 1
"""
TAKE_VOICE = """
UPDATE voice SET taken = true WHERE guild_id = $1
RETURNING guild_id, sequence, channel_id, session_id, endpoint, token, listeners, deaf
"""
SESSIONS = "SELECT sessions::text FROM bucket WHERE bucket = $1"
KEEP_SESSION = """
UPDATE bucket SET sessions = jsonb_set(sessions, ARRAY[$2::text], to_jsonb($3::text)) WHERE bucket = $1
"""

# The header first, as every change locks it.
OF_GUILDS = tuple(
    f"DELETE FROM {table} WHERE guild_id = ANY ($1)"
    for table in ("player", "queue_item", "edit", "history", "position", "voice")
)
