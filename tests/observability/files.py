"""What dashboard and alerts ask Prometheus for."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_SELECTOR = re.compile(r"\b((?:segue|envoy|process)_\w+|up)\b(?:\{([^}]*)\})?")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring) *\(([^)]*)\)")
_PARTS = ("_bucket", "_count", "_sum")


def load(path: str) -> Any:
    """Read a YAML file below deploy/."""
    return yaml.safe_load((DEPLOY / path).read_text(encoding="utf-8"))


def dashboard() -> dict[str, Any]:
    """Read the dashboard."""
    found: dict[str, Any] = json.loads((DEPLOY / "grafana/dashboards/segue.json").read_text(encoding="utf-8"))
    return found


def rules() -> list[dict[str, Any]]:
    """Return all alerts."""
    return [rule for group in load("prometheus/rules.yml")["groups"] for rule in group["rules"]]


def expressions() -> list[str]:
    """Return all that dashboard and alerts ask for."""
    targets = [target for panel in dashboard()["panels"] for target in panel.get("targets", [])]
    return [each["expr"] for each in (*targets, *rules())]


@dataclass(frozen=True)
class Asked:
    """A metric by the name under which it is described, and the labels by which it is picked or grouped."""

    family: str
    labels: frozenset[str]


def asked(expression: str) -> list[Asked]:
    """Return the metrics of an expression; the labels it groups by count for each of them."""
    plain = _STRING.sub('""', expression)
    grouped = {name for names in _GROUPING.findall(plain) for name in re.findall(r"\w+", names)}
    selectors = _SELECTOR.findall(_GROUPING.sub("", plain))
    return [
        Asked(_family(name), frozenset(grouped | set(re.findall(r"(\w+) *[=!]", picked)))) for name, picked in selectors
    ]


def _family(name: str) -> str:
    found = next((name.removesuffix(part) for part in _PARTS if name.endswith(part)), name)
    return found if found.endswith("_seconds") else name
