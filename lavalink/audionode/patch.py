"""The bodies clients send, read as the real server reads them: quoted numbers count, floats for integers do not."""

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
    return float(value)


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


class FiltersUpdate(Body):
    """`volume` is served; an equalizer that changes nothing is accepted, since wavelink sends one with every play."""

    model_config = ConfigDict(frozen=True, extra="allow")

    volume: Number = 1.0
    equalizer: list[Band] = []

    @property
    def unserved(self) -> list[str]:
        """The names of the filters that were sent and cannot be applied."""
        equalizes = any(band.gain for band in self.equalizer)
        return (["equalizer"] if equalizes else []) + [name for name in _OTHERS if name in (self.model_extra or {})]


_OTHERS = ("karaoke", "timescale", "tremolo", "vibrato", "distortion", "rotation", "channelMix", "lowPass")


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

    def track_update(self) -> TrackUpdate | None:
        """The track part, also from the deprecated top-level fields; None when nothing is said of a track."""
        if self.has("track"):
            return self.track
        old = {name: getattr(self, field) for field, name in _OLD_FIELDS.items() if self.has(field)}
        return TrackUpdate(**old) if old else None


_OLD_FIELDS = {"encodedTrack": "encoded", "identifier": "identifier"}
