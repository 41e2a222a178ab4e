"""The little of MLS (RFC 9420) a voice gateway needs: an external sender that proposes members, and splitting op 28."""

import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_MLS10 = b"\x00\x01"
_PUBLIC_MESSAGE = b"\x00\x01"
_P256_SUITE = b"\x00\x02"


def vector(data: bytes) -> bytes:
    size = len(data)
    if size < 1 << 6:
        return bytes([size]) + data
    if size < 1 << 14:
        return struct.pack(">H", size | 0x4000) + data
    return struct.pack(">I", size | 0x80000000) + data


class ExternalSender:
    """Signs the proposals of one group."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    def package(self) -> bytes:
        """The body of op 25."""
        public = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return vector(public) + b"\x00\x01" + vector(b"gateway")

    def propose_add(self, group_id: int, epoch: int, key_package: bytes) -> bytes:
        """The body of op 27 that adds the owner of the key package."""
        proposal = b"\x00\x01" + key_package
        content = (
            vector(struct.pack(">Q", group_id))
            + struct.pack(">Q", epoch)
            + b"\x02"  # sender: external,
            + struct.pack(">I", 0)  # the first one
            + vector(b"")
            + b"\x02"  # content: proposal
            + proposal
        )
        signed = vector(b"MLS 1.0 FramedContentTBS") + vector(_MLS10 + _PUBLIC_MESSAGE + content)
        signature = self._key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return b"\x00" + vector(_MLS10 + _PUBLIC_MESSAGE + content + vector(signature))


def split_commit_welcome(body: bytes) -> tuple[bytes, bytes]:
    """The two messages of op 28: the welcome is the suffix that parses as one to its last byte."""
    start = body.find(_P256_SUITE, 4)
    while start != -1:
        after_secrets = _skip(body, start + 2)
        if after_secrets is not None and _skip(body, after_secrets) == len(body):
            return body[:start], body[start:]
        start = body.find(_P256_SUITE, start + 1)
    return body, b""


def _skip(data: bytes, at: int) -> int | None:
    """The place behind the vector at `at`."""
    if at >= len(data):
        return None
    width = 1 << (data[at] >> 6)
    if width > 4 or at + width > len(data):
        return None
    size = int.from_bytes(data[at : at + width], "big") & ((1 << (8 * width - 2)) - 1)
    return at + width + size if at + width + size <= len(data) else None
