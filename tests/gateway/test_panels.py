"""One message per guild follows the player: the answer of `/play`, edited in place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from kit.actor import system
from segue.gateway.v1 import panel_service_pb2
from segue.gateway.v1.panel_service_pb2_grpc import PanelServiceStub
from tests.gateway.audio import IDLE, PAUSED
from tests.gateway.conftest import buttons, labels, text
from tests.gateway.test_voice import reason_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from segue.audio.v1 import player_pb2
    from tests.gateway.conftest import House


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
    before = (await messages(house))[-1]["id"]
    dana = (await house.simulator.place("Dana"))["userId"]

    await show(house, "Pause", status=PAUSED)
    paused = await message(house, panel)

    assert text(paused).startswith("\n### Paused")
    assert text(paused).endswith(f"<@{dana}> paused.")
    assert labels(paused)[:3] == ["Wrong song?", "Previous", "Resume"]
    assert (await messages(house))[-1]["id"] == before


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
    await asyncio.wait_for(house.audio.arrived.wait(), 60)
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
    await asyncio.wait_for(house.audio.arrived.wait(), 60)
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
