"""Flags."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "flag",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("percent", sa.Integer, nullable=False, server_default="100", comment="of the guilds"),
        *(
            sa.Column(name, ARRAY(sa.BigInteger), nullable=False, server_default="{}", comment="whatever the percent")
            for name in ("on_in", "off_in")
        ),
        sa.Column("event_id", sa.BigInteger, nullable=False, server_default="0", comment="of the last change"),
        sa.Column("changed_by", sa.BigInteger, nullable=False, server_default="0", comment="a Discord user; 0: nobody"),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("flag")
