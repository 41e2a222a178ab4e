"""Players and queues in Postgres: the header row is locked first, and each change commits once."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import asdict, astuple, replace
from typing import TYPE_CHECKING, Any, TypeVar

from google.protobuf.message import Message

from audio.adapters import statements as sql
from audio.adapters import stored
from audio.changes import Changed, Fence, Fenced, Played, Sample
from audio.domain import ranks
from audio.domain.edits import KEPT, Edit, EditKind
from audio.domain.endings import Ending, EndReason
from audio.domain.player import ChangeKind, Item, Origin, Player, bucket_of
from audio.domain.voice import VoiceSnapshot
from kit import idempotency, outbox
from kit.postgres import connection, transaction
from kit.upkeep import Expired, Upkeep

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

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
        columns = zip(*(stored.columns(item)[1:] for item in items), strict=True)
        found: int = await self.tx.fetchval(sql.INSERT, self._guild_id, rank, ranks.GAP, edit_id, *map(list, columns))
        return found

    async def pop(self) -> Item | None:
        return stored.item(await self.tx.fetchrow(sql.POP, self._guild_id))

    async def item(self, item_id: int) -> Item | None:
        return stored.item(await self.tx.fetchrow(sql.ITEM, self._guild_id, item_id))

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
        return [stored.known_item(row) for row in await self.tx.fetch(sql.ALL, self._guild_id)]

    async def remove(self, item_ids: Sequence[int]) -> None:
        await self.tx.execute(sql.REMOVE, self._guild_id, item_ids, self.player.version + 1)

    async def put_instead(self, item_id: int, item: Item) -> int:
        edit_id = self.player.version + 1
        found: int = await self.tx.fetchval(sql.STAND_IN, self._guild_id, item_id, edit_id, *stored.columns(item)[1:])
        await self._exchange(edit_id, item_id, found)
        return found

    async def swap(self, item_id: int, other_item_id: int) -> None:
        await self.tx.execute(sql.SWAP, self._guild_id, item_id, other_item_id)

    async def reorder(self, item_ids: Sequence[int]) -> None:
        await self.tx.execute(sql.REORDER, self._guild_id, item_ids)

    async def mix_in(self, item_ids: Sequence[int], first_id: int) -> None:
        fresh = await self._ranks_among(item_ids, first_id)
        if fresh is None:
            await self.tx.execute(sql.RENEW_RANKS, self._guild_id, ranks.GAP)
            fresh = await self._ranks_among(item_ids, first_id)
        assert fresh, "there is room between ranks that are a gap apart"
        await self.tx.execute(sql.SET_RANKS, self._guild_id, list(fresh), list(fresh.values()))

    async def move(self, item_id: int, before_item_id: int) -> None:
        rank = await self._rank_before(item_id, before_item_id)
        if rank is None:
            await self.tx.execute(sql.RENEW_RANKS, self._guild_id, ranks.GAP)
            rank = await self._rank_before(item_id, before_item_id)
        await self.tx.execute(sql.SET_RANK, self._guild_id, item_id, rank)

    async def log(self, edit: Edit) -> None:
        await self.tx.execute(sql.LOG, self._guild_id, *astuple(edit), KEPT)

    async def extend(self, edit_id: int, count: int) -> bool:
        return await self.tx.fetchval(sql.EXTEND, self._guild_id, edit_id, count) is not None

    async def turn(self, *, undo: bool) -> tuple[Edit, int, int]:
        row = await self.tx.fetchrow(sql.UNDO if undo else sql.REDO, self._guild_id)
        assert row, "the header counts the edits"
        moved = tuple(row["before"]), tuple(row["after"])
        edit = Edit(row["edit_id"], EditKind(row["kind"]), row["user_id"], row["count"], *moved)
        if edit.kind is EditKind.REPLACED:
            return edit, 0, await self._exchange(edit.edit_id, *(edit.before if undo else edit.after))
        if edit.kind not in {EditKind.ADDED, EditKind.REMOVED}:
            return edit, 0, 0
        if undo is (edit.kind is EditKind.ADDED):
            touched = await self.tx.fetchrow(sql.HIDE, self._guild_id, edit.edit_id)
        else:
            await self.tx.execute(sql.DEFER)
            touched = await self.tx.fetchrow(sql.RESTORE, self._guild_id, edit.edit_id)
            if await self.tx.fetchval(sql.COLLIDES, self._guild_id):
                await self.tx.execute(sql.RENEW_RANKS, self._guild_id, ranks.GAP)
        assert touched
        return edit, touched["items"], int(touched["ms"])

    async def last_played(self) -> Item | None:
        return stored.item(await self.tx.fetchrow(sql.LAST_PLAYED, self._guild_id, EndReason.FAILED))

    async def record(self, item: Item, ending: Ending) -> None:
        track = stored.document(item.track)
        row = await self.tx.fetchrow(
            sql.RECORD, self._guild_id, item.item_id, item.requester_id, track, ending.reason, ending.detail
        )
        assert row
        heard_ms = max(0, self.player.position(self.now) - item.start_ms)
        await outbox.append(
            self.tx,
            guild_id=self._guild_id,
            version=self.player.version + 1,
            kind="history.entry",
            payload=self._store.encode_end(
                Played(row["id"], item, ending, row["ended_at"]), heard_ms, self.player.hearing
            ),
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
            *stored.documents(saved),
            *(stored.columns(item) if item else (None, None, None, 0, 0, None)),
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

    async def _ranks_among(self, item_ids: Sequence[int], first_id: int) -> dict[int, int] | None:
        rows = await self.tx.fetch(sql.RANKS_BEFORE, self._guild_id, first_id)
        return ranks.among(item_ids, {row["item_id"]: row["rank"] for row in rows})

    async def _exchange(self, edit_id: int, item_id: int, hidden_id: int) -> int:
        """Let an item of the queue and one that an edit hides change places; return the ms that this adds."""
        found: int = await self.tx.fetchval(sql.EXCHANGE, self._guild_id, item_id, hidden_id, edit_id)
        return found

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
        encode_end: Callable[[Played, int, Sequence[int]], Message],
        decode: Callable[[Any, Player], Player],
        origin: Callable[[], Origin],
    ) -> None:
        self.listeners: list[Callable[[Changed], None]] = []
        self.encode, self.encode_end, self.origin = encode, encode_end, origin
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
        return stored.player(guild_id, row)

    async def item(self, guild_id: int, item_id: int) -> Item | None:
        async with connection(self._pool) as tx:
            return stored.item(await tx.fetchrow(sql.ITEM, guild_id, item_id))

    async def items(
        self, guild_id: int, after: tuple[int, int] | None, limit: int, *, skip: int = 0
    ) -> tuple[list[tuple[int, Item]], int]:
        async with connection(self._pool) as tx:
            if skip:
                rows = await tx.fetch(sql.ITEMS_FROM, guild_id, skip, limit)
            else:
                rows = await tx.fetch(sql.ITEMS, guild_id, *(after or (None, None)), limit)
        items = [(row["rank"], stored.known_item(row)) for row in rows if row["item_id"] is not None]
        return items, rows[0]["version"]

    async def held(self, guild_id: int, requester_id: int) -> int:
        async with connection(self._pool) as tx:
            found: int = await tx.fetchval(sql.HELD, guild_id, requester_id)
        return found

    async def history(
        self, guild_id: int, before: int | None, limit: int, *, skip: int = 0, requester_id: int | None = None
    ) -> list[Played]:
        query, *person = (sql.HISTORY,) if requester_id is None else (sql.HISTORY_OF, requester_id)
        async with connection(self._pool) as tx:
            rows = await tx.fetch(query, guild_id, before, limit, skip, *person)
        return [
            Played(row["id"], stored.known_item(row), Ending(EndReason(row["reason"]), row["detail"]), row["ended_at"])
            for row in rows
        ]

    async def history_length(self, guild_id: int, most: int, *, requester_id: int | None = None) -> int:
        query, *person = (sql.HISTORY_LENGTH,) if requester_id is None else (sql.HISTORY_LENGTH_OF, requester_id)
        async with connection(self._pool) as tx:
            found: int = await tx.fetchval(query, guild_id, most, *person)
        return found

    async def changes(self, guild_id: int, after: int, limit: int) -> list[Changed]:
        """Return the first changes after a version, in their order, as far as the outbox reaches back.

        What the outbox leaves out of a player is as it is now, so that the newest of them is whole.
        """
        async with connection(self._pool) as tx:
            rows = await tx.fetch(sql.CHANGES, guild_id, after, limit)
            known = stored.player(guild_id, await tx.fetchrow(sql.PLAYER, guild_id)) if rows else Player(guild_id)
        return [
            Changed(
                ChangeKind(row["kind"].removeprefix(_KIND)), self._decode(idempotency.unpack(row["payload"]), known)
            )
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
                player.deaf,
            )

    async def due(self, buckets: Sequence[int]) -> list[int]:
        async with connection(self._pool) as tx:
            return [row["guild_id"] for row in await tx.fetch(sql.DUE, buckets)]

    async def active(self, bucket: int) -> list[int]:
        async with connection(self._pool) as tx:
            return [row["guild_id"] for row in await tx.fetch(sql.ACTIVE, bucket)]

    async def heard_at(self, player: Player) -> int:
        async with connection(self._pool) as tx:
            found = await tx.fetchval(
                sql.HEARD_AT, player.guild_id, player.play_seq, player.seek_seq, player.position_at
            )
        return player.position_ms if found is None else found

    async def sample(self, samples: Sequence[Sample]) -> None:
        columns = zip(*map(astuple, samples), strict=True)
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
        return VoiceSnapshot(**dict(row) | {name: tuple(row[name]) for name in ("listeners", "deaf")}) if row else None

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
        return PostgresChange(tx, stored.player(guild_id, row), row["now"], self)


def undo(*, when: bool) -> None:
    """Raise Dry, in the middle of a transaction."""
    if when:
        raise Dry


async def _hold(tx: Connection, fence: Fence | None) -> None:
    """Keep the bucket's epoch as it is until the transaction ends, or raise Fenced."""
    if fence and await tx.fetchval(sql.HOLD, fence.bucket, fence.epoch) is None:
        raise Fenced


async def once(change: PostgresChange, request: Message, effect: Callable[[], Awaitable[R]]) -> tuple[R, bool]:
    """Give a request one effect and one answer, in the transaction of its change."""
    return await idempotency.once(change.tx, idempotency.request_key(request), request, effect)


def upkeep(pool: Pool) -> Upkeep:
    """Return what removes rows past their time, items that were removed from queues among them, and guilds."""
    removed = Expired("queue_item", "item_id", "edit_id <> 0 AND removed_at < now() - $2::interval")
    return Upkeep(pool, expired=[removed], of_guilds=sql.OF_GUILDS)
