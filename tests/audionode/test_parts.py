"""Parts with a rule of their own: track strings, packet lengths, request bodies, settings."""

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from audionode.opus import SILENCE, packet_samples
from audionode.patch import PlayerUpdate
from audionode.track import TrackInfo, decode, encode

_text = st.text(max_size=40)
_tracks = st.builds(
    TrackInfo,
    identifier=_text,
    title=_text,
    author=_text,
    length=st.integers(0, 2**63 - 1),
    source=st.sampled_from(["local", "http"]),
    probe=_text,
    uri=st.none() | _text,
    artwork=st.none() | _text,
    isrc=st.none() | _text,
)


@given(track=_tracks, position=st.integers(0, 2**62))
def test_a_track_string_gives_the_track_back(track: TrackInfo, position: int) -> None:
    assert decode(encode(track, position)) == (track, position)


@given(garbage=st.binary(max_size=200), cut=st.integers(0, 60))
def test_a_damaged_track_string_is_a_value_error(garbage: bytes, cut: int) -> None:
    whole = encode(TrackInfo("a", "b", "c", 1, "local", "wav", uri="d"))
    for text in (garbage.decode("latin-1"), whole[:cut]):
        with pytest.raises(ValueError, match=r".+"):
            decode(text)


def test_another_library_reads_our_track_strings() -> None:
    track = TrackInfo("dir/é.flac", "Tïtle 🎵", "Ärtist", 1234, "local", "flac", uri="dir/é.flac", isrc="X")
    theirs: Any = importlib.import_module("lavalink").decode_track(encode(track))
    assert (theirs.title, theirs.author, theirs.identifier) == (track.title, track.author, track.identifier)
    assert (theirs.duration, theirs.uri, theirs.isrc, theirs.source_name) == (1234, "dir/é.flac", "X", "local")


@pytest.mark.parametrize(
    ("packet", "samples"),
    [(SILENCE, 960), (b"", 0), (b"\xfc", 960), (b"\xf1xx", 960), (b"\xe0", 120), (b"\x18", 2880), (b"\xf3\x03", 1440)],
)
def test_the_length_of_a_packet_is_read_from_its_first_bytes(packet: bytes, samples: int) -> None:
    assert packet_samples(packet) == samples


@pytest.mark.parametrize(
    ("body", "valid"),
    [
        ({"volume": "50"}, True),
        ({"volume": 50.0}, False),
        ({"volume": True}, False),
        ({"volume": None}, False),
        ({"paused": "true"}, True),
        ({"paused": 1}, False),
        ({"position": 2**40}, True),
        ({"endTime": None}, True),
        ({"filters": {"equalizer": []}, "unknown": 1}, True),
        ([], False),
    ],
)
def test_a_body_is_read_as_the_real_server_reads_it(body: Any, valid: bool) -> None:
    if valid:
        PlayerUpdate.model_validate(body)
    else:
        with pytest.raises(ValidationError):
            PlayerUpdate.model_validate(body)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"NODE_PORT": "high"}, "NODE_PORT"),
        ({"MUSIC_DIR": "/nowhere"}, "MUSIC_DIR"),
        ({"NODE_PASSWORD": ""}, "NODE_PASSWORD"),
        ({"NODE_ALLOW_PRIVATE": "10.0.0.1"}, "NODE_ALLOW_PRIVATE"),
        ({"NODE_YTDLP": "perhaps"}, "NODE_YTDLP"),
        ({"NODE_PLUGINS_OFF": "lavasearch"}, "NODE_PLUGINS_OFF"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_no_start(changes: dict[str, str], complaint: str, tmp_path: Path) -> None:
    right = {"NODE_PORT": "0", "MUSIC_DIR": str(tmp_path), "NODE_PASSWORD": "x", "PYTHONPATH": "lavalink"}
    ended = subprocess.run(
        [sys.executable, "-m", "audionode"],
        env=right | changes,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 1
    assert complaint in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_node_whose_event_loop_is_stuck_ends_and_shows_where_it_stood(tmp_path: Path) -> None:
    stuck = (
        "import asyncio, time\n"
        "from contextlib import asynccontextmanager\n"
        "from audionode import __main__ as node\n"
        "@asynccontextmanager\n"
        "async def running(settings):\n"
        "    loop = asyncio.get_running_loop()\n"
        "    loop.call_later(1, print, 'turned')\n"  # it lives while the loop turns
        "    loop.call_later(1, time.sleep, 60)\n"
        "    yield\n"
        "node.running, node._STUCK = running, 0.5\n"
        "node.main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-u", "-c", stuck],
        env={"NODE_PORT": "0", "MUSIC_DIR": str(tmp_path), "NODE_PASSWORD": "x", "PYTHONPATH": "lavalink"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "turned\n")
    assert "Timeout" in ended.stderr
    assert "in main" in ended.stderr
