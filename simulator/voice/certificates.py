"""The certificate of the voice gateway, from an authority that is made once and kept."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from pathlib import Path

_KEY = "voice-ca.key"
_CERTIFICATE = "voice-ca.pem"


def _write(path: Path, content: bytes) -> None:
    new = path.with_suffix(path.suffix + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
    new.replace(path)


def _authority(home: Path) -> trustme.CA:
    key, certificate = home / _KEY, home / _CERTIFICATE
    if key.exists() and certificate.exists():
        return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
    authority = trustme.CA(organization_name="Discord stand-in")
    _write(key, authority.private_key_pem.bytes())
    _write(certificate, authority.cert_pem.bytes())
    return authority


def server_context(home: Path, name: str) -> ssl.SSLContext:
    """Make a TLS context for `name` and loopback; clients trust `voice-ca.pem` in `home`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority(home).issue_cert(name, "127.0.0.1", "localhost").configure_cert(context)
    return context
