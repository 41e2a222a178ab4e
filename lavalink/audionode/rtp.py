"""RTP packets under the two AEAD modes of Discord's voice servers."""

import secrets
import struct
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

_HEADER = struct.Struct(">BBHII")
_PAYLOAD_OPUS = 0x78


class _Cipher(Protocol):
    def __call__(self, payload: bytes, header: bytes, nonce: bytes) -> bytes: ...


def _aes256_gcm(key: bytes) -> _Cipher:
    cipher = AESGCM(key)
    return lambda payload, header, nonce: cipher.encrypt(nonce + bytes(8), payload, header)


def _xchacha20_poly1305(key: bytes) -> _Cipher:
    return lambda payload, header, nonce: crypto_aead_xchacha20poly1305_ietf_encrypt(
        payload, header, nonce + bytes(20), key
    )


MODES = {
    "aead_aes256_gcm_rtpsize": _aes256_gcm,
    "aead_xchacha20_poly1305_rtpsize": _xchacha20_poly1305,
}


class Packetizer:
    """Numbers and seals one stream's packets; used by one thread."""

    def __init__(self, mode: str, key: bytes, ssrc: int) -> None:
        self._seal = MODES[mode](key)
        self._ssrc = ssrc
        self._nonce = 0
        self.sequence = secrets.randbelow(1 << 16)
        self.timestamp = secrets.randbelow(1 << 32)

    def pack(self, payload: bytes, samples: int) -> bytes:
        """The next packet; afterwards `sequence` and `timestamp` are those it carries."""
        self.sequence = self.sequence + 1 & 0xFFFF
        self.timestamp = self.timestamp + samples & 0xFFFFFFFF
        self._nonce = self._nonce + 1 & 0xFFFFFFFF
        header = _HEADER.pack(0x80, _PAYLOAD_OPUS, self.sequence, self.timestamp, self._ssrc)
        nonce = struct.pack(">I", self._nonce)
        return header + self._seal(payload, header, nonce) + nonce
