"""Panels that others took over from are known until they say so."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.execute("""
        CREATE TABLE former_panel (
            message_id bigint PRIMARY KEY,
            channel_id bigint NOT NULL,
            guild_id bigint NOT NULL
        )
    """)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE former_panel")
