"""Writes the configuration of every proxy of a run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from mesh import edge, metrics, sidecar
from mesh.messages import to_yaml
from mesh.topology import EDGE, ROOT, load

if TYPE_CHECKING:
    from mesh.topology import Mesh, Run


def render(run: Run) -> list[str]:
    """Write what has changed; return the instances whose proxy was configured otherwise before."""
    mesh = load(run)
    return [instance for instance in (*run.ops, EDGE) if _write(mesh, instance)]


def _write(mesh: Mesh, instance: str) -> bool:
    path = Path(mesh.run.file(instance, "envoy.yaml"))
    path.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copyfile(ROOT / "gen/contract.binpb", mesh.run.contract(instance))
    config = edge.render(mesh) if instance == EDGE else sidecar.render(mesh, instance)
    if mesh.run.metrics:
        metrics.offer(config, mesh.run, instance)
    text = to_yaml(config)
    before = path.read_text(encoding="utf-8") if path.exists() else text
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
    return text != before
