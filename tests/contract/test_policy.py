"""The contract's policies are whole, and the table of them is the one that was reviewed."""

import pytest
from google.protobuf.descriptor import MethodDescriptor

from kit import policy
from segue.options.v1 import options_pb2
from tests.contract.methods import methods, path
from tests.contract.policy import GOLDEN, table

METHODS = list(methods())
OBSERVING = "/segue.common.v1.OpsService/"
MEMBER = "/segue.gateway.v1.GuildService/GetMember"  # all judge people by it, and gateways send it on to each other


def test_the_reviewed_table_is_current() -> None:
    assert table() == GOLDEN.read_text(), "run make gen and read what changed"


@pytest.mark.parametrize("method", METHODS, ids=path)
def test_every_method_says_who_may_call_it_from_which_level_and_how_often(method: MethodDescriptor) -> None:
    declared = policy.of(path(method))

    assert declared is not None
    assert declared.callers
    assert options_pb2.CALLER_UNSPECIFIED not in declared.callers
    assert declared.floor != options_pb2.LEVEL_UNSPECIFIED
    assert declared.retry != options_pb2.RETRY_UNSPECIFIED
    assert bool(policy.deadline(path(method))) != method.server_streaming


@pytest.mark.parametrize("method", METHODS, ids=path)
def test_no_method_but_those_of_ops_and_who_is_a_member_names_every_caller(method: MethodDescriptor) -> None:
    declared = policy.of(path(method))
    assert declared is not None

    assert set(declared.callers) != set(policy.EVERYONE) or path(method).startswith((OBSERVING, MEMBER))


@pytest.mark.parametrize("method", METHODS, ids=path)
def test_what_the_edge_may_call_above_public_needs_a_scope(method: MethodDescriptor) -> None:
    declared = policy.of(path(method))
    assert declared is not None
    if options_pb2.CALLER_EDGE not in declared.callers or declared.floor == options_pb2.LEVEL_PUBLIC:
        return

    assert declared.scope


@pytest.mark.parametrize("method", METHODS, ids=path)
def test_a_level_in_a_guild_is_asked_only_where_the_guild_is_named(method: MethodDescriptor) -> None:
    declared = policy.of(path(method))
    assert declared is not None
    if not options_pb2.LEVEL_MEMBER <= declared.floor < options_pb2.LEVEL_OPERATOR:
        return

    assert declared.route_field in method.input_type.fields_by_name


@pytest.mark.parametrize("method", METHODS, ids=path)
def test_a_write_that_proxies_may_repeat_takes_a_request_id_or_comes_from_the_mesh_alone(
    method: MethodDescriptor,
) -> None:
    declared = policy.of(path(method))
    assert declared is not None
    if declared.retry != options_pb2.RETRY_IDEMPOTENT or declared.floor == options_pb2.LEVEL_PUBLIC:
        return

    assert "request_id" in method.input_type.fields_by_name
