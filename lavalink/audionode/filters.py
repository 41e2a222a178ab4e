"""From what a client set to FFmpeg's filters, as the real server's filters sound; pure values, no sound."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from audionode.opus import SAMPLE_RATE
from audionode.patch import ChannelMix, Distortion, FiltersUpdate, Karaoke, LowPass, Rotation, Timescale, Wobble

NAMES = tuple(name for name in FiltersUpdate.model_fields if name != "pluginFilters")
BANDS = (25, 40, 63, 100, 160, 250, 400, 630, 1000, 1600, 2500, 4000, 6300, 10000, 16000)  # Hz
_MAX_VOLUME = 5.0
_MAX_VIBRATO = 14.0
_SCALES = (0.1, 10.0)  # how far time and pitch may be stretched
_WOBBLES = (0.1, 20_000.0)  # Hz, what FFmpeg takes
_ROTATIONS = (0.01, 100.0)

Node = tuple[str, str]


class FilterError(ValueError):
    """A value no filter can work with; the text is the real server's where it has one."""


@dataclass(frozen=True)
class Effects:
    """FFmpeg filters (name, arguments) in the order the sound passes them; `speed`: samples of the track in one."""

    nodes: tuple[Node, ...] = ()
    speed: float = 1.0


@dataclass(frozen=True)
class Tone:
    """What a client set: the player's volume in percent, and its filters."""

    volume: int
    filters: FiltersUpdate

    def effects(self) -> Effects:
        """The filters that change something; FilterError when a value cannot be.

        The real server runs them backwards: what comes last in its list is heard first. Vibrato stands near the end
        here, because FFmpeg's begins with 5 ms of whatever was in memory, which a recursive filter would never forget.
        """
        wanted, speed = self.filters, 1.0
        nodes = [*_low_pass(wanted.lowPass), *_channel_mix(wanted.channelMix), *_rotation(wanted.rotation)]
        nodes += [*_distortion(wanted.distortion), *_tremolo(wanted.tremolo)]
        if wanted.timescale is not None:
            nodes += _timescale(wanted.timescale)
            speed = wanted.timescale.speed * wanted.timescale.rate
        nodes += [*_karaoke(wanted.karaoke), *_equalizer(wanted), *_vibrato(wanted.vibrato), *self._volume()]
        return Effects(tuple(nodes), speed)

    def _volume(self) -> Iterator[Node]:
        filtered = self.filters.volume
        _refuse(filtered < 0, "Volume < 0.0")
        _refuse(filtered > _MAX_VOLUME, f"Volume > {_MAX_VOLUME}")
        if (factor := filtered * self.volume / 100) != 1:
            yield "volume", f"{factor}"


def _low_pass(wanted: LowPass | None) -> Iterator[Node]:
    if wanted is not None and wanted.smoothing > 1:
        share = 1 / wanted.smoothing
        yield "biquad", f"b0={share}:b1=0:b2=0:a0=1:a1={share - 1}:a2=0"


def _channel_mix(wanted: ChannelMix | None) -> Iterator[Node]:
    if wanted is not None and wanted != ChannelMix():
        left = f"{wanted.leftToLeft}*c0+{wanted.rightToLeft}*c1"
        yield "pan", f"stereo|c0={left}|c1={wanted.leftToRight}*c0+{wanted.rightToRight}*c1"


def _rotation(wanted: Rotation | None) -> Iterator[Node]:
    if wanted is not None and wanted.rotationHz:
        yield "apulsator", f"amount=1:timing=hz:hz={_within(abs(wanted.rotationHz), _ROTATIONS)}"


def _distortion(wanted: Distortion | None) -> Iterator[Node]:
    if wanted is not None and wanted != Distortion():
        channels = [
            f"clip({wanted.offset}+{wanted.scale}"
            f"*({wanted.sinOffset}+sin(val({channel})*{wanted.sinScale}))"
            f"*({wanted.cosOffset}+cos(val({channel})*{wanted.cosScale}))"
            f"*({wanted.tanOffset}+tan(val({channel})*{wanted.tanScale})),-1,1)"
            for channel in (0, 1)
        ]
        yield "aeval", f"{'|'.join(channels)}:c=same".replace(",", r"\,")


def _vibrato(wanted: Wobble | None) -> Iterator[Node]:
    if wanted is not None and wanted.depth:
        _refuse(wanted.frequency > _MAX_VIBRATO, f"Frequency > max ({_MAX_VIBRATO})")
        yield _wobble("vibrato", wanted)


def _tremolo(wanted: Wobble | None) -> Iterator[Node]:
    if wanted is not None and wanted.depth:
        yield _wobble("tremolo", wanted)


def _wobble(name: str, wanted: Wobble) -> Node:
    _refuse(wanted.frequency <= 0, "Frequency <= 0")
    _refuse(wanted.depth < 0, "Depth < 0")
    _refuse(wanted.depth > 1, "Depth > 1")
    return name, f"f={_within(wanted.frequency, _WOBBLES)}:d={wanted.depth}"


def _timescale(wanted: Timescale) -> Iterator[Node]:
    """Resampling moves pitch and tempo together; what tempo remains is stretched, by at most a half at a time."""
    for name in ("speed", "pitch", "rate"):
        _refuse(getattr(wanted, name) <= 0, f"{name} <= 0")
    for name, scale in (("speed", wanted.speed * wanted.rate), ("pitch", wanted.pitch * wanted.rate)):
        _refuse(scale != _within(scale, _SCALES), f"{name} x rate is not between {_SCALES[0]} and {_SCALES[1]}")
    if (pitch := wanted.pitch * wanted.rate) != 1:
        yield "asetrate", f"{round(SAMPLE_RATE * pitch)}"
        yield "aresample", f"{SAMPLE_RATE}"
    tempo = wanted.speed / wanted.pitch
    while tempo < 0.5:
        yield "atempo", "0.5"
        tempo /= 0.5
    if tempo != 1:
        yield "atempo", f"{tempo}"


def _karaoke(wanted: Karaoke | None) -> Iterator[Node]:
    """Each channel without the other, and a band of what both share; the band is a third channel meanwhile."""
    if wanted is None:
        return
    _refuse(wanted.filterWidth < 0, "filterWidth < 0")
    decay = math.exp(-2 * math.pi * wanted.filterWidth / SAMPLE_RATE)
    pole = 2 * math.sqrt(decay) / (1 + decay) * math.cos(2 * math.pi * wanted.filterBand / SAMPLE_RATE)
    gain = math.sqrt(1 - pole * pole) * (1 - decay)
    back = -2 * math.sqrt(decay) * pole
    level, mono = -wanted.level, wanted.monoLevel
    yield "pan", f"2.1|FL=FL+{level}*FR|FR=FR+{level}*FL|LFE=0.5*FL+0.5*FR"
    yield "biquad", f"b0={gain}:b1=0:b2=0:a0=1:a1={back}:a2={decay}:c=LFE"
    yield "pan", f"stereo|FL=FL+{mono}*LFE|FR=FR+{mono}*LFE"


def _equalizer(wanted: FiltersUpdate) -> Iterator[Node]:
    gains = {band.band: band.gain for band in wanted.equalizer}
    for band, gain in sorted(gains.items()):
        if gain:
            loudness = 20 * math.log10(max(1 + 4 * min(gain, 1.0), 0.01))
            yield "equalizer", f"f={BANDS[band]}:t=o:w=0.5:g={loudness}"


def _within(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])


def _refuse(wrong: bool, text: str) -> None:
    if wrong:
        raise FilterError(text)
