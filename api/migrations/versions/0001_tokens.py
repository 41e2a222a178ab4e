"""Tokens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    tables.create()
    op.create_table(
        "token",
        sa.Column("token_id", postgresql.UUID, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True, comment="SHA-256 of the secret"),
        sa.Column("user_id", sa.BigInteger, comment="null: the operator's, not yet learnt"),
        sa.Column("scopes", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("guild_ids", postgresql.ARRAY(sa.BigInteger), nullable=False, server_default="{}"),
        sa.Column("operator", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("token_operator", "token", ["operator"], unique=True, postgresql_where=sa.text("operator"))


def downgrade() -> None:
    """Drop them."""
    op.drop_table("token")
    tables.drop()
