"""Bad input: a clear error, nothing changed, and the player goes on."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from aiohttp import web

from tests.e2e.stack import Stack
from tests.e2e.test_first_light import hears_tenth

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path
    from typing import Self

    from tests.e2e.discord import Guild

LOOPBACK = [
    "http://127.0.0.1:{port}/x.wav",
    "http://localhost:{port}/x.wav",
    "http://127.1:{port}/x.wav",
    "http://2130706433:{port}/x.wav",
    "http://0x7f000001:{port}/x.wav",
    "http://0177.0.0.1:{port}/x.wav",
    "http://0.0.0.0:{port}/x.wav",
    "http://[::1]:{port}/x.wav",
    "http://[::ffff:127.0.0.1]:{port}/x.wav",
    "http://[::ffff:7f00:1]:{port}/x.wav",
    "http://[::127.0.0.1]:{port}/x.wav",
    "http://[::ffff:0:127.0.0.1]:{port}/x.wav",
    "http://[64:ff9b:1::7f00:1]:{port}/x.wav",
    "http://[fec0::1]:{port}/x.wav",
    "http://192.88.99.1:{port}/x.wav",
    "http://user@127.0.0.1:{port}/x.wav",
    "http://127.0.0.1:{port}#@example.com/x.wav",
]

FILES = ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "text.mp3", "empty.wav", "truncated.wav"]


class Listener:
    """A web server on this machine; what it gives, it gives under every path."""

    def __init__(self, answers: Mapping[str, Callable[[], web.StreamResponse]] | None = None) -> None:
        """Start unvisited."""
        self.visits: list[str] = []
        self.port = 0
        self._answers = answers or {}

    async def visit(self, request: web.Request) -> web.StreamResponse:
        """Note a visit."""
        self.visits.append(request.path)
        return self._answers.get(request.path, lambda: web.Response(text="secret"))()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[Self]:
        """Listen on loopback."""
        app = web.Application()
        app.router.add_get("/{tail:.*}", self.visit)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        yield self
        await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def canary() -> AsyncIterator[Listener]:
    """Listen where nobody may come."""
    async with Listener().listening() as listener:
        yield listener


def _is_clear(body: Any) -> bool:
    info = body["details"][0]
    return bool(body["code"] and body["message"] and info["reason"] and info["domain"] == "segue")


async def test_addresses_of_this_machine_are_refused_in_all_spellings(
    stack: Stack, canary: Listener, playing: Guild
) -> None:
    for spelling in LOOPBACK:
        query = spelling.format(port=canary.port)

        status, body = await stack.rest("POST", f"/v1/guilds/{playing.id}/player:play", {"query": query})

        assert 400 <= status < 500, (query, body)
        assert _is_clear(body), (query, body)
    assert canary.visits == []


async def test_files_outside_the_music_folder_and_files_that_are_no_music_are_refused(
    stack: Stack, playing: Guild
) -> None:
    for query in FILES:
        status, body = await stack.rest("POST", f"/v1/guilds/{playing.id}/player:play", {"query": query})

        assert 400 <= status < 500, (query, body)
        assert _is_clear(body), (query, body)
        assert str(stack.music) not in str(body)


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [
        ("play", {"query": "x" * 1001}, 400),
        ("play", {"handles": ["x" * 513]}, 400),
        ("play", {"handles": ["bm90IGEgaGFuZGxl"]}, 400),
        ("play", {}, 400),
        ("play", {"query": "alpha", "handles": ["x"]}, 400),
        ("play", {"query": "alpha", "requestId": "no uuid"}, 400),
        ("play", {"query": "no such music anywhere"}, 404),
        ("play", {"query": "alpha", "source": "bandcamp"}, 404),
        ("play", {"query": "alpha", "source": "anywhere"}, 400),
        ("play", {"query": "alpha", "voiceChannelId": "18446744073709551615"}, 400),
        ("play", {"query": "alpha", "guildId": "1"}, 400),
        ("seek", {}, 400),
        ("seek", {"position": "-1s"}, 400),
        ("seek", {"position": "3600s"}, 400),
        ("skip", {"itemId": "999999999"}, 404),
        ("nothing", {}, 404),
    ],
)
async def test_a_wrong_field_is_refused_with_its_reason(
    stack: Stack, playing: Guild, verb: str, body: dict[str, Any], status: int
) -> None:
    got, answer = await stack.rest("POST", f"/v1/guilds/{playing.id}/player:{verb}", body)

    assert got == status, answer
    assert _is_clear(answer)


async def test_an_unknown_guild_is_not_found(stack: Stack, playing: Guild) -> None:
    for guild in ("1", "999999999999999999"):
        status, body = await stack.rest("GET", f"/v1/guilds/{guild}/player")

        assert status == 404
        assert body["details"][0]["reason"] == "GUILD_NOT_FOUND"


async def test_without_a_token_nothing_is_said(stack: Stack, playing: Guild) -> None:
    status, body = await stack.rest("GET", f"/v1/guilds/{playing.id}/player", token="wrong")

    assert status == 401
    assert body["details"][0]["reason"] == "UNAUTHENTICATED"


async def test_broken_json_and_a_body_of_ten_megabytes_are_refused(stack: Stack, playing: Guild) -> None:
    headers = {"authorization": f"Bearer {stack.token}", "content-type": "application/json"}
    url = f"{stack.run['edge']}/v1/guilds/{playing.id}/player:play"
    for data, status in ((b'{"query": ', 400), (b'{"query": "' + b"x" * 10_000_000 + b'"}', 413)):
        async with stack.http.post(url, data=io.BytesIO(data), headers=headers) as answer:
            assert answer.status == status
            assert _is_clear(await answer.json())


async def test_a_signed_handle_with_one_altered_character_is_refused(stack: Stack, playing: Guild) -> None:
    _, found = await stack.rest("GET", "/v1/search?query=alpha")
    handle = found["tracks"][0]["handle"]
    accepted = []
    for place, character in enumerate(handle):
        forged = f"{handle[:place]}{'A' if character != 'A' else 'B'}{handle[place + 1 :]}"
        status, body = await stack.rest("POST", f"/v1/guilds/{playing.id}/player:play", {"handles": [forged]})
        if (status, body.get("details", [{}])[0].get("reason")) != (400, "HANDLE_INVALID"):
            accepted.append((place, len(handle), status, body))

    assert accepted == []


async def test_nothing_moves_before_an_item_that_is_not_there(stack: Stack, guild: Guild) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    path = f"/v1/guilds/{guild.id}"
    for query in ("long", "alpha", "bravo"):
        await stack.rest("POST", f"{path}/player:play", {"query": query})
    _, before = await stack.rest("GET", f"{path}/queue")

    body = {"itemId": before["items"][0]["itemId"], "beforeItemId": "999999999"}
    status, refused = await stack.rest("POST", f"{path}/queue:move", body)
    _, after = await stack.rest("GET", f"{path}/queue")

    assert (status, refused["details"][0]["reason"]) == (404, "ITEM_NOT_FOUND")
    assert [item["track"]["title"] for item in after["items"]] == ["alpha", "bravo"]
    assert after["items"] == before["items"]


def _tempting(canary: Listener, music: Path) -> Listener:
    """Return a server that leads to the canary, and has one honest file."""
    place = f"http://127.0.0.1:{canary.port}/x.wav"
    return Listener(
        {
            "/track.wav": lambda: web.FileResponse(music / "alpha.wav"),
            "/redirect.wav": lambda: web.Response(status=302, headers={"Location": place}),
            "/list.m3u": lambda: web.Response(text=f"#EXTM3U\n{place}\n", content_type="audio/x-mpegurl"),
            "/list.pls": lambda: web.Response(text=f"[playlist]\nFile1={place}\n", content_type="audio/x-scpls"),
        }
    )


async def test_no_redirect_and_no_playlist_leads_to_this_machine(
    tmp_path_factory: pytest.TempPathFactory, music: Path, canary: Listener
) -> None:
    async with _tempting(canary, music).listening() as tempting:
        host = f"127.0.0.1:{tempting.port}"
        async with Stack(tmp_path_factory.mktemp("tempted"), music, {"NODE_ALLOW_PRIVATE": host}) as stack:
            discord = stack.discord
            guild = await discord.guild()
            await stack.enter(guild, guild.owner, guild.voices[0])
            path = f"/v1/guilds/{guild.id}/player:play"
            status, played = await stack.rest("POST", path, {"query": f"http://{host}/track.wav"})
            assert status == 200, played
            await hears_tenth(discord, guild, 1, -1)

            for name in ("redirect.wav", "list.m3u", "list.pls"):
                status, body = await stack.rest("POST", path, {"query": f"http://{host}/{name}"})

                assert 400 <= status < 500, (name, body)
                assert _is_clear(body), (name, body)
                assert f"/{name}" in tempting.visits
            await hears_tenth(discord, guild, 20, -1)
    assert canary.visits == []
