"""What may be read: files of the music folder, and the web except what is private."""

import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from audionode.settings import Limits
from audionode.track import TrackInfo, decode, encode
from tests.audionode.conftest import Client, StartNode
from tests.audionode.fixture_web import FixtureWeb
from tests.audionode.music import FORMATS, tone, write_wav
from tests.audionode.test_playing import assert_whole
from tests.audionode.voice_double import VoiceDouble

GUILD = 900


@pytest.fixture(scope="module")
async def fixture_web(music: Path) -> AsyncIterator[FixtureWeb]:
    async with FixtureWeb(music) as made:
        yield made


@pytest.fixture(scope="module")
async def allowing(start_node: StartNode, fixture_web: FixtureWeb) -> AsyncIterator[str]:
    """A node that may read the fixture's address, and no other private one."""
    limits = Limits(read=1.0, stuck=1.0, player_update=0.5)
    async with start_node(limits, node_allow_private={fixture_web.host}) as url:
        yield url


@pytest.fixture
async def allowed(allowing: str, connect: Callable[..., Any]) -> Client:
    made: Client = await connect(allowing)
    return made


@pytest.mark.parametrize("name", FORMATS)
async def test_tags_and_length_are_read_from_every_format(client: Client, name: str) -> None:
    track = (await client.load(name))["data"]
    assert track["info"]["title"] == f"Coded {name}"
    assert track["info"]["author"] == "Ünit Tests"
    assert track["info"]["identifier"] == track["info"]["uri"] == name
    assert 3990 <= track["info"]["length"] <= 4070
    decoded, position = decode(track["encoded"])
    assert (decoded.title, decoded.length, position) == (f"Coded {name}", track["info"]["length"], 0)


async def test_words_find_tracks_by_title_artist_and_file_name_best_first(client: Client) -> None:
    found = await client.load("localsearch:coded mp3")
    assert found["loadType"] == "search"
    assert [track["info"]["identifier"] for track in found["data"]] == ["coded.mp3"]
    by_artist = await client.load("localsearch:UNIT tests")
    assert {track["info"]["identifier"] for track in by_artist["data"]} == set(FORMATS)
    assert (await client.load("localsearch:tone"))["data"][0]["info"]["identifier"] == "tone.wav"
    assert await client.load("localsearch:no such words") == {"loadType": "empty", "data": None}
    assert await client.load("localsearch:") == {"loadType": "empty", "data": None}


async def test_a_path_finds_its_file_before_others_of_that_name(
    start_node: StartNode, connect: Callable[..., Any], tmp_path: Path
) -> None:
    for name in ("live/song.wav", "song.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_wav(tmp_path / name, tone(1, 440))
    async with start_node(music_dir=tmp_path) as url:
        found = await (await connect(url)).load("localsearch:song.wav")
    assert [track["info"]["identifier"] for track in found["data"]] == ["song.wav", "live/song.wav"]


async def test_an_absolute_path_inside_the_folder_is_known_by_its_relative_name(client: Client, music: Path) -> None:
    answer = await client.load(str(music / "tone.wav"))
    assert answer["data"]["info"]["identifier"] == "tone.wav"
    assert str(music) not in str(answer)


@pytest.fixture
def ways_out(music: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Identifiers that lead to a real music file outside the folder."""
    outside = tmp_path_factory.mktemp("outside") / "secret.wav"
    outside.write_bytes((music / "tone.wav").read_bytes())
    for name, place in {"link.wav": outside, "linked": outside.parent}.items():
        (music / name).unlink(missing_ok=True)
        (music / name).symlink_to(place)
    up = f"../{outside.parent.name}/secret.wav"
    return [str(outside), up, f"dir/../{up}", "link.wav", "linked/secret.wav", f"./{up}", f"file://{outside}"]


async def test_no_path_leads_out_of_the_folder(client: Client, ways_out: list[str]) -> None:
    for identifier in [*ways_out, "../../etc/passwd", "/etc/passwd", "/dev/zero", "a\0b", "x" * 5000]:
        assert await client.load(identifier) == {"loadType": "empty", "data": None}, identifier


async def test_a_forged_track_is_refused_when_it_is_played(
    client: Client, double: VoiceDouble, ways_out: list[str]
) -> None:
    await client.join(GUILD, double)
    forged = [TrackInfo(way, "t", "a", 4000, "local", "wav") for way in ways_out]
    forged += [TrackInfo("http://127.0.0.1:1/x.wav", "t", "a", 4000, "http", "wav")]
    for track in forged:
        client.messages.clear()
        answer = await client.patch(GUILD, {"track": {"encoded": encode(track)}})
        assert answer["track"]["info"]["identifier"] == track.identifier
        await client.event("TrackEndEvent", GUILD)
        assert client.events(GUILD) == ["TrackStartEvent", "TrackExceptionEvent", "TrackEndEvent:loadFailed"]
    assert double.sessions[-1].sounding == []


async def test_what_is_no_music_is_a_clear_error_and_the_player_goes_on(
    client: Client, double: VoiceDouble, music: Path
) -> None:
    await client.join(GUILD + 1, double)
    await client.play(GUILD + 1, "coded.flac", endTime=1000)
    for name in ("text.mp3", "empty.mp3", "empty.wav", "garbage.bin", "notes.txt"):
        error = await client.load(name)
        assert error["loadType"] == "error", name
        assert error["data"]["cause"] == "the file is not audio, or of a kind this node does not play"
        refused = await client.play(GUILD + 1, name)
        assert (refused["_status"], refused["message"]) == (400, "Something went wrong while looking up the track.")
        assert str(music) not in str(error) + str(refused)
    await client.event("TrackEndEvent", GUILD + 1)
    assert len(double.sessions[-1].sounding) == 50


async def test_a_file_that_ends_early_plays_what_is_there_and_says_so(
    client: Client, double: VoiceDouble, music: Path
) -> None:
    whole = (music / "coded.flac").read_bytes()
    (music / "half.flac").write_bytes(whole[: len(whole) // 2])
    await client.join(GUILD + 2, double)
    await client.play(GUILD + 2, "half.flac")
    failed = await client.event("TrackExceptionEvent", GUILD + 2)
    (music / "half.flac").unlink()
    assert failed["exception"]["cause"] == "the file ends early"
    await client.event("TrackEndEvent", GUILD + 2)
    assert client.events(GUILD + 2) == ["TrackStartEvent", "TrackExceptionEvent", "TrackEndEvent:finished"]
    assert_whole(double.sessions[-1].seconds(), double.sessions[-1].seconds()[-1])


async def test_a_private_address_is_refused_in_every_spelling(allowed: Client, fixture_web: FixtureWeb) -> None:
    refused = socket.create_server(("127.0.0.1", 0))
    port = refused.getsockname()[1]
    hosts = ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "127.1", "0177.0.0.1", "127.0.0.1."]
    hosts += ["[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0.0.0.0", "0"]
    hosts += ["[::]", "169.254.169.254", "10.0.0.1", "192.168.1.1", "100.64.0.1", "[fe80::1]", "[fd00::1]", "①②⑦.0.0.1"]
    hosts += ["user@127.0.0.1", "224.0.0.1", "255.255.255.255", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]"]
    hosts += ["[64:ff9b:1::7f00:1]", "[fec0::1]", "192.88.99.1"]
    try:
        refused.settimeout(0)
        for host in hosts:
            answer = await allowed.load(f"http://{host}:{port}/x.wav")
            assert answer["loadType"] == "error", host
            assert answer["data"]["cause"] in {"the address is not public", "the host name is unknown"}, host
            with pytest.raises(BlockingIOError):
                refused.accept()
    finally:
        refused.close()


async def test_neither_a_redirect_nor_a_playlist_leads_to_a_private_address(
    allowed: Client, fixture_web: FixtureWeb
) -> None:
    async with FixtureWeb(fixture_web._music) as forbidden:
        for inner in (f"http://{forbidden.host}/f/tone.wav", "http://169.254.169.254/x", "file:///etc/passwd"):
            for outer in ("to", "entry.m3u"):
                answer = await allowed.load(f"http://{fixture_web.host}/{outer}?url={inner}")
                assert answer["loadType"] == "error", (outer, inner)
        assert forbidden.seen == {}
        circle = await allowed.load(f"http://{fixture_web.host}/circle")
        assert circle["data"]["cause"] == "the server redirects in circles"


async def test_an_allowed_address_is_played_also_when_its_connections_break(
    allowed: Client, fixture_web: FixtureWeb, double: VoiceDouble
) -> None:
    await allowed.join(GUILD + 3, double)
    await allowed.play(GUILD + 3, f"http://{fixture_web.host}/cut/coded.wav", endTime=4000)
    session = double.sessions[-1]
    await double.until(lambda: len(session.sounding) > 30)
    await allowed.patch(GUILD + 3, {"position": 2000})
    before = len(session.sounding)
    await allowed.event("TrackEndEvent", GUILD + 3)
    assert fixture_web.seen["/cut/coded.wav"] > 3
    assert abs(len(session.sounding) - before - 100) <= 2
    assert_whole(session.seconds()[before + 1 :], 3, first=2)
    assert session.errors == []


async def test_a_source_that_stalls_is_told_and_disturbs_no_other_player(
    allowed: Client, fixture_web: FixtureWeb, double: VoiceDouble
) -> None:
    for guild in range(1, 4):
        await allowed.play(guild, f"http://{fixture_web.host}/drip.wav?seconds=1", position=0)
        await allowed.join(guild, double)
    await allowed.join(GUILD + 4, double)
    await allowed.play(GUILD + 4, "coded.wav", endTime=3000)
    stuck = await allowed.event("TrackStuckEvent", 1)
    assert stuck["thresholdMs"] == 1000
    await allowed.event("TrackEndEvent", GUILD + 4)
    session = next(session for session in double.sessions if session.guild_id == GUILD + 4)
    assert len(session.sounding) == 150
    assert not any(frame.silent for frame in session.frames[:150])
    assert_whole(session.seconds(), 2)
