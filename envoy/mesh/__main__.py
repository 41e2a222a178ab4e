"""`python -m mesh certificates|render|keep RUN …`: prepare the proxies of one run."""

from __future__ import annotations

import argparse
import asyncio
import logging
from pathlib import Path

from mesh import certificates, keeping, rendering
from mesh.topology import Run, read_topology


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m mesh", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("certificates", help="make the authority and renew what is older than half its life")
    command.set_defaults(run=_certificates)
    command.add_argument("directory", metavar="RUN", type=Path)
    command.add_argument("--instances", required=True, type=_names, help="gateway,audio,audio-2,api,worker,edge")
    command = commands.add_parser("render", help="write the configuration of every proxy")
    command.set_defaults(run=lambda arguments: rendering.render(_run(arguments)))
    _describe_run(command)
    command = commands.add_parser("keep", help="do both, then renew for ever; proxies of an older configuration end")
    command.set_defaults(run=_keep)
    _describe_run(command)
    command.add_argument("--ready", type=Path, metavar="FILE", help="touched once everything is there")
    arguments = parser.parse_args()
    arguments.run(arguments)


def _describe_run(command: argparse.ArgumentParser) -> None:
    command.add_argument("directory", metavar="RUN", type=Path)
    command.add_argument("--edge", required=True, metavar="HOST:PORT")
    command.add_argument("--ops", required=True, type=_pairs, help="gateway=127.0.0.1:3001,audio=…")
    command.add_argument("--cors", default=(), type=_names, metavar="ORIGIN,…")
    command.add_argument("--hosts", default={}, type=_pairs, help="gateway=HOST,audio=…: where instances are hosts")
    command.add_argument("--traces", default="", metavar="HOST:PORT", help="receiver of spans; else RUN/traces.sock")
    command.add_argument("--metrics", default="", metavar="HOST:PORT", help="where each proxy tells how it does")


def _run(arguments: argparse.Namespace) -> Run:
    return Run(
        arguments.directory.absolute(),
        arguments.edge,
        arguments.ops,
        arguments.cors,
        arguments.hosts,
        arguments.traces,
        arguments.metrics,
    )


def _certificates(arguments: argparse.Namespace) -> None:
    directory: Path = arguments.directory.absolute()
    certificates.provide_all(directory, read_topology().identities(arguments.instances))


def _keep(arguments: argparse.Namespace) -> None:
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    asyncio.run(keeping.keep(_run(arguments), arguments.ready))


def _names(value: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in value.split(",")) if name)


def _pairs(value: str) -> dict[str, str]:
    return dict(name.split("=", 1) for name in _names(value))


if __name__ == "__main__":
    main()
