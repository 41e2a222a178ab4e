"""Unanswered interactions, declared commands and identifies."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create gateway's tables."""
    op.execute("""
        CREATE TABLE interaction (
            id bigint PRIMARY KEY,
            instance text NOT NULL,
            asked jsonb NOT NULL,
            acknowledged_at timestamptz NOT NULL DEFAULT now()
        )
    """)
    op.execute("""
        CREATE TABLE declaration (
            application_id bigint PRIMARY KEY,
            digest text NOT NULL,
            declared_at timestamptz NOT NULL DEFAULT now()
        )
    """)
    op.execute("""
        CREATE TABLE identify (
            application_id bigint NOT NULL,
            day date NOT NULL,
            count integer NOT NULL,
            PRIMARY KEY (application_id, day)
        )
    """)


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE identify")
    op.execute("DROP TABLE declaration")
    op.execute("DROP TABLE interaction")
