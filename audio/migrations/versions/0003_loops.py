"""What comes after a track."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let players loop."""
    op.add_column("player", sa.Column("loop_mode", sa.Text, nullable=False, server_default="OFF"))
    op.add_column("player", sa.Column("loop_count", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("player", "loop_count")
    op.drop_column("player", "loop_mode")
