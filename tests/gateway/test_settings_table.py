"""The table of settings is the contract's, and each line of it can be seen and changed."""

from __future__ import annotations

from collections.abc import Mapping
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
from gateway.domain.panel import BUTTONS
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
TYPES = {
    Kind.SWITCH: {FieldDescriptor.TYPE_BOOL},
    Kind.NUMBER: {FieldDescriptor.TYPE_UINT32},
    Kind.LENGTH: {FieldDescriptor.TYPE_MESSAGE},
    Kind.CHOICE: {FieldDescriptor.TYPE_ENUM, FieldDescriptor.TYPE_STRING},
    Kind.TEXT: {FieldDescriptor.TYPE_STRING},
    Kind.ROLE: {FieldDescriptor.TYPE_UINT64},
    Kind.CHANNEL: {FieldDescriptor.TYPE_UINT64},
    Kind.PEOPLE: {FieldDescriptor.TYPE_MESSAGE},
    Kind.ROLES: {FieldDescriptor.TYPE_MESSAGE},
    Kind.CHANNELS: {FieldDescriptor.TYPE_MESSAGE},
    Kind.VOICE_CHANNELS: {FieldDescriptor.TYPE_MESSAGE},
    Kind.LINES: {FieldDescriptor.TYPE_MESSAGE},
    Kind.ORDER: {FieldDescriptor.TYPE_ENUM},
    Kind.SHARES: {FieldDescriptor.TYPE_MESSAGE},
    Kind.PLAYLIST: {FieldDescriptor.TYPE_STRING},
}
IDS = tuple(2**63 - 1 - one for one in range(100))
LONGEST: dict[Kind, setting.Value] = {
    Kind.SWITCH: True,
    Kind.NUMBER: 20_000,
    Kind.LENGTH: 604_799.999,
    Kind.TEXT: "*" * 4000,
    Kind.ROLE: 2**63 - 1,
    Kind.CHANNEL: 2**63 - 1,
    Kind.PEOPLE: IDS,
    Kind.ROLES: IDS,
    Kind.CHANNELS: IDS,
    Kind.VOICE_CHANNELS: IDS,
    Kind.LINES: ("*" * 256,) * 100,
    Kind.ORDER: BUTTONS,
    Kind.PLAYLIST: "0190b5b4-0000-7000-8000-000000000001",
    Kind.SHARES: {field.name: 100 for field in settings_pb2.VoteShares.DESCRIPTOR.fields},
}
PLAYLISTS = {str(LONGEST[Kind.PLAYLIST]): "*" * 100} | {str(number): "*" * 100 for number in range(99)}
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
BUTTONS_OF_PANEL, SHARES = setting.find("panel_buttons"), setting.find("vote_shares")
WIDER = Words("en", _WORDS.read_text() + MORE_WORDS)


def choices(**values: setting.Value) -> Choices:
    """Make what is so in a guild, at its longest but for `values`."""
    longest = {one.name: LONGEST.get(one.kind, "") for one in SETTINGS}
    return Choices(2**63 - 1, longest | values, frozenset(values), PLAYLISTS)


def components(card: Card) -> list[dict[str, Any]]:
    """List the components of a card as Discord gets them, which it would take."""
    message = replies.message(card)
    checked = validate_components(message["components"])
    assert all(len(box["description"]) <= 4096 for box in message["embeds"])
    return [component for row in checked for component in row["components"]]


def read(shown: Setting, written: str) -> setting.Value:
    """Read what somebody wrote in English."""
    return setting.read(shown, written, cards.words(WIDER, shown))


def refusal(shown: Setting, written: str) -> str:
    """Say why a setting cannot be what somebody wrote."""
    with pytest.raises(Refused) as caught:
        read(shown, written)
    return base.why(SAY, caught.value)


def test_every_setting_of_the_contract_is_in_the_table_once_as_what_it_is() -> None:
    names = [one.name for one in SETTINGS]

    assert sorted(names) == sorted(FIELDS)
    assert [one.name for one in SETTINGS if FIELDS[one.name].type not in TYPES[one.kind]] == []


@EVERY
def test_the_limits_are_those_of_the_contract(shown: Setting) -> None:
    least, most = shown.limits
    if shown.kind in {Kind.NUMBER, Kind.LENGTH}:
        assert [fits(shown, value) for value in (least, most, most + 1)] == [True, True, False]
        assert not least or not fits(shown, least - 1)
    elif shown.kind is Kind.TEXT:
        assert [fits(shown, "x" * count) for count in (least, most, most + 1)] == [True, True, False]
    elif shown.kind is Kind.LINES:
        assert [fits(shown, (domain(count),)) for count in (least, most, most + 1)] == [True, True, False]
    elif shown.kind is Kind.SHARES:
        assert [fits(shown, dict.fromkeys(shown.choices, share)) for share in (least, most, most + 1)] == [
            True,
            True,
            False,
        ]
    else:
        assert (least, most) == (0, 0)


def domain(length: int) -> str:
    """Make up a domain of so many characters."""
    dots = max(0, length // 2 - 1)
    return "x." * dots + "x" * (length - 2 * dots)


def fits(shown: Setting, value: setting.Value) -> bool:
    """Tell whether the contract takes a value."""
    request = settings_service_pb2.UpdateGuildSettingsRequest(guild_id=1)
    if isinstance(value, tuple):
        getattr(request, shown.name).values.extend(value)
    elif isinstance(value, Mapping):
        request.vote_shares.CopyFrom(settings_pb2.VoteShares(**value))
    elif shown.kind is Kind.LENGTH:
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


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        (GREETING, "*" * 4000),
        (setting.find("blocked_tracks"), ("*" * 256,) * 100),
        (setting.find("blocked_artists"), ("א",) * 100),
        (setting.find("command_channel_ids"), IDS),
        (setting.find("blocked_role_ids"), IDS),
        (BUTTONS_OF_PANEL, BUTTONS),
        (SHARES, LONGEST[Kind.SHARES]),
        (setting.find("autoplay_playlist_id"), LONGEST[Kind.PLAYLIST]),
    ],
    ids=lambda given: given.name if isinstance(given, Setting) else "",
)
def test_a_page_of_changes_stays_within_discords_limits(shown: Setting, value: setting.Value) -> None:
    one = Changed(2_000_000_000.0, 2**63 - 1, "API", shown, value, value)

    assert components(cards.changes(WIDER, Page([one] * 10, "T" * 22), 1_000_001, PLAYLISTS))


def test_a_choice_is_made_from_a_list_with_what_is_so_in_it() -> None:
    card = cards.one(WIDER, choices(tongue="de"), TONGUE)
    (select, *_) = components(card)

    assert "**Tongue**: German" in card.text
    assert [(one["value"], one["default"]) for one in select["options"]] == [("en", False), ("de", True)]
    assert read(TONGUE, "en") == "en"
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
    assert read(ROOM, "5") == 5


@pytest.mark.parametrize(
    ("name", "kind", "offered"),
    [
        ("blocked_user_ids", 5, {"type": "user"}),
        ("blocked_role_ids", 6, {"type": "role"}),
        ("command_channel_ids", 8, {"type": "channel"}),
        ("voice_channel_ids", 8, {"type": "channel"}),
    ],
)
def test_several_are_chosen_among_those_of_the_server_up_to_what_discord_lets_people_choose(
    name: str, kind: int, offered: dict[str, str]
) -> None:
    shown = setting.find(name)
    (none, *_) = components(cards.one(SAY, choices(**{name: ()}), shown))
    (select, *_) = components(cards.one(SAY, choices(**{name: IDS[:25]}), shown))

    assert "default_values" not in none
    assert (select["type"], select["min_values"], select["max_values"]) == (kind, 0, 25)
    assert select["default_values"] == [{"id": str(one), **offered} for one in IDS[:25]]
    assert read(shown, "\n".join(map(str, IDS[:25]))) == IDS[:25]
    assert read(shown, "") == ()


def test_channels_for_commands_have_text_and_those_for_the_bot_a_voice() -> None:
    offered = {
        name: components(cards.one(SAY, choices(**{name: ()}), setting.find(name)))[0]["channel_types"]
        for name in ("command_channel_ids", "voice_channel_ids")
    }

    assert offered == {"command_channel_ids": [0, 5], "voice_channel_ids": [2, 13]}


@pytest.mark.parametrize(
    ("name", "value", "count"),
    [("blocked_role_ids", IDS[:26], 26), ("blocked_tracks", ("x" * 256,) * 16, 16)],
    ids=["ids", "texts"],
)
def test_a_list_that_is_longer_than_people_can_change_is_counted_and_can_be_reset(
    name: str, value: setting.Value, count: int
) -> None:
    card = cards.one(SAY, choices(**{name: value}), setting.find(name))

    assert f"These are {count}, more than can be changed in Discord. Change them over REST" in card.text
    assert [one["label"] for one in components(card)] == ["Back to the default", "Back"]


def test_a_list_of_texts_is_typed_one_per_line_without_empty_and_repeated_ones() -> None:
    shown = setting.find("blocked_artists")
    (field,) = cards.form(SAY, choices(blocked_artists=("Abba", "The *Who*")), shown).fields

    assert (field.value, field.long, field.required, field.longest) == ("Abba\nThe *Who*", True, False, 4000)
    assert field.example == "One per line, at most 100"
    assert read(shown, " Abba \n\nThe *Who*\nAbba\n") == ("Abba", "The *Who*")
    assert read(shown, " \n") == ()


def test_what_is_put_in_order_or_shared_out_is_the_contracts() -> None:
    buttons = [name.removeprefix("PANEL_BUTTON_").lower() for name in settings_pb2.PanelButton.keys()[1:]]

    assert list(BUTTONS_OF_PANEL.choices) == buttons
    assert list(SHARES.choices) == [field.name for field in settings_pb2.VoteShares.DESCRIPTOR.fields]


def test_an_order_is_typed_one_per_line_in_whatever_case_under_the_one_that_is_so() -> None:
    (field,) = cards.form(SAY, choices(panel_buttons=("stop", "pause")), BUTTONS_OF_PANEL).fields
    (every,) = cards.form(SAY, choices(panel_buttons=()), BUTTONS_OF_PANEL).fields

    assert (field.value, field.long, field.required) == ("Stop\nPause", True, False)
    assert read(BUTTONS_OF_PANEL, every.value) == BUTTONS
    assert read(BUTTONS_OF_PANEL, " lyrics\n\nSTOP ") == ("lyrics", "stop")
    assert read(BUTTONS_OF_PANEL, "\n") == ()


@pytest.mark.parametrize("written", ["Pause\nJump", "Pause\nStop\npause", "Pause, Stop"])
def test_an_order_of_what_is_not_there_or_twice_is_refused_with_what_there_is(written: str) -> None:
    assert refusal(BUTTONS_OF_PANEL, written) == (
        "One of those lines names no button, or one that is there already. Write one per line. There are: Previous, "
        "Pause, Skip, Stop, Favorite, Shuffle, Loop, Autoplay, Lyrics, Queue."
    )


def test_shares_are_typed_behind_what_they_are_for_and_what_has_none_is_left_empty() -> None:
    (field,) = cards.form(SAY, choices(vote_shares={"stop": 50, "pause": 0}), SHARES).fields
    (none,) = cards.form(SAY, choices(vote_shares={}), SHARES).fields

    assert field.value.splitlines()[:4] == ["Pause: 0", "Resume: ", "Stop: 50", "Send away: "]
    assert read(SHARES, field.value) == {"pause": 0, "stop": 50}
    assert read(SHARES, none.value) == {}
    assert read(SHARES, "send away\uff1a 75 %\nReplay:100%") == {"leave": 75, "replay": 100}


@pytest.mark.parametrize(
    "written", ["Stop: 101", "Stop: half", "Stop 50", "Jump: 50", "Stop: 50\nStop: 60", "Stop: -1"]
)
def test_shares_that_are_none_are_refused_with_what_there_is(written: str) -> None:
    assert refusal(SHARES, written) == (
        "One of those lines is no share of the listeners. Write a number from 0 to 100 behind each colon, or nothing. "
        "There are: Pause, Resume, Stop, Send away, Previous, Replay, Clear queue, Shuffle queue."
    )


@pytest.mark.parametrize("written", ["x" * 257, "\n".join(map(str, range(101)))], ids=["a line", "all of it"])
def test_a_list_of_texts_that_is_too_long_is_refused_with_its_limits(written: str) -> None:
    shown = setting.find("blocked_artists")

    assert refusal(shown, written) == "That is too long. Write at most 100 lines, each in at most 256 characters."
    assert not fits(shown, tuple(written.split("\n")))


def test_a_form_of_an_earlier_time_for_what_is_too_long_by_now_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        cards.form(SAY, choices(), setting.find("blocked_artists"))

    assert base.why(SAY, caught.value).startswith("That list is too long to be changed in Discord.")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("blocked_user_ids", (), "nobody"),
        ("blocked_user_ids", (1, 2), "<@1> and <@2>"),
        ("blocked_role_ids", (1,), "<@&1>"),
        ("voice_channel_ids", tuple(range(1, 8)), "<#1>, <#2>, <#3>, <#4>, <#5>, and 2 more"),
        ("blocked_artists", ("A_B", "@everyone"), r"A\_B and \@everyone"),
        ("blocked_tracks", ("x" * 50, "y" * 50), f"{'x' * 50} and 1 more"),
        ("blocked_tracks", ("x" * 99,), f"{'x' * 59}…"),
        ("panel_buttons", (), "all"),
        ("panel_buttons", ("stop", "pause"), "Stop and Pause"),
        ("panel_buttons", BUTTONS, "Previous, Pause, Skip, Stop, Favorite, Shuffle, Loop, Autoplay, Lyrics, and Queue"),
        ("vote_shares", {}, "nothing"),
        ("vote_shares", {"stop": 50, "pause": 0}, "Pause 0% and Stop 50%"),
    ],
)
def test_a_list_is_said_with_its_first_and_how_many_more(name: str, value: setting.Value, said: str) -> None:
    assert cards.shown_value(SAY, setting.find(name), value, {}) == said


@given(st.integers(0, 604_800_000))
def test_a_length_that_is_written_reads_as_the_same(milliseconds: int) -> None:
    assert position.parse(position.write(milliseconds / 1000)) == milliseconds / 1000


def test_a_setting_that_only_another_release_knows_is_refused() -> None:
    with pytest.raises(Refused, match=Reason.UNKNOWN_METHOD):
        setting.find("tongue")
