"""What was played, by the hour, and how far the events of audio were counted."""

import sqlalchemy as sa
from alembic import op

from kit import tables

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    tables.create_cursors()
    op.create_table(
        "played",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("hour", sa.TIMESTAMP(timezone=True), nullable=False, comment="in which the tracks ended"),
        sa.Column("user_id", sa.BigInteger, nullable=False, comment="who asked for it; zero: nobody"),
        sa.Column("track", sa.LargeBinary, nullable=False, comment="what tells tracks apart"),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("uri", sa.Text, nullable=False),
        sa.Column("plays", sa.BigInteger, nullable=False),
        sa.Column("heard_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "hour", "user_id", "track"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("played")
    tables.drop_cursors()
