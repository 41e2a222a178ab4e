"""What api means, as messages."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from envoy.config.core.v3 import base_pb2
from envoy.service.auth.v3 import external_auth_pb2
from envoy.type.v3 import http_status_pb2
from google.protobuf import json_format
from google.rpc import status_pb2

from kit import actor, status
from kit.errors import Code
from segue.common.v1 import actor_pb2, ops_service_pb2

if TYPE_CHECKING:
    from api.deployment import Health
    from api.domain.token import Token
    from kit.errors import Refused

_HTTP = {Code.UNAUTHENTICATED: 401, Code.UNAVAILABLE: 503, Code.DEADLINE_EXCEEDED: 504}
# Neither the secret nor a forged identity may go on.
_REMOVED = ("authorization", actor.METADATA_KEY)


def health(found: Health) -> ops_service_pb2.HealthStatus.ValueType:
    """Return the contract's word for it."""
    return ops_service_pb2.HealthStatus.Value(f"HEALTH_STATUS_{found.name}")


def acting(token: Token) -> actor_pb2.Actor:
    """Return who acts with a token."""
    return actor_pb2.Actor(
        user_id=token.user_id or 0,
        surface=actor_pb2.SURFACE_API,
        token_id=token.token_id,
        scopes=token.scopes,
        guild_ids=token.guild_ids,
        operator=token.operator,
    )


def passed(token: Token | None) -> external_auth_pb2.CheckResponse:
    """Let a request go on, as the token's user or as nobody."""
    if token is None:
        ok = external_auth_pb2.OkHttpResponse(headers_to_remove=_REMOVED)
    else:
        carried = base64.b64encode(acting(token).SerializeToString()).decode()
        ok = external_auth_pb2.OkHttpResponse(
            headers=[_header(actor.METADATA_KEY, carried)],
            headers_to_remove=_REMOVED[:1],
        )
    return external_auth_pb2.CheckResponse(status=status_pb2.Status(), ok_response=ok)


def denied(refused: Refused, *, as_json: bool) -> external_auth_pb2.CheckResponse:
    """Deny a request: REST gets the one error format, gRPC its status, for which Envoy takes the body as message."""
    found = status.encode(refused)
    headers = [_header("www-authenticate", "Bearer")] if refused.reason.code is Code.UNAUTHENTICATED else []
    if as_json:
        body = json_format.MessageToJson(found, indent=None)
        headers.append(_header("content-type", "application/json"))
    else:
        body = found.message
        details = base64.b64encode(found.SerializeToString()).decode()
        headers.append(_header("grpc-status-details-bin", details))
    return external_auth_pb2.CheckResponse(
        status=status_pb2.Status(code=refused.reason.code),
        denied_response=external_auth_pb2.DeniedHttpResponse(
            status=http_status_pb2.HttpStatus(code=_HTTP.get(refused.reason.code, 500)),
            headers=headers,
            body=body,
        ),
    )


def _header(key: str, value: str) -> base_pb2.HeaderValueOption:
    return base_pb2.HeaderValueOption(
        header=base_pb2.HeaderValue(key=key, value=value),
        append_action=base_pb2.HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD,
    )
