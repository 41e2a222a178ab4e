"""Tables that every owner of a schema has, for the first migration of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create `request` (idempotency) and `outbox`."""
    op.create_table(
        "request",
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary, comment="google.protobuf.Any; null only within the effect"),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("user_id", "guild_id", "request_id"),
    )
    op.create_index("request_created_at", "request", ["created_at"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False, comment="of the guild; the order of its events"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor", sa.LargeBinary, nullable=False, comment="segue.common.v1.Actor"),
        sa.Column("traceparent", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False, comment="google.protobuf.Any"),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("outbox_guild_id_version", "outbox", ["guild_id", "version"])
    op.create_index("outbox_created_at", "outbox", ["created_at"])


def drop() -> None:
    """Take back what `create` did."""
    op.drop_table("outbox")
    op.drop_table("request")


def create_cursors() -> None:
    """Create `event_cursor`, for a service that acts on events of others: `kit.consuming`."""
    op.create_table(
        "event_cursor",
        sa.Column("source", sa.Text, primary_key=True, comment="the service whose events they are"),
        sa.Column("position", sa.BigInteger, nullable=False, comment="the last event that had its effect"),
    )


def drop_cursors() -> None:
    """Take back what `create_cursors` did."""
    op.drop_table("event_cursor")


def create_leases(name: str, *columns: sa.Column[object], buckets: int = 32) -> None:
    """Create the tables of `kit.lease`: a row per bucket, with columns of the service's own, and `<name>_owner`."""
    op.create_table(
        name,
        sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("owner", sa.Text, nullable=False, server_default=""),
        sa.Column("epoch", sa.BigInteger, nullable=False, server_default="0", comment="the fencing token"),
        sa.Column("expires_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default="-infinity"),
        *columns,
    )
    op.execute(f"INSERT INTO {name} (bucket) SELECT generate_series(0, {buckets - 1})")
    op.create_table(
        f"{name}_owner",
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("expires_at", sa.TIMESTAMP(timezone=True), nullable=False),
    )


def drop_leases(name: str) -> None:
    """Take back what `create_leases` did."""
    op.drop_table(f"{name}_owner")
    op.drop_table(name)
