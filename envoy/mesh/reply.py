"""The one error format for every failure that a proxy makes by itself."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, NamedTuple

from envoy.config.accesslog.v3 import accesslog_pb2
from envoy.config.core.v3 import base_pb2, substitution_format_string_pb2
from envoy.config.route.v3 import route_components_pb2
from envoy.extensions.filters.network.http_connection_manager.v3 import http_connection_manager_pb2 as hcm
from envoy.type.matcher.v3 import string_pb2
from google.protobuf import json_format
from google.rpc import error_details_pb2, status_pb2

from mesh.messages import IF_ABSENT, header, packed, seconds, text

if TYPE_CHECKING:
    from google.protobuf.message import Message

_UNIMPLEMENTED = 12


class Failure(NamedTuple):
    """An HTTP status that proxies make, with the google.rpc.Code and the contract's reason it stands for."""

    status: int
    code: int
    reason: str
    message: str
    retry_after: int | None = None  # seconds

    @property
    def body(self) -> str:
        """The google.rpc.Status of the failure as JSON."""
        message = self._message(self.code)
        return json_format.MessageToJson(message, indent=None, always_print_fields_with_no_presence=True)

    @property
    def grpc_code(self) -> int:
        """The code for gRPC callers: theirs for a method that does not exist is one that no service gives."""
        return _UNIMPLEMENTED if self.status == 404 else self.code

    @property
    def trailers(self) -> dict[str, str]:
        """The google.rpc.Status of the failure as gRPC carries it."""
        details = base64.b64encode(self._message(self.grpc_code).SerializeToString()).decode()
        status = {"grpc-status": str(self.grpc_code), "grpc-message": self.message}
        return status | {"grpc-status-details-bin": details}

    def _message(self, code: int) -> status_pb2.Status:
        details: list[Message] = [error_details_pb2.ErrorInfo(reason=self.reason, domain="segue")]
        if self.retry_after is not None:
            details.append(error_details_pb2.RetryInfo(retry_delay=seconds(self.retry_after)))
        return status_pb2.Status(code=code, message=self.message, details=map(packed, details))


RATE_LIMITED = Failure(429, 8, "RATE_LIMITED", "too many calls without a valid token", retry_after=1)
FAILURES = (
    Failure(400, 3, "INVALID_ARGUMENT", "the request does not fit the method"),
    Failure(401, 16, "UNAUTHENTICATED", "a valid token is needed"),
    Failure(403, 7, "CALLER_REFUSED", "the call is not allowed"),
    Failure(404, 5, "UNKNOWN_METHOD", "the path or method does not exist"),
    Failure(408, 4, "DEADLINE_EXCEEDED", "the request did not arrive in time"),
    Failure(413, 8, "BODY_TOO_LARGE", "the body is larger than the method takes"),
    Failure(415, 3, "INVALID_ARGUMENT", "the content type is not supported"),
    Failure(426, 3, "INVALID_ARGUMENT", "HTTP/1.1 or HTTP/2 is needed"),
    RATE_LIMITED,
    Failure(431, 3, "INVALID_ARGUMENT", "the headers are too large"),
    Failure(500, 13, "INTERNAL", "the answer could not be made"),
    Failure(502, 14, "UNAVAILABLE", "a part of the system is away for the moment"),
    Failure(503, 14, "UNAVAILABLE", "a part of the system is away for the moment"),
    Failure(504, 4, "DEADLINE_EXCEEDED", "the call took longer than its deadline"),
)


def bodies() -> dict[str, str]:
    """Return the bodies by HTTP status."""
    return {str(failure.status): failure.body for failure in FAILURES}


def trailers() -> dict[str, dict[str, str]]:
    """Return the trailers by gRPC's code; a limited caller gets its own, so 8 means a large body."""
    return {str(failure.grpc_code): failure.trailers for failure in FAILURES if failure is not RATE_LIMITED}


def local_replies() -> hcm.LocalReplyConfig:
    """Return the format of a listener's own answers: for REST the body, for gRPC the code, that a script explains."""
    return hcm.LocalReplyConfig(mappers=[*map(_as_body, FAILURES), *map(_as_code, FAILURES)])


def _as_body(failure: Failure) -> hcm.ResponseMapper:
    body = substitution_format_string_pb2.SubstitutionFormatString(
        text_format_source=text(failure.body), content_type="application/json"
    )
    return hcm.ResponseMapper(
        filter=_all(_status(failure.status), _any(_not_grpc(), _transcoded())),
        body_format_override=body,
    )


def _as_code(failure: Failure) -> hcm.ResponseMapper:
    code = header("grpc-status", str(failure.grpc_code), IF_ABSENT)
    return hcm.ResponseMapper(filter=_status(failure.status), headers_to_add=[code])


def _status(status: int) -> accesslog_pb2.AccessLogFilter:
    comparison = accesslog_pb2.ComparisonFilter(
        op=accesslog_pb2.ComparisonFilter.EQ,
        value=base_pb2.RuntimeUInt32(default_value=status, runtime_key=f"segue.status.{status}"),
    )
    return accesslog_pb2.AccessLogFilter(status_code_filter=accesslog_pb2.StatusCodeFilter(comparison=comparison))


def _not_grpc() -> accesslog_pb2.AccessLogFilter:
    return _header(
        route_components_pb2.HeaderMatcher(
            name="content-type",
            string_match=string_pb2.StringMatcher(prefix="application/grpc"),
            invert_match=True,
            treat_missing_header_as_empty=True,  # else no GET would match
        )
    )


def _transcoded() -> accesslog_pb2.AccessLogFilter:
    return _header(route_components_pb2.HeaderMatcher(name="x-envoy-original-method", present_match=True))


def _header(matcher: route_components_pb2.HeaderMatcher) -> accesslog_pb2.AccessLogFilter:
    return accesslog_pb2.AccessLogFilter(header_filter=accesslog_pb2.HeaderFilter(header=matcher))


def _all(*filters: accesslog_pb2.AccessLogFilter) -> accesslog_pb2.AccessLogFilter:
    return accesslog_pb2.AccessLogFilter(and_filter=accesslog_pb2.AndFilter(filters=filters))


def _any(*filters: accesslog_pb2.AccessLogFilter) -> accesslog_pb2.AccessLogFilter:
    return accesslog_pb2.AccessLogFilter(or_filter=accesslog_pb2.OrFilter(filters=filters))
