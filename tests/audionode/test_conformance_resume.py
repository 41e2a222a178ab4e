"""Sessions that are left and taken up again, as recorded in 12."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.audionode.conformance import Replay, Target, steps
from tests.audionode.conftest import Client
from tests.audionode.test_conformance import all_endpoints, needs_voice, target, voice
from tests.audionode.voice_double import VoiceDouble

__all__ = ["target", "voice"]  # the fixtures of the suite
FILE = "12-resume"


class Recorded:
    """The requests of the file, taken one after the other."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._steps = iter([step for step in steps(FILE) if "request" in step])

    async def next(self, client: Client, count: int = 1) -> Any:
        body = None
        for _ in range(count):
            step = next(self._steps)
            session = step["request"]["path"].split("/")[3]
            if session != "stats":
                self._replay.target.sessions.setdefault(session, client)
            body = await self._replay.request(step)
        return body


@needs_voice
async def test_sessions_are_resumed_as_recorded(target: Callable[[], Any], voice: VoiceDouble) -> None:
    here = await target()
    here.endpoints = all_endpoints(FILE, voice.endpoint)
    replay = Replay(FILE, here)
    recorded = Recorded(replay)
    await _ends_without_resuming(recorded, here, voice)
    kept = await _plays_on_while_it_waits(recorded, here.client, voice)
    await _belongs_to_one_socket(recorded, here, voice, kept)
    assert not replay.mismatches, "\n".join(replay.mismatches)


async def _ends_without_resuming(recorded: Recorded, here: Target, voice: VoiceDouble) -> None:
    client = here.client
    await recorded.next(client)  # voice and play
    gone = client.session_id
    await voice.until(lambda: voice.sessions[-1].sounding)
    client.abort()
    await voice.until(lambda: voice.sessions[-1].close_code == 1000)
    here.sessions = {name: _gone(client, gone) for name in here.sessions}
    await recorded.next(client, 2)  # 404 twice


async def _plays_on_while_it_waits(recorded: Recorded, client: Client, voice: VoiceDouble) -> str:
    await client.connect()
    await recorded.next(client, 2)  # resuming on, play
    await voice.until(lambda: voice.sessions[-1].sounding)
    kept = client.session_id
    await client.close()
    await recorded.next(client, 2)  # 404 while it waits
    stats = await client.request("GET", "/v4/stats")
    await recorded_stats(recorded, stats)
    session = voice.sessions[-1]
    await voice.until(lambda: session.frames[-1].silent)
    assert len(session.sounding) == 200  # it played to its end meanwhile

    socket = await client.connect(kept)
    assert socket._response.headers["Session-Resumed"] == "true"
    await client.message(lambda sent: sent["op"] == "playerUpdate")
    assert [sent.get("type", sent["op"]) for sent in client.messages] == ["ready", "TrackEndEvent", "playerUpdate"]
    assert client.messages[0] == {"op": "ready", "resumed": True, "sessionId": kept}
    assert client.messages[1]["track"]["userData"] == {"id": 2}
    await recorded.next(client, 3)  # the player, the settings, play again
    await voice.until(lambda: session.frames[-1].opus and not session.frames[-1].silent)
    await client.close()
    return kept


async def _belongs_to_one_socket(recorded: Recorded, here: Target, voice: VoiceDouble, kept: str) -> None:
    client, session = here.client, voice.sessions[-1]
    other = Client(client.http, client.url, password=client.password, user=5)
    assert (await other.connect(kept))._response.headers["Session-Resumed"] == "true"
    await other.message(lambda sent: sent["op"] == "playerUpdate")
    assert [sent["op"] for sent in other.messages[:2]] == ["ready", "playerUpdate"]
    second = Client(client.http, client.url, password=client.password)
    assert (await second.connect(kept))._response.headers["Session-Resumed"] == "false"  # its socket is open
    assert second.session_id != kept
    await second.close()

    here.sessions = {name: _gone(other, kept) for name in here.sessions}
    await recorded.next(other)  # timeout 3
    await other.close()
    await voice.until(lambda: session.close_code is not None)
    assert (await client.connect(kept))._response.headers["Session-Resumed"] == "false"  # too late
    await client.close()


async def recorded_stats(recorded: Recorded, stats: dict[str, Any]) -> None:
    """The session that waits is not counted (other clients of the node may be)."""
    step = next(recorded._steps)
    assert step["name"] == "stats while waiting"
    assert stats["playingPlayers"] == step["body"]["playingPlayers"]


def _gone(client: Client, session_id: str) -> Client:
    """For requests that still name a session that was."""
    made = Client(client.http, client.url, password=client.password)
    made.session_id = session_id
    return made


@needs_voice
async def test_of_two_clients_that_resume_one_session_one_gets_it(
    target: Callable[[], Any], voice: VoiceDouble
) -> None:
    first = await _played(await target(), voice, "5xhuxtksez79uo8p")
    kept = first.session_id
    first.abort()
    await until_waiting(first, kept)
    rivals = [Client(first.http, first.url, password=first.password) for _ in range(2)]
    sockets = await asyncio.gather(*(rival.connect(kept) for rival in rivals))
    assert sorted(socket._response.headers["Session-Resumed"] for socket in sockets) == ["false", "true"]
    for rival in rivals:
        await rival.close()


@needs_voice
async def test_a_session_whose_client_reads_no_more_is_its_own(target: Callable[[], Any], voice: VoiceDouble) -> None:
    silent = await _played(await target(), voice, "kecojierb73bxupn")
    assert silent.socket is not None
    silent.socket._response.connection.transport.pause_reading()  # type: ignore[union-attr]
    other = Client(silent.http, silent.url, password=silent.password)
    assert (await other.connect(silent.session_id))._response.headers["Session-Resumed"] == "false"
    await other.close()
    silent.abort()


@needs_voice
async def test_a_timeout_of_zero_is_never_resumed(target: Callable[[], Any], voice: VoiceDouble) -> None:
    client = await _played(await target(), voice, "iv6py7mvwifccfsq")
    kept = client.session_id
    client.abort()
    await until_waiting(client, kept)
    assert (await client.connect(kept))._response.headers["Session-Resumed"] == "false"


@needs_voice
async def test_twenty_times_resumed_a_session_begins_the_same_way(
    target: Callable[[], Any], voice: VoiceDouble
) -> None:
    client = await _played(await target(), voice, "ylwykynrtic7ukd0")
    kept = client.session_id
    for _ in range(20):
        client.abort()
        await until_waiting(client, kept)
        assert (await client.connect(kept))._response.headers["Session-Resumed"] == "true"
        await client.message(lambda sent: sent["op"] == "playerUpdate")
        assert [sent["op"] for sent in client.messages[:2]] == ["ready", "playerUpdate"]


async def _played(here: Target, voice: VoiceDouble, session: str) -> Client:
    """Ask what was asked of a recorded session; gives the client whose session it is here."""
    here.endpoints = all_endpoints(FILE, voice.endpoint)
    replay = Replay(FILE, here)
    for step in steps(FILE):
        if session in step.get("request", {}).get("path", ""):
            await replay.request(step)
    assert not replay.mismatches, "\n".join(replay.mismatches)
    return here.client


async def until_waiting(client: Client, session: str) -> None:
    async with asyncio.timeout(60):
        while isinstance(await client.request("GET", f"/v4/sessions/{session}/players"), list):  # noqa: ASYNC110 - it can only be asked
            await asyncio.sleep(0.02)
