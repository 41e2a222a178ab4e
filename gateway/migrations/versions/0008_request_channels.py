"""Channels where people just type what they want to hear, and what they were told to be missing there."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute("""
        CREATE TABLE request_channel (
            guild_id bigint PRIMARY KEY,
            channel_id bigint NOT NULL,
            told text[] NOT NULL DEFAULT '{}'
        )
    """)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE request_channel")
