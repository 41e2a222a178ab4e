"""Panels know which item they show, and which channels were lost to them."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the item, and the table of lost channels."""
    op.execute("ALTER TABLE panel ADD COLUMN item_id bigint NOT NULL DEFAULT 0")
    op.execute("""
        CREATE TABLE lost_channel (
            channel_id bigint PRIMARY KEY,
            lost_at timestamptz NOT NULL DEFAULT now()
        )
    """)


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE lost_channel")
    op.execute("ALTER TABLE panel DROP COLUMN item_id")
