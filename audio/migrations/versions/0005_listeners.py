"""Who listens, and what they vote for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _people(name: str, comment: str) -> sa.Column[list[int]]:
    return sa.Column(name, ARRAY(sa.BigInteger), nullable=False, server_default="{}", comment=comment)


def upgrade() -> None:
    """Know people."""
    op.add_column("voice", _people("listeners", "in the bot's channel"))
    op.add_column("player", _people("listeners", "in the bot's channel, as its owner saw last"))
    op.add_column("player", _people("votes", "to skip the current track"))
    op.add_column("player", sa.Column("deserted", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("player", sa.Column("goes_on", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Forget them."""
    for name in ("goes_on", "deserted", "votes", "listeners"):
        op.drop_column("player", name)
    op.drop_column("voice", "listeners")
