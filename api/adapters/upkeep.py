"""What api removes: audit entries after 90 days, and all that guilds chose and kept that were left for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.upkeep import Expired, Upkeep

if TYPE_CHECKING:
    from kit.postgres import Pool

_AUDIT = Expired("audit_entry", "entry_id", "changed_at < now() - interval '90 days'")
_OF_GUILDS = (
    "DELETE FROM guild_settings WHERE guild_id = ANY ($1)",
    "DELETE FROM audit_entry WHERE guild_id = ANY ($1)",
    "DELETE FROM playlist WHERE guild_id = ANY ($1)",
    "DELETE FROM playlist_share WHERE guild_id = ANY ($1)",
    """
    UPDATE flag SET on_in = ARRAY(SELECT unnest(on_in) EXCEPT SELECT unnest($1::bigint[])),
        off_in = ARRAY(SELECT unnest(off_in) EXCEPT SELECT unnest($1::bigint[]))
    WHERE on_in && $1 OR off_in && $1
    """,
)


def upkeep(pool: Pool) -> Upkeep:
    """Return what removes it."""
    return Upkeep(pool, expired=[_AUDIT], of_guilds=_OF_GUILDS)
