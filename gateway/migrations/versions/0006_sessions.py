"""Sessions with Discord, their guilds, and answered interactions: a later process goes on with what it is told."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; keep which interactions were answered, and when the bot began its last session."""
    op.execute("""
        CREATE TABLE session (
            shard_id integer PRIMARY KEY,
            shard_count integer NOT NULL,
            session_id text NOT NULL,
            resume_url text NOT NULL,
            sequence bigint NOT NULL,
            intents integer NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE guild_part (
            guild_id bigint NOT NULL,
            kind text NOT NULL,
            id bigint NOT NULL,
            data jsonb NOT NULL,
            PRIMARY KEY (guild_id, kind, id)
        )
    """)
    op.execute("ALTER TABLE interaction ALTER COLUMN asked DROP NOT NULL")
    op.execute("ALTER TABLE interaction RENAME COLUMN acknowledged_at TO taken_at")
    op.execute("ALTER TABLE identify ADD COLUMN last_at timestamptz NOT NULL DEFAULT now()")


def downgrade() -> None:
    """Drop them."""
    op.execute("ALTER TABLE identify DROP COLUMN last_at")
    op.execute("DELETE FROM interaction WHERE asked IS NULL")
    op.execute("ALTER TABLE interaction RENAME COLUMN taken_at TO acknowledged_at")
    op.execute("ALTER TABLE interaction ALTER COLUMN asked SET NOT NULL")
    op.execute("DROP TABLE guild_part")
    op.execute("DROP TABLE session")
