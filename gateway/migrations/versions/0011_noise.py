"""What is to be taken away from channels for requests is known; who took an interaction was never asked."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, drop the column."""
    op.execute("""
        CREATE TABLE noise (
            id bigint PRIMARY KEY,
            guild_id bigint NOT NULL,
            channel_id bigint NOT NULL,
            said_ids bigint[] NOT NULL,
            written boolean NOT NULL,
            due_at timestamptz NOT NULL
        )
    """)
    op.execute("ALTER TABLE interaction DROP COLUMN instance")


def downgrade() -> None:
    """Bring the column back, drop the table."""
    op.execute("ALTER TABLE interaction ADD COLUMN instance text NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE interaction ALTER COLUMN instance DROP DEFAULT")
    op.execute("DROP TABLE noise")
