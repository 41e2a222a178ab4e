"""Players and queues in Postgres: the header row is locked first, and each change commits once."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import asdict, astuple, replace
from typing import TYPE_CHECKING, Any, TypeVar

from google.protobuf.message import Message

from audio.adapters import statements as sql
from audio.changes import Changed, Fence, Fenced, Played, Sample
from audio.domain import ranks
from audio.domain.edits import KEPT, Edit, EditKind
from audio.domain.endings import Ending, EndReason
from audio.domain.player import ChangeKind, Item, LoopMode, Origin, Player, bucket_of
from audio.domain.settings import GuildSettings
from audio.domain.track import Pick, Track, Why
from audio.domain.voice import VoiceSnapshot
from kit import idempotency, outbox, upkeep
from kit.postgres import connection, transaction

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from datetime import datetime, timedelta

    import asyncpg

    from kit.ops import Purge, Purged
    from kit.postgres import Connection, Pool

R = TypeVar("R", bound=Message)

_KIND = "player."


class Dry(Exception):  # noqa: N818 - never seen outside: it undoes a transaction
    """The change was only tried."""


class PostgresChange:
    """`audio.changes.Change` in a transaction."""

    def __init__(self, tx: Connection, player: Player, now: datetime, store: PostgresStore) -> None:
        self.tx = tx
        self.player = player
        self.now = now
        self.changed: list[Changed] = []
        self._guild_id, self._store = player.guild_id, store

    async def insert(self, items: Sequence[Item], *, first: bool = False, edit_id: int = 0) -> int:
        if first:
            rank = ranks.prepended(await self.tx.fetchval(sql.FIRST_RANK, self._guild_id), len(items))[0]
        else:
            rank = ranks.appended(await self.tx.fetchval(sql.LAST_RANK, self._guild_id), 1)[0]
        columns = zip(*(_values(item)[1:] for item in items), strict=True)
        found: int = await self.tx.fetchval(sql.INSERT, self._guild_id, rank, ranks.GAP, edit_id, *map(list, columns))
        return found

    async def pop(self) -> Item | None:
        return _item(await self.tx.fetchrow(sql.POP, self._guild_id))

    async def item(self, item_id: int) -> Item | None:
        return _item(await self.tx.fetchrow(sql.ITEM, self._guild_id, item_id))

    async def standing(self, item_id: int) -> tuple[int, int]:
        row = await self.tx.fetchrow(sql.STANDING, self._guild_id, item_id)
        assert row, "the item was found under the header's lock"
        return row["rank"], row["follower"]

    async def stand(self, item_id: int, rank: int) -> None:
        await self.tx.execute(sql.SET_FREE_RANK, self._guild_id, item_id, rank)

    async def held(self, requester_id: int) -> int:
        found: int = await self.tx.fetchval(sql.HELD, self._guild_id, requester_id)
        return found

    async def clear(self) -> None:
        await self.tx.execute(sql.CLEAR, self._guild_id, self.player.version + 1)

    async def items(self) -> list[Item]:
        return [_known_item(row) for row in await self.tx.fetch(sql.ALL, self._guild_id)]

    async def remove(self, item_ids: Sequence[int]) -> None:
        await self.tx.execute(sql.REMOVE, self._guild_id, item_ids, self.player.version + 1)

    async def swap(self, item_id: int, other_item_id: int) -> None:
        await self.tx.execute(sql.SWAP, self._guild_id, item_id, other_item_id)

    async def reorder(self, item_ids: Sequence[int]) -> None:
        await self.tx.execute(sql.REORDER, self._guild_id, item_ids)

    async def move(self, item_id: int, before_item_id: int) -> None:
        rank = await self._rank_before(item_id, before_item_id)
        if rank is None:
            await self.tx.execute(sql.RENEW_RANKS, self._guild_id, ranks.GAP)
            rank = await self._rank_before(item_id, before_item_id)
        await self.tx.execute(sql.SET_RANK, self._guild_id, item_id, rank)

    async def log(self, edit: Edit) -> None:
        await self.tx.execute(sql.LOG, self._guild_id, *astuple(edit), KEPT)

    async def edit(self, *, undone: bool) -> Edit | None:
        row = await self.tx.fetchrow(sql.FIRST_UNDONE if undone else sql.LAST_EDIT, self._guild_id)
        if row is None:
            return None
        moved = tuple(row["before"]), tuple(row["after"])
        return Edit(row["edit_id"], EditKind(row["kind"]), row["user_id"], row["count"], *moved)

    async def take_back(self, edit: Edit) -> tuple[int, int]:
        await self.tx.execute(sql.MARK, self._guild_id, edit.edit_id, True)
        return await self._turn(edit, hides=EditKind.ADDED)

    async def do_again(self, edit: Edit) -> tuple[int, int]:
        await self.tx.execute(sql.MARK, self._guild_id, edit.edit_id, False)
        return await self._turn(edit, hides=EditKind.REMOVED)

    async def last_played(self) -> Item | None:
        return _item(await self.tx.fetchrow(sql.LAST_PLAYED, self._guild_id, EndReason.FAILED))

    async def record(self, item: Item, ending: Ending) -> None:
        track = _dump(item.track)
        await self.tx.execute(
            sql.RECORD, self._guild_id, item.item_id, item.requester_id, track, ending.reason, ending.detail
        )

    async def failures(self) -> int:
        found: int = await self.tx.fetchval(sql.FAILURES, self._guild_id, EndReason.FAILED)
        return found

    async def save(self, player: Player, kind: ChangeKind, *, wake: bool = False) -> Player:
        saved = replace(player, version=self.player.version + 1)
        if wake:
            saved = replace(saved, wanted_version=saved.version, origin=self._store.origin())
        item, origin = saved.current, saved.origin
        await self.tx.execute(
            sql.SAVE,
            self._guild_id,
            *(getattr(saved, name) for name in sql.HEADER),
            *(json.dumps(each) for each in (asdict(saved.settings), saved.filters, saved.saved_filters)),
            *(_values(item) if item else (None, None, None, 0, 0, None)),
            *(origin.traceparent, origin.actor, origin.ref),
        )
        await outbox.append(
            self.tx,
            guild_id=self._guild_id,
            version=saved.version,
            kind=f"{_KIND}{kind}",
            payload=self._store.encode(saved),
        )
        self.player = saved
        self.changed.append(Changed(kind, saved))
        return saved

    async def _turn(self, edit: Edit, *, hides: EditKind) -> tuple[int, int]:
        if edit.kind not in {EditKind.ADDED, EditKind.REMOVED}:
            return 0, 0
        if edit.kind is hides:
            row = await self.tx.fetchrow(sql.HIDE, self._guild_id, edit.edit_id)
        else:
            await self.tx.execute(sql.DEFER)
            row = await self.tx.fetchrow(sql.RESTORE, self._guild_id, edit.edit_id)
            if await self.tx.fetchval(sql.COLLIDES, self._guild_id):
                await self.tx.execute(sql.RENEW_RANKS, self._guild_id, ranks.GAP)
        assert row
        return row["items"], int(row["ms"])

    async def _rank_before(self, item_id: int, before_item_id: int) -> int | None:
        if not before_item_id:
            return ranks.between(await self.tx.fetchval(sql.LAST_RANK, self._guild_id), None)
        row = await self.tx.fetchrow(sql.NEIGHBOURS, self._guild_id, item_id, before_item_id)
        assert row, "both items were found under the header's lock"
        return ranks.between(row["before"], row["after"])


class PostgresStore:
    """`audio.changes.OwnerStore` in the schema `audio`. `listeners` are told of each change after its commit."""

    def __init__(
        self,
        pool: Pool,
        *,
        encode: Callable[[Player], Message],
        decode: Callable[[Any], Player],
        origin: Callable[[], Origin],
    ) -> None:
        self.listeners: list[Callable[[Changed], None]] = []
        self.encode, self.origin = encode, origin
        self._pool, self._decode = pool, decode

    @asynccontextmanager
    async def change(
        self, guild_id: int, *, fence: Fence | None = None, dry: bool = False
    ) -> AsyncIterator[PostgresChange]:
        try:
            async with transaction(self._pool) as tx:
                change = await self._lock(tx, guild_id)
                await _hold(tx, fence)
                yield change
                undo(when=dry)
        except Dry:
            return
        for changed in change.changed:
            for tell in self.listeners:
                tell(changed)

    async def player(self, guild_id: int) -> Player:
        async with connection(self._pool) as tx:
            row = await tx.fetchrow(sql.PLAYER, guild_id)
        return _player(guild_id, row)

    async def items(
        self, guild_id: int, after: tuple[int, int] | None, limit: int
    ) -> tuple[list[tuple[int, Item]], int]:
        async with connection(self._pool) as tx:
            rows = await tx.fetch(sql.ITEMS, guild_id, *(after or (None, None)), limit)
        items = [(row["rank"], _known_item(row)) for row in rows if row["item_id"] is not None]
        return items, rows[0]["version"]

    async def history(self, guild_id: int, before: int | None, limit: int) -> list[Played]:
        async with connection(self._pool) as tx:
            rows = await tx.fetch(sql.HISTORY, guild_id, before, limit)
        return [
            Played(row["id"], _known_item(row), Ending(EndReason(row["reason"]), row["detail"]), row["ended_at"])
            for row in rows
        ]

    async def changes(self, guild_id: int, after: int, limit: int) -> list[Changed]:
        """Return the first changes after a version, in their order, as far as the outbox reaches back."""
        async with connection(self._pool) as tx:
            rows = await tx.fetch(sql.CHANGES, guild_id, after, limit)
        return [
            Changed(ChangeKind(row["kind"].removeprefix(_KIND)), self._decode(idempotency.unpack(row["payload"])))
            for row in rows
        ]

    async def versions(self, guild_ids: Sequence[int]) -> dict[int, int]:
        """Return the versions of guilds."""
        async with connection(self._pool) as tx:
            rows = await tx.fetch(sql.VERSIONS, guild_ids)
        return {row["guild_id"]: row["version"] for row in rows}

    async def seen(self, player: Player, fence: Fence) -> None:
        async with transaction(self._pool) as tx:
            await _hold(tx, fence)
            await tx.execute(
                sql.SEEN,
                player.guild_id,
                player.seen_version,
                player.seen_seek,
                player.node,
                player.problem,
                player.listeners,
            )

    async def due(self, buckets: Sequence[int]) -> list[int]:
        async with connection(self._pool) as tx:
            return [row["guild_id"] for row in await tx.fetch(sql.DUE, buckets)]

    async def active(self, bucket: int) -> list[int]:
        async with connection(self._pool) as tx:
            return [row["guild_id"] for row in await tx.fetch(sql.ACTIVE, bucket)]

    async def heard_at(self, player: Player) -> int:
        async with connection(self._pool) as tx:
            found = await tx.fetchval(sql.HEARD_AT, player.guild_id, player.play_seq, player.position_at)
        return player.position_ms if found is None else found

    async def sample(self, samples: Sequence[Sample]) -> None:
        columns = zip(*((s.guild_id, s.play_seq, s.position_ms) for s in samples), strict=True)
        async with transaction(self._pool) as tx:
            await tx.execute("SET LOCAL synchronous_commit = off")
            await tx.execute(sql.SAMPLE, *(list(column) for column in columns))

    async def report_voice(self, snapshot: VoiceSnapshot, *, taken: bool) -> bool:
        values = asdict(snapshot)
        async with connection(self._pool) as tx:
            kept = await tx.fetchval(sql.REPORT_VOICE, *values.values(), bucket_of(snapshot.guild_id), taken)
        return kept is not None

    async def take_voice(self, guild_id: int) -> VoiceSnapshot | None:
        async with connection(self._pool) as tx:
            row = await tx.fetchrow(sql.TAKE_VOICE, guild_id)
        return VoiceSnapshot(**dict(row) | {"listeners": tuple(row["listeners"])}) if row else None

    async def sessions(self, bucket: int) -> Mapping[str, str]:
        async with connection(self._pool) as tx:
            found: dict[str, str] = json.loads(await tx.fetchval(sql.SESSIONS, bucket))
        return found

    async def keep_session(self, fence: Fence, node: str, session_id: str) -> None:
        async with transaction(self._pool) as tx:
            await _hold(tx, fence)
            await tx.execute(sql.KEEP_SESSION, fence.bucket, node, session_id)

    async def _lock(self, tx: Connection, guild_id: int) -> PostgresChange:
        row = await tx.fetchrow(sql.LOCK, guild_id)
        if row is None:
            await tx.execute(sql.CREATE, guild_id, bucket_of(guild_id))
            row = await tx.fetchrow(sql.LOCK, guild_id)
            assert row
        return PostgresChange(tx, _player(guild_id, row), row["now"], self)


def undo(*, when: bool) -> None:
    """Raise Dry, in the middle of a transaction."""
    if when:
        raise Dry


async def _hold(tx: Connection, fence: Fence | None) -> None:
    """Keep the bucket's epoch as it is until the transaction ends, or raise Fenced."""
    if fence and await tx.fetchval(sql.HOLD, fence.bucket, fence.epoch) is None:
        raise Fenced


def _dump(track: Track) -> str:
    return json.dumps(asdict(track), ensure_ascii=False)


def _track(stored: str) -> Track:
    return Track(**json.loads(stored))


def _known_item(row: asyncpg.Record) -> Item:
    pick = json.loads(row["pick"]) if row["pick"] else None
    return Item(
        row["item_id"],
        _track(row["track"]),
        row["requester_id"],
        row["start_ms"],
        row["end_ms"],
        Pick(Why(pick["why"]), pick["because"]) if pick else None,
    )


def _values(item: Item) -> tuple[object, ...]:
    """Return what is stored of an item, in the order of its columns."""
    pick = json.dumps(asdict(item.pick)) if item.pick else None
    return item.item_id, item.requester_id, _dump(item.track), item.start_ms, item.end_ms, pick


def _item(row: asyncpg.Record | None) -> Item | None:
    return _known_item(row) if row else None


def _player(guild_id: int, row: asyncpg.Record | None) -> Player:
    if row is None:
        return Player(guild_id)
    header: dict[str, Any] = {name: row[name] for name in sql.HEADER}
    header |= {name: tuple(row[name]) for name in ("listeners", "votes")}
    header["loop_mode"] = LoopMode(row["loop_mode"])
    header |= {name: json.loads(row[name]) for name in sql.DOCUMENTS}
    header["settings"] = GuildSettings(**header["settings"])
    current = _known_item(row) if row["item_id"] is not None else None
    return Player(guild_id, current=current, origin=Origin(row["traceparent"], row["actor"], row["ref"]), **header)


async def once(change: PostgresChange, request: Message, effect: Callable[[], Awaitable[R]]) -> tuple[R, bool]:
    """Give a request one effect and one answer, in the transaction of its change."""
    return await idempotency.once(change.tx, idempotency.request_key(request), request, effect)


def purging(pool: Pool) -> Purge:
    """Return what removes rows past their time: kit's own, and items that were removed from queues."""
    purge_kit = upkeep.purging(pool)

    async def purge(limit: int, older_than: timedelta) -> Purged:
        async with connection(pool) as tx:
            removed = await tx.fetchval(sql.PURGE_REMOVED, limit, older_than)
        return (await purge_kit(limit, older_than))._replace(deleted_rows=removed)

    return purge
