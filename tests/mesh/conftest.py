"""One mesh for all tests of this folder; each test finds it with nothing counted and nothing told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.mesh.stack import Stack, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(scope="package")
async def _running() -> AsyncIterator[Stack]:
    async with running() as stack:
        yield stack


@pytest.fixture
async def stack(_running: Stack) -> Stack:
    # The stand-ins live in this process: a test that kept it busy for two seconds made them look gone.
    await _running.all_healthy()
    for service in _running.services.values():
        service.counts.clear()
        service.calls.clear()
        service.behaviours.clear()
        service.go_on.set()
    _running.authentication.asked.clear()
    return _running


@pytest.fixture(scope="package")
async def browser(_running: Stack) -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP client outside, with a valid token."""
    headers = {"Authorization": "Bearer good"}
    async with aiohttp.ClientSession(f"http://{_running.edge}", headers=headers) as session:
        yield session
