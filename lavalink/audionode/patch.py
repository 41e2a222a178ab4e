"""The bodies clients send, read as the real server reads them: quoted numbers count, floats for integers do not."""

import math
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictStr

_WORDS = {"true": True, "false": False}


def _integer(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("not an integer")  # noqa: TRY004 - pydantic collects ValueErrors only
    return value


def _boolean(value: object) -> object:
    found = _WORDS.get(value) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise ValueError("not a boolean")  # noqa: TRY004 - as above
    return found


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("not a number")  # noqa: TRY004 - as above
    if not math.isfinite(number := float(value)):
        raise ValueError("not a finite number")
    return number


Int32 = Annotated[int, BeforeValidator(_integer), Field(ge=-(2**31), lt=2**31)]
Int64 = Annotated[int, BeforeValidator(_integer), Field(ge=-(2**63), lt=2**63)]
Bool = Annotated[bool, BeforeValidator(_boolean)]
Number = Annotated[float, BeforeValidator(_number)]


class Body(BaseModel):
    """Unknown fields are ignored; whether a field was there is `has`, for absent is not null."""

    model_config = ConfigDict(frozen=True)

    def has(self, field: str) -> bool:
        return field in self.model_fields_set


class SessionUpdate(Body):
    resuming: Bool = False
    timeout: Int64 = 0


class VoiceUpdate(Body):
    token: StrictStr
    endpoint: StrictStr
    sessionId: StrictStr  # noqa: N815 - the protocol's name
    channelId: StrictStr | None  # noqa: N815 - the protocol's name


class TrackUpdate(Body):
    encoded: StrictStr | None = None
    identifier: StrictStr = ""
    userData: dict[str, Any] = {}  # noqa: N815 - the protocol's name


class Band(Body):
    band: Int32
    gain: Number = 1.0


class Karaoke(Body):
    level: Number = 1.0
    monoLevel: Number = 1.0  # noqa: N815 - the protocol's name
    filterBand: Number = 220.0  # noqa: N815 - the protocol's name
    filterWidth: Number = 100.0  # noqa: N815 - the protocol's name


class Timescale(Body):
    speed: Number = 1.0
    pitch: Number = 1.0
    rate: Number = 1.0


class Wobble(Body):
    """Tremolo and vibrato."""

    frequency: Number = 2.0
    depth: Number = 0.5


class Distortion(Body):
    sinOffset: Number = 0.0  # noqa: N815 - the protocol's name
    sinScale: Number = 1.0  # noqa: N815 - the protocol's name
    cosOffset: Number = 0.0  # noqa: N815 - the protocol's name
    cosScale: Number = 1.0  # noqa: N815 - the protocol's name
    tanOffset: Number = 0.0  # noqa: N815 - the protocol's name
    tanScale: Number = 1.0  # noqa: N815 - the protocol's name
    offset: Number = 0.0
    scale: Number = 1.0


class Rotation(Body):
    rotationHz: Number = 0.0  # noqa: N815 - the protocol's name


class ChannelMix(Body):
    leftToLeft: Number = 1.0  # noqa: N815 - the protocol's name
    leftToRight: Number = 0.0  # noqa: N815 - the protocol's name
    rightToLeft: Number = 0.0  # noqa: N815 - the protocol's name
    rightToRight: Number = 1.0  # noqa: N815 - the protocol's name


class LowPass(Body):
    smoothing: Number = 20.0


class FiltersUpdate(Body):
    """The whole set: what is absent, or null, is off."""

    volume: Number = 1.0
    equalizer: tuple[Band, ...] = ()
    karaoke: Karaoke | None = None
    timescale: Timescale | None = None
    tremolo: Wobble | None = None
    vibrato: Wobble | None = None
    distortion: Distortion | None = None
    rotation: Rotation | None = None
    channelMix: ChannelMix | None = None  # noqa: N815 - the protocol's name
    lowPass: LowPass | None = None  # noqa: N815 - the protocol's name
    pluginFilters: dict[str, Any] = Field(default={}, exclude=True)  # noqa: N815 - the protocol's name

    def to_json(self) -> dict[str, Any]:
        """What was set, each filter with all its values."""
        return self.model_dump(include=self.model_fields_set, exclude_none=True)


class NextUpdate(Body):
    """`segueNext`: the track that the node starts by itself when the present one ends (docs/segue-next.md)."""

    identifier: StrictStr
    position: Int64 = 0
    endTime: Int64 | None = None  # noqa: N815 - as the protocol names it elsewhere
    userData: dict[str, Any] = {}  # noqa: N815 - as above


class SegueUpdate(Body):
    """`segue`: how one track leads to the next (docs/segue-next.md)."""

    crossfade: Int32 = 0  # ms
    levelling: Bool = False


class PlayerUpdate(Body):
    track: TrackUpdate = TrackUpdate()
    encodedTrack: StrictStr | None = None  # noqa: N815 - the protocol's name
    identifier: StrictStr = ""
    position: Int64 = 0
    endTime: Int64 | None = None  # noqa: N815 - the protocol's name
    volume: Int32 = 100
    paused: Bool = False
    filters: FiltersUpdate = FiltersUpdate()
    voice: VoiceUpdate | None = None
    segueNext: NextUpdate | None = None  # noqa: N815 - the extension's name
    segue: SegueUpdate = SegueUpdate()

    def track_update(self) -> TrackUpdate | None:
        """The track part, also from the deprecated top-level fields; None when nothing is said of a track."""
        if self.has("track"):
            return self.track
        old = {name: getattr(self, field) for field, name in _OLD_FIELDS.items() if self.has(field)}
        return TrackUpdate(**old) if old else None


_OLD_FIELDS = {"encodedTrack": "encoded", "identifier": "identifier"}
