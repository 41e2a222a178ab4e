"""One message per guild follows the player: the answer of `/play`, edited in place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from gateway.app import _WORDS
from gateway.domain.guild_settings import DEFAULTS, GuildSettings
from gateway.domain.panel import ChannelLostError, Deed, MessageGoneError, Owner, Panel
from gateway.domain.player import Item, Page, Player, Status, Track
from gateway.panels import Panels
from gateway.playback import Playback
from gateway.words import Words
from kit.actor import system
from kit.errors import Reason, Refused
from segue.gateway.v1 import panel_service_pb2
from segue.gateway.v1.panel_service_pb2_grpc import PanelServiceStub
from tests.gateway.audio import IDLE, PAUSED
from tests.gateway.conftest import buttons, labels, text
from tests.gateway.test_voice import reason_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gateway.domain.cards.base import Card
    from segue.audio.v1 import player_pb2
    from tests.gateway.conftest import House

GUILD, CHANNEL, MESSAGE, OWNER, HOME = 1, 2, 3, 4, 5
ITEM = Item(9, Track("Song"), 7)


class Rows:
    """Panels in memory."""

    def __init__(self, panel: Panel | None) -> None:
        self.panel = panel
        self.lost: set[int] = set()

    async def find(self, guild_id: int) -> Panel | None:
        return self.panel

    async def begin(self, panel: Panel) -> Panel | None:
        before, self.panel = self.panel, panel
        return before

    async def keep(self, before: Panel, panel: Panel) -> None:
        self.panel = panel

    async def forget(self, panel: Panel) -> None:
        self.panel = None

    async def overwrite(self, guild_id: int, message_id: int, version: int, deed: Deed | None) -> bool:
        return False

    async def lose(self, channel_id: int) -> bool:
        is_new = channel_id not in self.lost
        self.lost.add(channel_id)
        return is_new

    async def regain(self, channel_id: int) -> None:
        self.lost.discard(channel_id)

    async def is_lost(self, channel_id: int) -> bool:
        return channel_id in self.lost


class Channel:
    """A channel that refuses what it is told to, and where time passes by sleeping only."""

    def __init__(self) -> None:
        self.edits: list[tuple[float, list[str]]] = []
        self.posts: list[tuple[int, list[str]]] = []
        self.deleted: list[int] = []
        self.told: list[str] = []
        self.refusals: list[Exception] = []
        self.buried = False
        self.time = 0.0
        self.asked, self.open = asyncio.Event(), asyncio.Event()
        self.open.set()

    def _refuse(self) -> None:
        if self.refusals:
            raise self.refusals.pop(0)

    async def post(self, channel_id: int, card: Card) -> int:
        self._refuse()
        self.posts.append((channel_id, lines(card)))
        return MESSAGE + len(self.posts)

    async def edit(self, channel_id: int, message_id: int, card: Card) -> None:
        self.asked.set()
        await self.open.wait()
        self._refuse()
        self.edits.append((self.time, lines(card)))

    async def delete(self, channel_id: int, message_id: int) -> None:
        self.deleted.append(message_id)

    async def is_buried(self, channel_id: int, message_id: int) -> bool:
        return self.buried

    async def owner(self, guild_id: int) -> Owner:
        return Owner(OWNER, "A *place*")

    async def tell(self, user_id: int, card: Card) -> None:
        assert user_id == OWNER
        self.told.append(card.text)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.time += seconds


class Waiting:
    """A queue of one item."""

    async def page(self, guild_id: int, token: str, limit: int) -> Page[Item]:
        return Page([Item(10, Track("Next one"), 7)])


class Nobody:
    """Players that are not asked."""

    async def get(self, guild_id: int) -> Player:
        raise AssertionError


def lines(card: Card) -> list[str]:
    """List what one reads in a card."""
    return [line for section in card.sections for line in section.text.splitlines()]


def panels(channel: Channel, panel: Panel | None, chosen: GuildSettings = DEFAULTS) -> tuple[Panels, Rows]:
    """Make panels of a channel."""
    rows, say = Rows(panel), Words.read(_WORDS)
    nobody: Any = Nobody()
    queues: Any = Waiting()
    playback = Playback(nobody, queues, nobody)
    made = Panels(
        rows,
        channel,
        playback,
        lambda _: chosen,
        say,
        knows=lambda _: False,
        now=lambda: channel.time,
        sleep=channel.sleep,
    )
    return made, rows


def player(version: int, item: Item | None = ITEM) -> Player:
    """Make a player; its version is told as the length of its queue."""
    return Player(Status.PLAYING, 5, item, queue_length=version, version=version)


def waiting(shown: list[str]) -> int:
    """Read the length of the queue, which is the version that was shown."""
    return next(int(line.split()[0].replace(",", "")) for line in shown if "tracks wait" in line)


async def test_of_many_changes_at_once_the_first_and_the_newest_are_shown_a_moment_apart() -> None:
    channel = Channel()
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    await asyncio.gather(*(made.show(GUILD, player(version)) for version in (2, 5, 3, 4)))

    assert [(time, waiting(shown)) for time, shown in channel.edits] in ([(0.0, 5)], [(0.0, 2), (1.25, 5)])
    await made.show(GUILD, player(6))
    assert channel.edits[-1][0] >= 1.25
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

    assert [shown[-1] for _, shown in channel.edits] == [
        *["<@7> asked for the next track."] * 2,
        "<@8> changed something.",
    ]


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

    assert channel.edits[-1][1][-1] == "<@7> asked for the next track."


async def test_a_lost_channel_is_asked_once_and_its_owner_told_once() -> None:
    channel = Channel()
    channel.refusals = [ChannelLostError()]
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    await made.show(GUILD, player(2))
    await made.show(GUILD, player(3))

    assert (rows.panel, channel.edits, channel.posts, channel.refusals) == (None, [], [], [])
    assert [told.split(". ")[0] for told in channel.told] == [r"I can no longer show the player in <#2> of A \*place\*"]


async def test_where_a_guild_has_a_channel_for_it_the_panel_is_there_for_music_from_anywhere() -> None:
    channel = Channel()
    made, rows = panels(channel, None, GuildSettings(music_channel_id=HOME))

    await made.show(GUILD, player(2))
    await made.show(GUILD, player(3))

    assert [where for where, _ in channel.posts] == [HOME]
    assert [waiting(shown) for _, shown in channel.edits] == [3]
    assert rows.panel
    assert (rows.panel.channel_id, rows.panel.message_id, rows.panel.version) == (HOME, MESSAGE + 1, 3)


async def test_a_lost_channel_of_a_guild_is_tried_once_and_answers_are_panels_again() -> None:
    channel = Channel()
    channel.refusals = [ChannelLostError()]
    made, _ = panels(channel, None, GuildSettings(music_channel_id=HOME))
    elsewhere = lines(await made.answer(GUILD, CHANNEL, player(2)))

    for version in (2, 3, 4):
        await made.show(GUILD, player(version))
    answer = await made.answer(GUILD, CHANNEL, player(4))

    assert elsewhere[-1] == "The player is in <#5>."
    assert (channel.posts, len(channel.told)) == ([], 1)
    assert answer.rows


async def test_a_panel_that_people_wrote_over_is_posted_below_with_the_next_track() -> None:
    channel = Channel()
    channel.buried = True
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1, item_id=ITEM.id))

    await made.show(GUILD, player(2))
    same = list(channel.posts)
    await made.show(GUILD, player(3, Item(10, Track("Next"), 7)))
    channel.buried = False
    await made.show(GUILD, player(4, Item(11, Track("Last"), 7)))

    assert (same, [waiting(shown) for _, shown in channel.posts], channel.deleted) == ([], [3], [MESSAGE])
    assert [waiting(shown) for _, shown in channel.edits] == [2, 4]
    assert rows.panel
    assert rows.panel.message_id == MESSAGE + 1


async def test_while_discord_is_away_nothing_is_taken_for_shown() -> None:
    channel = Channel()
    channel.refusals = [Refused(Reason.UNAVAILABLE, part="discord")]
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    with pytest.raises(Refused):
        await made.show(GUILD, player(2), Deed(7, "Skip"))
    assert rows.panel
    assert rows.panel.version == 1
    await made.show(GUILD, player(2))

    assert [shown[-1] for _, shown in channel.edits] == ["<@7> asked for the next track."]


async def test_a_deleted_panel_is_posted_again_but_not_to_say_that_it_is_over() -> None:
    channel = Channel()
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    channel.refusals = [MessageGoneError()]
    await made.show(GUILD, player(2))
    assert rows.panel
    assert (rows.panel.message_id, rows.panel.version) == (MESSAGE + 1, 2)
    channel.refusals = [MessageGoneError()]
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


async def as_bot(house: House, method: str, path: str, body: Any = None) -> Any:
    """Do something to the world over Discord's API."""
    url = f"{house.environment['DISCORD_API_URL']}{path}"
    async with house.simulator.http.request(method, url, json=body, headers={"Authorization": "Bot any"}) as answer:
        assert answer.status in {200, 204}, await answer.text()
        return await answer.json() if answer.status == 200 else None


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

    assert text(paused).startswith("\n### Paused")
    assert text(paused).endswith(f"<@{dana}> paused.")
    assert labels(paused)[:3] == ["Wrong song?", "Previous", "Resume"]
    assert len(await messages(house)) == before


async def test_when_the_music_stops_the_panel_says_so_and_has_no_buttons(house: House, panel: Any) -> None:
    await over(house, "LeaveChannel")
    stopped = await message(house, panel)

    assert text(stopped).strip().startswith("The music has stopped.")
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
    house.audio.held = asyncio.Event()
    house.audio.arrived.clear()
    clicking = asyncio.create_task(house.click(panel, "Pause"))
    await asyncio.wait_for(house.audio.arrived.wait(), 10)
    await show(house, "Seek")
    house.audio.held.set()
    clicked = await clicking
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

    assert labels(shown)[:3] == ["Wrong song?", "Previous", "Resume"]


async def test_a_deleted_panel_is_posted_anew_in_its_channel(house: House, panel: Any) -> None:
    await as_bot(house, "DELETE", f"/channels/{panel['channel_id']}/messages/{panel['id']}")
    await show(house, "Pause", status=PAUSED)
    posted = (await messages(house))[-1]
    await show(house, "Seek")

    assert posted["id"] != panel["id"]
    assert "Paused" in text(posted)
    assert "moved within the track." in text(await message(house, posted))
    assert (await messages(house))[-1]["id"] == posted["id"]


async def test_what_people_wrote_over_is_posted_below_with_the_next_track(house: House, panel: Any) -> None:
    place = await house.simulator.place()
    for word in ("one", "two", "three", "four"):
        await house.simulator.call("POST", "/messages", {**place, "content": word})
    house.audio.player.current.item_id += 1
    await show(house)
    kept = await message(house, panel)
    await house.simulator.call("POST", "/messages", {**place, "content": "five"})
    house.audio.player.current.item_id += 1
    await show(house, "Skip")

    *before, last = await messages(house)
    assert labels(kept)
    assert "asked for the next track." in text(last)
    assert panel["id"] not in [one["id"] for one in before]


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
    owner = (await house.simulator.guild())["ownerId"]
    private = await as_bot(house, "POST", "/users/@me/channels", {"recipient_id": owner})
    told = [text(one) for one in await messages(house, private["id"]) if f"<#{room['id']}>" in text(one)]
    assert len(told) == 1
    assert told[0].startswith(f"I can no longer show the player in <#{room['id']}> of The Listening Room.")
    await over(house)
    if hidden:
        await house.simulator.call("DELETE", "/channels", {"channelId": room["id"]}, status=204)


async def test_a_guild_without_a_panel_is_no_error_and_one_of_no_number_is(house: House) -> None:
    await over(house)

    async with house.calling("audio", system()) as call:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call(PanelServiceStub, "ShowPlayer", panel_service_pb2.ShowPlayerRequest(guild_id=1))
    assert reason_of(caught.value) == "INVALID_ARGUMENT"
