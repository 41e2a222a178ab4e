"""Mutual TLS between proxies: TLS 1.3, secrets by file watch, exact SPIFFE ids on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envoy.config.core.v3 import base_pb2, config_source_pb2
from envoy.extensions.transport_sockets.tls.v3 import common_pb2, secret_pb2, tls_pb2
from envoy.type.matcher.v3 import string_pb2

from mesh.messages import packed, yes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.protobuf.message import Message


def server(certificates: str, clients: Iterable[str]) -> base_pb2.TransportSocket:
    """Return the TLS of an inbound listener that lets in nobody but these SPIFFE ids."""
    context = tls_pb2.DownstreamTlsContext(
        common_tls_context=_common(certificates, clients), require_client_certificate=yes()
    )
    return _socket(context)


def client(certificates: str, identity: str) -> base_pb2.TransportSocket:
    """Return the TLS towards a service that must show this SPIFFE id."""
    return _socket(tls_pb2.UpstreamTlsContext(common_tls_context=_common(certificates, [identity])))


def _common(certificates: str, identities: Iterable[str]) -> tls_pb2.CommonTlsContext:
    version = common_pb2.TlsParameters.TLSv1_3
    names = [
        common_pb2.SubjectAltNameMatcher(
            san_type=common_pb2.SubjectAltNameMatcher.URI, matcher=string_pb2.StringMatcher(exact=identity)
        )
        for identity in sorted(identities)
    ]
    return tls_pb2.CommonTlsContext(
        # The maximum has to be said: towards upstreams it is 1.2 by default.
        tls_params=common_pb2.TlsParameters(tls_minimum_protocol_version=version, tls_maximum_protocol_version=version),
        tls_certificate_sds_secret_configs=[_secret(certificates, "default", "identity.yaml")],
        combined_validation_context=tls_pb2.CommonTlsContext.CombinedCertificateValidationContext(
            default_validation_context=common_pb2.CertificateValidationContext(match_typed_subject_alt_names=names),
            validation_context_sds_secret_config=_secret(certificates, "ROOTCA", "trust.yaml"),
        ),
        alpn_protocols=["h2"],
    )


def _secret(certificates: str, name: str, file: str) -> secret_pb2.SdsSecretConfig:
    source = config_source_pb2.PathConfigSource(
        path=f"{certificates}/{file}", watched_directory=base_pb2.WatchedDirectory(path=certificates)
    )
    return secret_pb2.SdsSecretConfig(
        name=name,
        sds_config=config_source_pb2.ConfigSource(
            path_config_source=source, resource_api_version=config_source_pb2.ApiVersion.V3
        ),
    )


def _socket(context: Message) -> base_pb2.TransportSocket:
    return base_pb2.TransportSocket(name="envoy.transport_sockets.tls", typed_config=packed(context))
