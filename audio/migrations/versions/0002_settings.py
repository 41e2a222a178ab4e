"""A guild's settings, with its player."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the copy of what api keeps."""
    op.add_column(
        "player",
        sa.Column("settings", JSONB, nullable=False, server_default="{}", comment="the last copy of what api keeps"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_column("player", "settings")
