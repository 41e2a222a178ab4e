"""Votes for more than a skip."""

from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep votes by action."""
    op.execute("ALTER TABLE player ALTER votes DROP DEFAULT")
    op.execute(
        "ALTER TABLE player ALTER votes TYPE jsonb"
        " USING CASE votes WHEN '{}' THEN '{}' ELSE jsonb_build_object('SKIP', to_jsonb(votes)) END"
    )
    op.execute("ALTER TABLE player ALTER votes SET DEFAULT '{}'")
    op.execute("COMMENT ON COLUMN player.votes IS 'who wants something, by action'")


def downgrade() -> None:
    """Keep those for a skip."""
    op.alter_column("player", "votes", new_column_name="ballots")
    op.execute("ALTER TABLE player ADD votes bigint[] NOT NULL DEFAULT '{}'")
    op.execute("UPDATE player SET votes = ARRAY(SELECT jsonb_array_elements_text(ballots -> 'SKIP')::bigint)")
    op.execute("COMMENT ON COLUMN player.votes IS 'to skip the current track'")
    op.drop_column("player", "ballots")
