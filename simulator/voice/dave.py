"""End-to-end encryption, Discord's side: the external sender of an MLS group, and one hidden member who listens.

The voice gateway proposes the listener's key package (op 27), the bot commits (op 28), the commit is announced to
the bot (op 29) and the welcome goes to the listener. TLS presentation language and labels are those of RFC 9420.
"""

from __future__ import annotations

import struct

import davey
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

VERSION = 1
LISTENER = 1  # user id of the hidden member; below every snowflake

_MLS10, _PUBLIC_MESSAGE = 1, 1
_MEMBER, _EXTERNAL = 1, 2
_PROPOSAL, _COMMIT = 2, 3
_ADD = 1
_BASIC = 1
_KEY_PACKAGE, _UPDATE = 1, 2
_MARKER = b"\xfa\xfa"  # last bytes of every encrypted frame


def _vector(content: bytes) -> bytes:
    size = len(content)
    if size < 1 << 6:
        return bytes([size]) + content
    return (struct.pack(">H", size | 1 << 14) if size < 1 << 14 else struct.pack(">I", size | 2 << 30)) + content


class _Reader:
    """Walks over a message without keeping it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def skip(self, size: int) -> None:
        self.at += size
        if self.at > len(self.content):
            raise ValueError("message ends early")

    def number(self, size: int) -> int:
        self.skip(size)
        return int.from_bytes(self.content[self.at - size : self.at], "big")

    def vectors(self, count: int) -> None:
        for _ in range(count):
            first = self.number(1)
            extra = (1 << (first >> 6)) - 1
            self.skip((first & 0x3F) << 8 * extra | self.number(extra))


def _skip_leaf_node(reader: _Reader) -> None:
    reader.vectors(2)  # encryption key, signature key
    if reader.number(2) != _BASIC:
        raise ValueError("unknown credential")
    reader.vectors(1 + 5)  # identity; capabilities: versions, suites, extensions, proposals, credentials
    source = reader.number(1)
    if source == _KEY_PACKAGE:
        reader.skip(16)  # lifetime
    elif source != _UPDATE:
        reader.vectors(1)  # parent hash
    reader.vectors(2)  # extensions, signature


def _split_commit(content: bytes) -> tuple[bytes, bytes]:
    """Cut the body of op 28 into the commit and the welcome; raises ValueError."""
    reader = _Reader(content)
    if (reader.number(2), reader.number(2)) != (_MLS10, _PUBLIC_MESSAGE):
        raise ValueError("not a public MLS message")
    reader.vectors(1)  # group id
    reader.skip(8)  # epoch
    if reader.number(1) != _MEMBER:
        raise ValueError("not sent by a member")
    reader.skip(4)  # leaf index
    reader.vectors(1)  # authenticated data
    if reader.number(1) != _COMMIT:
        raise ValueError("not a commit")
    reader.vectors(1)  # proposals
    if reader.number(1):  # an update path
        _skip_leaf_node(reader)
        reader.vectors(1)
    reader.vectors(3)  # signature, confirmation tag, membership tag
    return content[: reader.at], content[reader.at :]


class Delivery:
    """One MLS group: Discord's external sender and the listening member."""

    def __init__(self, channel_id: int, sender_id: int) -> None:
        self._group = channel_id.to_bytes(8, "big")
        self._sender = sender_id
        self._key = ec.generate_private_key(ec.SECP256R1())
        public = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.external_sender = _vector(public) + struct.pack(">H", _BASIC) + _vector(b"discord")
        self._listener = davey.DaveSession(VERSION, LISTENER, channel_id)
        self._listener.set_external_sender(self.external_sender)
        self.proposed = False

    def proposal(self) -> bytes:
        """Make the body of op 27: append one proposal, signed by the external sender, to add the listener."""
        self.proposed = True
        content = _vector(self._group) + bytes(8)  # epoch 0
        content += struct.pack(">BI", _EXTERNAL, 0) + _vector(b"") + struct.pack(">BH", _PROPOSAL, _ADD)
        content += self._listener.get_serialized_key_package()
        message = struct.pack(">HH", _MLS10, _PUBLIC_MESSAGE) + content
        signed = _vector(b"MLS 1.0 FramedContentTBS") + _vector(message)
        signature = self._key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return b"\x00" + _vector(message + _vector(signature))

    def commit(self, content: bytes) -> bytes:
        """Take the body of op 28, welcome the listener; returns the commit to announce, raises ValueError."""
        commit, welcome = _split_commit(content)
        self._listener.process_welcome(welcome)
        return commit

    def open(self, frame: bytes) -> tuple[bytes, bool]:
        """Decrypt one frame; returns it and whether it was encrypted. Raises ValueError."""
        if not frame.endswith(_MARKER):
            return frame, False
        return self._listener.decrypt(self._sender, davey.MediaType.audio, frame), True
