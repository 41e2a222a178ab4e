"""Preferences of people, through api's own server: chosen, taken back, and told to those who watch."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf import json_format

from kit import actor
from kit.errors import Reason
from segue.api.v1 import preferences_pb2
from segue.api.v1 import settings_service_pb2 as messages
from segue.api.v1.preferences_pb2 import Preferences
from tests.api.test_settings import WITHIN, caught_up, client, mesh, other, refused, rows
from tests.kit.world import token

if TYPE_CHECKING:
    from tests.api.client import Client

ALICE, BOB = 11, 12
DEFAULTS = Preferences(keep_history=True)
CHOICES: dict[str, Any] = {
    "language": "de",
    "private_answers": True,
    "default_source": "soundcloud",
    "keep_history": False,
}
__all__ = ["client", "mesh", "other", "rows"]


async def get(client: Client, who: int = ALICE) -> Preferences:
    answer = await client.call("GetPreferences", messages.GetPreferencesRequest(), token(user_id=who))
    found: Preferences = answer.preferences
    return found


async def update(client: Client, *, who: int = ALICE, **fields: Any) -> Preferences:
    request = json_format.ParseDict(fields, messages.UpdatePreferencesRequest())
    found: Preferences = (await client.call("UpdatePreferences", request, token(user_id=who))).preferences
    return found


async def test_who_chose_nothing_has_the_defaults(client: Client) -> None:
    assert await get(client) == DEFAULTS


@pytest.mark.parametrize("name", CHOICES)
async def test_each_preference_is_chosen_by_itself_and_taken_back(client: Client, name: str) -> None:
    chosen = await update(client, **{name: CHOICES[name]})
    back = await update(client, reset=[Preferences.DESCRIPTOR.fields_by_name[name].json_name])

    assert (getattr(chosen, name), chosen.version) == (CHOICES[name], 1)
    assert back == Preferences(version=2, keep_history=True)


async def test_each_person_has_their_own_and_what_is_absent_stays(client: Client) -> None:
    await update(client, **CHOICES)
    mine = await update(client, language="")

    assert mine == Preferences(version=2, private_answers=True, default_source="soundcloud")
    assert await get(client) == mine
    assert await get(client, BOB) == DEFAULTS


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"language": "fr"}, "language"),
        ({"default_source": "radio"}, "default_source"),
        ({"reset": ["version"]}, "reset[0]"),
        ({}, "reset"),
        ({"language": "de", "reset": ["language"]}, "reset"),
    ],
)
async def test_what_no_preference_can_be_is_refused_by_name(client: Client, fields: dict[str, Any], named: str) -> None:
    with refused(Reason.INVALID_ARGUMENT) as caught:
        await update(client, **fields)

    assert list(caught.value.fields) == [named]
    assert await get(client) == DEFAULTS


async def test_the_same_request_has_one_effect_and_one_answer(client: Client) -> None:
    request: dict[str, Any] = {"request_id": str(uuid.uuid4()), "language": "de"}
    first = await update(client, **request)
    await update(client, language="es")

    assert await update(client, **request) == first
    assert (await get(client)).language == "es"
    with refused(Reason.REQUEST_ID_REUSED):
        await update(client, **{**request, "language": "ja"})


async def test_a_call_that_is_only_validated_or_comes_late_changes_nothing(client: Client) -> None:
    assert await update(client, language="de", validate_only=True) == DEFAULTS
    with refused(Reason.VERSION_STALE):
        await update(client, language="de", expected_version=3)

    assert await get(client) == DEFAULTS


async def test_nobody_has_no_preferences(client: Client) -> None:
    with refused(Reason.UNAUTHENTICATED):
        await client.call("GetPreferences", messages.GetPreferencesRequest(), actor.system(), "gateway")


async def test_services_fetch_the_preferences_of_many_people(client: Client) -> None:
    chosen = await update(client, **CHOICES)
    request = messages.BatchGetPreferencesRequest(user_ids=[ALICE, BOB])
    answer = await client.call("BatchGetPreferences", request, actor.system(), "gateway")

    assert dict(answer.preferences) == {ALICE: chosen, BOB: DEFAULTS}


async def test_who_watches_is_told_whose_preferences_changed_and_not_what_they_are(
    client: Client, other: Client, rows: Any
) -> None:
    await update(client, language="de")
    await update(client, language="es")
    async with client.watching() as answers:
        told = await anext(answers)
        await caught_up(answers)
        await update(other, who=BOB, keep_history=False)
        later = await asyncio.wait_for(anext(answers), WITHIN)

    assert told.changes == messages.ConfigChanges(people=[messages.PersonVersion(user_id=ALICE, version=2)])
    assert later.changes == messages.ConfigChanges(people=[messages.PersonVersion(user_id=BOB, version=1)])
    assert await rows.fetchval("SELECT count(*) FROM api.outbox WHERE position('es'::bytea IN payload) > 0") == 0


def test_what_can_be_changed_is_what_is_shown() -> None:
    described = [(each.number, each.name, each.type) for each in preferences_pb2.Preferences.DESCRIPTOR.fields]
    changed = messages.UpdatePreferencesRequest.DESCRIPTOR.fields

    assert [(each.number, each.name, each.type) for each in changed if each.has_presence] == [
        *described[1:],
        (7, "expected_version", 4),
    ]
    assert CHOICES.keys() == {name for _, name, _ in described} - {"version"}
