"""What dashboard and alerts ask for is what the running system has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from tests.observability import files

if TYPE_CHECKING:
    from tests.e2e.stack import Stack

ADDED = {"job", "service", "instance", "le"}  # by Prometheus, and by histograms


async def _texts(stack: Stack) -> list[str]:
    texts = []
    for url in stack.run["ops"].values():
        async with stack.http.get(f"{url}/metrics") as answer:
            texts.append(await answer.text())
    run = (stack.home / "run-directory").read_text().strip()
    for proxy in (*stack.run["ops"], "edge"):
        connector = aiohttp.UnixConnector(f"{run}/{proxy}/admin.sock")
        async with (
            aiohttp.ClientSession(connector=connector) as http,
            http.get("http://proxy/stats/prometheus") as answer,
        ):
            texts.append(await answer.text())
    return texts


async def test_every_metric_and_label_that_is_asked_for_exists(stack: Stack) -> None:
    labels: dict[str, set[str]] = {"up": set()}
    for text in await _texts(stack):
        for described in re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE):
            labels.setdefault(described, set())
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                for name in {family.name, sample.name} & labels.keys():
                    labels[name] |= set(sample.labels)

    for expression in files.expressions():
        for each in files.asked(expression):
            assert each.family in labels, expression
            # A family that counted nothing yet shows no labels.
            assert not labels[each.family] or each.labels <= labels[each.family] | ADDED, expression
