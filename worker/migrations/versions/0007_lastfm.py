"""Accounts at last.fm, and what these are still to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "lastfm_link",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False, comment="of the account"),
        sa.Column(
            "session_key", sa.Text, nullable=False, comment="a secret: it lets whoever has it act for the account"
        ),
        sa.Column("linked_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "scrobble",
        sa.Column("scrobble_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("artist", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("album", sa.Text, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False, comment="how long it is"),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("chosen", sa.Boolean, nullable=False, comment="whether somebody asked for it"),
        sa.ForeignKeyConstraint(["user_id"], ["lastfm_link.user_id"], ondelete="CASCADE"),
    )
    op.create_index("scrobble_user_id", "scrobble", ["user_id", "scrobble_id"])
    op.create_index("scrobble_started_at", "scrobble", ["started_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("scrobble")
    op.drop_table("lastfm_link")
