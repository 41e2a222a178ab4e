"""The guilds the bot is or was in, and requests that have one effect."""

from __future__ import annotations

from alembic import op

from kit import tables

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    tables.create()
    op.execute("""
        CREATE TABLE guild (
            guild_id bigint PRIMARY KEY,
            name text NOT NULL,
            joined_at timestamptz NOT NULL DEFAULT now(),
            left_at timestamptz,
            greet boolean NOT NULL
        )
    """)


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE guild")
    tables.drop()
