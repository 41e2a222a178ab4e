"""Which gateway is connected to Discord: one at a time, the others stand by."""

from __future__ import annotations

from kit import tables

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of the one lease."""
    tables.create_leases("connection", buckets=1)


def downgrade() -> None:
    """Drop it."""
    tables.drop_leases("connection")
