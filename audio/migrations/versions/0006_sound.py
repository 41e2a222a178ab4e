"""Volume and filters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let players sound otherwise."""
    op.add_column("player", sa.Column("volume", sa.Integer, nullable=False, server_default="100"))
    op.add_column("player", sa.Column("filters", JSONB, nullable=False, server_default="{}"))
    op.add_column("player", sa.Column("saved_filters", JSONB, nullable=False, server_default="{}", comment="by name"))


def downgrade() -> None:
    """Take it back."""
    for name in ("saved_filters", "filters", "volume"):
        op.drop_column("player", name)
