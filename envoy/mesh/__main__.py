"""`python -m mesh certificates RUN …` and `python -m mesh render RUN …`: prepare the proxies of one run."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from mesh import certificates, edge, sidecar
from mesh.messages import to_yaml
from mesh.topology import EDGE, ROOT, Run, Topology, load, read_topology, service_of


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m mesh", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("certificates", help="make the authority and renew what is older than half its life")
    command.set_defaults(run=_certificates)
    command.add_argument("directory", metavar="RUN", type=Path)
    command.add_argument("--instances", required=True, type=_names, help="gateway,audio,audio-2,api,worker,edge")
    command = commands.add_parser("render", help="write the configuration of every proxy")
    command.set_defaults(run=_render)
    command.add_argument("directory", metavar="RUN", type=Path)
    command.add_argument("--edge", required=True, metavar="HOST:PORT")
    command.add_argument("--ops", required=True, type=_addresses, help="gateway=127.0.0.1:3001,audio=…")
    command.add_argument("--cors", default=(), type=_names, metavar="ORIGIN,…")
    arguments = parser.parse_args()
    arguments.run(arguments)


def _certificates(arguments: argparse.Namespace) -> None:
    topology: Topology = read_topology()
    directory: Path = arguments.directory.absolute()
    authority = certificates.Authority.at(directory / "ca")
    for instance in arguments.instances:
        identity = topology.identity(service_of(instance))
        certificates.provide(directory / instance / "certs", authority, identity)


def _render(arguments: argparse.Namespace) -> None:
    run = Run(arguments.directory.absolute(), arguments.edge, arguments.ops, arguments.cors)
    mesh = load(run)
    shutil.copyfile(ROOT / "gen/contract.binpb", run.contract)
    for instance in (*run.ops, EDGE):
        config = edge.render(mesh) if instance == EDGE else sidecar.render(mesh, instance)
        path = Path(run.file(instance, "envoy.yaml"))
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_text(to_yaml(config), encoding="utf-8")


def _names(value: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in value.split(",")) if name)


def _addresses(value: str) -> dict[str, str]:
    return dict(name.split("=", 1) for name in _names(value))


if __name__ == "__main__":
    main()
