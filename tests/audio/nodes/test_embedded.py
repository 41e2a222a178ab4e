"""The adapter on the embedded node, so that it does not only agree with the fake."""

from __future__ import annotations

import math
import struct
import wave
from typing import TYPE_CHECKING

import aiohttp
import pytest

from audio.domain.filters import Sound
from audio.domain.node import NodeEventKind, NodeRefused, Start
from audio.domain.track import TrackListKind
from audionode.app import running
from audionode.settings import Settings
from kit.errors import Reason, Refused
from tests.audio.nodes.conftest import listening
from tests.audio.nodes.fake import PASSWORD
from tests.audionode.music import encode, tone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

GUILD = 1


def start(identifier: str, position_ms: int = 0) -> Start:
    return Start(identifier, position_ms, paused=False, user_data={"play_seq": 7, "item_id": 5})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    with wave.open(str(tmp_path / "blue train.wav"), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        tone = (int(8000 * math.sin(2 * math.pi * 440 * at / 48_000)) for at in range(4 * 48_000))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in tone))
    return Settings(node_port=0, node_password=PASSWORD, music_dir=tmp_path)


@pytest.fixture
async def uri(settings: Settings) -> AsyncIterator[str]:
    async with running(settings) as port:
        yield f"http://127.0.0.1:{port}"


async def test_words_find_a_file_that_plays_by_its_identifier(uri: str) -> None:
    async with listening(uri) as (nodes, ears):
        await nodes.open(0, {})
        (track,) = await nodes.load("train blue", 5)
        await nodes.start(0, "main", GUILD, start(track.identifier, 1000))

        assert (await ears.until(NodeEventKind.STARTED)).play_seq == 7
        (player,) = await nodes.players(0, "main")

    assert (track.source, track.identifier, track.length_ms, track.seekable) == ("local", "blue train.wav", 4000, True)
    assert (player.user_data, player.position_ms, player.connected) == ({"play_seq": 7, "item_id": 5}, 1000, False)


async def test_what_cannot_be_read_is_refused(uri: str) -> None:
    async with listening(uri) as (nodes, _):
        await nodes.open(0, {})
        with pytest.raises(NodeRefused):
            await nodes.start(0, "main", GUILD, start("../secret.wav"))
        with pytest.raises(Refused) as refused:
            await nodes.load("http://127.0.0.1:9/private.wav", 1)

    assert refused.value.reason is Reason.LOAD_FAILED


async def test_every_command_is_understood_and_a_stop_ends_the_track(uri: str) -> None:
    async with listening(uri) as (nodes, ears):
        await nodes.open(0, {})
        await nodes.start(0, "main", GUILD, start("blue train.wav"))
        await nodes.pause(0, "main", GUILD, True)
        await nodes.seek(0, "main", GUILD, 2000)
        (player,) = await nodes.players(0, "main")
        await nodes.stop(0, "main", GUILD)
        ended = await ears.until(NodeEventKind.ENDED)
        await nodes.destroy(0, "main", GUILD)

        assert (player.paused, player.position_ms) == (True, 2000)
        assert (ended.reason, ended.play_seq) == ("stopped", 7)
        assert await nodes.players(0, "main") == []


async def test_the_guilds_wish_for_equal_loudness_reaches_a_node_that_levels(uri: str) -> None:
    async with listening(uri) as (nodes, _), aiohttp.ClientSession(uri, headers={"Authorization": PASSWORD}) as http:
        opened = await nodes.open(0, {})
        await nodes.sound(0, "main", GUILD, Sound(levelling=True))
        path = f"/v4/sessions/{opened['main'].session_id}/players/{GUILD}"
        async with http.get(path) as answer:
            told = await answer.json()
        (player,) = await nodes.players(0, "main")

    assert told["segue"] == {"crossfade": 0, "levelling": True}
    assert not player.is_plain  # so that the next owner says what it wants anew


async def test_the_guilds_wish_to_skip_segments_reaches_a_node_that_can(uri: str) -> None:
    async with listening(uri) as (nodes, _), aiohttp.ClientSession(uri, headers={"Authorization": PASSWORD}) as http:
        opened = await nodes.open(0, {})
        path = f"/v4/sessions/{opened['main'].session_id}/players/{GUILD}/sponsorblock/categories"
        await nodes.sound(0, "main", GUILD, Sound(skipping=True))
        async with http.get(path) as answer:
            told = await answer.json()
        await nodes.sound(0, "main", GUILD, Sound())
        async with http.get(path) as answer:
            assert answer.status == 404

    assert set(told) == {"sponsor", "selfpromo", "interaction", "music_offtopic"}


async def test_an_album_that_words_find_is_loaded_by_its_query(settings: Settings, uri: str) -> None:
    tags = {"title": "Moment's Notice", "artist": "Coltrane", "album": "Blue Train"}
    encode(settings.music_dir / "two.flac", tone(1, 440), "flac", 48_000, tags)
    async with listening(uri) as (nodes, _):
        (album,) = await nodes.lists("train", 5)
        found = await nodes.load(album.query, 5)

    assert (album.kind, album.title, album.track_count) == (TrackListKind.ALBUM, "Blue Train", 1)
    assert [each.title for each in found] == ["Moment's Notice"]


async def test_a_session_outlives_its_process(uri: str) -> None:
    async with listening(uri) as (nodes, _):
        session_id = (await nodes.open(0, {}))["main"].session_id
        await nodes.start(0, "main", GUILD, start("blue train.wav"))

    async with listening(uri) as (nodes, _):
        opened = await nodes.open(0, {"main": session_id})
        (player,) = await nodes.players(0, "main")

    assert opened["main"].resumed
    assert player.user_data == {"play_seq": 7, "item_id": 5}


async def test_a_node_is_described_for_operators(uri: str) -> None:
    async with listening(uri) as (nodes, _):
        await nodes.open(0, {})
        (node,) = await nodes.stats()

    assert (node.name, node.connected, node.players) == ("main", True, 0)
    assert node.version
