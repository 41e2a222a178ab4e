"""Replays what was recorded from a real Lavalink server, and compares what a node answers."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from audionode import track as tracks
from tests.audionode.conftest import Client

PATIENCE = 15.0  # seconds
TRANSCRIPT = Path(__file__).parent / "transcript"
ANY = object()
_TRACK = "QAAA"  # how every track string begins

# Times, places and sizes are of that run; an `encoded` holds the position.
_EXEMPT = re.compile(
    r".*\.(encoded|time|timestamp|position|uptime|ping|causeStackTrace|trace|buildTime|commitTime|branch|commit|jvm)"
    r"|.*\.(free|used|allocated|reservable|cores|systemLoad|lavalinkLoad|sessionId|endpoint)"
)


@dataclass(frozen=True)
class Difference:
    """Where the embedded node answers otherwise on purpose; `step` is file/name, both are patterns."""

    step: str
    path: str
    value: Any
    reason: str


DIFFERENCES = [
    Difference("01-*/info", "$.body.lavaplayer", ANY, "the decoder is PyAV"),
    Difference("02-*/local truncated wav", "$.body.data.info.length", 3333, "the length of what is there"),
    Difference("01-*/metrics*", "*", ANY, "the node exports traces; it has no JVM to describe"),
    Difference("*", "*.cause", ANY, "a sentence of ours instead of a Java class, and no path of the host"),
    Difference("03-*/decodetrack*", "$.body.message", ANY, "the original quotes a Java exception"),
    Difference("03-*/decodetracks one bad", "$.body.message", ANY, "the original quotes a Java exception"),
    Difference("06-*/track.encoded*", "$.body.message", ANY, "the original quotes a Java exception"),
    Difference("06-*/voice channelId text", "$.body.message", ANY, "the original quotes a Java exception"),
    Difference("06-*/voice endpoint garbage", "$.body.message", ANY, "the original quotes a Java exception"),
    Difference("06-*/voice endpoint garbage", "$.headers.Lavalink-Api-Version", "4", "it is a refusal, not a crash"),
    Difference("06-*/after the hang*", "*", ANY, "there was no hang: these steps recorded what it left behind"),
    Difference(
        "09-*/play truncated*", "$.body.track.info.length", 3333, "the length of what is there, not the header's"
    ),
    Difference("09-*/ws*", "*.info.length", ANY, "as above"),
    Difference("10-*/equalizer band*", "$.body.message", ANY, "the original quotes a Java exception"),
    Difference("11-*/GET 2 s after voice close*", "$.body.state.ping", ANY, "time of that run"),
    Difference("13-*/SIGTERM*(resuming on)", "$.voice_ws_close_code", 1000, "voice is left in order, resumed or not"),
    Difference("14-*", "*", ANY, "sizes and times of that machine, which no test asserts: bench/ prints this node's"),
    Difference("15-*/each PATCH*", "*", ANY, "no request of this node hangs, so that none is exhausted"),
    Difference("17-*/info", "$.body.lavaplayer", ANY, "the decoder is PyAV"),
    Difference("17-*/info", "$.body.filters", ANY, "no filter of this node is switched off by itself"),
    Difference("17-*/disabled filter*", "*", ANY, "as above"),
    Difference("17-*/routeplanner status", "*", ANY, "this node has one address, and no planner of routes"),
    Difference("17-*/free *", "*", ANY, "as above"),
    Difference("18-*/info", "$.body.lavaplayer", ANY, "the decoder is PyAV"),
    Difference("19-*/info", "$.body.lavaplayer", ANY, "the decoder is PyAV"),
    Difference("19-*/info", "$.body.filters", ANY, "the filter of that recording's own plugin is among them"),
    Difference("19-*/info", "$.body.sourceManagers", ["local", "http"], "`demo` is that recording's own plugin"),
    Difference("19-*/info", "$.body.plugins", [], "as above"),
    Difference("19-*/plugin filter", "$.body.filters.pluginFilters*", ANY, "the filter of that recording's own plugin"),
    Difference("19-*/playlist*", "$.body.data.info.name", ANY, "the lists of this node are albums and artists"),
    Difference("19-*/playlist*", "$.body.data.info.selectedTrack", -1, "none of their tracks is chosen beforehand"),
    Difference("19-*/playlist*", "$.body.data.pluginInfo*", ANY, "that of the recording's own plugin"),
    Difference("19-*/playlist*", "$.body.data.tracks", ANY, "the tracks of that recording's own plugin"),
    Difference("19-*/search", "$.body.data", ANY, "as above"),
    Difference("19-*/empty *", "$.body.data", None, "a list or a search without tracks is `empty` here"),
    Difference("19-*/empty *", "$.body.loadType", "empty", "as above"),
]

# Where any node elsewhere may be set up otherwise than the server that was recorded.
SETTINGS = [
    Difference("01-*/info", "$.body.plugins", ANY, "it may have some"),
    Difference("01-*/info", "$.body.sourceManagers", ANY, "it may have more"),
    Difference("03-*/decodetrack of a source that is not enabled", "*", ANY, "it may be enabled"),
]

# By file/note/track, where this node tells other events than the real server on purpose, and the reason of an end.
EVENTS = {
    "11-*/loadFailed/*": ["TrackStartEvent", "TrackExceptionEvent", "TrackEndEvent:loadFailed"],  # racy there
    "09-*/ws/trunc.wav": ["TrackStartEvent", "TrackEndEvent"],  # it ends where its data ends
}


@dataclass
class Target:
    """The node under test and the world around it."""

    client: Client
    embedded: bool
    files: str  # what stands for /music/ in identifiers
    web: str  # host:port of the fixture web server
    elsewhere: bool = False
    endpoints: dict[str, str] = field(default_factory=dict)  # recorded voice endpoint or guild -> ours
    identifiers: dict[str, str] = field(default_factory=dict)  # of a source that only the recorded server had -> ours
    sessions: dict[str, Client] = field(default_factory=dict)

    def translate(self, value: Any) -> Any:
        """Recorded paths, addresses, tracks and voice endpoints as they are here."""
        if isinstance(value, dict):
            return {name: self._named(name, inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.translate(inner) for inner in value]
        if isinstance(value, str):
            moved = value.replace("127.0.0.1:18080", self.web).replace("/music/", self.files)
            return self._track(value) if value.startswith(_TRACK) else moved
        return value

    def _named(self, name: str, value: Any) -> Any:
        if name == "endpoint" and value in self.endpoints:
            return self.endpoints[value]
        if name == "identifier" and value in self.identifiers:
            return self.identifiers[value]
        return self.translate(value)

    def _track(self, encoded: str) -> str:
        try:
            info, position = tracks.decode(encoded)
        except ValueError:
            return encoded
        place = self.translate(info.identifier)
        return tracks.encode(replace(info, identifier=place, uri=place), position)


def steps(file: str) -> list[dict[str, Any]]:
    """The recorded steps of one file."""
    loaded: list[dict[str, Any]] = json.loads((TRANSCRIPT / f"{file}.json").read_text())
    return loaded


class Replay:
    """One file against one target; collects every mismatch instead of stopping at the first.

    An answer that takes longer than `PATIENCE` is an error: this node answers also a voice PATCH within 3 s.
    """

    def __init__(self, file: str, target: Target) -> None:
        self.file = file
        self.target = target
        self.mismatches: list[str] = []
        self._seen: dict[str, int] = {}
        self._told: dict[str, list[str]] = {}

    async def run(self, before: dict[str, Callable[[], Awaitable[None]]] | None = None) -> None:
        """Every step in order; `before` holds what the recording did before a step of that name."""
        for step in steps(self.file):
            name = step.get("name") or step["note"]
            if before and name in before:
                await before[name]()
            if "request" in step and "status" in step:
                await self.request(step)
            elif "timeout_after_s" in step:
                await self._hung(step)
            if "messages" in step and "note" in step:
                await self.messages(step)

    async def request(self, step: dict[str, Any]) -> Any:
        """One recorded request; the answer's body."""
        status, headers, body = await self._send(step["request"])
        recorded = {"status": step["status"], "headers": step["headers"], "body": step["body"]}
        kept = {name: headers[name] for name in ("Content-Type", "Lavalink-Api-Version", "Allow") if name in headers}
        if "Allow" in kept:
            kept["Allow"] = ", ".join(sorted(kept["Allow"].split(", ")))
            recorded["headers"]["Allow"] = ", ".join(sorted(recorded["headers"]["Allow"].split(", ")))
        recorded["headers"].pop("Session-Resumed", None)
        expected = self._replace_sessions(self.target.translate(recorded))
        self.compare(step["name"], expected, {"status": status, "headers": kept, "body": body})
        return body

    async def messages(self, step: dict[str, Any]) -> None:
        """Wait until the recorded events came, in their order; compare each, and the shape of playerUpdates."""
        wanted = [self.target.translate(entry["msg"]) for entry in step["messages"] if "msg" in entry]
        events = [message for message in wanted if message["op"] == "event"]
        for guild in {event["guildId"] for event in events}:
            await self._events(step["note"], guild, [event for event in events if event["guildId"] == guild])
        updates = [message for message in wanted if message["op"] == "playerUpdate"]
        for update in updates[:1]:
            try:
                await self.target.client.message(partial(_alike, update), 5)
            except TimeoutError:
                self.mismatches.append(f"{step['note']}: no playerUpdate like {update}")

    def compare(self, name: str, expected: Any, actual: Any, path: str = "$") -> None:
        """Types, keys and values; what is exempt must still have the type."""
        difference = self._difference(name, path)
        if difference is not None:
            if difference.value is not ANY and actual != difference.value:
                self.mismatches.append(f"{name} {path}: {actual!r}, in the table is {difference.value!r}")
        elif isinstance(expected, dict) and isinstance(actual, dict):
            for key in sorted(expected.keys() | actual.keys()):
                if key not in expected or key not in actual:
                    if self._difference(name, f"{path}.{key}") is None:
                        self.mismatches.append(
                            f"{name} {path}.{key}: {'missing' if key in expected else 'not expected'}"
                        )
                else:
                    self.compare(name, expected[key], actual[key], f"{path}.{key}")
        elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
            for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
                self.compare(name, one, other, f"{path}[{index}]")
        elif not _same_type(expected, actual) or (expected != actual and not _EXEMPT.fullmatch(path)):
            self.mismatches.append(f"{name} {path}: {actual!r} instead of {expected!r}")

    async def _send(self, request: dict[str, Any]) -> tuple[int, Any, Any]:
        client = self._client(request["path"])
        headers = request.get("headers", {"Authorization": "test"})
        if "Authorization" in headers and headers["Authorization"] == "test":
            headers = headers | {"Authorization": client.password}
        url = client.url + self._replace_sessions(request["path"])
        options: dict[str, Any] = {"params": self.target.translate(request.get("query"))}
        if "body" in request:
            options["data"] = json.dumps(self.target.translate(request["body"]))
            headers = {"Content-Type": "application/json"} | headers
        elif "raw_body" in request:
            options["data"] = request["raw_body"]
            untyped = "headers" in request or request["raw_body"] == "{}"
            headers = headers if untyped else {"Content-Type": "application/json"} | headers
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with client.http.request(request["method"], url, headers=headers, timeout=timeout, **options) as answer:
            text = await answer.text()
            is_json = answer.headers.get("Content-Type", "").startswith("application/json")
            return answer.status, answer.headers, json.loads(text) if is_json else text

    def _client(self, path: str) -> Client:
        found = re.search(r"/sessions/([a-z0-9]{16})", path)
        return self.target.sessions.setdefault(found[1], self.target.client) if found else self.target.client

    def _replace_sessions(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._replace_sessions(inner) for key, inner in value.items()}
        if isinstance(value, str):
            for recorded, client in self.target.sessions.items():
                value = value.replace(recorded, client.session_id)
        return value

    async def _hung(self, step: dict[str, Any]) -> None:
        """Where the real server never answers, this node refuses within its deadline."""
        if not self.target.embedded:
            return  # each of these would cost the real server a worker for ever
        status, _, body = await self._send(step["request"])
        if status != 500 and self._difference(step["name"], "$") is None:
            self.mismatches.append(f"{step['name']}: {status} {body}")

    async def _events(self, note: str, guild: str, expected: list[dict[str, Any]]) -> None:
        if self.target.embedded:
            expected = self._known_order(note, expected)
        kinds = [_kind(event) for event in expected]
        if self._told.get(guild) == kinds:
            return  # some notes repeat the one before: nothing new came
        self._told[guild] = kinds
        client, start = self.target.client, self._seen.get(guild, 0)

        def found() -> list[int] | None:
            places: list[int] = []
            for place, message in enumerate(client.messages[start:], start):
                mine = message["op"] == "event" and message["guildId"] == guild
                if mine and len(places) < len(kinds) and _kind(message) == kinds[len(places)]:
                    places.append(place)
            return places if len(places) == len(kinds) else None

        try:
            await client.message(lambda _: found() is not None, 80)
        except TimeoutError:
            heard = [_kind(message) for message in client.messages[start:] if message.get("guildId") == guild]
            self.mismatches.append(f"{note}: events {heard} instead of {kinds}")
            return
        places = found() or [start]
        self._seen[guild] = places[-1] + 1
        for place, event in zip(places, expected, strict=True):
            self.compare(note, event, client.messages[place])

    def _known_order(self, note: str, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        told = f"{self.file}/{note}/{events[0].get('track', {}).get('info', {}).get('identifier', '')}"
        known = next((kinds for pattern, kinds in EVENTS.items() if fnmatchcase(told, pattern)), None)
        if known is None:
            return events
        recorded = {event["type"]: event for event in events}
        parts = (kind.partition(":") for kind in known)
        return [recorded[kind] | ({"reason": reason} if reason else {}) for kind, _, reason in parts]

    def _difference(self, name: str, path: str) -> Difference | None:
        step = f"{self.file}/{name}"
        table = DIFFERENCES * self.target.embedded + SETTINGS * self.target.elsewhere
        return next((one for one in table if fnmatchcase(step, one.step) and fnmatchcase(path, one.path)), None)


def _kind(event: dict[str, Any]) -> str:
    track = (
        f"{event.get('track', {}).get('info', {}).get('identifier', '')}{event.get('track', {}).get('userData', '')}"
    )
    return f"{event.get('type')}:{event.get('reason', '')}:{event.get('code', '')}:{track}"


def _shape(value: Any) -> Any:
    return (
        {name: _shape(inner) for name, inner in sorted(value.items())} if isinstance(value, dict) else str(type(value))
    )


def _alike(recorded: dict[str, Any], sent: dict[str, Any]) -> bool:
    return bool(sent.get("guildId") == recorded["guildId"] and _shape(sent) == _shape(recorded))


def _same_type(expected: Any, actual: Any) -> bool:
    kinds = {float if type(value) is int else type(value) for value in (expected, actual)}
    return len(kinds) == 1


async def settled(client: Client, guild: int, position: int) -> None:
    """Wait until the guild's track has played for `position` milliseconds."""
    path = f"/v4/sessions/{client.session_id}/players/{guild}"
    async with asyncio.timeout(60):
        while (await client.request("GET", path))["state"]["position"] < position:  # noqa: ASYNC110 - it can only be asked
            await asyncio.sleep(0.1)
