"""Refusals as `google.rpc.Status` and back: the one error format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.rpc import error_details_pb2, status_pb2

from kit.durations import from_seconds
from kit.errors import DOMAIN, Reason, Refused

if TYPE_CHECKING:
    from google.protobuf.message import Message


def encode(refused: Refused) -> status_pb2.Status:
    """Return the status of a refusal: ErrorInfo first, then what a client needs to act."""
    info = error_details_pb2.ErrorInfo(reason=refused.reason, domain=DOMAIN, metadata=refused.metadata)
    details: list[Message] = [info]
    if refused.fields:
        violations = [
            error_details_pb2.BadRequest.FieldViolation(field=field, description=description)
            for field, description in refused.fields.items()
        ]
        details.append(error_details_pb2.BadRequest(field_violations=violations))
    if refused.retry_after is not None:
        delay = from_seconds(refused.retry_after)
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    status = status_pb2.Status(code=refused.reason.code, message=refused.reason.sentence)
    for detail in details:
        status.details.add().Pack(detail)
    return status


def decode(status: status_pb2.Status) -> Refused | None:
    """Return the refusal a status stands for; None if it is not one of ours."""
    info = error_details_pb2.ErrorInfo()
    bad = error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    retry_after = None
    for detail in status.details:
        if detail.Unpack(retry):
            retry_after = retry.retry_delay.ToTimedelta().total_seconds()
        else:
            _ = detail.Unpack(info) or detail.Unpack(bad)
    if info.domain != DOMAIN:
        return None
    known = info.reason in Reason.__members__
    fields = {violation.field: violation.description for violation in bad.field_violations}
    return Refused(
        Reason(info.reason) if known else Reason.INTERNAL,
        retry_after=retry_after,
        fields=fields,
        **info.metadata,
    )
