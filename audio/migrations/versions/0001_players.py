"""Players, queues, histories, voices and the leases of buckets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kit import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.TIMESTAMP(timezone=True)
_NEVER = sa.text("'epoch'")


def _number(name: str, kind: type[sa.Integer] = sa.BigInteger, *, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, kind, nullable=False, server_default=str(default))


def upgrade() -> None:
    """Create everything."""
    tables.create()
    tables.create_leases("bucket", sa.Column("sessions", JSONB, nullable=False, server_default="{}"))
    _create_player()
    _create_queue()
    op.create_table(
        "position",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        _number("play_seq"),
        _number("position_ms"),
        sa.Column("at", _TIME, nullable=False),
        comment="where tracks are, each second; its loss costs seconds of music after a crash, nothing else",
    )
    op.create_table(
        "voice",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        _number("bucket", sa.SmallInteger),
        _number("sequence"),
        _number("channel_id"),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("session_id", "endpoint", "token")),
        sa.Column("taken", sa.Boolean, nullable=False),
        comment="gateway's newest snapshot, for an owner that was not there when it came",
    )
    op.create_index("voice_untaken", "voice", ["bucket"], postgresql_where=sa.text("NOT taken"))


def _create_player() -> None:
    op.create_table(
        "player",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        _number("bucket", sa.SmallInteger),
        _number("version"),
        _number("voice_channel_id"),
        sa.Column("item_id", sa.BigInteger, comment="the current item, with requester_id and track; null: idle"),
        sa.Column("requester_id", sa.BigInteger),
        sa.Column("track", JSONB),
        _number("play_seq"),
        _number("seek_seq"),
        sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()),
        _number("position_ms"),
        sa.Column("position_at", _TIME, nullable=False, server_default=_NEVER),
        _number("queue_length", sa.Integer),
        _number("queue_ms"),
        _number("wanted_version"),
        sa.Column(
            "traceparent", sa.Text, nullable=False, server_default="", comment="of wanted_version, as the next two"
        ),
        sa.Column("actor", sa.LargeBinary, nullable=False, server_default=""),
        sa.Column("ref", sa.Text, nullable=False, server_default=""),
        _number("seen_version"),
        _number("seen_seek"),
        _number("heard_seq"),
        sa.Column("node", sa.Text, nullable=False, server_default=""),
        sa.Column("problem", sa.Text, nullable=False, server_default=""),
        comment="one header row per guild; every change locks it first",
    )
    op.create_index("player_due", "player", ["bucket"], postgresql_where=sa.text("seen_version < wanted_version"))
    op.create_index(
        "player_active",
        "player",
        ["bucket"],
        postgresql_where=sa.text("item_id IS NOT NULL OR voice_channel_id <> 0"),
    )


def _create_queue() -> None:
    op.create_table(
        "queue_item",
        sa.Column("item_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column(
            "edit_id",
            sa.BigInteger,
            nullable=False,
            server_default="0",
            comment="0: in the queue; else the version that removed it",
        ),
        sa.Column("rank", sa.BigInteger, nullable=False),
        sa.Column("requester_id", sa.BigInteger, nullable=False),
        sa.Column("track", JSONB, nullable=False),
        sa.Column("removed_at", _TIME),
        # Deferrable, or a statement that ranks a whole queue anew fails in its middle.
        sa.UniqueConstraint("guild_id", "edit_id", "rank", deferrable=True, name="queue_item_rank"),
    )
    op.create_index("queue_item_removed_at", "queue_item", ["removed_at"], postgresql_where=sa.text("edit_id <> 0"))
    op.create_table(
        "history",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("item_id", sa.BigInteger, nullable=False),
        sa.Column("requester_id", sa.BigInteger, nullable=False),
        sa.Column("track", JSONB, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("ended_at", _TIME, nullable=False, server_default=sa.func.clock_timestamp()),
    )
    op.create_index("history_guild_id_ended_at", "history", ["guild_id", "ended_at"])
    op.create_index("history_guild_id_id", "history", ["guild_id", "id"])


def downgrade() -> None:
    """Drop everything."""
    for name in ("voice", "position", "history", "queue_item", "player"):
        op.drop_table(name)
    tables.drop_leases("bucket")
    tables.drop()
