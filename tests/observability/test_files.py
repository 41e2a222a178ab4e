"""The configurations agree with docker-compose.yml, and with each other."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.observability import files

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((files.ROOT / "docker-compose.yml").read_text())["services"]


def _targets() -> list[tuple[str, str, str]]:
    jobs = files.load("prometheus/prometheus.yml")["scrape_configs"]
    return [
        (job["job_name"], *target.split(":"))
        for job in jobs
        for static in job["static_configs"]
        for target in static["targets"]
    ]


def test_prometheus_asks_every_service_every_proxy_and_the_collector() -> None:
    proxies = {name for name in SERVICES if SERVICES[name]["image"].startswith("envoyproxy/")}
    ops = {name: SERVICES[name]["ports"][0].rpartition(":")[2] for name in proxies - {"edge"}}

    assert {(host, port) for job, host, port in _targets() if job == "segue"} == set(ops.items())
    assert {(host, port) for job, host, port in _targets() if job == "envoy"} == {(name, "9901") for name in proxies}
    collector = files.load("otel-collector/config.yaml")["service"]["telemetry"]["metrics"]["readers"]
    port = collector[0]["pull"]["exporter"]["prometheus"]["port"]
    assert [each[1:] for each in _targets() if each[0] == "otel-collector"] == [("otel-collector", str(port))]


def test_the_collector_limits_its_memory_below_its_containers() -> None:
    config = files.load("otel-collector/config.yaml")
    pipeline = config["service"]["pipelines"]["traces"]

    assert pipeline["processors"][0] == "memory_limiter", "what is to be dropped is not batched first"
    assert config["processors"]["memory_limiter"]["limit_mib"] < int(
        SERVICES["otel-collector"]["mem_limit"].rstrip("m")
    )
    assert config["exporters"][pipeline["exporters"][0]]["endpoint"].split(":")[0] in SERVICES
    assert set(config["service"]["extensions"]) == set(config["extensions"])


def test_every_alert_says_how_bad_it_is_and_what_is_the_matter() -> None:
    names = [rule["alert"] for rule in files.rules()]

    assert len(names) == len(set(names))
    for rule in files.rules():
        assert rule["labels"]["severity"] in {"critical", "warning"}, rule["alert"]
        assert rule["annotations"]["summary"], rule["alert"]


def test_every_panel_asks_a_source_that_is_provisioned_and_has_a_place_of_its_own() -> None:
    sources = {source["uid"] for source in files.load("grafana/provisioning/datasources/segue.yml")["datasources"]}
    panels = files.dashboard()["panels"]
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}

    assert sources == {"prometheus", "jaeger"}
    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
    assert len(places) == len(panels)
    for panel in panels:
        if panel["type"] != "row":
            assert panel["datasource"]["uid"] in sources, panel["title"]
            assert [target["refId"] for target in panel["targets"]] == ["A", "B", "C"][: len(panel["targets"])]


def test_the_names_of_metrics_are_found_in_expressions() -> None:
    expression = 'sum by (le, node) (rate(segue_start_to_sound_seconds_bucket{job="up_x", code!~"a|b"}[5m])) / up'
    first, second = files.asked(expression)

    assert first == files.Asked("segue_start_to_sound_seconds", frozenset({"le", "node", "job", "code"}))
    assert second.family == "up"
    for each in files.expressions():
        assert files.asked(each), each


def test_the_page_names_every_row_and_every_alert() -> None:
    page = (files.ROOT / "docs/observability.md").read_text(encoding="utf-8")
    rows = [panel["title"] for panel in files.dashboard()["panels"] if panel["type"] == "row"]

    assert re.findall(r"^\| \*(.+?)\* \|", page, re.MULTILINE) == rows
    assert set(re.findall(r"`([A-Z]\w+)`", page)) >= {rule["alert"] for rule in files.rules()}
