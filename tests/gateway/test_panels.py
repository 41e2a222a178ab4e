"""One message per guild follows the player: the answer of `/play`, edited in place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from gateway.app import _WORDS
from gateway.domain.panel import ChannelLostError, Deed, MessageGoneError, Panel
from gateway.domain.player import Item, Player, Status, Track
from gateway.panels import Panels
from gateway.words import Words
from kit.actor import system
from kit.errors import Reason, Refused
from segue.gateway.v1 import panel_service_pb2
from segue.gateway.v1.panel_service_pb2_grpc import PanelServiceStub
from tests.gateway.audio import IDLE, PAUSED
from tests.gateway.conftest import buttons, text
from tests.gateway.test_voice import reason_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gateway.domain.cards.base import Card
    from segue.audio.v1 import player_pb2
    from tests.gateway.conftest import House

GUILD, CHANNEL, MESSAGE = 1, 2, 3
ITEM = Item(9, Track("Song"), 7)


class Rows:
    """Panels in memory."""

    def __init__(self, panel: Panel | None) -> None:
        self.panel = panel

    async def find(self, guild_id: int) -> Panel | None:
        return self.panel

    async def begin(self, panel: Panel) -> Panel | None:
        before, self.panel = self.panel, panel
        return before

    async def keep(self, before: Panel, panel: Panel) -> None:
        self.panel = panel

    async def forget(self, panel: Panel) -> None:
        self.panel = None

    async def overwrite(self, guild_id: int, message_id: int) -> bool:
        return False


class Channel:
    """A channel that refuses what it is told to, and where time passes by sleeping only."""

    def __init__(self) -> None:
        self.edits: list[tuple[float, str]] = []
        self.posts: list[str] = []
        self.refusals: list[Exception] = []
        self.time = 0.0
        self.asked, self.open = asyncio.Event(), asyncio.Event()
        self.open.set()

    async def post(self, channel_id: int, card: Card) -> int:
        self.posts.append(card.text)
        return MESSAGE + 1

    async def edit(self, channel_id: int, message_id: int, card: Card) -> None:
        self.asked.set()
        await self.open.wait()
        if self.refusals:
            raise self.refusals.pop(0)
        self.edits.append((self.time, card.text.splitlines()[-1]))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.time += seconds


class Nobody:
    """Players that are not asked."""

    async def get(self, guild_id: int) -> Player:
        raise AssertionError


def panels(channel: Channel, panel: Panel | None) -> tuple[Panels, Rows]:
    """Make panels of a channel."""
    rows, say = Rows(panel), Words.read(_WORDS)
    asked: Any = Nobody()
    return Panels(rows, channel, asked, lambda _: say, now=lambda: channel.time, sleep=channel.sleep), rows


def player(version: int, item: Item | None = ITEM) -> Player:
    """Make a player; its version is told as the length of its queue."""
    return Player(Status.PLAYING, 5, item, queue_length=version, version=version)


async def test_of_many_changes_at_once_the_first_and_the_newest_are_shown_a_second_apart() -> None:
    channel = Channel()
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    await asyncio.gather(*(made.show(GUILD, player(version)) for version in (2, 5, 3, 4)))

    assert [(time, line.split()[0]) for time, line in channel.edits] in ([(0.0, "5")], [(0.0, "2"), (1.0, "5")])
    await made.show(GUILD, player(6))
    assert channel.edits[-1][0] >= 1.0
    assert rows.panel
    assert rows.panel.version == 6


async def test_what_is_shown_already_or_is_older_is_not_shown_again() -> None:
    channel = Channel()
    made, _ = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 5))

    await made.show(GUILD, player(5))
    await made.show(GUILD, player(4), Deed(7, "Skip"))

    assert channel.edits == []


async def test_a_deed_stays_until_the_next_one() -> None:
    channel = Channel()
    made, _ = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    await made.show(GUILD, player(2), Deed(7, "Skip"))
    await made.show(GUILD, player(3))
    await made.show(GUILD, player(4), Deed(8, "Anything"))

    assert [line for _, line in channel.edits] == ["<@7> asked for the next track."] * 2 + ["<@8> changed something."]


async def test_a_deed_that_is_told_while_the_same_version_is_being_shown_is_not_lost() -> None:
    channel = Channel()
    made, _ = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    channel.open.clear()
    first = asyncio.create_task(made.show(GUILD, player(2)))
    await channel.asked.wait()
    second = asyncio.create_task(made.show(GUILD, player(2), Deed(7, "Skip")))
    await asyncio.sleep(0)
    channel.open.set()
    await asyncio.gather(first, second)

    assert channel.edits[-1][1] == "<@7> asked for the next track."


async def test_a_lost_channel_is_asked_once_and_then_left_alone() -> None:
    channel = Channel()
    channel.refusals = [ChannelLostError()]
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    await made.show(GUILD, player(2))
    await made.show(GUILD, player(3))

    assert (rows.panel, channel.edits, channel.posts, channel.refusals) == (None, [], [], [])


async def test_while_discord_is_away_nothing_is_taken_for_shown() -> None:
    channel = Channel()
    channel.refusals = [Refused(Reason.UNAVAILABLE, part="discord")]
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    with pytest.raises(Refused):
        await made.show(GUILD, player(2), Deed(7, "Skip"))
    assert rows.panel
    assert rows.panel.version == 1
    await made.show(GUILD, player(2))

    assert [line for _, line in channel.edits] == ["<@7> asked for the next track."]


async def test_a_deleted_panel_is_posted_again_but_not_to_say_that_it_is_over() -> None:
    channel = Channel()
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    channel.refusals = [MessageGoneError(), MessageGoneError()]
    await made.show(GUILD, player(2))
    assert rows.panel
    assert (rows.panel.message_id, rows.panel.version) == (MESSAGE + 1, 2)
    await made.show(GUILD, player(3, None))

    assert await rows.find(GUILD) is None
    assert len(channel.posts) == 1


async def show(house: House, method: str = "", **changes: Any) -> player_pb2.Player:
    """Change the player and show it, as audio does; `method`: what Dana did."""
    house.audio.player.version += 1
    for name, value in changes.items():
        setattr(house.audio.player, name, value)
    place = await house.simulator.place("Dana")
    deed = panel_service_pb2.Deed(user_id=int(place["userId"]), method=method) if method else None
    shown = house.audio.player
    request = panel_service_pb2.ShowPlayerRequest(guild_id=int(place["guildId"]), player=shown, deed=deed)
    async with house.calling("audio", system()) as call:
        await call(PanelServiceStub, "ShowPlayer", request)
    return shown


async def over(house: House, method: str = "Stop") -> None:
    """Show that the music has stopped."""
    house.audio.player.ClearField("current")
    await show(house, method, status=IDLE)


async def messages(house: House, channel: str | None = None) -> list[Any]:
    """List the messages of the text channel."""
    channel = channel or (await house.simulator.place())["channelId"]
    found: list[Any] = (await house.simulator.call("GET", f"/channels/{channel}/messages"))["messages"]
    return found


async def message(house: House, like: Any) -> Any:
    """Read a message again."""
    return next(one for one in await messages(house, like["channel_id"]) if one["id"] == like["id"])


async def as_bot(house: House, method: str, path: str, body: Any = None) -> None:
    """Do something to the world over Discord's API."""
    url = f"{house.environment['DISCORD_API_URL']}{path}"
    async with house.simulator.http.request(method, url, json=body, headers={"Authorization": "Bot any"}) as answer:
        assert answer.status in {200, 204}, await answer.text()


@pytest.fixture
async def panel(house: House) -> AsyncIterator[Any]:
    """The answer of a `/play` that started the music."""
    yield await started(house, "alpha")
    await over(house)


async def started(house: House, query: str) -> Any:
    """Play something, and wait until its answer is the panel."""
    answer = await house.simulator.command("play", query=query)
    await show(house, "Play")
    return await house.simulator.until(
        lambda: message(house, answer["message"]), lambda found: "asked for music." in text(found)
    )


async def test_the_answer_of_play_goes_on_as_the_panel(house: House, panel: Any) -> None:
    before = len(await messages(house))
    dana = (await house.simulator.place("Dana"))["userId"]

    await show(house, "Pause", status=PAUSED)
    paused = await message(house, panel)

    assert text(paused).startswith("\nPaused")
    assert text(paused).endswith(f"<@{dana}> paused.")
    assert [button["label"] for button in buttons(paused)] == ["Resume", "Skip", "Wrong song?"]
    assert len(await messages(house)) == before


async def test_when_the_music_stops_the_panel_says_so_and_has_no_buttons(house: House, panel: Any) -> None:
    await over(house, "LeaveChannel")
    stopped = await message(house, panel)

    assert text(stopped).startswith("The music has stopped.")
    assert buttons(stopped) == []
    assert not stopped["embeds"]


async def test_the_next_music_has_a_new_panel_and_leaves_the_old_one_alone(house: House, panel: Any) -> None:
    await over(house)
    next_one = await started(house, "bravo")

    assert "The music has stopped." in text(await message(house, panel))
    assert "bravo" in text(next_one)


async def test_nowplaying_brings_the_panel_down_and_the_one_before_says_so(house: House, panel: Any) -> None:
    answer = await house.simulator.command("nowplaying")
    left = await house.simulator.until(lambda: message(house, panel), lambda found: not buttons(found))
    await show(house, "Pause", status=PAUSED)

    assert text(left).strip() == "The player goes on in a newer message."
    assert "Paused" in text(await message(house, answer["message"]))


async def test_a_queued_track_is_told_apart_from_the_panel(house: House, panel: Any) -> None:
    answer = await house.simulator.command("play", query="bravo")
    await show(house)

    assert "alpha" in text(await message(house, panel))
    assert "One track waits" in text(await message(house, panel))
    assert "Plays next" in text(await message(house, answer["message"]))


async def test_a_click_does_not_hide_what_came_while_it_was_answered(house: House, panel: Any) -> None:
    await show(house, "Seek")
    clicked = await house.click(panel, "Pause")
    shown = await house.simulator.until(
        lambda: message(house, panel), lambda found: "moved within the track." in text(found)
    )

    assert "Paused" in text(shown)
    assert clicked["message"]["id"] == panel["id"]


async def test_what_came_while_play_was_answered_is_shown(house: House) -> None:
    house.audio.held = asyncio.Event()
    asked = asyncio.create_task(house.simulator.command("play", query="alpha"))
    await asyncio.wait_for(house.audio.arrived.wait(), 10)
    await show(house, "Pause", status=PAUSED)
    house.audio.held.set()
    answer = await asked
    shown = await house.simulator.until(
        lambda: message(house, answer["message"]), lambda found: "Paused" in text(found)
    )
    await over(house)

    assert [button["label"] for button in buttons(shown)] == ["Resume", "Skip", "Wrong song?"]


async def test_a_deleted_panel_is_posted_anew_in_its_channel(house: House, panel: Any) -> None:
    await as_bot(house, "DELETE", f"/channels/{panel['channel_id']}/messages/{panel['id']}")
    await show(house, "Pause", status=PAUSED)
    posted = (await messages(house))[-1]
    await show(house, "Seek")

    assert posted["id"] != panel["id"]
    assert "Paused" in text(posted)
    assert "moved within the track." in text(await message(house, posted))
    assert (await messages(house))[-1]["id"] == posted["id"]


async def test_after_a_restart_the_same_message_is_edited(house: House, panel: Any) -> None:
    await show(house, "Skip")
    await house.restart()
    await show(house, status=PAUSED)

    assert "Paused" in text(await message(house, panel))
    assert "asked for the next track." in text(await message(house, panel))


@pytest.mark.parametrize("hidden", [True, False], ids=["hidden", "deleted"])
async def test_a_channel_that_is_lost_is_no_trouble(house: House, hidden: bool) -> None:
    guild = (await house.simulator.guild())["id"]
    room = await house.simulator.call("POST", "/channels", {"guildId": guild, "name": "elsewhere", "type": 0})
    body = {**await house.simulator.place(), "channelId": room["id"], "name": "play", "options": {"query": "alpha"}}
    await house.simulator.call("POST", "/commands", body)
    if hidden:
        denied = {"type": 0, "deny": str(1 << 10)}
        await as_bot(house, "PUT", f"/channels/{room['id']}/permissions/{guild}", denied)
    else:
        await house.simulator.call("DELETE", "/channels", {"channelId": room["id"]}, status=204)

    await show(house, "Pause", status=PAUSED)
    await show(house, "Resume")
    answer = await house.simulator.command("nowplaying")
    await show(house, "Seek")

    await house.simulator.until(
        lambda: message(house, answer["message"]), lambda found: "moved within the track." in text(found)
    )
    await over(house)
    if hidden:
        await house.simulator.call("DELETE", "/channels", {"channelId": room["id"]}, status=204)


async def test_a_guild_without_a_panel_is_no_error_and_one_of_no_number_is(house: House) -> None:
    await over(house)

    async with house.calling("audio", system()) as call:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call(PanelServiceStub, "ShowPlayer", panel_service_pb2.ShowPlayerRequest(guild_id=1))
    assert reason_of(caught.value) == "INVALID_ARGUMENT"
