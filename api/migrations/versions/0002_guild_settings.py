"""Settings of guilds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "guild_settings",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("choices", JSONB, nullable=False, server_default="{}", comment="by name; absent: the default"),
        sa.Column("event_id", sa.BigInteger, nullable=False, server_default="0", comment="of the last change"),
        sa.Column("changed_by", sa.BigInteger, nullable=False, server_default="0", comment="a Discord user; 0: nobody"),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("guild_settings_event_id", "guild_settings", ["event_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("guild_settings")
