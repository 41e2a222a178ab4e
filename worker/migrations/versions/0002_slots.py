"""Jobs that recur within the hour, and jobs that go when they are old."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Name the column for what it holds, and find what ended long ago."""
    op.alter_column("job", "hour", new_column_name="slot", comment="of a recurring run; null: it was asked for")
    op.create_index("job_finished_at", "job", ["finished_at"], postgresql_where=sa.text("finished_at IS NOT NULL"))


def downgrade() -> None:
    """Take both back."""
    op.drop_index("job_finished_at", "job")
    op.alter_column("job", "slot", new_column_name="hour", comment="of a recurring run; null: it was asked for")
