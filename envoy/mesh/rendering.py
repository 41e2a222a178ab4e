"""Writes the configuration of every proxy of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mesh import edge, metrics, sidecar
from mesh.files import replace
from mesh.messages import to_yaml
from mesh.topology import EDGE, ROOT, load

if TYPE_CHECKING:
    from mesh.topology import Mesh, Run


def render(run: Run) -> list[str]:
    """Write what has changed; return the instances whose proxy, or its contract, was another before."""
    mesh = load(run)
    return [instance for instance in (*run.ops, EDGE) if _write(mesh, instance)]


def _write(mesh: Mesh, instance: str) -> bool:
    config = edge.render(mesh) if instance == EDGE else sidecar.render(mesh, instance)
    if mesh.run.metrics:
        metrics.offer(config, mesh.run, instance)
    files = {
        Path(mesh.run.contract(instance)): (ROOT / "gen/contract.binpb").read_bytes(),
        Path(mesh.run.file(instance, "envoy.yaml")): to_yaml(config).encode(),
    }
    (mesh.run.directory / instance).mkdir(mode=0o700, exist_ok=True)
    changed = [replace(path, content) for path, content in files.items()]
    return any(changed)
