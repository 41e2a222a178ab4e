"""Audio nodes that were added at run time, and which are drained."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "node",
        sa.Column("name", sa.Text, primary_key=True),
        *(
            sa.Column(name, sa.Text, nullable=False, server_default="", comment=comment)
            for name, comment in (
                ("uri", "empty: it is one of LAVALINK_NODES"),
                ("password", "a secret: never listed, never logged"),
                ("region", "of voice; empty: any"),
            )
        ),
        sa.Column("draining", sa.Boolean, nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("node")
