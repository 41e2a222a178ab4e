"""The edge's `envoy.service.auth.v3.Authorization`: a token becomes an actor, and nothing more is decided here."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from envoy.service.auth.v3 import (
    external_auth_pb2,
    external_auth_pb2_grpc,
)

from api import contract, wire
from kit import telemetry
from kit.errors import Refused

if TYPE_CHECKING:
    import grpc

    from api.authentication import Authentication

    Context = grpc.aio.ServicerContext[Any, Any]

_ORIGINAL_PATH = "x-envoy-original-path"


class Authorization(external_auth_pb2_grpc.AuthorizationServicer):  # type: ignore[misc]  # as above
    """Checks every request at the edge; each is a gRPC method by then, whatever it came as."""

    def __init__(self, authentication: Authentication) -> None:
        self._authentication = authentication

    async def Check(
        self,
        request: external_auth_pb2.CheckRequest,
        _context: Context,
    ) -> external_auth_pb2.CheckResponse:
        """Let a request pass with its actor, without one if the method is public, or deny it."""
        http = request.attributes.request.http
        if contract.is_public(http.path):
            return wire.passed(None)
        try:
            token = await self._authentication.authenticate(http.headers.get("authorization", ""))
        except Refused as refused:
            refused.metadata.setdefault("ref", telemetry.ref())
            return wire.denied(refused, as_json=_ORIGINAL_PATH in http.headers)
        return wire.passed(token)
