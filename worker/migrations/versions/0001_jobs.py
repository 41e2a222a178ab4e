"""Jobs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit import tables

revision = "0001"
down_revision = None


def _time(name: str, *, required: bool = False) -> sa.Column[object]:
    return sa.Column(
        name,
        sa.TIMESTAMP(timezone=True),
        nullable=not required,
        server_default=sa.func.now() if required else None,
    )


def upgrade() -> None:
    """Create the tables."""
    tables.create()
    op.create_table(
        "job",
        sa.Column("job_id", postgresql.UUID, primary_key=True, comment="a UUIDv7: later jobs have larger ids"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="queued"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0", comment="the fencing token of a run"),
        _time("created_at", required=True),
        _time("due_at", required=True),
        _time("started_at"),
        _time("heartbeat_at"),
        _time("finished_at"),
        sa.Column("hour", sa.TIMESTAMP(timezone=True), comment="of a recurring run; null: it was asked for"),
        sa.Column("result", postgresql.JSONB, nullable=False, server_default="{}"),
        sa.Column("error", sa.Text, nullable=False, server_default=""),
        sa.Column("traceparent", sa.Text, nullable=False, server_default="", comment="what asked for it"),
        sa.UniqueConstraint("kind", "hour"),
        sa.CheckConstraint("status IN ('queued', 'running', 'succeeded', 'failed')"),
    )
    op.create_index(
        "job_open",
        "job",
        ["due_at"],
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("job")
    tables.drop()
