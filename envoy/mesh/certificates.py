"""The run's own small certificate authority, and key pairs that proxies take up by file watch."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mesh.files import replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LIFE = dt.timedelta(hours=24)
AUTHORITY_LIFE = dt.timedelta(days=3650)
SKEW = dt.timedelta(minutes=5)  # clocks may differ by so much


class Authority:
    """Signs the identities of one run; its key never leaves the run's folder."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self._key = key
        self.certificate = certificate

    @classmethod
    def at(cls, directory: Path) -> Authority:
        """Open the authority kept in a folder, or found it there."""
        path = directory / "ca.pem"
        if path.exists():
            pem = path.read_bytes()
            key = serialization.load_pem_private_key(pem, password=None)
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            return cls(key, x509.load_pem_x509_certificate(pem))
        authority = cls._found()
        directory.mkdir(mode=0o700, exist_ok=True)
        replace(path, _pem(authority._key) + _pem(authority.certificate))  # noqa: SLF001  (its own class)
        return authority

    @classmethod
    def _found(cls) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "segue")])
        builder = _builder(name, name, key, AUTHORITY_LIFE)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
        return cls(key, builder.sign(key, hashes.SHA256()))

    def issue(self, identity: str, life: dt.timedelta = LIFE) -> bytes:
        """Return a new private key and its certificate for a SPIFFE id as one PEM text."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(x509.Name([]), self.certificate.subject, key, life)
        names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(identity)])
        builder = builder.add_extension(names, critical=True)  # critical as RFC 5280 wants it beside an empty subject
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        builder = builder.add_extension(purposes, critical=False)
        return _pem(key) + _pem(builder.sign(self._key, hashes.SHA256()))


def provide_all(directory: Path, identities: Mapping[str, str]) -> None:
    """Provide every instance of a run with its identity; the authority is kept in `directory`/ca."""
    authority = Authority.at(directory / "ca")
    for instance, identity in identities.items():
        provide(directory / instance / "certs", authority, identity)


def provide(directory: Path, authority: Authority, identity: str) -> bool:
    """Write what a proxy watches, and renew its key pair when half its life is over; True: it was renewed."""
    for folder in (directory.parent, directory):
        folder.mkdir(mode=0o700, exist_ok=True)
    replace(directory / "ca.pem", _pem(authority.certificate))
    for name, secret in _secrets(directory).items():
        replace(directory / name, yaml.safe_dump({"resources": [secret]}).encode())
    pair = directory / "identity.pem"
    if pair.exists() and not _half_spent(pair):
        return False
    replace(pair, authority.issue(identity))
    return True


def _secrets(directory: Path) -> dict[str, dict[str, object]]:
    """Return the SDS files of a folder; the secrets are named as SPIRE's agent names them, so that it can take over."""
    kind = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"
    pair = {"filename": str(directory / "identity.pem")}
    watched = {"path": str(directory)}
    certificate = {"certificate_chain": pair, "private_key": pair, "watched_directory": watched}
    trust = {"trusted_ca": {"filename": str(directory / "ca.pem")}, "watched_directory": watched}
    return {
        "identity.yaml": {"@type": kind, "name": "default", "tls_certificate": certificate},
        "trust.yaml": {"@type": kind, "name": "ROOTCA", "validation_context": trust},
    }


def _half_spent(pair: Path) -> bool:
    certificate = x509.load_pem_x509_certificate(pair.read_bytes())
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    return dt.datetime.now(dt.UTC) > certificate.not_valid_before_utc + life / 2


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, life: dt.timedelta
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + min(life, dt.timedelta()) - SKEW)
        .not_valid_after(now + life)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(value: ec.EllipticCurvePrivateKey | x509.Certificate) -> bytes:
    if isinstance(value, x509.Certificate):
        return value.public_bytes(serialization.Encoding.PEM)
    return value.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
