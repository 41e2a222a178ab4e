"""People link an account at last.fm, see it, and let it be forgotten."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from kit.errors import Reason, Refused
from tests.gateway.conftest import buttons, labels, text
from tests.gateway.lastfm import LINKED_AT, TOKEN, URL
from tests.gateway.test_asking import answered, say
from tests.gateway.test_personal_commands import kept, me

if TYPE_CHECKING:
    from tests.gateway.conftest import House

ALLOWED = "I have allowed it"
TOLD = (
    "What I tell it: each track that ends while you are in my voice channel, if it is longer than 30 seconds and was "
    "played for half of it or for four minutes."
)
ASKING = f"Allow me at last.fm to add what you hear, then come back and say so here.\n{TOLD}"
NONE = "You have linked no account at last.fm. You can do so with `/lastfm link`."
OFF = "Nobody has set up last.fm for this bot. Ask whoever runs the bot to set `LASTFM_API_KEY` and"
NOT_ALLOWED = (
    "You have not allowed it at last.fm yet. Allow it there and press the button again; after an hour, begin anew with "
    "`/lastfm link`."
)
REFUSALS = [
    (Refused(Reason.LASTFM_OFF), OFF),
    (Refused(Reason.UNAVAILABLE, part="last.fm"), "A part of the bot is away for the moment, so nothing was changed."),
]


async def lastfm(house: House, name: str, person: str = "Liam") -> Any:
    """Use a command of `/lastfm`; return its private answer."""
    given: dict[str, Any] = {name: {}}
    answer = await house.simulator.command("lastfm", person=person, **given)
    assert answer["ephemeral"] is True
    return answer["message"]


async def pressed(house: House, message: Any, label: str) -> Any:
    """Press a button; return what the card has become."""
    answer = await house.click(message, label)
    assert answer["message"]["id"] == message["id"]
    return answer["message"]


def linked(name: str) -> str:
    return f"Your account at last.fm is {name}, linked on <t:{LINKED_AT}:D>.\n{TOLD}"


async def test_who_has_none_is_shown_where_to_allow_it_and_a_button_that_any_gateway_understands(house: House) -> None:
    message = await lastfm(house, "link")
    (row,) = message["components"]
    page, allowed = row["components"]

    assert text(message).strip() == ASKING
    assert (page["style"], page["url"], page["label"]) == (5, f"{URL}{TOKEN}", "Open last.fm")
    assert "custom_id" not in page
    assert (allowed["custom_id"], allowed["label"]) == (f"segue:lastfm-finish:{TOKEN}", ALLOWED)


async def test_what_was_allowed_is_linked_to_the_person_and_the_card_says_what_is_told(house: House) -> None:
    house.worker.lastfm.allowed = "liam_92"
    message = await lastfm(house, "link")
    done = await pressed(house, message, ALLOWED)
    names = {person: link.name for person, link in house.worker.lastfm.links.items()}

    assert text(done).strip() == linked(r"liam\_92")
    assert names == {await me(house): "liam_92"}
    assert labels(done) == ["Link another one", "Unlink"]


async def test_who_has_not_allowed_it_yet_is_told_so_and_presses_again(house: House) -> None:
    message = await lastfm(house, "link")
    refused = await house.click(message, ALLOWED)
    unchanged = await house.reads(message, ASKING)
    house.worker.lastfm.allowed = "liam"
    done = await pressed(house, message, ALLOWED)

    assert refused["ephemeral"]
    assert NOT_ALLOWED in text(refused["message"])
    assert refused["message"]["id"] != message["id"]
    assert buttons(unchanged) == buttons(message)
    assert text(done).strip() == linked("liam")


async def test_who_has_one_sees_it_and_links_another_one(house: House) -> None:
    house.worker.lastfm.link(await me(house), "liam")
    message = await lastfm(house, "link")
    asking = await pressed(house, message, "Link another one")
    house.worker.lastfm.allowed = "other"
    done = await pressed(house, asking, ALLOWED)

    assert text(message).strip() == linked("liam")
    assert text(asking).strip() == ASKING
    assert text(done).strip() == linked("other")


async def test_nobody_sees_the_account_of_somebody_else(house: House) -> None:
    house.worker.lastfm.link(await me(house), "liam")

    assert text(await lastfm(house, "link", "Dana")).strip() == ASKING
    assert text(await lastfm(house, "unlink", "Dana")).strip() == NONE
    assert text(await lastfm(house, "link")).strip() == linked("liam")


async def test_an_account_is_forgotten_by_the_command_and_by_the_button(house: House) -> None:
    house.worker.lastfm.link(await me(house), "one")
    typed = await lastfm(house, "unlink")
    house.worker.lastfm.link(await me(house), "other")
    clicked = await pressed(house, await lastfm(house, "link"), "Unlink")

    assert text(typed).strip() == "I have forgotten your account one and tell last.fm nothing any more."
    assert text(clicked).strip() == "I have forgotten your account other and tell last.fm nothing any more."
    assert typed["components"] == clicked["components"] == []
    assert house.worker.lastfm.links == {}


async def test_who_has_none_to_forget_is_told_how_to_link_one(house: House) -> None:
    assert text(await lastfm(house, "unlink")).strip() == NONE


@pytest.mark.parametrize(("refusal", "sentence"), REFUSALS, ids=["off", "away"])
async def test_where_last_fm_cannot_be_reached_one_is_told_the_way_out_wherever_one_asks(
    house: House, refusal: Refused, sentence: str
) -> None:
    asking = await lastfm(house, "link")
    house.worker.lastfm.link(await me(house), "liam")
    shown = await lastfm(house, "link")
    house.worker.lastfm.reset()
    house.worker.lastfm.refusal = refusal
    refused = [
        await house.simulator.command("lastfm", link={}),
        await house.click(asking, ALLOWED),
        await house.click(shown, "Link another one"),
    ]

    assert all(answer["ephemeral"] for answer in refused)
    assert all(sentence in text(answer["message"]) for answer in refused)
    assert labels(await house.reads(asking, ASKING)) == labels(asking)
    assert labels(await house.reads(shown, linked("liam"))) == labels(shown)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("**bold** @everyone", r"\*\*bold\*\* \@everyone"),
        ("<@7> [a](https://example.org)", r"\<\@7\> \[a\](https://example.org)"),
        ("\u202eevil\nname", "evil name"),
        ("\u05e9\u05d9\u05e8", "\u2068\u05e9\u05d9\u05e8\u2069"),
    ],
    ids=["markdown", "mention", "direction", "to-the-left"],
)
async def test_a_name_formats_and_mentions_nothing(house: House, name: str, shown: str) -> None:
    house.worker.lastfm.link(await me(house), name)
    message = await lastfm(house, "link")
    forgotten = await lastfm(house, "unlink")

    assert text(message).strip() == linked(shown)
    assert f"your account {shown} and" in text(forgotten)
    assert message["mentions"] == forgotten["mentions"] == []


async def test_what_links_an_account_is_not_shown_to_all_when_one_writes_to_the_bot(house: House) -> None:
    for words in ("lastfm-link", "lastfm link", "queue"):
        channel = await say(house, words)
    _, answer = await answered(house, channel)
    shown = (await house.simulator.call("GET", f"/channels/{channel}/messages"))["messages"]

    assert "The queue is empty." in text(answer)
    assert TOKEN not in str(shown)


async def test_a_gateway_that_ends_while_it_links_leaves_an_account_that_the_next_one_tells_of(house: House) -> None:
    house.worker.lastfm.allowed = "liam"
    house.worker.lastfm.held = asyncio.Event()
    message = await lastfm(house, "link")
    pressing = asyncio.create_task(house.click(message, ALLOWED))
    await asyncio.wait_for(house.worker.lastfm.linked.wait(), 60)
    house.worker.lastfm.held = None
    await house.restart()
    done = await house.reads(message, "Your account")
    await pressing

    assert text(done).strip() == linked("liam")


async def test_what_is_kept_for_last_fm_is_among_what_is_kept(house: House) -> None:
    house.api.kept = [kept(lastfm=1, scrobble=2)]
    shown = text((await house.simulator.command("privacy", show={}))["message"])

    assert "Accounts at last.fm: 1\nTracks that last.fm is still to be told: 2\n" in shown
