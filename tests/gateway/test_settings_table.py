"""The table of settings is the contract's, and each line of it can be seen and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import protovalidate
import pytest
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import given
from hypothesis import strategies as st
from simcord.components import validate_components

from gateway.adapters import replies
from gateway.app import _WORDS
from gateway.domain import position, setting
from gateway.domain.cards import base
from gateway.domain.cards import settings as cards
from gateway.domain.player import Page
from gateway.domain.setting import SETTINGS, Changed, Choices, Kind, Setting
from gateway.words import Words
from kit.durations import from_seconds
from kit.errors import Reason, Refused
from segue.api.v1 import settings_pb2, settings_service_pb2

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card

SAY = Words.read(_WORDS)
FIELDS = {field.name: field for field in settings_pb2.GuildSettings.DESCRIPTOR.fields if field.name != "version"}
ELSEWHERE = {"panel_buttons"} | {
    name for name, field in FIELDS.items() if field.message_type and field.message_type.full_name.startswith("segue.")
}
"""Not in the table: lists and shares, which are chosen over REST and gRPC."""
TYPES = {
    Kind.SWITCH: {FieldDescriptor.TYPE_BOOL},
    Kind.NUMBER: {FieldDescriptor.TYPE_UINT32},
    Kind.LENGTH: {FieldDescriptor.TYPE_MESSAGE},
    Kind.CHOICE: {FieldDescriptor.TYPE_ENUM, FieldDescriptor.TYPE_STRING},
    Kind.TEXT: {FieldDescriptor.TYPE_STRING},
    Kind.ROLE: {FieldDescriptor.TYPE_UINT64},
    Kind.CHANNEL: {FieldDescriptor.TYPE_UINT64},
}
LONGEST: dict[Kind, setting.Value] = {
    Kind.SWITCH: True,
    Kind.NUMBER: 20_000,
    Kind.LENGTH: 604_799.999,
    Kind.TEXT: "*" * 4000,
    Kind.ROLE: 2**63 - 1,
    Kind.CHANNEL: 2**63 - 1,
}
EVERY = pytest.mark.parametrize("shown", SETTINGS, ids=lambda shown: shown.name)
MORE_WORDS = """
setting-tongue = Tongue
    .description = What I speak.
    .en = English
    .de = German
setting-greeting = Greeting
    .description = What I say to who is new.
    .none = nothing
setting-room = Room
    .description = Where I say it.
    .none = nowhere
"""
TONGUE = Setting("tongue", "queue", Kind.CHOICE, choices=("en", "de"))
GREETING = Setting("greeting", "queue", Kind.TEXT, (0, 2000), none=True)
ROOM = Setting("room", "queue", Kind.CHANNEL, none=True)
WIDER = Words("en", _WORDS.read_text() + MORE_WORDS)


def choices(**values: setting.Value) -> Choices:
    """Make what is so in a guild, at its longest but for `values`."""
    return Choices(2**63 - 1, {one.name: LONGEST.get(one.kind, "") for one in SETTINGS} | values, frozenset(values))


def components(card: Card) -> list[dict[str, Any]]:
    """List the components of a card as Discord gets them, which it would take."""
    message = replies.message(card)
    checked = validate_components(message["components"])
    assert all(len(box["description"]) <= 4096 for box in message["embeds"])
    return [component for row in checked for component in row["components"]]


def refusal(shown: Setting, written: str) -> str:
    """Say why a setting cannot be what somebody wrote."""
    with pytest.raises(Refused) as caught:
        setting.read(shown, written)
    return base.why(SAY, caught.value)


def test_every_setting_of_the_contract_is_in_the_table_once_as_what_it_is() -> None:
    names = [one.name for one in SETTINGS]

    assert sorted(names) == sorted(FIELDS.keys() - ELSEWHERE)
    assert [one.name for one in SETTINGS if FIELDS[one.name].type not in TYPES[one.kind]] == []


@EVERY
def test_the_limits_are_those_of_the_contract(shown: Setting) -> None:
    least, most = shown.limits
    if shown.kind in {Kind.NUMBER, Kind.LENGTH}:
        assert [fits(shown, value) for value in (least, most, most + 1)] == [True, True, False]
        assert not least or not fits(shown, least - 1)
    elif shown.kind is Kind.TEXT:
        assert [fits(shown, "x" * count) for count in (least, most, most + 1)] == [True, True, False]
    else:
        assert (least, most) == (0, 0)


def fits(shown: Setting, value: setting.Value) -> bool:
    """Tell whether the contract takes a value."""
    request = settings_service_pb2.UpdateGuildSettingsRequest(guild_id=1)
    if shown.kind is Kind.LENGTH:
        getattr(request, shown.name).CopyFrom(from_seconds(float(value)))
    else:
        setattr(request, shown.name, value)
    return not protovalidate.collect_violations(request)


@EVERY
def test_each_setting_is_shown_and_offered_in_words_within_discords_limits(shown: Setting) -> None:
    card = cards.one(SAY, choices(), shown)

    assert components(card)
    assert 1 <= len(SAY(f"setting-{shown.name}")) <= 45
    assert SAY(f"setting-{shown.name}.description").endswith(".")
    assert "{$" not in card.text
    assert not shown.none or SAY(f"setting-{shown.name}.none")
    for choice in shown.choices:
        assert SAY(f"setting-{shown.name}.{choice}")


@pytest.mark.parametrize("group", setting.GROUPS)
def test_each_group_is_one_message_and_one_reset(group: str) -> None:
    found = components(cards.group(SAY, choices(), group))

    assert len(setting.members(group)) <= 20
    assert [one["custom_id"] for one in found[:2]] == ["segue:settings:", "segue:setting:"]
    assert found[-2]["custom_id"] == f"segue:reset_group:{group}-{2**63 - 1}"


def test_a_page_of_changes_stays_within_discords_limits() -> None:
    one = Changed(2_000_000_000.0, 2**63 - 1, "API", GREETING, "*" * 4000, "*" * 4000)

    assert components(cards.changes(WIDER, Page([one] * 10, "T" * 22), 1_000_001))


def test_a_choice_is_made_from_a_list_with_what_is_so_in_it() -> None:
    card = cards.one(WIDER, choices(tongue="de"), TONGUE)
    (select, *_) = components(card)

    assert "**Tongue**: German" in card.text
    assert [(one["value"], one["default"]) for one in select["options"]] == [("en", False), ("de", True)]
    assert setting.read(TONGUE, "en") == "en"
    assert refusal(TONGUE, "fr") == "That is not there to choose any more. Open `/settings` again."


def test_a_text_is_typed_in_several_lines_and_may_be_nothing() -> None:
    card = cards.one(WIDER, choices(greeting="Hello *you*"), GREETING)
    (field,) = cards.form(WIDER, choices(greeting="Hello *you*"), GREETING).fields

    assert r"**Greeting**: Hello \*you\*" in card.text
    assert (field.value, field.long, field.required, field.longest) == ("Hello *you*", True, False, 2000)
    assert "**Greeting**: nothing" in cards.one(WIDER, choices(greeting=""), GREETING).text
    assert refusal(GREETING, "x" * 2001) == "That is too long. Write at most 2,000 characters."


def test_a_channel_is_chosen_among_those_with_text() -> None:
    (nowhere, *_) = components(cards.one(WIDER, choices(room=0), ROOM))
    (select, *_) = components(cards.one(WIDER, choices(room=5), ROOM))

    assert "default_values" not in nowhere
    assert (select["type"], select["channel_types"]) == (8, [0, 5])
    assert select["default_values"] == [{"id": "5", "type": "channel"}]
    assert setting.read(ROOM, "5") == 5


@given(st.integers(0, 604_800_000))
def test_a_length_that_is_written_reads_as_the_same(milliseconds: int) -> None:
    assert position.parse(position.write(milliseconds / 1000)) == milliseconds / 1000


def test_a_setting_that_only_another_release_knows_is_refused() -> None:
    with pytest.raises(Refused, match=Reason.UNKNOWN_METHOD):
        setting.find("tongue")
