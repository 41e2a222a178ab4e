"""Who changed what."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "audit_entry",
        sa.Column("entry_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("user_id", sa.BigInteger, nullable=False, comment="a Discord user; 0: nobody"),
        sa.Column("surface", sa.SmallInteger, nullable=False, comment="segue.common.v1.Surface"),
        sa.Column("token_id", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False, comment="JSON, as REST shows it"),
        sa.Column("after", sa.Text, nullable=False),
    )
    op.create_index("audit_entry_guild_id_entry_id", "audit_entry", ["guild_id", "entry_id"])
    op.create_index("audit_entry_changed_at", "audit_entry", ["changed_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("audit_entry")
