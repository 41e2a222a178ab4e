"""What counts as the same recording, and what is refused rather than played for another."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audionode.matching import VERSIONS, best, score
from audionode.track import TrackInfo

ISRC = "USUM72000001"


def recording(title: str, author: str = "Singer", length: int = 200_000, **facts: Any) -> TrackInfo:
    return TrackInfo("x", title, author, length, "youtube", **facts)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (
            ("Bohemian Rhapsody - Remastered 2011", "Queen"),
            ("Queen: Bohemian Rhapsody (Official Video)", "Queen Official"),
        ),
        (("Bohemian Rhapsody (2011 Remaster)", "Queen"), ("Bohemian Rhapsody", "Queen - Topic")),
        (("Don't Stop Me Now", "Queen"), ("QUEEN Dont stop me now [HD]", "somebody")),
        (("Cold Heart (PNAU Remix)", "Elton John, Dua Lipa"), ("Elton John - Cold Heart (PNAU Remix)", "x")),
        (("Umbrella (feat. JAY-Z)", "Rihanna"), ("Rihanna - Umbrella", "RihannaVEVO")),
        (("Umbrella", "Rihanna"), ("Rihanna - Umbrella (Orange Version) ft. JAY-Z", "RihannaVEVO")),
        (("Déjà Vu", "Beyoncé"), ("Beyonce - Deja Vu", "x")),
        (("Yesterday", "The Beatles"), ("The Beatles - Yesterday", "x")),
        (("Blinding Lights", "The Weeknd"), ("Weeknd: Blinding Lights", "x")),
        (("Live and Let Die", "Wings"), ("Wings - Live and Let Die", "x")),
        (("夜に駆ける", "YOASOBI"), ("YOASOBI「夜に駆ける」 Official Music Video", "Ayase / YOASOBI")),
        (("!!!", "!!!"), ("!!!", "!!!")),
    ],
)
def test_the_same_recording_is_known_by_other_words(wanted: tuple[str, str], found: tuple[str, str]) -> None:
    assert score(recording(*wanted), recording(*found)) is not None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (("Imagine", "John Lennon"), ("John Legend - Imagine", "John Legend")),
        (("Imagine", "John Lennon"), ("John Lennon - Imagine (Karaoke)", "Sing King")),
        (("Imagine", "John Lennon"), ("Imagine - John Lennon (cover)", "Somebody")),
        (("Imagine", "John Lennon"), ("John Lennon - Imagine (sped up)", "John Lennon")),
        (("Imagine", "John Lennon"), ("John Lennon", "Imagined")),
        (("Cold Heart (PNAU Remix)", "Elton John"), ("Elton John - Cold Heart", "Elton John")),
        (("Umbrella", "Rihanna"), ("Rihanna - Umbrella ft. JAY-Z - Live", "Rihanna")),
        (("Umbrella ft. JAY-Z (Remix)", "Rihanna"), ("Rihanna - Umbrella ft. JAY-Z", "Rihanna")),
        (("Another Brick in the Wall, Part 2", "Pink Floyd"), ("Pink Floyd - Another Brick in the Wall, Part 1", "x")),
        (("Yesterday", "The Beatles"), ("The Rolling Stones - Yesterday's Papers", "The Rolling Stones")),
        (("", "Singer"), ("Singer", "Singer")),
        (("Song", ""), ("Song", "Singer")),
    ],
)
def test_another_recording_is_refused(wanted: tuple[str, str], found: tuple[str, str]) -> None:
    assert score(recording(*wanted), recording(*found)) is None


@pytest.mark.parametrize(
    ("length", "found", "fits"),
    [(60_000, 65_000, True), (60_000, 65_001, False), (400_000, 380_000, True), (400_000, 379_999, False)],
)
def test_the_length_may_be_off_by_five_seconds_or_a_twentieth(length: int, found: int, fits: bool) -> None:
    assert (score(recording("Song", length=length), recording("Song", length=found)) is not None) is fits


def test_a_stream_is_no_recording() -> None:
    assert score(recording("Song"), recording("Song", is_stream=True)) is None


def test_of_those_that_fit_the_one_of_the_artist_with_the_least_besides_is_the_best() -> None:
    plain = recording("Song", "Singer - Topic")
    others = [recording("Singer - Song (full album stream part)", "x"), recording("Singer - Song", "x", 204_000)]
    assert best(recording("Song"), [*others, plain, recording("Song", "Nobody")]) == plain
    assert best(recording("Song"), [recording("Song", "Nobody")]) is None
    assert best(recording("Song"), []) is None


WORDS = st.sampled_from([*sorted(VERSIONS)[:6], "song", "Söng", "night", "day", "2", "the", "official", "夜", "!!", ""])
TEXTS = st.lists(WORDS, max_size=4).map(" ".join)
RECORDINGS = st.builds(
    recording,
    TEXTS,
    TEXTS,
    st.integers(1_000, 400_000) | st.sampled_from([200_000, 204_000]),
    isrc=st.sampled_from([None, "", ISRC, "us-um7-20-00001", "GBUM72000001"]),
    is_stream=st.booleans(),
)


def code(track: TrackInfo) -> str:
    return (track.isrc or "").replace("-", "").upper()


@given(RECORDINGS, RECORDINGS)
def test_only_the_isrc_excuses_another_length_or_another_version(wanted: TrackInfo, found: TrackInfo) -> None:
    if score(wanted, found) is not None and not (code(wanted) and code(wanted) == code(found)):
        assert abs(wanted.length - found.length) <= max(5_000, wanted.length / 20)
        assert not wanted.is_stream
        assert not found.is_stream
        assert {*found.title.lower().split()} & VERSIONS <= {*f"{wanted.title} {wanted.author}".lower().split()}


@given(RECORDINGS, RECORDINGS, st.sampled_from(sorted(VERSIONS)))
def test_no_version_of_a_recording_is_taken_for_it(wanted: TrackInfo, found: TrackInfo, version: str) -> None:
    wanted = replace(wanted, isrc=None)
    if version not in f"{wanted.title} {wanted.author}".split():
        assert score(wanted, replace(found, title=f"{found.title} ({version})")) is None


@given(RECORDINGS, RECORDINGS)
def test_case_and_punctuation_say_nothing(wanted: TrackInfo, found: TrackInfo) -> None:
    loud = replace(found, title=found.title.upper().replace(" ", " - "), author=found.author.upper())
    if "!!" not in f"{found.title}{found.author}":
        assert score(wanted, loud) == score(wanted, found)


@given(RECORDINGS, st.lists(RECORDINGS, max_size=8), st.randoms())
def test_the_best_is_one_of_those_found_and_no_other_is_better(
    wanted: TrackInfo, found: list[TrackInfo], chance: random.Random
) -> None:
    chosen = best(wanted, found)
    scores = [worth for track in found if (worth := score(wanted, track)) is not None]
    if chosen is None:
        assert scores == []
        return
    assert chosen in found
    assert score(wanted, chosen) == max(scores)
    mixed = chance.sample(found, len(found))
    again = best(wanted, mixed)
    assert again is not None
    assert score(wanted, again) == max(scores)


@given(RECORDINGS)
def test_a_recording_is_itself_and_nothing_fits_better(wanted: TrackInfo) -> None:
    wanted = replace(wanted, is_stream=False, title=f"song {wanted.title}", author=f"singer {wanted.author}")
    itself = score(wanted, wanted)
    assert itself is not None
    assert itself >= (score(wanted, replace(wanted, title=f"{wanted.title} more", isrc=None)) or 0)
