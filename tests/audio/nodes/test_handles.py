"""Handles, against what people may do to them."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.domain.handles import MAX_LENGTH, Handles
from audio.domain.track import Track
from kit.errors import Reason, Refused

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
TRACK = Track(
    source="local",
    identifier="jazz/blue train.flac",
    title="Blue Train",
    author="Nobody",
    length_ms=642_000,
    uri="",
    artwork_uri="",
    isrc="USBN29800001",
    seekable=True,
    stream=False,
    album="Blue Train",
)
URL_SAFE = set(string.ascii_letters + string.digits + "-_.")


def noise(length: int) -> str:
    """Text that no compression makes shorter."""
    return "".join(chr(0x4E00 + (number * 7919) % 20_000) for number in range(length))


def test_a_handle_gives_back_the_track() -> None:
    assert Handles(KEY).verify(Handles(KEY).sign(TRACK)) == TRACK


@given(
    st.builds(
        Track,
        source=st.text(max_size=10),
        identifier=st.text(max_size=60),
        title=st.text(max_size=300),
        author=st.text(max_size=300),
        length_ms=st.none() | st.integers(0, 2**53),
        uri=st.text(max_size=300),
        artwork_uri=st.text(max_size=300),
        isrc=st.text(max_size=12),
        seekable=st.booleans(),
        stream=st.booleans(),
        album=st.text(max_size=300),
    )
)
def test_any_track_fits_and_keeps_what_it_is_loaded_by(track: Track) -> None:
    handles = Handles(KEY)
    handle = handles.sign(track)
    back = handles.verify(handle)

    assert len(handle) <= MAX_LENGTH
    assert set(handle) <= URL_SAFE
    shortened = {name: getattr(back, name) for name in ("title", "author", "uri", "artwork_uri", "album")}
    assert back == replace(track, **shortened)


def test_words_are_cut_and_addresses_left_out_only_when_they_must_be() -> None:
    handles = Handles(KEY)
    address = "https://media.example/albums/blue-train/01.flac"
    short = replace(TRACK, source="http", identifier=address, uri=address, artwork_uri=address + ".jpg")
    assert handles.verify(handles.sign(short)) == short

    long = handles.verify(handles.sign(replace(short, title=noise(400), artwork_uri=f"https://{noise(60)}")))
    assert long.title.startswith(noise(30))
    assert long.title.endswith("…")
    assert (long.identifier, long.uri, long.artwork_uri) == (address, address, "")


def test_an_identifier_is_never_cut() -> None:
    with pytest.raises(Refused) as refused:
        Handles(KEY).sign(replace(TRACK, identifier=noise(200)))
    assert refused.value.reason is Reason.LOAD_FAILED


def test_a_retired_key_still_verifies_but_no_longer_signs() -> None:
    old, new = Handles(OTHER_KEY), Handles(KEY, retired=[OTHER_KEY])

    assert new.verify(old.sign(TRACK)) == TRACK
    assert new.sign(TRACK) == Handles(KEY).sign(TRACK)


def test_no_character_of_a_handle_can_be_changed() -> None:
    handles = Handles(KEY)
    handle = handles.sign(TRACK)
    forgeries = [
        handle[:at] + other + handle[at + 1 :] for at in range(len(handle)) for other in "Az._" if handle[at] != other
    ]

    for forged in forgeries:
        with pytest.raises(Refused, match=Reason.HANDLE_INVALID):
            handles.verify(forged)


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", "=" * 40, "ü", "x" * 513, f"{Handles(OTHER_KEY).sign(TRACK)}"]
)
def test_what_was_not_signed_here_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        Handles(KEY).verify(text)
    assert refused.value.reason is Reason.HANDLE_INVALID


def test_a_nodes_own_blob_is_no_handle() -> None:
    with pytest.raises(Refused):
        Handles(KEY).verify("QAAAYgMADVVua25vd24gdGl0bGUADlVua25vd24gYXJ0aXN0AAAAAAAAD6AADy9tdXNpYy90b25lLndhdgAB")
