"""Flags, through api's own server: switched everywhere, in a share of the guilds or in some; who watches is told."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf import json_format

from api.domain import flag as flags
from kit import actor
from kit.errors import Reason
from segue.api.v1 import settings_service_pb2 as messages
from segue.api.v1.flag_pb2 import Flag
from tests.api.test_settings import WITHIN, caught_up, client, mesh, other, refused, rows
from tests.kit.world import token

if TYPE_CHECKING:
    from tests.api.client import Client

__all__ = ["client", "mesh", "other", "rows"]
OPERATOR = 4


async def switch(client: Client, name: str = "sound", *, operator: bool = True, **fields: Any) -> Flag:
    request = json_format.ParseDict({"name": name, **fields}, messages.UpdateFlagRequest())
    found: Flag = (await client.call("UpdateFlag", request, token(user_id=OPERATOR, operator=operator))).flag
    return found


async def listed(client: Client, **more: Any) -> messages.ListFlagsResponse:
    request = messages.ListFlagsRequest(**more)
    found: messages.ListFlagsResponse = await client.call("ListFlags", request, actor.system(), "gateway")
    return found


async def test_a_feature_is_switched_for_all_for_a_share_and_for_single_guilds(client: Client) -> None:
    assert await switch(client, percent=0) == Flag(name="sound", version=1)
    assert await switch(client, percent=30) == Flag(name="sound", version=2, percent=30)
    assert await switch(client, on_in=[7, 5], off_in=[6]) == Flag(
        name="sound", version=3, percent=30, on_in=[5, 7], off_in=[6]
    )
    assert await switch(client, off_in=[7], reset_in=[6]) == Flag(
        name="sound", version=4, percent=30, on_in=[5], off_in=[7]
    )
    assert (await listed(client)).flags == [Flag(name="sound", version=4, percent=30, on_in=[5], off_in=[7])]


async def test_what_nobody_switched_is_on_and_not_listed(client: Client) -> None:
    assert await switch(client, percent=100) == Flag(name="sound", percent=100)
    assert await switch(client, percent=0, validate_only=True) == Flag(name="sound", percent=100)
    assert list((await listed(client)).flags) == []


async def test_flags_are_listed_by_name_in_pages(client: Client) -> None:
    for name in ("sound", "queue", "voice"):
        await switch(client, name, percent=0)
    first = await listed(client, page_size=2)
    second = await listed(client, page_size=2, page_token=first.next_page_token)

    assert [flag.name for flag in (*first.flags, *second.flags)] == ["queue", "sound", "voice"]
    assert not second.next_page_token


async def test_the_operator_alone_switches(client: Client) -> None:
    with refused(Reason.LEVEL_TOO_LOW):
        await switch(client, operator=False, percent=0)
    with refused(Reason.LEVEL_TOO_LOW):
        await client.call("ListFlags", messages.ListFlagsRequest(), token(user_id=1))


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "percent"),
        ({"percent": 101}, "percent"),
        ({"on_in": ["5"], "off_in": ["5"]}, "on_in"),
        ({"on_in": ["5", "5"]}, "on_in"),
        ({"on_in": ["0"]}, "on_in[0]"),
        ({"name": "Sound!", "percent": 0}, "name"),
    ],
)
async def test_what_no_switch_can_be_is_refused_by_name(client: Client, fields: dict[str, Any], named: str) -> None:
    with refused(Reason.INVALID_ARGUMENT) as caught:
        await switch(client, **fields)

    assert list(caught.value.fields) == [named]


async def test_a_flag_names_so_many_guilds_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.switching.MOST_GUILDS", 2)
    await switch(client, on_in=["5"], off_in=["6"])
    with refused(Reason.INVALID_ARGUMENT):
        await switch(client, on_in=["7"])

    assert (await switch(client, on_in=["7"], reset_in=["5"])).on_in == [7]
    assert flags.MOST_GUILDS == 10_000


async def test_the_same_request_has_one_effect_and_one_answer(client: Client) -> None:
    request: dict[str, Any] = {"request_id": str(uuid.uuid4()), "percent": 0}
    first = await switch(client, **request)
    await switch(client, percent=50)

    assert await switch(client, **request) == first
    assert (await listed(client)).flags[0].percent == 50


async def test_who_watches_is_told_what_was_switched_and_what_is(client: Client, other: Client) -> None:
    await switch(client, percent=0)
    await switch(client, percent=50)
    async with client.watching() as answers:
        told = await anext(answers)
        await caught_up(answers)
        await switch(other, "queue", percent=0)
        later = await asyncio.wait_for(anext(answers), WITHIN)

    assert told.changes == messages.ConfigChanges(flags=[messages.FlagVersion(name="sound", version=2)])
    assert later.changes == messages.ConfigChanges(flags=[messages.FlagVersion(name="queue", version=1)])


async def test_a_token_of_no_page_is_refused(client: Client) -> None:
    with refused(Reason.PAGE_TOKEN_INVALID):
        await listed(client, page_token="\0")
