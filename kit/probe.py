"""Asks how somebody is: `python -m kit.probe WHERE` ends with 0 if well, else with 1 and a sentence.

WHERE is an http URL, well at status 200 (more arguments are headers, as `Authorization: …`), or the gRPC address of a
service, as unix:/run/segue/audio/app.sock, well unless it calls itself unhealthy.
"""

from __future__ import annotations

import sys
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

_WITHIN = 5.0  # seconds


def main() -> None:
    """Ask whom the command line names."""
    where, *headers = sys.argv[1:]
    trouble = _ask_page(where, headers) if where.startswith("http") else _ask_service(where)
    if trouble:
        sys.exit(f"{where} is not well: {trouble}")


def _ask_page(url: str, headers: list[str]) -> str:
    named = dict(header.split(": ", 1) for header in headers)
    try:
        build_opener(ProxyHandler({})).open(Request(url, headers=named), timeout=_WITHIN).close()  # noqa: S310 - the caller's own
    except (URLError, HTTPException, OSError) as error:
        return str(error)
    return ""


def _ask_service(address: str) -> str:
    # Imported here: images without gRPC probe pages only.
    import grpc  # noqa: PLC0415

    from segue.common.v1 import ops_service_pb2, ops_service_pb2_grpc  # noqa: PLC0415

    with grpc.insecure_channel(address, options=[("grpc.default_authority", "localhost")]) as channel:
        try:
            stub = ops_service_pb2_grpc.OpsServiceStub(channel)
            found = stub.CheckHealth(ops_service_pb2.CheckHealthRequest(), timeout=_WITHIN)
        except grpc.RpcError as error:
            return str(error.details())
    if found.status != ops_service_pb2.HEALTH_STATUS_UNHEALTHY:
        return ""
    return " ".join(f"{part.name}: {part.detail}" for part in found.components if part.status == found.status)


if __name__ == "__main__":
    main()
