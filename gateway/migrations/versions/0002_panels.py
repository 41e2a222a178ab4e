"""Panels: the message of each guild that shows its player."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of panels."""
    op.execute("""
        CREATE TABLE panel (
            guild_id bigint PRIMARY KEY,
            channel_id bigint NOT NULL,
            message_id bigint NOT NULL,
            version bigint NOT NULL,
            deed_user_id bigint,
            deed_method text
        )
    """)


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE panel")
