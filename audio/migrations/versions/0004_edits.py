"""Edits of queues that can be taken back, parts of tracks, and the way back through the history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PART = ("start_ms", "end_ms")
_COUNTS = ("undoable", "redoable", "returnable")


def _number(name: str, comment: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0", comment=comment)


def upgrade() -> None:
    """Remember edits."""
    for name in (*_PART, *_COUNTS):
        op.add_column("player", _number(name))
    for name in _PART:
        op.add_column("queue_item", _number(name))
    op.add_column("queue_item", _number("added_by", "the edit that added it"))
    op.add_column("queue_item", _number("removed_by", "the last edit that removed it, taken back or not"))
    op.add_column(
        "history",
        sa.Column("taken", sa.Boolean, nullable=False, server_default=sa.false(), comment="gone back to already"),
    )
    op.create_table(
        "edit",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("edit_id", sa.BigInteger, nullable=False, comment="the version of the player it led to"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("before", ARRAY(sa.BigInteger), nullable=False),
        sa.Column("after", ARRAY(sa.BigInteger), nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("guild_id", "edit_id"),
        comment="the last edits of each guild",
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("edit")
    op.drop_column("history", "taken")
    for name in ("removed_by", "added_by", *_PART):
        op.drop_column("queue_item", name)
    for name in (*_COUNTS, *_PART):
        op.drop_column("player", name)
