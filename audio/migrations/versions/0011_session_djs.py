"""Who is the DJ of a session, and where a player is in the playlist that it goes on with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("player", sa.Column("dj_id", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("player", sa.Column("course", JSONB, nullable=False, server_default="{}"))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("player", "course")
    op.drop_column("player", "dj_id")
