"""The adapter on a node that answers and tells as the real one has been seen to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from audio.domain.node import NodeAway, NodeEventKind, NodeRefused, Start, VoiceState
from kit.errors import Reason, Refused
from tests.audio.nodes.fake import track

if TYPE_CHECKING:
    from audio.adapters.node import WavelinkNodes
    from tests.audio.nodes.conftest import Ears
    from tests.audio.nodes.fake import FakeNode
    from tests.audio.nodes.proxy import Call, Proxy

GUILD, SENTINEL = 1, 2
VOICE = VoiceState("token", "voice.example:443", "discord-session", 77)
ENDS = (NodeEventKind.ENDED, NodeEventKind.FAILED, NodeEventKind.STUCK)


def play(identifier: str, play_seq: int) -> Start:
    return Start(identifier, 0, paused=False, user_data={"play_seq": play_seq, "item_id": 5})


def event(kind: str, play_seq: int, **facts: Any) -> dict[str, Any]:
    message = {"op": "event", "type": kind, "guildId": str(GUILD), "track": track("a.flac", {"play_seq": play_seq})}
    return message | facts


def update(position: int, *, connected: bool = True) -> dict[str, Any]:
    state = {"time": 0, "position": position, "connected": connected, "ping": 0}
    return {"op": "playerUpdate", "guildId": str(GUILD), "state": state}


def closed(code: int, *, by_remote: bool, reason: str = "") -> dict[str, Any]:
    message = {"op": "event", "type": "WebSocketClosedEvent", "guildId": str(GUILD)}
    return message | {"code": code, "byRemote": by_remote, "reason": reason}


FINISHED = {"reason": "finished"}
THROWN = {"exception": {"message": "It broke.", "severity": "fault", "cause": "?"}}
STUCK = {"thresholdMs": 10_000}


@pytest.fixture
async def playing(nodes: WavelinkNodes, ears: Ears) -> WavelinkNodes:
    """The adapter, with play_seq 1 playing in the guild."""
    await nodes.open(0, {})
    await nodes.connect(0, "main", GUILD, VOICE)
    await nodes.start(0, "main", GUILD, play("a.flac", 1))
    await ears.until(NodeEventKind.STARTED)
    return nodes


async def everything_told(nodes: WavelinkNodes, ears: Ears) -> None:
    """Wait for a start in another guild, which comes after all that was said before."""
    await nodes.start(0, "main", SENTINEL, play("sentinel.flac", 1000))
    async with asyncio.timeout(60), ears.news:
        await ears.news.wait_for(lambda: any(event.play_seq == 1000 for event in ears.of(NodeEventKind.STARTED)))


@pytest.mark.parametrize(
    ("told", "heard"),
    [
        (["finished", "thrown"], (NodeEventKind.ENDED, "finished")),
        (["thrown", "finished"], (NodeEventKind.FAILED, "It broke.")),
        (["stuck", "thrown", "finished"], (NodeEventKind.STUCK, "")),
        (["finished", "finished"], (NodeEventKind.ENDED, "finished")),
    ],
)
async def test_a_track_has_one_end_whichever_is_told_first(
    playing: WavelinkNodes, ears: Ears, proxy: Proxy, told: list[str], heard: tuple[NodeEventKind, str]
) -> None:
    said = {
        "finished": event("TrackEndEvent", 1, **FINISHED),
        "thrown": event("TrackExceptionEvent", 1, **THROWN),
        "stuck": event("TrackStuckEvent", 1, **STUCK),
    }
    for each in told:
        await proxy.say(said[each])
    await everything_told(playing, ears)

    (end,) = [end for end in ears.of(*ENDS) if end.guild_id == GUILD]
    assert ((end.kind, end.reason), end.play_seq) == (heard, 1)


async def test_a_stuck_track_is_stopped(playing: WavelinkNodes, ears: Ears, proxy: Proxy) -> None:
    await proxy.say(event("TrackStuckEvent", 1, **STUCK))

    await proxy.until(
        lambda: [call.body for call in proxy.seen("PATCH", f"/{GUILD}")][-1] == {"track": {"encoded": None}}
    )
    await everything_told(playing, ears)
    assert [end.kind for end in ears.of(*ENDS)] == [NodeEventKind.STUCK]


async def test_what_replaces_a_stuck_track_is_not_stopped(
    playing: WavelinkNodes, ears: Ears, proxy: Proxy, fake: FakeNode
) -> None:
    proxy.hold = lambda call: call.method == "PATCH"
    start = asyncio.create_task(playing.start(0, "main", GUILD, play("b.flac", 2)))
    await proxy.until(lambda: proxy.seen("PATCH")[-1].body.get("track"))
    await proxy.say(event("TrackStuckEvent", 1, **STUCK))
    await ears.until(NodeEventKind.STUCK)
    proxy.release()
    await start
    await playing.seek(0, "main", GUILD, 0)  # waits its turn behind all that was meant for the guild

    (session,) = fake.sessions.values()
    assert session.players[GUILD]["track"]["userData"]["play_seq"] == 2


async def test_a_replaced_track_ends_before_the_next_starts(playing: WavelinkNodes, ears: Ears) -> None:
    await playing.start(0, "main", GUILD, play("b.flac", 2))
    await ears.until(NodeEventKind.STARTED, 2)

    assert [(each.kind, each.play_seq, each.reason) for each in ears.events] == [
        (NodeEventKind.STARTED, 1, ""),
        (NodeEventKind.ENDED, 1, "replaced"),
        (NodeEventKind.STARTED, 2, ""),
    ]


async def test_a_start_that_is_repeated_does_not_end_its_track(
    playing: WavelinkNodes, ears: Ears, proxy: Proxy
) -> None:
    await playing.start(0, "main", GUILD, play("a.flac", 1))
    await ears.until(NodeEventKind.STARTED, 2)
    assert ears.of(*ENDS) == []

    await proxy.say(event("TrackEndEvent", 1, **FINISHED))
    assert (await ears.until(NodeEventKind.ENDED)).reason == "finished"


async def test_a_track_may_be_started_again_after_its_end(playing: WavelinkNodes, ears: Ears, proxy: Proxy) -> None:
    await proxy.say(event("TrackEndEvent", 1, reason="cleanup"))
    await ears.until(NodeEventKind.ENDED)
    await playing.start(0, "main", GUILD, play("a.flac", 1))
    await proxy.say(event("TrackEndEvent", 1, **FINISHED))

    assert (await ears.until(NodeEventKind.ENDED, 2)).reason == "finished"


async def test_a_track_that_somebody_else_starts_again_after_its_end_is_told(
    playing: WavelinkNodes, ears: Ears, proxy: Proxy
) -> None:
    await proxy.say(event("TrackEndEvent", 1, **FINISHED))
    await playing.start(0, "main", GUILD, play("a.flac", 2))
    await proxy.say(event("TrackStartEvent", 1))

    assert (await ears.until(NodeEventKind.STARTED, 3)).play_seq == 1


async def test_a_start_may_be_told_before_its_answer(nodes: WavelinkNodes, ears: Ears, proxy: Proxy) -> None:
    await nodes.open(0, {})
    proxy.hold_answer = lambda call: call.method == "PATCH"
    start = asyncio.create_task(nodes.start(0, "main", GUILD, play("a.flac", 1)))

    await ears.until(NodeEventKind.STARTED)
    assert not start.done()
    proxy.release()
    await start


async def test_a_start_may_be_told_after_its_answer(nodes: WavelinkNodes, ears: Ears, proxy: Proxy) -> None:
    await nodes.open(0, {})
    proxy.hold_message = lambda message: message.get("type") == "TrackStartEvent"
    await nodes.start(0, "main", GUILD, play("a.flac", 1))
    assert ears.events == []

    proxy.release()
    assert (await ears.until(NodeEventKind.STARTED)).play_seq == 1


async def test_a_position_belongs_to_the_track_that_was_told_to_have_started(
    playing: WavelinkNodes, ears: Ears, proxy: Proxy
) -> None:
    await proxy.say(update(1000))
    await proxy.say(event("TrackEndEvent", 1, reason="replaced"))
    await proxy.say(update(0))
    await proxy.say(event("TrackStartEvent", 2))
    await proxy.say(update(20))
    await everything_told(playing, ears)

    positions = ears.of(NodeEventKind.POSITION)
    assert [(each.play_seq, each.position_ms) for each in positions] == [(1, 1000), (2, 20)]


async def test_a_position_told_before_a_track_is_started_anew_is_not_that_of_the_new_start(
    playing: WavelinkNodes, ears: Ears, proxy: Proxy
) -> None:
    proxy.hold = lambda call: call.method == "PATCH" and call.path.endswith(f"/players/{GUILD}")
    again = asyncio.create_task(playing.start(0, "main", GUILD, play("a.flac", 1)))
    await proxy.until(lambda: len([call for call in proxy.calls if proxy.hold(call) and "track" in call.body]) == 2)
    await proxy.say(update(8000))
    await everything_told(playing, ears)

    proxy.release()
    await again
    await ears.until(NodeEventKind.STARTED, 3)
    assert ears.of(NodeEventKind.POSITION) == []


async def test_a_voice_change_is_no_loss_of_voice(playing: WavelinkNodes, ears: Ears, proxy: Proxy) -> None:
    await proxy.say(closed(1000, by_remote=False))
    await proxy.say(closed(1000, by_remote=True))
    await proxy.say(closed(4014, by_remote=True, reason="Disconnected."))
    await everything_told(playing, ears)

    losses = ears.of(NodeEventKind.VOICE_CLOSED)
    assert [(each.code, each.by_remote, each.reason) for each in losses] == [
        (1000, True, ""),
        (4014, True, "Disconnected."),
    ]


async def test_where_a_track_without_voice_counts_to_is_not_where_it_is(
    playing: WavelinkNodes, ears: Ears, proxy: Proxy
) -> None:
    await proxy.say(update(1000))
    await proxy.say(closed(4004, by_remote=True))  # told after the node answered that it was connected
    for position in (1500, 2000, 2500):
        await proxy.say(update(position, connected=False))
    await playing.connect(0, "main", GUILD, VOICE)
    await proxy.say(update(2600))
    await everything_told(playing, ears)

    told = [(each.kind, each.position_ms, each.code) for each in ears.events if each.guild_id == GUILD]
    assert told[1:] == [
        (NodeEventKind.POSITION, 1000, None),
        (NodeEventKind.VOICE_CLOSED, None, 4004),
        (NodeEventKind.POSITION, 2600, None),
    ]


async def test_a_track_cleaned_up_for_want_of_voice_may_be_started_again_when_voice_is_back(
    playing: WavelinkNodes, ears: Ears, proxy: Proxy, fake: FakeNode
) -> None:
    (session,) = fake.sessions.values()
    session.players[GUILD]["track"] = None  # the player stays
    await proxy.say(closed(4006, by_remote=True))
    await proxy.say(event("TrackEndEvent", 1, reason="cleanup"))
    await ears.until(NodeEventKind.ENDED)
    (player,) = await playing.players(0, "main")
    await playing.connect(0, "main", GUILD, VOICE)
    await playing.start(0, "main", GUILD, play("a.flac", 1))
    await proxy.say(event("TrackEndEvent", 1, **FINISHED))
    await ears.until(NodeEventKind.ENDED, 2)

    assert (player.guild_id, player.user_data) == (GUILD, None)
    assert [(each.kind, each.reason) for each in ears.events[1:]] == [
        (NodeEventKind.VOICE_CLOSED, ""),
        (NodeEventKind.ENDED, "cleanup"),
        (NodeEventKind.STARTED, ""),
        (NodeEventKind.ENDED, "finished"),
    ]


async def test_a_refused_start_lets_the_track_before_it_go_on_and_be_cared_for(
    playing: WavelinkNodes, ears: Ears, proxy: Proxy
) -> None:
    await playing.pause(0, "main", GUILD, True)
    proxy.cannot_load = lambda call: "text.mp3" in str(call.body)
    with pytest.raises(NodeRefused, match=r"It is no sound file\."):
        await playing.start(0, "main", GUILD, play("text.mp3", 2))
    (player,) = await playing.players(0, "main")
    assert (player.user_data, player.paused) == ({"play_seq": 1, "item_id": 5}, False)
    await proxy.say(update(3000))
    await proxy.say(event("TrackStuckEvent", 1, **STUCK))
    await proxy.until(lambda: proxy.seen("PATCH", f"/{GUILD}")[-1].body == {"track": {"encoded": None}})
    await everything_told(playing, ears)

    told = [(each.kind, each.play_seq) for each in ears.events if each.guild_id == GUILD]
    assert told[1:] == [(NodeEventKind.POSITION, 1), (NodeEventKind.STUCK, 1)]


def opens_voice(call: Call) -> bool:
    return call.method == "PATCH" and "voice" in (call.body or {})


async def test_a_voice_connection_that_is_never_answered_is_given_up_and_its_player_freed(
    playing: WavelinkNodes, ears: Ears, proxy: Proxy, fake: FakeNode
) -> None:
    proxy.hang = opens_voice
    with pytest.raises(NodeAway):
        await playing.connect(0, "main", GUILD, VOICE)

    assert len(proxy.seen("DELETE", f"/players/{GUILD}")) == 1
    proxy.hang = lambda _: False
    await playing.connect(0, "main", GUILD, VOICE)
    await everything_told(playing, ears)
    assert ears.of(*ENDS) == []  # the track was taken away, it did not end
    (session,) = fake.sessions.values()
    assert session.players[GUILD]["voice"]["token"] == VOICE.token


async def test_a_node_that_lost_half_of_its_workers_gets_no_new_players(playing: WavelinkNodes, proxy: Proxy) -> None:
    proxy.hang = opens_voice
    hanging = [playing.connect(0, "main", guild_id, VOICE) for guild_id in range(10, 14)]
    for result in await asyncio.gather(*hanging, return_exceptions=True):
        assert isinstance(result, NodeAway)

    with pytest.raises(Refused, match=Reason.NO_NODE):
        playing.choose(GUILD)

    await proxy.say({"op": "stats", "uptime": 10, "cpu": {"cores": 1}})  # it was restarted
    proxy.hang = lambda _: False
    await playing.stats()
    assert playing.choose(GUILD) == "main"


@pytest.mark.parametrize("answer", ["reset", "503"])
async def test_a_command_to_a_node_that_is_ending_says_that_it_is_away_and_works_again_afterwards(
    playing: WavelinkNodes, ears: Ears, proxy: Proxy, answer: str
) -> None:
    proxy.shutting_down = answer
    with pytest.raises(NodeAway):
        await playing.pause(0, "main", GUILD, True)
    await proxy.close_connections(1001)
    await ears.until(NodeEventKind.SESSION_LOST)
    proxy.shutting_down = ""
    await ears.until(NodeEventKind.SESSION_READY)

    await playing.pause(0, "main", GUILD, True)
    assert ears.of(*ENDS) == []


async def test_the_commands_of_a_guild_are_sent_one_at_a_time(playing: WavelinkNodes, proxy: Proxy) -> None:
    def held(call: Call) -> bool:
        return call.method == "PATCH" and call.path.endswith(f"/players/{GUILD}")

    proxy.hold = held
    before = len(proxy.seen("PATCH", f"/players/{GUILD}"))
    commands = [playing.seek(0, "main", GUILD, position) for position in (1, 2, 3)]
    together = asyncio.gather(*commands)
    await proxy.until(lambda: len(proxy.seen("PATCH", f"/players/{GUILD}")) == before + 1)
    await playing.seek(0, "main", SENTINEL, 0)  # another guild need not wait
    assert len(proxy.seen("PATCH", f"/players/{GUILD}")) == before + 1

    proxy.release()
    await together
    positions = [call.body["position"] for call in proxy.seen("PATCH", f"/players/{GUILD}")[before:]]
    assert positions == [1, 2, 3]
    assert max(count for path, count in proxy.most_at_once.items() if path.endswith(f"/players/{GUILD}")) == 1


async def test_loads_are_limited_per_node(nodes: WavelinkNodes, proxy: Proxy) -> None:
    proxy.hold = lambda call: call.path == "/v4/loadtracks"
    loads = asyncio.gather(*(nodes.load(f"https://example.org/{number}", 1) for number in range(10)))
    await proxy.until(lambda: len(proxy.seen("GET", "/v4/loadtracks")) == 4)
    await nodes.stats()

    proxy.release()
    await loads
    assert len(proxy.seen("GET", "/v4/loadtracks")) == 10
    assert proxy.most_at_once["/v4/loadtracks"] == 4


async def test_starts_are_limited_per_node_and_do_not_wait_for_searches(playing: WavelinkNodes, proxy: Proxy) -> None:
    def loads(call: Call) -> bool:
        return call.path == "/v4/loadtracks" or (call.method == "PATCH" and "track" in call.body)

    def starts() -> int:
        return sum(loads(call) and call.method == "PATCH" for call in proxy.calls)

    before = starts()
    proxy.hold = loads
    searches = asyncio.gather(*(playing.load("https://example.org/", 1) for _ in range(4)))
    together = asyncio.gather(*(playing.start(0, "main", guild, play("a.flac", 9)) for guild in range(10, 16)))
    await proxy.until(lambda: starts() == before + 4)
    await playing.stats()
    assert starts() == before + 4

    proxy.release()
    await asyncio.gather(searches, together)
    assert starts() == before + 6
