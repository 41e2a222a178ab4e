"""New certificates under traffic."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509

from mesh import certificates
from mesh.topology import service_of
from tests.mesh.stack import INSTANCES, Stack, call, mesh_command, until

if TYPE_CHECKING:
    import aiohttp

GET_PLAYER = "/segue.audio.v1.PlayerService/GetPlayer"
PROXIES = (*INSTANCES, "edge")


async def shown(stack: Stack, instance: str) -> int:
    """Return the serial number of the certificate that an instance shows to its peers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_cert_chain(stack.file("gateway", "certs/identity.pem"))
    context.load_verify_locations(stack.file("gateway", "certs/ca.pem"))
    context.check_hostname = False  # the name is a SPIFFE id
    _, writer = await asyncio.open_unix_connection(stack.file(instance, "in.sock"), ssl=context, server_hostname="x")
    peer = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        await writer.wait_closed()
    return x509.load_der_x509_certificate(peer).serial_number


def written(stack: Stack, instance: str) -> int:
    """Return the serial number of the certificate that lies in the folder of an instance."""
    pair = Path(stack.file(instance, "certs/identity.pem")).read_bytes()
    return x509.load_pem_x509_certificate(pair).serial_number


async def taken_up(stack: Stack) -> None:
    """Wait until every sidecar shows what lies in its folder."""

    async def all_shown() -> bool:
        return all([await shown(stack, instance) == written(stack, instance) for instance in INSTANCES])

    await until(all_shown)


def age(stack: Stack) -> None:
    """Give every proxy a certificate that is past half its life, by rename as always."""
    authority = certificates.Authority.at(stack.directory / "ca")
    for instance in PROXIES:
        identity = stack.mesh.topology.identity(service_of(instance))
        fresh = Path(stack.file(instance, "certs/identity.aged"))
        fresh.write_bytes(authority.issue(identity, dt.timedelta(minutes=4)))
        fresh.rename(stack.file(instance, "certs/identity.pem"))


async def test_certificates_are_renewed_without_a_failed_call(stack: Stack, browser: aiohttp.ClientSession) -> None:
    done = asyncio.Event()
    counts = {"mesh": 0, "edge": 0}

    async def inside() -> None:
        while not done.is_set():
            async with stack.channel("gateway", "audio") as channel:
                await call(channel, GET_PLAYER, guild_id=counts["mesh"] + 1)
            counts["mesh"] += 1

    async def outside() -> None:
        while not done.is_set():
            async with browser.get(f"/v1/guilds/{counts['edge'] + 1}/player") as answer:
                assert answer.status == 200
            counts["edge"] += 1

    async with asyncio.TaskGroup() as callers:
        callers.create_task(inside())
        callers.create_task(outside())
        age(stack)
        await taken_up(stack)
        before = [await shown(stack, instance) for instance in INSTANCES]
        await asyncio.to_thread(mesh_command, "certificates", str(stack.directory), "--instances", ",".join(PROXIES))
        await taken_up(stack)
        after = [await shown(stack, instance) for instance in INSTANCES]
        done.set()
    assert not set(before) & set(after)
    assert min(counts.values()) > 10
    assert sum(stack[instance].counts[GET_PLAYER] for instance in ("audio", "audio-2")) == sum(counts.values())
