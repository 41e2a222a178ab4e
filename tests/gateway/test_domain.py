"""The rules that gateway knows by itself."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.replies import message
from gateway.app import _WORDS
from gateway.commands.command import Command, Commands, Desk, Kind, Option
from gateway.domain import position, text
from gateway.domain.cards import base, imports, lists, lyrics, music
from gateway.domain.importing import Import
from gateway.domain.interaction import First, Interaction, Person
from gateway.domain.player import Added, Item, Lyrics, Page, Pick, Played, Player, Status, Track
from gateway.domain.voice import Link, Server
from gateway.words import Languages, Words
from kit.errors import Reason, Refused
from segue.audio.v1 import filters_pb2

SAY = Words.read(_WORDS)
TRACK = Track("Song", "Singer", 205.0, "https://example.com/a_(b)", "https://example.com/c.png")
PLAYING = Player(Status.PLAYING, 5, Item(9, TRACK, 7), 5.0, 1000.0, 1.0, 2, 65.0)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90), ("1:30", 90), ("1:02:03", 3723), ("0:08", 8), (" 2:00 ", 120), ("100:00", 6000), ("7.5", 7.5)],
)
def test_positions_are_read_as_people_write_them(written: str, seconds: float) -> None:
    assert position.parse(written) == seconds


@pytest.mark.parametrize("written", ["abc", "1:60", "1:60:00", "-5", "+10", "1:", ":30", "1:2:3:4", "\u0661", "1e3"])
def test_what_is_no_position_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=re.escape(written)):
        position.parse(written)


@pytest.mark.parametrize(
    ("written", "move"),
    [("1:30", (90, False)), ("+30", (30, True)), ("-15", (-15, True)), (" -1:00 ", (-60, True)), ("0", (0, False))],
)
def test_a_sign_says_that_one_goes_on_or_back(written: str, move: tuple[float, bool]) -> None:
    assert position.parse_move(written) == move


@pytest.mark.parametrize("written", ["", "+", "--5", "+-5", "+abc", "-1:60"])
def test_a_sign_alone_is_no_move(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (its text is what was written, which may be nothing)
        position.parse_move(written)


@given(st.integers(0, 359_999))
def test_a_shown_position_reads_as_the_same(seconds: int) -> None:
    assert position.parse(position.show(seconds)) == seconds


@given(st.text(max_size=300), st.integers(1, 100))
def test_escaped_text_is_one_line_without_format_mention_or_direction(foreign: str, limit: int) -> None:
    escaped = text.escape(foreign, limit)

    assert not re.search(r"(?<!\\)(\\\\)*[*_~|`\[\]<>@#]", escaped)
    assert "\n" not in escaped
    inner = escaped.removeprefix("\u2068").removesuffix("\u2069")
    assert not any(
        unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI") for c in inner
    )
    assert len(text.plain(foreign, limit)) <= limit


def test_text_that_runs_to_the_left_is_isolated() -> None:
    assert text.escape("\u05e9\u05d9\u05e8", 20) == "\u2068\u05e9\u05d9\u05e8\u2069"


@pytest.mark.parametrize("uri", ["", "file:///x", "javascript:alert(1)", "https://a b", "https://a>b", "/music/x.mp3"])
def test_only_addresses_of_the_web_become_links(uri: str) -> None:
    assert text.address(uri) == ""


def ids(card: base.Card) -> list[str]:
    """List what its buttons stand for."""
    shown = [one for row in card.rows if isinstance(row, tuple) for one in row]
    return [button.custom_id for button in shown if isinstance(button, base.Button)]


def test_what_plays_shows_its_end_as_a_time_that_discord_counts_down() -> None:
    card = music.playing(SAY, PLAYING)

    assert card.heading == "Playing"
    assert "**[Song](https://example.com/a_%28b%29)**" in card.text
    assert "<t:1200:R>" in card.text
    assert "2 tracks wait, 1:05" in card.text
    assert ids(card) == ["segue:toggle:9", "segue:skip:9", "segue:wrong:9"]


@pytest.mark.parametrize(
    "artwork", ["", "file:///x.png", "data:image/png;base64,AA", "/music/x.png", "http://a b/c.png"]
)
def test_a_picture_that_discord_would_refuse_is_left_out(artwork: str) -> None:
    track = Track("Song", artwork_uri=artwork)
    player = Player(Status.PLAYING, 5, Item(9, track, 7))
    shown = [music.playing(SAY, player), music.added(SAY, Added(player, Item(10, track, 7), 1, 3))]

    assert ["thumbnail" in message(card)["embeds"][0] for card in shown] == [False, False]


def test_a_picture_of_the_web_is_shown_in_the_box() -> None:
    address = "http://127.0.0.1:9/artwork?identifier=a%20b.flac"
    card = music.playing(SAY, Player(Status.PLAYING, 5, Item(9, Track("Song", artwork_uri=address), 7)))

    assert message(card)["embeds"][0]["thumbnail"] == {"url": address}


def test_the_album_is_shown_where_it_is_known() -> None:
    card = music.playing(SAY, Player(Status.PLAYING, 5, Item(9, Track("Song", "Singer", 205.0, album="An *album*"), 7)))

    assert "Singer · An \\*album\\* · 3:25" in card.text


def test_a_stream_has_no_end() -> None:
    card = music.playing(SAY, Player(Status.PLAYING, 5, Item(9, Track("Radio"), 7)))

    assert "live" in card.text
    assert "<t:" not in card.text


def test_a_link_that_a_service_tells_nothing_of_leads_to_words() -> None:
    told = base.refused(SAY, Refused(Reason.LOAD_FAILED, query="x", source="spotify"), "ref").text
    untold = base.refused(SAY, Refused(Reason.LOAD_FAILED, query="x"), "ref").text

    assert told.startswith("I cannot read that link of Spotify. Search for a song of it by title and artist.")
    assert untold.startswith("I cannot read that. Try another address, or search by title.")


def test_many_added_tracks_are_counted() -> None:
    card = music.added(SAY, Added(PLAYING, Item(10, TRACK, 7), 12, 3))

    assert card.heading == "Added 12 tracks, the first is number 3 in the queue"


def test_an_empty_queue_and_a_long_one_are_told() -> None:
    empty = lists.queue(SAY, Player(Status.IDLE), Page([]), 1)
    page = Page([Item(n, TRACK, 7) for n in range(10)], "TOKEN")
    long = lists.queue(SAY, Player(Status.PLAYING, 5, None, queue_length=30), page, 11)

    assert empty.text == "The queue is empty. Add something with `/play`."
    assert "11. Song" in long.text
    assert long.text.endswith("… and 10 more\nPage 2 of 3")
    assert ids(long) == ["segue:queue:1-", "segue:queue:21-TOKEN", "segue:ask_page:3-queue"]


@given(st.text(min_size=1, max_size=400), st.text(max_size=400), st.text(max_size=400))
def test_cards_and_choices_stay_within_discords_limits(title: str, author: str, uri: str) -> None:
    track = Track(title, author, 1.0, f"https://example.com/{uri}")
    items = [Item(n, track, 2**63 - 1) for n in range(10)]
    shown, query = music.choice(SAY, track)
    listed = lists.item_line(SAY, 200, track)
    played = [Played(item, 2_000_000_000.0, "VOICE_LOST") for item in items]

    assert len(lists.queue(SAY, Player(Status.PLAYING, 5, items[0], queue_length=99), Page(items), 19_991).text) <= 4096
    assert len(lists.history(SAY, Page(played), 19_991).text) <= 4096
    assert 1 <= len(listed) <= 100
    assert len(music.playing(SAY, Player(Status.PLAYING, 5, items[0])).text) <= 4096
    assert 1 <= len(shown) <= 100
    assert len(query) <= 100


@given(st.lists(st.text(min_size=1, max_size=200), max_size=50))
def test_what_an_import_did_not_find_stays_within_discords_limits(lines: list[str]) -> None:
    refusal = Refused(Reason.LEVEL_TOO_LOW, required="LISTENER")
    found = Import("id", "FAILED", 1000, 1000, 900, 50, 999, lines, refusal)

    assert len(imports.imported(SAY, found).text) <= 2000


def test_a_line_that_is_too_long_is_named_by_its_field() -> None:
    card = base.refused(SAY, Refused(Reason.INVALID_ARGUMENT, fields={"lines[3]": "at most 200 characters"}), "ref")

    assert card.text.startswith("That is no list of songs.")


@given(st.lists(st.text(max_size=300), max_size=50), st.text(max_size=300), st.integers(1, 60))
def test_a_page_of_lyrics_stays_within_discords_limits(lines: list[str], provider: str, first: int) -> None:
    card = lyrics.page(SAY, Lyrics(2**63 - 1, provider, lines), first, str(2**63 - 1))

    assert len(card.text) <= 4096
    assert len(card.heading) <= 256
    assert all(len(custom_id) <= 100 for custom_id in ids(card))


@pytest.mark.parametrize(
    ("pick", "sentence"),
    [
        (Pick("RELATED", "That"), "Picked because of That"),
        (Pick("SAME_ARTIST", "That"), "Picked because of That, by the same artist"),
        (Pick("HISTORY", ""), "Picked because it was played here before"),
    ],
)
def test_a_track_that_was_picked_says_why(pick: Pick, sentence: str) -> None:
    card = music.playing(SAY, replace(PLAYING, current=Item(9, TRACK, 0, pick)))

    assert sentence in card.text.splitlines()


def test_all_that_changes_the_sound_has_a_name() -> None:
    presets = [name.removeprefix("FILTER_PRESET_") for name, number in filters_pb2.FilterPreset.items() if number]
    fields = [name.upper() for name in filters_pb2.Filters.DESCRIPTOR.fields_by_name if name != "presets"]

    assert "something else" not in {SAY("filter", name=name) for name in (*presets, *fields)}


def test_a_choice_that_is_cut_stands_for_whole_words() -> None:
    _, query = music.choice(SAY, Track("word " * 30))

    assert query == ("word " * 19).strip()


def test_one_interaction_has_one_request_id_and_never_shows_its_token() -> None:
    first, again, other = (Interaction(n, 1, "secret", Person(1, 2, "x"), "play") for n in (5, 5, 6))

    assert first.request_id == again.request_id != other.request_id
    assert "secret" not in repr(first)


class TestLink:
    """Voice servers find their voice states, in any order."""

    first, second = Server("a:1", "one"), Server("a:2", "two")

    def test_a_server_told_after_the_state_belongs_to_it(self) -> None:
        link = Link()
        link.seen(5, "s", 0)
        link.named(self.first, 0.1)

        assert link.server == self.first

    def test_a_server_told_before_the_state_belongs_to_it(self) -> None:
        link = Link()
        link.named(self.first, 0)
        link.seen(5, "s", 0.1)

        assert link.server == self.first

    @pytest.mark.parametrize("connection", [(6, "s"), (5, "t")])
    def test_another_channel_or_session_waits_for_its_own_server(self, connection: tuple[int, str]) -> None:
        link = Link()
        link.seen(5, "s", 0)
        link.named(self.first, 0.1)
        link.seen(*connection, 10)

        assert link.server is None
        link.named(self.second, 10.1)
        assert link.server == self.second

    def test_a_server_moved_long_before_is_not_taken_for_the_next_connections(self) -> None:
        link = Link()
        link.seen(5, "s", 0)
        link.named(self.first, 0.1)
        link.named(self.second, 20)
        assert link.server == self.second

        link.seen(6, "s", 60)
        assert link.server is None

    def test_the_same_state_again_changes_nothing(self) -> None:
        link = Link()
        link.seen(5, "s", 0)
        link.named(self.first, 0.1)
        link.seen(5, "s", 1)

        assert link.server == self.first

    def test_leaving_and_a_server_that_is_gone_leave_none(self) -> None:
        link = Link()
        link.seen(5, "s", 0)
        link.named(self.first, 0.1)
        link.named(None, 1)
        assert link.server is None
        link.named(self.second, 2)
        link.seen(0, "", 3)
        assert link.server is None


def test_the_longest_page_token_fits_into_a_button() -> None:
    page = Page([Played(Item(1, TRACK, 7), 0.0, "FINISHED")], "T" * 22, 10_000)
    card = lists.history(SAY, page, 2**31, own=True)

    assert all(len(custom_id) <= 100 for custom_id in ids(card))


@pytest.mark.parametrize(
    ("option", "declared"),
    [
        (Option("query"), {"type": 3, "required": True, "max_length": 1000, "autocomplete": False}),
        (
            Option("level", Kind.INTEGER, limits=(0, 200)),
            {"type": 4, "required": True, "min_value": 0, "max_value": 200},
        ),
        (Option("keep", Kind.BOOLEAN, required=False), {"type": 5, "required": False}),
        (
            Option("mode", choices=("off", "track")),
            {
                "type": 3,
                "required": True,
                "choices": [
                    {"name": "Off", "name_localizations": {}, "value": "off"},
                    {"name": "Track", "name_localizations": {}, "value": "track"},
                ],
            },
        ),
    ],
)
def test_each_kind_of_option_is_declared_as_discord_has_it(option: Option, declared: dict[str, object]) -> None:
    words = f"""
command-x = x
    .description = Do something
    .{option.name} = {option.name}
    .{option.name}-description = What to do it with
    .mode-off = Off
    .mode-track = Track
"""

    say = Languages(Words("en", words), {})
    (command,) = Commands([Command("x", First.PUBLIC, _nothing, (option,))], ()).declared(say)

    described: dict[str, object] = {"name": option.name, "description": "What to do it with"}
    described |= {"name_localizations": {}, "description_localizations": {}}
    assert command["options"] == [described | declared]


async def _nothing(_desk: Desk, _asked: Interaction) -> base.Card:
    return base.Card("")
