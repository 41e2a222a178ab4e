"""People keep songs in Discord, and play them again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from kit.errors import Reason, Refused
from segue.audio.v1 import player_pb2, queue_service_pb2
from tests.gateway.conftest import buttons, text
from tests.gateway.finding import track
from tests.gateway.keeping import FULL
from tests.gateway.test_panels import as_bot, messages

if TYPE_CHECKING:
    from tests.gateway.conftest import House

EPHEMERAL = 1 << 6


async def playlist(house: House, subcommand: str, **options: Any) -> Any:
    """Type a subcommand of `/playlist`; return the answer."""
    given: dict[str, Any] = {subcommand: options}
    return await house.simulator.command("playlist", **given)


async def says(house: House, subcommand: str, **options: Any) -> str:
    """Type a subcommand of `/playlist`; return what it says to the person alone."""
    answer = await playlist(house, subcommand, **options)
    assert answer["message"]["flags"] & EPHEMERAL
    return text(answer["message"]).strip()


async def choices(house: House, subcommand: str, option: str, words: str = "", **others: str) -> list[Any]:
    """Type half of an option."""
    options = {subcommand: {**others, option: words}}
    body = {**await house.simulator.place(), "name": "playlist", "focused": option, "options": options}
    found: list[Any] = (await house.simulator.call("POST", "/autocomplete", body))["choices"]
    return found


async def guild_id(house: House) -> int:
    return int((await house.simulator.guild())["id"])


async def test_a_playlist_is_made_for_oneself_or_for_the_server(house: House) -> None:
    assert await says(house, "create", name="*Mine*") == (
        "Made \\*Mine\\*. Fill it with `/playlist add` or `/playlist save`."
    )
    await playlist(house, "create", name="Ours", server=True)

    assert [(each.name, each.guild_id) for each in house.api.playlists.values()] == [
        ("*Mine*", 0),
        ("Ours", await guild_id(house)),
    ]


async def test_a_playlist_is_played_by_the_id_that_was_chosen_or_by_its_name_in_any_case(house: House) -> None:
    mine = house.api.keep("Mine", "a", "b")
    await playlist(house, "play", playlist=mine)
    await playlist(house, "play", playlist="mINE ", placement="next")

    plays = house.audio.asked("Play")
    assert [(play.playlist, play.query) for play in plays] == [(mine, ""), (mine, "")]
    assert [play.placement for play in plays] == [player_pb2.PLACEMENT_END, player_pb2.PLACEMENT_NEXT]


async def test_one_that_is_unknown_is_refused_with_a_way_out(house: House) -> None:
    assert "I do not know that playlist. Choose one of those" in await says(house, "show", playlist="Unknown")


async def test_own_playlists_the_servers_and_favourites_are_offered_while_typing(house: House) -> None:
    mine = house.api.keep("My mix", "a")
    ours = house.api.keep("Our mix", guild_id=await guild_id(house), changeable=False)
    likes = house.api.keep("Favourites", kind=2)

    assert await choices(house, "play", "playlist") == [
        {"name": "Our mix (0, this server's)", "value": ours},
        {"name": "My mix (1)", "value": mine},
        {"name": "Favourites (0)", "value": likes},
    ]
    assert [choice["value"] for choice in await choices(house, "add", "playlist", "MIX")] == [mine]


async def test_what_plays_or_the_best_match_of_words_is_added(house: House) -> None:
    mine = house.api.keep("Mine")
    await house.simulator.command("play", query="now")

    assert await says(house, "add", playlist=mine) == "Added now to Mine."
    assert await says(house, "add", playlist=mine, query="words") == "Added words 1 to Mine."
    assert house.api.titles(mine) == ["now", "words 1"]


async def test_where_nothing_plays_nothing_is_added(house: House) -> None:
    mine = house.api.keep("Mine")
    assert "Nothing is playing." in await says(house, "add", playlist=mine)
    assert "Nothing is playing." in await says(house, "save", playlist=mine)
    assert house.api.titles(mine) == []


async def test_all_playlists_are_listed_with_whose_they_are(house: House) -> None:
    assert "There are no playlists yet." in await says(house, "list")
    house.api.keep("Mine", "a", "b")
    house.api.keep("Theirs", "a", changeable=False, owner_id=8)
    house.api.keep("Ours", guild_id=await guild_id(house))

    assert (await says(house, "list")).splitlines() == [
        "Playlists",
        "Ours · 0, 0:00 · of this server",
        "Mine · 2, 0:24",
        "Theirs · 1, 0:12 · by <@8>",
    ]


async def test_a_playlist_is_shown_in_pages(house: House) -> None:
    mine = house.api.keep("Mine", *(f"song {number}" for number in range(1, 13)))
    first = (await playlist(house, "show", playlist=mine))["message"]
    shown = text(first).strip().splitlines()
    assert shown[:2] == ["Mine: 12 songs, 2:24", "1. song 1 · Nobody"]
    assert shown[-1] == "… and 2 more"

    second = (await house.click(first, "More"))["message"]
    assert text(second).strip().splitlines()[1:] == ["11. song 11 · Nobody", "12. song 12 · Nobody"]
    assert [button["label"] for button in buttons(second)] == ["First page"]
    assert text((await house.click(second, "First page"))["message"]) == text(first)


async def test_an_empty_playlist_says_how_to_fill_it(house: House) -> None:
    mine = house.api.keep("Mine")
    assert await says(house, "show", playlist=mine) == ("There is nothing in Mine. Add something with `/playlist add`.")


async def test_what_plays_and_waits_is_kept_in_a_new_playlist(house: House) -> None:
    for query in "abc":
        await house.simulator.command("play", query=query)
    assert await choices(house, "save", "playlist", "Party") == [{"name": "Party", "value": "Party"}]

    assert await says(house, "save", playlist="Party") == "Added 3 songs to Party."
    [party] = house.api.playlists
    assert house.api.titles(party) == ["a", "b", "c"]
    assert await says(house, "save", playlist=party) == "Added 3 songs to Party."
    assert house.api.titles(party) == ["a", "b", "c"] * 2


async def test_of_a_queue_that_does_not_fit_as_much_is_kept_as_there_is_room_for(house: House) -> None:
    await house.simulator.command("play", query="now")
    house.audio.waiting = [player_pb2.QueueItem(item_id=1, track=track("x"))] * (FULL + 1)

    assert await says(house, "save", playlist="Party") == "Added 3,000 songs to Party. There was no room for 2 more."
    assert "A playlist has at most 3,000 songs." in await says(house, "save", playlist="Party")


async def test_a_song_is_chosen_and_taken_out(house: House) -> None:
    mine = house.api.keep("Mine", "alpha", "bravo")
    assert await choices(house, "remove", "item", "BR", playlist=mine) == [
        {"name": "2. bravo · Nobody", "value": "id:2"}
    ]

    assert await says(house, "remove", playlist=mine, item="id:2") == "Took a song out of Mine."
    assert house.api.titles(mine) == ["alpha"]


async def test_a_song_is_taken_out_by_its_number(house: House) -> None:
    mine = house.api.keep("Mine", "zulu", *(f"song {number}" for number in range(2, 1_102)))
    await says(house, "remove", playlist=mine, item="1")
    assert [choice["value"] for choice in await choices(house, "remove", "item", "2", playlist=mine)][:2] == [
        "id:3",
        "id:2",
    ]

    assert await says(house, "remove", playlist=mine, item="1050") == "Took a song out of Mine."
    refused = await playlist(house, "remove", playlist=mine, item="1100")

    assert "song 1051" not in house.api.titles(mine)
    assert len(house.api.titles(mine)) == 1_099
    assert "Choose one of those that are shown while you type, or type its number." in text(refused["message"])


async def test_a_playlist_is_renamed_and_deleted(house: House) -> None:
    mine = house.api.keep("Mine")
    assert await says(house, "rename", playlist=mine, name="Other") == "It is called Other now."
    assert await says(house, "delete", playlist=mine) == "Deleted Other."
    assert house.api.playlists == {}


async def test_a_playlist_is_shared_with_a_person_or_the_server_and_taken_back(house: House) -> None:
    mine = house.api.keep("Mine")
    person = (await house.simulator.place("Dana"))["userId"]

    assert await says(house, "share", playlist=mine, member=person) == f"<@{person}> can play Mine now."
    assert await says(house, "share", playlist=mine) == "Everybody here can play Mine now."
    assert await says(house, "unshare", playlist=mine) == "Mine is not shared with this server any more."
    assert await says(house, "unshare", playlist=mine, member=person) == (
        f"Mine is not shared with <@{person}> any more."
    )
    assert [request.user_id for request in house.api.shared] == [int(person), 0]
    assert [request.user_id for request in house.api.unshared] == [0, int(person)]


async def test_a_pasted_export_goes_into_a_playlist_and_what_was_not_found_is_told(house: House) -> None:
    shown = await playlist(house, "import")
    custom_id = shown["modal"]["custom_id"]
    body = {**await house.simulator.place(), "customId": custom_id, "fields": {"name": "Party", "text": "a\n*b*\nc"}}
    answer = await house.simulator.call("POST", "/modals", body)

    assert text(answer["message"]).strip().splitlines() == ["Added 2 songs to Party.", "Not found:", "\\*b\\*"]
    [imported] = house.api.imported
    assert (imported.text, house.api.playlists[imported.playlist_id].name) == ("a\n*b*\nc", "Party")


async def test_a_playlist_is_given_as_a_file(house: House) -> None:
    mine = house.api.keep("Mine / yours", "ä", "b")
    message = (await playlist(house, "export", playlist=mine))["message"]
    [file] = message["attachments"]
    address = f"{house.simulator.page}/sim/v1{urlsplit(file['url']).path}"
    async with house.simulator.http.get(address) as answer:
        document = json.loads(await answer.read())

    assert message["flags"] & EPHEMERAL
    assert file["filename"] == "Mine-yours.json"
    assert document == {"name": "Mine / yours", "tracks": [{"title": "ä"}, {"title": "b"}]}


async def test_what_plays_is_liked_once(house: House) -> None:
    await house.simulator.command("play", query="now")
    first = await house.simulator.command("favorite")
    again = await house.simulator.command("favorite")

    assert "now is one of your favourites now." in text(first["message"])
    assert text(again["message"]).strip() == "now is one of your favourites already."
    assert house.api.favorites == ["handle-now"]


async def test_the_button_likes_the_track_that_it_was_shown_with_even_when_another_one_plays(house: House) -> None:
    for query in ("now", "next"):
        await house.simulator.command("play", query=query)
    before = queue_service_pb2.HistoryEntry(item=player_pb2.QueueItem(item_id=77, track=track("before")))
    house.audio.history.append(before)
    items = [house.audio.player.current.item_id, house.audio.waiting[0].item_id, 77, 78]
    await as_bot(house, "POST", f"/channels/{(await house.simulator.place())['channelId']}/messages", hearts(items))
    message = (await messages(house))[-1]
    answers = [await house.click(message, str(item_id)) for item_id in items]

    assert house.api.favorites == ["handle-now", "handle-next", "handle-before"]
    assert "That track is not there any more." in text(answers[-1]["message"])


def hearts(items: list[int]) -> Any:
    """A message with a button for each item."""
    row = [{"type": 2, "style": 2, "label": str(item), "custom_id": f"segue:favorite:{item}"} for item in items]
    return {"content": "any", "components": [{"type": 1, "components": row}]}


@pytest.mark.parametrize("reason", [Reason.LEVEL_TOO_LOW, Reason.NOT_IN_VOICE])
async def test_a_refusal_to_play_is_told_to_the_person_alone(house: House, reason: Reason) -> None:
    mine = house.api.keep("Mine", "a")
    house.audio.refusal = Refused(reason, required="LISTENER")
    answer = await playlist(house, "play", playlist=mine)

    assert answer["message"]["flags"] & EPHEMERAL


async def test_what_a_playlist_starts_goes_on_as_the_panel(house: House) -> None:
    started = await playlist(house, "play", playlist=house.api.keep("Mine", "a", "b"))

    assert "segue:panel-pause" in [button["custom_id"] for button in buttons(started["message"])]
