"""Volume and filters, and what players go on with by themselves."""

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
    op.add_column("player", sa.Column("autoplay", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("player", sa.Column("filters", JSONB, nullable=False, server_default="{}"))
    op.add_column("player", sa.Column("saved_filters", JSONB, nullable=False, server_default="{}", comment="by name"))
    for table in ("player", "queue_item"):
        op.add_column(table, sa.Column("pick", JSONB, comment="why the player picked it by itself"))


def downgrade() -> None:
    """Take it back."""
    for table in ("queue_item", "player"):
        op.drop_column(table, "pick")
    for name in ("saved_filters", "filters", "autoplay", "volume"):
        op.drop_column("player", name)
