"""Preferences of people, and people who are to be forgotten."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("choices", JSONB, nullable=False, server_default="{}", comment="by name; absent: the default"),
        sa.Column("event_id", sa.BigInteger, nullable=False, server_default="0", comment="of the last change"),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("preferences_event_id", "preferences", ["event_id"])
    op.create_table(
        "erasure",
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("service", sa.Text, nullable=False, comment="that has not forgotten the person yet"),
        sa.Column("asked_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("user_id", "service"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("erasure")
    op.drop_table("preferences")
