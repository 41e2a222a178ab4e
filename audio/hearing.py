"""Voice snapshots from gateway: kept for the owner of the guild, who may be another instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audio.changes import OwnerStore
    from audio.domain.voice import VoiceSnapshot
    from audio.ownership import Ownership


class Hearing:
    """Takes snapshots in any order; the newest wins."""

    def __init__(self, store: OwnerStore, ownership: Ownership) -> None:
        self._store, self._ownership = store, ownership

    async def report(self, snapshot: VoiceSnapshot) -> None:
        """Keep a snapshot and lead it to the guild's conductor, wherever that is."""
        if await self._store.report_voice(snapshot, taken=self._ownership.is_ours(snapshot.guild_id)):
            self._ownership.report_voice(snapshot)
