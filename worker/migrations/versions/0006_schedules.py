"""Schedules of guilds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "schedule",
        sa.Column("schedule_id", postgresql.UUID, primary_key=True, comment="a UUIDv7: later ones have larger ids"),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("time_of_day", sa.Time, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("next_at", sa.TIMESTAMP(timezone=True), comment="null: it pauses"),
        sa.Column("last_at", sa.TIMESTAMP(timezone=True), comment="when it was due last and was posted"),
        sa.Column("problem", sa.Text, nullable=False, server_default="", comment="why it pauses, unless people did it"),
        sa.Column("creator_id", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("schedule_guild_id", "schedule", ["guild_id", "schedule_id"])
    op.create_index("schedule_next_at", "schedule", ["next_at"], postgresql_where=sa.text("next_at IS NOT NULL"))


def downgrade() -> None:
    """Drop it."""
    op.drop_table("schedule")
