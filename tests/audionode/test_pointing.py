"""The conformance suite can be pointed at a node that runs elsewhere."""

import asyncio
import os
import re
import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


async def test_make_points_the_suite_at_a_node_by_its_address_alone(node: str) -> None:
    recipe = re.search(r"^lavalink-conformance:.*\n\t@(.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe
    command = (
        recipe[1].replace("$(URL)", node).replace("$(PASSWORD)", "").replace("$(VENV)", shlex.quote(sys.executable))
    )
    suite = await asyncio.create_subprocess_shell(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTEST_ADDOPTS": "-k requests_without_music"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await suite.communicate()
    assert suite.returncode == 0, said.decode()
