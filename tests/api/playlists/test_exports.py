"""What exports of playlists say."""

from __future__ import annotations

import base64
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.exports import LONGEST, Wanted, read
from kit.errors import Reason, Refused

VOCARD = """!Remember do not change this file!
------------->Info<-------------
Playlist: Mine (playlist)
Requester: Somebody (1)
Tracks: 2 - 07:00
------------>Tracks<------------
1. First song [03:30]
2. Second [live] song [03:30]
----------->Raw Info<-----------
"""


def lavaplayer(title: str, author: str, uri: str = "", *, version: int = 3) -> str:
    """Encode a track as lavaplayer does."""

    def text(words: str) -> bytes:
        return struct.pack(">H", len(words.encode())) + words.encode()

    body = bytes([version]) if version > 1 else b""
    body += text(title) + text(author) + struct.pack(">q", 210_000) + text("id") + b"\0"
    if version > 1:
        body += b"\1" + text(uri) if uri else b"\0"
    body += text("youtube") + struct.pack(">q", 0)
    flags = 1 << 30 if version > 1 else 0
    return base64.b64encode(struct.pack(">I", flags | len(body)) + body).decode()


def queries(text: str) -> list[str]:
    return [wanted.query for wanted in read(text)]


def understood(text: str) -> list[str] | Reason:
    try:
        return queries(text)
    except Refused as refused:
        return refused.reason


def test_of_vocards_file_the_encoded_tracks_are_read() -> None:
    first = lavaplayer("First", "Band", "https://music.example/1")
    assert queries(f"{VOCARD}{first},{lavaplayer('Second', 'Band', version=1)}") == [
        "https://music.example/1",
        "Second Band",
    ]


@pytest.mark.parametrize("raw", ["", "spoilt,", lavaplayer("First", "Band")[:12]])
def test_of_a_spoilt_one_the_titles_are_read(raw: str) -> None:
    assert queries(VOCARD + raw) == ["First song", "Second [live] song"]


def test_reds_files_of_both_schemas_are_read() -> None:
    uris = ["https://music.example/1", "https://music.example/2"]
    infos = [{"track": "blob", "info": {"uri": uri, "title": "any", "author": "any"}} for uri in uris]
    local = {"info": {"uri": "localtracks/a.mp3", "title": "A", "author": "B"}}
    third = {"id": 1, "name": "Mine", "tracks": [*infos, local], "playlist": uris, "schema": 2, "version": "v3"}
    second = {"author": 1, "link": None, "playlist": uris, "name": "Mine", "schema": 2, "version": "v2"}
    assert queries(json.dumps(third)) == [*uris, "A B"]
    assert queries(json.dumps(second)) == uris


def test_jmusicbots_lines_are_read_without_its_comments() -> None:
    assert queries("#shuffle\n// a comment\nhttps://music.example/1\n\n  words of  a song \n") == [
        "https://music.example/1",
        "words of a song",
    ]


def test_our_own_document_is_read_with_its_handles_alone_or_as_it_was_answered() -> None:
    document = {"name": "Mine", "tracks": [{"title": "A", "author": "B", "length": "3s", "uri": "", "handle": "h"}]}
    for text in (json.dumps(document), json.dumps({"document": document})):
        assert read(text) == [Wanted("A B", "h")]


def test_words_are_cut_and_what_is_too_long_for_an_address_is_left_out() -> None:
    assert queries("x" * (LONGEST + 1) + "\n" + "https://" + "x" * 1000) == ["x" * LONGEST]


@given(st.one_of(st.text(), st.text().map(lambda text: "{" + text), st.text().map(lambda text: VOCARD + text)))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = understood(text)
    assert found is Reason.IMPORT_UNREADABLE or all(each.strip() and each.isprintable() for each in found)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["tracks", "playlist", "info", "uri"]), inner),
)


@given(st.dictionaries(st.sampled_from(["tracks", "playlist", "document"]), JSON))
def test_any_json_is_read_or_refused(document: dict[str, object]) -> None:
    found = understood(json.dumps(document))
    assert found is Reason.IMPORT_UNREADABLE or all(found)
