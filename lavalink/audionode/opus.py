"""Opus: the encoder (libopus from PyAV's wheel, by ctypes) and what a packet's first byte says.

PyAV's own audio encoder starts two threads and a hidden resampler for each instance; this one does not.
"""

import ctypes
import ctypes.util
from functools import cache
from pathlib import Path

import av

SAMPLE_RATE = 48_000
CHANNELS = 2
FRAME_SAMPLES = 960
FRAME_MS = 20
FRAME_BYTES = FRAME_SAMPLES * CHANNELS * 2
SILENCE = b"\xf8\xff\xfe"
LOOKAHEAD = 312  # samples by which what is heard of the encoder's packets lags behind the sound given to it

_APPLICATION_AUDIO = 2049
_SET_BITRATE = 4002
_BITRATE = 128_000
_MAX_PACKET = 1276


class OpusError(Exception):
    """libopus is missing or refused."""


@cache
def libopus() -> ctypes.CDLL:
    """The library, found beside PyAV or on the system; OpusError when there is none."""
    bundled = sorted((Path(av.__file__).parent.parent / "av.libs").glob("libopus*.so*"))
    found = str(bundled[0]) if bundled else ctypes.util.find_library("opus")
    if found is None:
        raise OpusError("libopus was found neither beside PyAV nor on the system")
    library = ctypes.CDLL(found)
    library.opus_encoder_create.restype = ctypes.c_void_p
    library.opus_encode.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int32]
    library.opus_encoder_destroy.argtypes = [ctypes.c_void_p]
    return library


class Encoder:
    """Encodes 20 ms of 48 kHz stereo s16 at a time; not for use from two threads."""

    def __init__(self) -> None:
        self._library = libopus()
        error = ctypes.c_int()
        self._state = ctypes.c_void_p(
            self._library.opus_encoder_create(SAMPLE_RATE, CHANNELS, _APPLICATION_AUDIO, ctypes.byref(error))
        )
        if error.value:
            raise OpusError(f"opus_encoder_create failed with {error.value}")
        self._library.opus_encoder_ctl(self._state, _SET_BITRATE, ctypes.c_int32(_BITRATE))
        self._packet = ctypes.create_string_buffer(_MAX_PACKET)

    def encode(self, pcm: bytes) -> bytes:
        """One packet of `FRAME_BYTES` bytes of PCM."""
        size = self._library.opus_encode(self._state, pcm, FRAME_SAMPLES, self._packet, _MAX_PACKET)
        if size < 0:
            raise OpusError(f"opus_encode failed with {size}")
        return self._packet.raw[:size]

    def __del__(self) -> None:
        if state := getattr(self, "_state", None):
            self._library.opus_encoder_destroy(state)


def packet_samples(packet: bytes) -> int:
    """Samples at 48 kHz in a packet (RFC 6716, 3.1); 0 when it is empty."""
    if not packet:
        return 0
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        size = (480, 960, 1920, 2880)[config & 3]
    elif config < 16:
        size = (480, 960)[config & 1]
    else:
        size = (120, 240, 480, 960)[config & 3]
    frames = 1 if code == 0 else 2 if code < 3 else packet[1] & 0x3F if len(packet) > 1 else 0
    return size * frames
