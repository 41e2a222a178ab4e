"""Discord as people and listeners see it: the simulator's control API, and what was heard in a voice channel."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import aiohttp

SAMPLES = 960  # of a frame
TENTH_MS = 100
TEXT, VOICE = 0, 2
SOUNDING_AFTER_PAUSE = 25  # frames
SEAM = 12  # frames: lost or doubled where one voice connection follows another, or left out by `readable`


@dataclass(frozen=True)
class Frame:
    """One frame that the bot sent, as decoded by the listener."""

    index: int
    at_ms: float
    sequence: int
    timestamp: int
    silent: bool
    media_ms: int | None
    encrypted: bool


def sounding(frames: Sequence[Frame]) -> list[Frame]:
    """Keep the frames that carry a time code."""
    return [frame for frame in frames if frame.media_ms is not None]


def tenths(frames: Sequence[Frame]) -> list[tuple[int, int]]:
    """Run-length the heard tenths of seconds: [(tenth, number of 20 ms frames)], in the order of hearing."""
    heard = (int(frame.media_ms) // TENTH_MS for frame in frames if frame.media_ms is not None)
    return [(tenth, len(list(run))) for tenth, run in itertools.groupby(heard)]


def joined(*lengths: int) -> list[tuple[int, int]]:
    """Return the tenths of whole tracks without a gap between them: one frame is of both, and tells no time."""
    heard = [(tenth, 5) for length in lengths for tenth in range(length)]
    return [(tenth, 5 if tenth or not at else 4) for at, (tenth, _) in enumerate(heard)]


def is_contiguous(frames: Sequence[Frame]) -> bool:
    """Tell whether no packet is missing between the first and the last."""
    steps = [(after.sequence - before.sequence) % 65_536 for before, after in itertools.pairwise(frames)]
    return all(step == 1 for step in steps)


def is_unbroken(frames: Sequence[Frame]) -> bool:
    """Tell whether sound followed sound without a pause, in one stream."""
    steps = {(after.timestamp - before.timestamp) % 2**32 for before, after in itertools.pairwise(frames)}
    return is_contiguous(frames) and steps == {SAMPLES} and not any(frame.silent for frame in frames)


def readable(frames: Sequence[Frame]) -> list[Frame]:
    """Return the sounding frames but for those that lie across a border of two tenths, and tell neither.

    A track that was started in its middle has them: its frames begin anywhere.
    """
    heard = sounding(frames)
    told = [frame.media_ms or 0 for frame in heard]
    sides = zip(told, [*told[2:], *told[-2:-1]], strict=False)  # behind the last frame nothing is told
    odd = {
        at
        for at, (before, behind) in enumerate(sides, start=1)
        if before <= behind <= before + TENTH_MS and not before <= told[at] <= behind
    }
    return [frame for at, frame in enumerate(heard) if at not in odd]


def is_heard_once(frames: Sequence[Frame], length: int, *, seam: int = 0) -> bool:
    """Tell whether each tenth of so many was heard in order and whole; `seam`: frames that may be lost or doubled."""
    heard = tenths(readable(frames) if seam else frames)
    return [tenth for tenth, _ in heard] == list(range(length)) and sum(abs(count - 5) for _, count in heard) <= seam


@dataclass(frozen=True)
class Guild:
    """The guild that the simulator starts with."""

    id: str
    owner: str
    members: tuple[str, ...]
    text: str
    voices: tuple[str, ...]


@dataclass(frozen=True)
class Discord:
    """The simulator's control API."""

    http: aiohttp.ClientSession
    url: str

    async def get(self, path: str) -> Any:
        """GET under /sim/v1."""
        async with self.http.get(f"{self.url}/sim/v1{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, body: object) -> Any:
        """POST JSON under /sim/v1."""
        async with self.http.post(f"{self.url}/sim/v1{path}", json=body) as answer:
            assert answer.status in {200, 201, 204}, await answer.text()
            return await answer.json(content_type=None) if answer.status != 204 else None

    async def patch(self, path: str, body: object) -> None:
        """PATCH JSON under /sim/v1."""
        async with self.http.patch(f"{self.url}/sim/v1{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def delete(self, path: str, body: object) -> None:
        """DELETE under /sim/v1."""
        async with self.http.delete(f"{self.url}/sim/v1{path}", json=body) as answer:
            assert answer.status == 204, await answer.text()

    async def guild(self, index: int = 0) -> Guild:
        """Return one guild of the world."""
        guild = (await self.get("/world"))["guilds"][index]
        channels = {kind: [c["id"] for c in guild["channels"] if c["type"] == kind] for kind in (TEXT, VOICE)}
        return Guild(
            id=guild["id"],
            owner=guild["ownerId"],
            members=tuple(member["id"] for member in guild["members"]),
            text=channels[TEXT][0],
            voices=tuple(channels[VOICE]),
        )

    async def found_guild(self, name: str) -> Guild:
        """Found a guild with a text and a voice channel."""
        founded = await self.post("/guilds", {"name": name})
        for channel, kind in (("general", TEXT), ("Lounge", VOICE)):
            await self.post("/channels", {"guildId": founded["id"], "name": channel, "type": kind})
        guilds = [guild["id"] for guild in (await self.get("/world"))["guilds"]]
        return await self.guild(guilds.index(founded["id"]))

    async def enter(self, guild: Guild, user: str, channel: str | None) -> None:
        """Let a person join a voice channel, or leave with None."""
        await self.post("/voice-states", {"guildId": guild.id, "userId": user, "channelId": channel})

    async def command(self, guild: Guild, user: str, name: str, **options: object) -> Any:
        """Type a slash command and wait for the final answer."""
        body = {"guildId": guild.id, "channelId": guild.text, "userId": user, "name": name, "options": options}
        return await self.post("/commands", body)

    async def click(self, guild: Guild, user: str, message_id: str, custom_id: str, *values: str) -> Any:
        """Press a button, or choose from a list, and wait for the final answer."""
        body: dict[str, object] = {
            "guildId": guild.id,
            "channelId": guild.text,
            "userId": user,
            "messageId": message_id,
            "customId": custom_id,
        }
        return await self.post("/components", body | ({"values": values} if values else {}))

    async def fill(self, guild: Guild, user: str, custom_id: str, **fields: str) -> Any:
        """Send a form and wait for the first answer."""
        place = {"guildId": guild.id, "channelId": guild.text, "userId": user}
        return await self.post("/modals", {**place, "customId": custom_id, "fields": fields})

    async def frames(self, guild: Guild, after: int = -1) -> list[Frame]:
        """Return the timeline of decoded frames after an index."""
        answer = await self.get(f"/voice/{guild.id}/frames?after={after}")
        return [
            Frame(f["index"], f["atMs"], f["sequence"], f["timestamp"], f["silent"], f["mediaMs"], f["encrypted"])
            for f in answer["frames"]
        ]

    async def last_index(self, guild: Guild) -> int:
        """Return the index of the newest frame, or -1."""
        frames = await self.frames(guild)
        return frames[-1].index if frames else -1

    async def voice(self, guild: Guild, window_ms: int = 1000) -> Any:
        """Return what is heard now."""
        return await self.get(f"/voice/{guild.id}?windowMs={window_ms}")


async def is_silent(discord: Discord, guild: Guild) -> bool:
    """Tell whether the last five frames were silent."""
    frames = await discord.frames(guild)
    return len(frames) >= 5 and all(frame.silent for frame in frames[-5:])
