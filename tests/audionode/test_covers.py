"""Covers: what a browser fetches without a password, and that it fetches nothing else."""

import struct
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import av
import pytest

from audionode.track import decode
from tests.audionode.conftest import Client, StartNode
from tests.audionode.music import encode, time_coded

JPEG = b"\xff\xd8\xff\xe0" + b"jpeg" * 20
WEBP = b"RIFF\x50\0\0\0WEBPVP8 " + b"webp" * 20
TOO_LARGE = b"\x89PNG\r\n\x1a\n" + bytes(8 * 1024 * 1024)


def png(red: int) -> bytes:
    """A picture of 2 x 2 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([red, 0, 0]) * 2) * 2
    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def sound(path: Path, codec: str, picture: bytes | None = None) -> None:
    """A second of sound; with a picture inside, in a file that may hold one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    encode(path, time_coded(1), codec, 48000)
    if picture is None:
        return
    whole = path.with_stem(f"{path.stem}-whole")
    with av.open(str(path)) as source, av.open(str(whole), "w") as target:
        audio = target.add_stream_from_template(source.streams.audio[0])
        cover: Any = target.add_stream("png", rate=1)
        cover.width = cover.height = 2
        cover.pix_fmt = "rgb24"
        cover.time_base = Fraction(1, 1000)
        cover.disposition = av.stream.Disposition.attached_pic
        packet = av.Packet(picture)
        packet.stream, packet.pts, packet.dts, packet.time_base = cover, 0, 0, Fraction(1, 1000)
        packet.is_keyframe = True
        target.start_encoding()
        target.mux(packet)
        for one in source.demux(source.streams.audio[0]):
            if one.dts is not None:
                one.stream = audio
                target.mux(one)
    whole.replace(path)


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A music folder with covers of every kind, and beside it a picture that is nobody's business."""
    root = tmp_path_factory.mktemp("covered")
    outside = tmp_path_factory.mktemp("private")
    (outside / "cover.png").write_bytes(png(1))
    sound(outside / "song.flac", "flac", png(1))
    sound(root / "inside.flac", "flac", png(2))
    sound(root / "inside.mp3", "libmp3lame", png(3))
    beside = {"an album/cover.png": png(4), "Ö & ü/folder.jpg": JPEG, "webp/cover.jpg": WEBP}
    no_picture = {"text/cover.jpg": b"These are words.", "large/cover.png": TOO_LARGE}
    for place, picture in (beside | no_picture).items():
        sound((root / place).parent / "song.wav", "pcm_s16le")
        (root / place).write_bytes(picture)
    sound(root / "an album/inside.flac", "flac", png(5))
    sound(root / "link/song.wav", "pcm_s16le")
    (root / "link/cover.png").symlink_to(outside / "cover.png")
    (root / "away").symlink_to(outside)
    return root


@pytest.fixture(scope="module")
async def url(start_node: StartNode, covered: Path) -> AsyncIterator[str]:
    async with start_node(music_dir=covered) as started:
        yield started


@pytest.fixture
async def owner(url: str, connect: Callable[..., Any]) -> Client:
    made: Client = await connect(url)
    return made


async def fetch(url: str, **params: str) -> tuple[int, bytes, Any]:
    """What a browser gets: it has no password, and asks for pictures."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession(headers={"Accept": "image/avif,image/*"}))
        answer = await stack.enter_async_context(http.get(url, params=params))
        return answer.status, await answer.read(), answer.headers


@pytest.mark.parametrize(
    ("name", "picture", "kind"),
    [
        ("inside.flac", png(2), "image/png"),
        ("inside.mp3", png(3), "image/png"),
        ("an album/song.wav", png(4), "image/png"),
        ("an album/inside.flac", png(5), "image/png"),
        ("Ö & ü/song.wav", JPEG, "image/jpeg"),
        ("webp/song.wav", WEBP, "image/webp"),
    ],
    ids=["in a flac", "in an mp3", "cover.png", "rather inside", "folder.jpg", "webp"],
)
async def test_a_track_names_its_cover_and_a_browser_fetches_it(
    owner: Client, name: str, picture: bytes, kind: str
) -> None:
    track = (await owner.load(name))["data"]
    address = track["info"]["artworkUrl"]
    assert address.startswith(f"{owner.url}/artwork?")
    assert parse_qs(urlsplit(address).query) == {"identifier": [name]}
    assert decode(track["encoded"])[0].artwork == address
    status, body, headers = await fetch(address)
    assert (status, body, headers["Content-Type"]) == (200, picture, kind)
    assert headers["Cache-Control"] == "public, max-age=86400"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["text/song.wav", "large/song.wav", "link/song.wav"])
async def test_what_is_no_picture_or_too_large_or_elsewhere_is_no_cover(owner: Client, name: str) -> None:
    track = (await owner.load(name))["data"]
    assert track["info"]["artworkUrl"] is None
    assert (await fetch(f"{owner.url}/artwork", identifier=name))[0] == 404


async def test_nothing_but_covers_of_music_in_the_folder_is_served(url: str, covered: Path) -> None:
    private = next(covered.parent.glob("private*"))
    ways = ["an album/cover.png", "text/cover.jpg", "an album", "", ".", "no such", "a\0b", "/etc/passwd", "x" * 5000]
    ways += ["away/song.flac", f"../{private.name}/song.flac", str(private / "song.flac"), "http://127.0.0.1/x.mp3"]
    for identifier in ways:
        status, body, headers = await fetch(f"{url}/artwork", identifier=identifier)
        assert (status, headers["Content-Type"]) == (404, "application/json"), identifier
        assert str(private) not in body.decode()
    assert (await fetch(f"{url}/artwork"))[0] == 400
    assert (await fetch(f"{url}/v4/stats"))[0] == 401


async def test_the_address_of_covers_can_be_another_than_the_nodes_own(
    start_node: StartNode, connect: Callable[..., Any], covered: Path
) -> None:
    async with start_node(music_dir=covered, node_public_url="https://music.example/node/") as url:
        client = await connect(url)
        track = (await client.load("inside.flac"))["data"]
    assert track["info"]["artworkUrl"] == "https://music.example/node/artwork?identifier=inside.flac"
