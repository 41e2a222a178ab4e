"""Who listens and hears nothing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Know who is deafened."""
    for table in ("voice", "player"):
        comment = "those of the listeners who were deafened"
        op.add_column(
            table, sa.Column("deaf", ARRAY(sa.BigInteger), nullable=False, server_default="{}", comment=comment)
        )


def downgrade() -> None:
    """Forget it."""
    for table in ("player", "voice"):
        op.drop_column(table, "deaf")
