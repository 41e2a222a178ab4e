"""Jobs that somebody asked for in a guild, and jobs that are cancelled."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_CHECK = "job_status_check"
_STATUSES = "status IN ('queued', 'running', 'succeeded', 'failed')"
_AND_CANCELLED = "status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')"


def upgrade() -> None:
    """Add what such a job needs; of a kind, a guild has one that is not over."""
    op.add_column("job", sa.Column("guild_id", sa.BigInteger, nullable=False, server_default="0", comment="zero: none"))
    op.add_column("job", sa.Column("user_id", sa.BigInteger, nullable=False, server_default="0", comment="for whom"))
    op.add_column("job", sa.Column("input", postgresql.JSONB, nullable=False, server_default="{}"))
    op.drop_constraint(_CHECK, "job")
    op.create_check_constraint(_CHECK, "job", _AND_CANCELLED)
    op.create_index(
        "job_open_of_guild",
        "job",
        ["guild_id", "kind"],
        unique=True,
        postgresql_where=sa.text("guild_id > 0 AND status IN ('queued', 'running')"),
    )


def downgrade() -> None:
    """Take it back, and with it the jobs that know no way without it."""
    op.execute("DELETE FROM job WHERE guild_id > 0 OR status = 'cancelled'")
    op.drop_index("job_open_of_guild", "job")
    op.drop_constraint(_CHECK, "job")
    op.create_check_constraint(_CHECK, "job", _STATUSES)
    for column in ("input", "user_id", "guild_id"):
        op.drop_column("job", column)
