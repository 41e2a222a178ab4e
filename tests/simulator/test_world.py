"""The world and its control API; what survives, and what is refused."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.simulator.conftest import simulator_at

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.conftest import Simulator


def is_kept(home: Path, words: str) -> bool:
    return words.encode() in (home / "world.pickle").read_bytes()


async def test_the_world_survives_a_kill_with_its_ids(tmp_path: Path) -> None:
    async with simulator_at(tmp_path) as first:
        guild = await first.guild()
        room = next(channel["id"] for channel in guild["channels"] if channel["type"] == 2)
        guest = await first.call("POST", "/members", {"guildId": guild["id"], "name": "Greta"})
        await first.call("POST", "/voice-states", {"guildId": guild["id"], "userId": guest["id"], "channelId": room})
        place = await first.place("Greta")
        body = {"channelId": place["channelId"], "userId": place["userId"], "content": "remember me"}
        written = (await first.call("POST", "/messages", body))["message"]
        before = await first.call("GET", "/world")
        await first.until(lambda: first.call("GET", "/world"), lambda _: is_kept(tmp_path, "remember me"))
        first.running.kill()
        await first.running.wait()
        authority = (tmp_path / "voice-ca.pem").read_bytes()
    async with simulator_at(tmp_path, first.ports) as second:
        assert await second.call("GET", "/world") == before
        messages = (await second.call("GET", f"/channels/{place['channelId']}/messages"))["messages"]
        assert messages == [written]
        assert (tmp_path / "voice-ca.pem").read_bytes() == authority


async def test_a_simulator_whose_event_loop_is_stuck_ends_and_shows_where_it_stood(tmp_path: Path) -> None:
    stuck = (
        "import asyncio, time\n"
        "from simulator import app, __main__ as simulator\n"
        "start = app.start\n"
        "async def start_and_stick(stack, settings):\n"
        "    loop = asyncio.get_running_loop()\n"
        "    loop.call_later(1, print, 'turned')\n"  # it lives while the loop turns
        "    loop.call_later(1, time.sleep, 60)\n"
        "    return await start(stack, settings)\n"
        "app.start, app._STUCK = start_and_stick, 0.5\n"
        "simulator.main()\n"
    )
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-c", stuck),
        env=os.environ
        | {"SIMULATOR_HOME": str(tmp_path)}
        | {f"SIMULATOR_{port}": "0" for port in ("PORT", "DISCORD_PORT", "VOICE_PORT")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, errors = await started.communicate()
    assert (started.returncode, out.splitlines()[-1]) == (1, b"turned")
    assert b"Timeout" in errors
    assert b"in main" in errors


async def test_two_first_worlds_are_the_same(alone: Simulator, tmp_path: Path) -> None:
    async with simulator_at(tmp_path) as other:
        world = await other.call("GET", "/world")
    guild = world["guilds"][0]
    assert world["bot"]["id"] == (await alone.call("GET", "/world"))["bot"]["id"]
    assert [channel["type"] for channel in guild["channels"]] == [0, 2, 2]
    roles = {role["id"]: role["name"] for role in guild["roles"]}
    assert [[roles[role] for role in m["roles"]] for m in guild["members"] if m["name"] == "Dana"] == [["DJ"]]
    assert guild["ownerId"] in {member["id"] for member in guild["members"]}


async def test_the_world_can_be_added_to_and_taken_from(alone: Simulator) -> None:
    before = await alone.call("GET", "/world")
    guild = await alone.call("POST", "/guilds", {"name": "Annex"})
    room = await alone.call("POST", "/channels", {"guildId": guild["id"], "name": "Hall", "type": 2})
    role = await alone.call("POST", "/roles", {"guildId": guild["id"], "name": "Guests"})
    body = {"guildId": guild["id"], "name": "Greta", "roles": [role["id"]]}
    guest = await alone.call("POST", "/members", body)
    await alone.call("POST", "/voice-states", {"guildId": guild["id"], "userId": guest["id"], "channelId": room["id"]})
    shown = (await alone.call("GET", "/world"))["guilds"][-1]
    assert guest | {"voiceChannelId": room["id"]} in shown["members"]
    assert room | {"status": ""} in shown["channels"]

    await alone.call("DELETE", "/channels", {"channelId": room["id"]}, status=204)
    shown = (await alone.call("GET", "/world"))["guilds"][-1]
    assert guest in shown["members"]
    await alone.call("DELETE", "/roles", {"guildId": guild["id"], "roleId": role["id"]}, status=204)
    await alone.call("DELETE", "/members", {"guildId": guild["id"], "userId": guest["id"]}, status=204)
    await alone.call("DELETE", "/guilds", {"guildId": guild["id"]}, status=204)
    assert await alone.call("GET", "/world") == before


async def test_somebody_comes_into_another_guild_and_comes_back_into_one(alone: Simulator) -> None:
    home = await alone.guild()
    guild = await alone.call("POST", "/guilds", {"name": "Annex"})
    liam = (await alone.place())["userId"]
    place = {"guildId": guild["id"], "userId": liam}

    guest = await alone.call("POST", "/members", place)
    await alone.call("DELETE", "/members", place, status=204)
    again = await alone.call("POST", "/members", place)
    await alone.call("POST", "/members", {"guildId": guild["id"], "userId": "4"}, status=404)

    assert guest == again == next(member for member in home["members"] if member["id"] == liam)
    await alone.call("DELETE", "/guilds", {"guildId": guild["id"]}, status=204)


async def test_other_hosts_and_other_bodies_are_refused(alone: Simulator) -> None:
    await alone.call("GET", "/world", headers={"Host": "evil.example"}, status=403)
    url = f"{alone.page}/sim/v1/messages"
    async with alone.http.post(url, data=b"{}", headers={"Content-Type": "text/plain"}) as response:
        assert response.status == 415


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/voice-states", {"guildId": "1", "userId": "2", "channelId": None}, 404),
        ("/voice-states", {"guildId": 1, "userId": "2", "channelId": None}, 400),
        ("/voice-states", {"userId": "2"}, 400),
        ("/messages", {"channelId": "1", "userId": "2", "content": "x"}, 404),
        ("/faults", {"kind": "earthquake"}, 400),
        ("/commands", ["no", "object"], 400),
    ],
)
async def test_what_makes_no_sense_is_refused(alone: Simulator, path: str, body: Any, status: int) -> None:
    before = await alone.call("GET", "/world")
    await alone.call("POST", path, body, status=status)
    assert await alone.call("GET", "/world") == before


async def test_a_voice_channel_is_asked_for_where_one_is_needed(alone: Simulator) -> None:
    place = await alone.place()
    await alone.call("POST", "/voice-states", place, status=400)


async def test_the_api_refuses_a_bot_without_a_token(alone: Simulator) -> None:
    api = f"http://127.0.0.1:{alone.ports[1]}/api/v10"
    async with alone.http.get(f"{api}/users/@me") as response:
        assert response.status == 401
    async with alone.http.get(f"{api}/gateway/bot", headers={"Authorization": "Bot any"}) as response:
        assert response.headers["Content-Type"] == "application/json"
        assert (await response.json())["session_start_limit"]["max_concurrency"] == 1


async def test_the_api_takes_files_and_says_what_is_wrong_with_a_body(alone: Simulator) -> None:
    place = await alone.place()
    url = f"http://127.0.0.1:{alone.ports[1]}/api/v10/channels/{place['channelId']}/messages"
    headers = {"Authorization": "Bot any"}
    form = aiohttp.FormData()
    form.add_field("payload_json", '{"content": "a cover"}', content_type="application/json")
    form.add_field("files[0]", b"not quite a picture", filename="cover.png")
    async with alone.http.post(url, data=form, headers=headers) as response:
        assert [file["filename"] for file in (await response.json())["attachments"]] == ["cover.png"]
    for body, code in ((b"{", 50109), (b'{"content": ""}', 50035), (b'{"colour": "red"}', 50035)):
        async with alone.http.post(url, data=body, headers=headers) as response:
            assert (response.status, (await response.json())["code"]) == (400, code)
