"""People who edit a queue at the same time over Discord, REST and gRPC, and the record of what they were answered."""

from __future__ import annotations

import asyncio
import enum
import json
import uuid
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, TypeAlias

import aiohttp
import grpc
from google.protobuf import json_format

from tests.e2e.breaking import having
from tests.e2e.surfaces import method, over_grpc

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator

    from google.protobuf.message import Message

    from tests.e2e.discord import Guild
    from tests.e2e.stack import Stack

Asking: TypeAlias = "Callable[[Edit], Awaitable[bool]]"  # asks once; tells whether there was an answer

BREATH = 0.05  # seconds between two tries
LOST = 70.0  # seconds after which an interaction is not answered any more: its gateway died before it was written down
PATIENCE = aiohttp.ClientTimeout(total=LOST)
NOBODYS = (999_999_999_999_999_998, 999_999_999_999_999_999)  # ids of no item
NEAR = 12  # the items that people edit are among so many of the newest they heard of

METHODS = {
    "add": "AddQueueItems",
    "remove": "RemoveQueueItems",
    "move": "MoveQueueItem",
    "swap": "SwapQueueItems",
    "reverse": "ReverseQueue",
    "clear": "ClearQueue",
    "undo": "UndoQueueEdit",
    "redo": "RedoQueueEdit",
}
REFUSED = {"ITEM_NOT_FOUND", "QUEUE_EMPTY", "NOTHING_TO_UNDO", "NOTHING_TO_REDO"}
REFUSING = {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION}
AWAY = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}
NOT_THERE = "That track is not there any more."


class Outcome(enum.Enum):
    """What somebody was told of an edit."""

    DONE = enum.auto()
    REFUSED = enum.auto()
    OPEN = enum.auto()
    """Nothing, or that it may have failed: in Discord one cannot ask again with the same id."""


@dataclass
class Edit:
    """An edit that somebody asked for. `version` is the one they were told; zero: none, as in Discord."""

    verb: str
    items: tuple[int, ...] = ()
    next: bool = False
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    outcome: Outcome = Outcome.OPEN
    version: int = 0

    def request(self, guild: Guild, handle: str) -> Message:
        """Return the request of the contract."""
        wanted: dict[str, object] = {"request_id": self.request_id}
        match self.verb:
            case "add":
                wanted |= {"handles": [handle], "placement": "PLACEMENT_NEXT" if self.next else "PLACEMENT_END"}
            case "remove":
                wanted |= {"item_ids": [self.items[0]]}
            case "move":
                wanted |= {"item_id": self.items[0], "before_item_id": self.items[1]}
            case "swap":
                wanted |= {"item_id": self.items[0], "other_item_id": self.items[1]}
        return having(method(METHODS[self.verb]), int(guild.id), wanted)

    def options(self) -> dict[str, str]:
        """Return the options of the slash command."""
        match self.verb:
            case "play":
                return {"query": "long"}
            case "remove":
                return {"item": f"id:{self.items[0]}"}
            case "move":
                return {"item": f"id:{self.items[0]}", "before": f"id:{self.items[1]}"}
        return {}


@dataclass(frozen=True)
class Liking:
    """How often people ask for what."""

    typed: dict[str, int]  # in Discord
    called: dict[str, int]  # over REST and gRPC


_CALLED = {"add": 12, "remove": 4, "move": 6, "swap": 3, "reverse": 2, "clear": 1, "undo": 4, "redo": 3}
_TYPED = {"remove": 3, "move": 5, "clear": 1}
ALL = Liking(_TYPED, _CALLED)
ALL_WHILE_PLAYING = Liking({**_TYPED, "play": 6}, _CALLED)
MOVES = Liking({"move": 1}, {"add": 2, "move": 3})


class History:
    """What was asked for in one guild, by three people: each goes on once they were answered."""

    def __init__(self, stack: Stack, guild: Guild, typist: str, handle: str, *, liking: Liking) -> None:
        """Know where, who types in Discord, what to add, and what they like."""
        self.stack, self.guild, self.edits = stack, guild, list[Edit]()
        self.answered = {"rest": 0, "grpc": 0, "discord": 0}
        self._typist, self._handle, self._liking = typist, handle, liking
        self._known: list[int] = []

    def people(self, seed: str, stopped: asyncio.Event) -> Iterator[Coroutine[None, None, None]]:
        """Return what the three do, until they are stopped."""
        yield self._edit("rest", self._over_rest, self._liking.called, seed, stopped)
        yield self._edit("grpc", self._over_grpc, self._liking.called, seed, stopped)
        yield self._edit("discord", self._in_discord, self._liking.typed, seed, stopped)

    async def _edit(self, surface: str, ask: Asking, liking: dict[str, int], seed: str, stopped: asyncio.Event) -> None:
        chance = Random(f"{seed}/{surface}")
        while not stopped.is_set():
            edit = self._think(chance, liking)
            self.edits.append(edit)
            is_answered = False
            while not is_answered:
                is_answered = await ask(edit)
                await asyncio.sleep(BREATH)
            self.answered[surface] += edit.outcome is not Outcome.OPEN

    def _think(self, chance: Random, liking: dict[str, int]) -> Edit:
        (verb,) = chance.choices(list(liking), list(liking.values()))
        items = [*NOBODYS, *self._known[-NEAR:]]
        one, other = chance.sample(items, 2)
        return Edit(verb, (one, other), next=chance.random() < 0.3)

    async def _over_rest(self, edit: Edit) -> bool:
        path = f"/v1/guilds/{self.guild.id}/queue:{edit.verb}"
        body = json_format.MessageToDict(edit.request(self.guild, self._handle))
        del body["guildId"]  # it is in the path
        try:
            status, answer = await self.stack.rest("POST", path, body)
        except (aiohttp.ClientError, TimeoutError):
            return False
        if status in {503, 504}:
            return False
        if status == 200:
            self._done(edit, int(answer["player"]["version"]), int(answer.get("firstItemId", 0)))
        else:
            assert answer["details"][0]["reason"] in REFUSED, (edit, answer)
            edit.outcome = Outcome.REFUSED
        return True

    async def _over_grpc(self, edit: Edit) -> bool:
        request = edit.request(self.guild, self._handle)
        try:
            [answer] = [answer async for answer in over_grpc(self.stack, method(METHODS[edit.verb]), request)]
        except grpc.aio.AioRpcError as error:
            if error.code() in AWAY:
                return False
            if error.code() not in REFUSING:
                raise
            edit.outcome = Outcome.REFUSED
        else:
            self._done(edit, answer.player.version, getattr(answer, "first_item_id", 0))
        return True

    async def _in_discord(self, edit: Edit) -> bool:
        place = {"guildId": self.guild.id, "channelId": self.guild.text, "userId": self._typist}
        body = {**place, "name": edit.verb, "options": edit.options()}
        url = f"{self.stack.discord.url}/sim/v1/commands"
        async with self.stack.http.post(url, json=body, timeout=PATIENCE) as response:
            answer = await response.json()
        assert response.status in {200, 504}, answer
        edit.request_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"discord-interaction-{answer['interactionId']}"))
        if response.status == 200 and answer["message"] and not answer["ephemeral"]:
            edit.outcome = Outcome.DONE
        elif NOT_THERE in json.dumps(answer):
            edit.outcome = Outcome.REFUSED
        return True

    def _done(self, edit: Edit, version: int, first_item_id: int) -> None:
        edit.outcome, edit.version = Outcome.DONE, version
        if first_item_id:
            self._known.append(first_item_id)


@dataclass
class Queue:
    """A queue as a plain list, and what it was before the edits that can be taken back."""

    items: list[int] = field(default_factory=list)
    before: list[list[int]] = field(default_factory=list)
    after: list[list[int]] = field(default_factory=list)

    def replay(self, edit: Edit, added: list[int]) -> None:
        """Do an edit that was done; `added` are the ids that new items were given."""
        if edit.verb == "undo":
            self.after.append(self.items)
            self.items = self.before.pop()
        elif edit.verb == "redo":
            self.before.append(self.items)
            self.items = self.after.pop()
        elif (left := self._left(edit, added)) is not None:
            self.before = [*self.before, self.items][-20:]
            self.after.clear()
            self.items = left

    def _left(self, edit: Edit, added: list[int]) -> list[int] | None:
        """Return what an edit leaves; None: it found nothing to do, and nothing can be taken back."""
        one, other = edit.items
        match edit.verb:
            case "add" | "play":
                return [*added, *self.items] if edit.next and edit.verb == "add" else [*self.items, *added]
            case "remove":
                return [item for item in self.items if item != one] if one in self.items else None
            case "clear":
                return [] if self.items else None
            case "reverse":
                return self.items[::-1]
            case "swap":
                places = {one: other, other: one}
                return [places.get(item, item) for item in self.items]
        rest = [item for item in self.items if item != one]
        at = rest.index(other)
        return [*rest[:at], one, *rest[at:]]
