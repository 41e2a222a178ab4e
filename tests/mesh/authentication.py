"""A stand-in for api's authentication of the edge: two tokens, everything else is nobody."""

from __future__ import annotations

import base64
from typing import Any

import grpc
from envoy.config.core.v3 import base_pb2
from envoy.service.auth.v3 import attribute_context_pb2, external_auth_pb2, external_auth_pb2_grpc
from envoy.type.v3 import http_status_pb2
from google.rpc import status_pb2

from segue.common.v1 import actor_pb2

PUBLIC = "/segue.api.v1.EdgeService/CheckDeployment"
TOKENS = {"Bearer good": 1001, "Bearer other": 1002}


class Authentication(external_auth_pb2_grpc.AuthorizationServicer):  # type: ignore[misc]  # untyped code of Envoy
    """Knows the tokens above, and keeps what the edge asked."""

    def __init__(self) -> None:
        self.asked: list[attribute_context_pb2.AttributeContext.HttpRequest] = []

    async def Check(  # noqa: N802  (the contract's name)
        self, request: external_auth_pb2.CheckRequest, context: Any
    ) -> external_auth_pb2.CheckResponse:
        """Answer who it is."""
        call = request.attributes.request.http
        self.asked.append(call)
        user = TOKENS.get(call.headers.get("authorization", ""))
        if user is None and not call.path.startswith(PUBLIC):
            return _refused()
        answer = external_auth_pb2.CheckResponse(status=status_pb2.Status(code=0))
        answer.ok_response.headers_to_remove.append("authorization")
        if user:
            actor = actor_pb2.Actor(user_id=user, surface=actor_pb2.SURFACE_API).SerializeToString()
            value = base64.b64encode(actor).decode()
            answer.ok_response.headers.add(header=base_pb2.HeaderValue(key="segue-actor-bin", value=value))
        return answer


def _refused() -> external_auth_pb2.CheckResponse:
    return external_auth_pb2.CheckResponse(
        status=status_pb2.Status(code=grpc.StatusCode.UNAUTHENTICATED.value[0]),
        denied_response=external_auth_pb2.DeniedHttpResponse(
            status=http_status_pb2.HttpStatus(code=http_status_pb2.Unauthorized), body="UNAUTHENTICATED"
        ),
    )
