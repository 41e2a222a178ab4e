"""Playlists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "playlist",
        sa.Column("playlist_id", postgresql.UUID, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False, comment="segue.api.v1.PlaylistKind"),
        sa.Column("guild_id", sa.BigInteger, nullable=False, comment="0: its owner's"),
        sa.Column("owner_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("item_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("length_ms", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("playlist_owner", "playlist", ["guild_id", "owner_id"])
    name = sa.text("lower(name)")
    normal = "kind = 'NORMAL' AND guild_id "
    for index, column, where in (
        ("playlist_of_person", "owner_id", f"{normal} = 0"),
        ("playlist_of_guild", "guild_id", f"{normal} <> 0"),
    ):
        op.create_index(index, "playlist", [column, name], unique=True, postgresql_where=sa.text(where))
    op.create_index(
        "playlist_favorites", "playlist", ["owner_id"], unique=True, postgresql_where=sa.text("kind = 'FAVORITES'")
    )
    op.create_table(
        "playlist_item",
        sa.Column("item_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("playlist_id", postgresql.UUID, nullable=False),
        sa.Column("rank", sa.BigInteger, nullable=False),
        sa.Column("track", sa.JSON, nullable=False, comment="its fields by name, the handle among them"),
        sa.Column("length_ms", sa.BigInteger, nullable=False, comment="0: a stream"),
        sa.Column("identity", sa.LargeBinary, nullable=False, comment="the same for the same track"),
        sa.ForeignKeyConstraint(["playlist_id"], ["playlist.playlist_id"], ondelete="CASCADE"),
        # Deferred, because one statement gives all of them new ranks.
        sa.UniqueConstraint("playlist_id", "rank", deferrable=True, initially="DEFERRED"),
    )
    op.create_index("playlist_item_identity", "playlist_item", ["playlist_id", "identity"])
    op.create_table(
        "playlist_share",
        sa.Column("playlist_id", postgresql.UUID, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False, comment="0: a guild"),
        sa.Column("guild_id", sa.BigInteger, nullable=False, comment="0: a person"),
        sa.ForeignKeyConstraint(["playlist_id"], ["playlist.playlist_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("playlist_id", "user_id", "guild_id"),
    )
    op.create_index("playlist_share_with", "playlist_share", ["user_id", "guild_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("playlist_share")
    op.drop_table("playlist_item")
    op.drop_table("playlist")
