"""How loud a track is (EBU R128), and the filters that bring it to the common loudness by one gain for all of it."""

import contextlib
import math
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import av

from audionode.chain import PCM, framed, linked
from audionode.filters import Node
from audionode.media import Media
from audionode.opus import SAMPLE_RATE
from audionode.reel import Reel

TARGET = -16.0  # LUFS
_REPLAYGAIN = -18.0  # LUFS, where ReplayGain's gains lead to
_R128 = -23.0  # LUFS, the same of Opus' own tag, which counts in 256ths of a dB
_HEADROOM = 1.0  # dB below full scale that no peak is raised into
_MAX_BOOST = 20.0  # dB
_UNHEARD = 0.5  # dB; less is left alone
_SILENCE = -60.0  # LUFS; below is nothing to be raised
_PARTS = 4  # of a track that are listened to,
_PART = 3 * SAMPLE_RATE  # each so long,
_STEP = SAMPLE_RATE // 2  # and so much of it at a time

Turn = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Loudness:
    """In LUFS, and the highest sample in dB of full scale."""

    integrated: float
    peak: float = 0.0

    def nodes(self) -> tuple[Node, ...]:
        """A limiter stands behind a boost, for peaks that were not listened to."""
        gain = TARGET - self.integrated
        if gain > 0:
            gain = min(gain, _MAX_BOOST, -_HEADROOM - self.peak)
        if abs(gain) < _UNHEARD or self.integrated < _SILENCE:
            return ()
        volume = ("volume", f"{gain}dB")
        if gain < 0:
            return (volume,)
        limit = 10 ** (-_HEADROOM / 20)
        return volume, ("alimiter", f"limit={limit}:level=0:attack=1:release=50:latency=1")


def tagged(tags: dict[str, str]) -> Loudness | None:
    """What the file says of itself; without a peak it is taken to reach full scale."""
    peak = _number(tags.get("replaygain_track_peak"))
    decibels = 20 * math.log10(peak) if peak else 0.0
    if (gain := _number(tags.get("replaygain_track_gain"))) is not None:
        return Loudness(_REPLAYGAIN - gain, decibels)
    if (gain := _number(tags.get("r128_track_gain"))) is not None:
        return Loudness(_R128 - gain / 256, decibels)
    return None


def measured(media: Media, turn: Callable[[], AbstractContextManager[None]]) -> Loudness | None:
    """Listen to a few seconds from all over the track, each half second within a `turn`; None when nothing is heard."""
    graph = linked([("ebur128", "metadata=1:peak=sample")], PCM)
    reel, said = Reel(media), dict[str, str]()
    for place in _places(media.length):
        for at in range(place, place + _PART, _STEP):
            with turn():
                pcm = reel.read(at, _STEP)
                if pcm:
                    graph.push(framed(pcm))
                with contextlib.suppress(av.error.BlockingIOError):
                    while True:
                        said.update(graph.pull().metadata)
                reel.forget(at)
    if "lavfi.r128.I" not in said:
        return None
    peak = float(said["lavfi.r128.sample_peak"])
    return Loudness(float(said["lavfi.r128.I"]), 20 * math.log10(peak) if peak else 0.0)


def _places(length: int | None) -> list[int]:
    whole = (length or 0) * SAMPLE_RATE // 1000
    between = max(whole - _PARTS * _PART, 0) // _PARTS
    return [part * (_PART + between) + between // 2 for part in range(_PARTS)]


def _number(text: str | None) -> float | None:
    found = re.match(r"\s*([-+]?\d+(?:\.\d+)?)", text or "")
    return float(found[1]) if found else None
