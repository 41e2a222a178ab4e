"""What was played for a person is found without reading what was played for others."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("history_requester_id", "history", ["requester_id", "guild_id", "id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("history_requester_id")
