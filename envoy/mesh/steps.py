"""The steps that a call takes inside a proxy, in the form of HTTP filters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from envoy.config.common.mutation_rules.v3 import mutation_rules_pb2
from envoy.config.rbac.v3 import rbac_pb2
from envoy.extensions.filters.http.grpc_field_extraction.v3 import config_pb2 as field_extraction_pb2
from envoy.extensions.filters.http.grpc_json_transcoder.v3 import transcoder_pb2
from envoy.extensions.filters.http.header_mutation.v3 import header_mutation_pb2
from envoy.extensions.filters.http.header_to_metadata.v3 import header_to_metadata_pb2
from envoy.extensions.filters.http.lua.v3 import lua_pb2
from envoy.extensions.filters.http.rbac.v3 import rbac_pb2 as rbac_filter_pb2
from envoy.extensions.filters.http.router.v3 import router_pb2
from envoy.type.matcher.v3 import path_pb2, regex_pb2, string_pb2

from mesh.cluster import INSTANCE, NAMED
from mesh.messages import TRACE_HEADER, file, header, http_filter, number, text
from mesh.route import GUILD_HEADER, HEALTH_PREFIX, INSTANCE_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from envoy.extensions.filters.network.http_connection_manager.v3 import http_connection_manager_pb2 as hcm

    from mesh.contract import Method
    from mesh.topology import Topology

Constant: TypeAlias = "float | str | Mapping[str, Constant]"

_EXTRACTION = "envoy.filters.http.grpc_field_extraction"


def router() -> hcm.HttpFilter:
    """Return the last step: the call is sent on."""
    return http_filter("envoy.filters.http.router", router_pb2.Router(suppress_envoy_headers=True))


def lua(script: str, **values: Constant) -> hcm.HttpFilter:
    """Return the script of this name in this package; the values given are its constants."""
    constants = "".join(f"local {name} = {_literal(value)}\n" for name, value in values.items())
    source = (Path(__file__).parent / f"{script}.lua").read_text(encoding="utf-8")
    return http_filter(f"segue.{script}", lua_pb2.Lua(default_source_code=text(constants + source)))


def transcoder(contract: str, services: Iterable[str], *, body: int, answer: int) -> hcm.HttpFilter:
    """Return the translation of REST to gRPC; sizes in bytes, streams become server-sent events."""
    transcode = transcoder_pb2.GrpcJsonTranscoder
    config = transcode(
        proto_descriptor=contract,
        services=sorted(services),
        print_options=transcode.PrintOptions(always_print_primitive_fields=True, stream_sse_style_delimited=True),
        convert_grpc_status=True,
        url_unescape_spec=transcode.ALL_CHARACTERS_EXCEPT_RESERVED,
        query_param_unescape_plus=True,
        # Without the last of these a body could name another guild than the path that was looked at.
        request_validation_options=transcode.RequestValidationOptions(
            reject_unknown_method=True,
            reject_unknown_query_parameters=True,
            reject_binding_body_field_collisions=True,
        ),
        max_request_body_size=number(body),
        max_response_body_size=number(answer),
    )
    return http_filter("envoy.filters.http.grpc_json_transcoder", config)


def trace_header() -> hcm.HttpFilter:
    """Return the step that names the trace in every answer, the proxy's own included.

    What is refused before any step has none: HTTP/1.0 and broken HTTP, no host, odd headers, an escaped slash.
    """
    named = mutation_rules_pb2.HeaderMutation(append=TRACE_HEADER)
    mutations = header_mutation_pb2.Mutations(response_mutations=[named])
    return http_filter("segue.trace_header", header_mutation_pb2.HeaderMutation(mutations=mutations))


def guild_routing(contract: str, methods: Iterable[Method]) -> list[hcm.HttpFilter]:
    """Return the steps that take the routing field out of the message, whatever header the caller sent."""
    extractions = {
        f"{method.service}.{method.path.rpartition('/')[2]}": field_extraction_pb2.FieldExtractions(
            request_field_extractions={method.route_field: field_extraction_pb2.RequestFieldValueDisposition()}
        )
        for method in methods
        if method.route_field
    }
    extraction = field_extraction_pb2.GrpcFieldExtractionConfig(
        descriptor_set=file(contract), extractions_by_method=extractions
    )
    fields = sorted({method.route_field for method in methods if method.route_field})
    value = "".join(f"%DYNAMIC_METADATA({_EXTRACTION}:{field})%" for field in fields)
    mutation = mutation_rules_pb2.HeaderMutation(append=header(GUILD_HEADER, value))
    mutations = header_mutation_pb2.Mutations(request_mutations=[mutation])
    return [
        http_filter(_EXTRACTION, extraction),
        http_filter("envoy.filters.http.header_mutation", header_mutation_pb2.HeaderMutation(mutations=mutations)),
    ]


def named_instance(doors: str) -> hcm.HttpFilter:
    r"""Return the step that lets the caller name the instance, for a call that its peer did not own.

    `doors` is the address of an instance, with `\\1` for its name.
    """
    config = header_to_metadata_pb2.Config
    address = regex_pb2.RegexMatchAndSubstitute(pattern=regex_pb2.RegexMatcher(regex="^(.+)$"), substitution=doors)
    pair = config.KeyValuePair(metadata_namespace=NAMED, key=INSTANCE, regex_value_rewrite=address)
    rule = config.Rule(header=INSTANCE_HEADER, on_header_present=pair)
    return http_filter("envoy.filters.http.header_to_metadata", config(request_rules=[rule]))


def authorization(topology: Topology, methods: Iterable[Method]) -> hcm.HttpFilter:
    """Return the rule who may call which method; health checks are open to every peer, all else is refused."""
    allowed: dict[str, list[rbac_pb2.Permission]] = {}
    for method in methods:
        for caller in method.callers:
            allowed.setdefault(caller, []).append(_path(string_pb2.StringMatcher(exact=method.path)))
    policies = {
        caller: rbac_pb2.Policy(
            permissions=[rbac_pb2.Permission(or_rules=rbac_pb2.Permission.Set(rules=rules))],
            principals=[_peer(topology.identity(caller))],
        )
        for caller, rules in sorted(allowed.items())
    }
    policies["health"] = rbac_pb2.Policy(
        permissions=[_path(string_pb2.StringMatcher(exact=f"{HEALTH_PREFIX}Check"))],
        principals=[rbac_pb2.Principal(any=True)],
    )
    rules = rbac_pb2.RBAC(action=rbac_pb2.RBAC.ALLOW, policies=policies)
    return http_filter("envoy.filters.http.rbac", rbac_filter_pb2.RBAC(rules=rules))


def strip(names: Iterable[str], prefixes: Iterable[str]) -> header_mutation_pb2.Mutations:
    """Return the removal of request headers by name and by prefix."""
    removals = [mutation_rules_pb2.HeaderMutation(remove=name) for name in names]
    for prefix in prefixes:
        matcher = string_pb2.StringMatcher(prefix=prefix)
        match = mutation_rules_pb2.HeaderMutation.RemoveOnMatch(key_matcher=matcher)
        removals.append(mutation_rules_pb2.HeaderMutation(remove_on_match=match))
    return header_mutation_pb2.Mutations(request_mutations=removals)


def _literal(value: Constant) -> str:
    if isinstance(value, str):
        return f"[==[{value}]==]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f'["{key}"] = {_literal(each)}' for key, each in value.items()) + "}"
    return str(value)


def _path(matcher: string_pb2.StringMatcher) -> rbac_pb2.Permission:
    return rbac_pb2.Permission(url_path=path_pb2.PathMatcher(path=matcher))


def _peer(identity: str) -> rbac_pb2.Principal:
    name = string_pb2.StringMatcher(exact=identity)
    return rbac_pb2.Principal(authenticated=rbac_pb2.Principal.Authenticated(principal_name=name))
