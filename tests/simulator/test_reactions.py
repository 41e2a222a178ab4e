"""An emoji that a person puts below a message reaches the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator import raw

if TYPE_CHECKING:
    from tests.simulator.conftest import Simulator

REACTIONS = 1 << 10


async def message(simulator: Simulator) -> dict[str, str]:
    """Let Liam write, and return what puts an emoji of his below it."""
    place = await simulator.place()
    where = {name: place[name] for name in ("channelId", "userId")}
    written = await simulator.call("POST", "/messages", where | {"content": "good song"})
    return where | {"messageId": written["message"]["id"], "emoji": "👍"}


async def test_the_bot_hears_of_an_emoji_and_may_take_it_away(alone: Simulator) -> None:
    async with raw.gateway(alone) as socket:
        await raw.identify(socket, raw.GUILDS | REACTIONS)
        reaction = await message(alone)
        await alone.call("POST", "/reactions", reaction, status=204)
        told = await socket.event("MESSAGE_REACTION_ADD")
        path = f"channels/{reaction['channelId']}/messages/{reaction['messageId']}/reactions/👍/{reaction['userId']}"
        async with alone.http.delete(
            f"http://127.0.0.1:{alone.ports[1]}/api/v10/{path}", headers={"Authorization": "Bot any"}
        ) as response:
            assert response.status == 204
        taken = await socket.event("MESSAGE_REACTION_REMOVE")

    assert told["emoji"]["name"] == "👍"
    assert told["member"]["user"]["username"] == "Liam"
    assert {told[name] for name in ("channel_id", "message_id", "user_id")} == set(reaction.values()) - {"👍"}
    assert taken["user_id"] == reaction["userId"]


@pytest.mark.parametrize(
    ("changed", "status"), [({"messageId": "1"}, 404), ({"userId": "1"}, 403), ({"channelId": "1"}, 404)]
)
async def test_only_who_sees_a_message_puts_an_emoji_below_it(
    alone: Simulator, changed: dict[str, Any], status: int
) -> None:
    await alone.call("POST", "/reactions", await message(alone) | changed, status=status)
