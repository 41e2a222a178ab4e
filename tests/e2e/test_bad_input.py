"""Bad input: a clear error, nothing changed, and the player goes on."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.discord import Guild
    from tests.e2e.stack import Stack

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
    "http://user@127.0.0.1:{port}/x.wav",
    "http://127.0.0.1:{port}#@example.com/x.wav",
]

FILES = ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "text.mp3", "empty.wav", "truncated.wav"]


class Canary:
    """A listener on this machine that nobody may reach."""

    def __init__(self) -> None:
        """Start unvisited."""
        self.visits = 0
        self.port = 0

    async def visit(self, _: web.Request) -> web.Response:
        """Count a visit."""
        self.visits += 1
        return web.Response(text="secret")


@pytest_asyncio.fixture(loop_scope="session")
async def canary() -> AsyncIterator[Canary]:
    """Listen on loopback."""
    canary = Canary()
    app = web.Application()
    app.router.add_get("/{tail:.*}", canary.visit)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    canary.port = runner.addresses[0][1]
    yield canary
    await runner.cleanup()


def _is_clear(body: Any) -> bool:
    info = body["details"][0]
    return bool(body["code"] and body["message"] and info["reason"] and info["domain"] == "segue")


async def test_addresses_of_this_machine_are_refused_in_all_spellings(
    stack: Stack, canary: Canary, playing: Guild
) -> None:
    for spelling in LOOPBACK:
        query = spelling.format(port=canary.port)

        status, body = await stack.rest("POST", f"/v1/guilds/{playing.id}/player:play", {"query": query})

        assert 400 <= status < 500, (query, body)
        assert _is_clear(body), (query, body)
    assert canary.visits == 0


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
