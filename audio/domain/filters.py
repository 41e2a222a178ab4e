"""What is done to the sound, in Lavalink's words: filters by name, each with its values."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Filters = Mapping[str, Any]
"""As Lavalink takes them, and besides them `presets`, a list of names of the contract."""

SAVED = 25
"""The filters that a guild can save: what Discord lets people choose from."""
_PREFIX = "FILTER_PRESET_"


class Preset(enum.StrEnum):
    """Filters that somebody made for everybody. The names are the contract's."""

    BASS_BOOST = "BASS_BOOST"
    TREBLE_BOOST = "TREBLE_BOOST"
    NIGHTCORE = "NIGHTCORE"
    VAPORWAVE = "VAPORWAVE"
    EIGHT_D = "EIGHT_D"
    KARAOKE = "KARAOKE"
    SOFT = "SOFT"
    TREMOLO = "TREMOLO"
    VIBRATO = "VIBRATO"


def _bands(*gains: float, first: int = 0) -> list[dict[str, float]]:
    return [{"band": band, "gain": gain} for band, gain in enumerate(gains, first)]


_PRESETS: dict[Preset, Filters] = {
    Preset.BASS_BOOST: {"equalizer": _bands(0.2, 0.2, 0.15, 0.1, 0.05, -0.05)},
    Preset.TREBLE_BOOST: {"equalizer": _bands(0.05, 0.1, 0.15, 0.2, 0.2, first=10)},
    Preset.NIGHTCORE: {"timescale": {"speed": 1.0, "pitch": 1.0, "rate": 1.2}},
    Preset.VAPORWAVE: {"timescale": {"speed": 1.0, "pitch": 1.0, "rate": 0.8}},
    Preset.EIGHT_D: {"rotation": {"rotationHz": 0.2}},
    Preset.KARAOKE: {"karaoke": {"level": 1.0, "monoLevel": 1.0, "filterBand": 220.0, "filterWidth": 100.0}},
    Preset.SOFT: {"lowPass": {"smoothing": 20.0}},
    Preset.TREMOLO: {"tremolo": {"frequency": 4.0, "depth": 0.6}},
    Preset.VIBRATO: {"vibrato": {"frequency": 4.0, "depth": 0.6}},
}


@dataclass(frozen=True)
class Sound:
    """What a node is told about the sound.

    `volume`: in percent; `levelling`: tracks become equally loud; `crossfade_ms`: so long one goes over into the next;
    `skipping`: segments that are no music are left out.
    """

    volume: int = 100
    filters: Filters = field(default_factory=dict)
    levelling: bool = False
    crossfade_ms: int = 0
    skipping: bool = False


PLAIN = Sound()


def combined(filters: Filters) -> Filters:
    """Return what presets and filters come to: the later preset counts, and what is set by hand over all of them."""
    by_hand = {name: values for name, values in filters.items() if name != "presets"}
    presets = [_PRESETS[Preset(name.removeprefix(_PREFIX))] for name in filters.get("presets", ())]
    return {name: values for each in (*presets, by_hand) for name, values in each.items()}


def speed(filters: Filters) -> float:
    """Return how many media seconds are played in a second."""
    timescale = combined(filters).get("timescale", {})
    found: float = timescale.get("speed", 1.0) * timescale.get("rate", 1.0)
    return found
