"""Positions and lengths as people write them."""

from __future__ import annotations

import re

_POSITION = re.compile(
    r"(?:(?:(?P<hours>\d{1,3}):)?(?P<minutes>\d{1,5}):)?(?P<seconds>\d{1,6}(?:\.\d{1,3})?)", re.ASCII
)


def parse(text: str) -> float:
    """Read `90`, `1:30` or `1:02:03` as seconds; ValueError for anything else."""
    found = _POSITION.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    hours, minutes, seconds = int(found["hours"] or 0), int(found["minutes"] or 0), float(found["seconds"])
    if (found["minutes"] and seconds >= 60) or (found["hours"] and minutes >= 60):
        raise ValueError(text)
    return hours * 3600 + minutes * 60 + seconds


def parse_move(text: str) -> tuple[float, bool]:
    """Read a position, or after `+` or `-` how far to go from where one is; tells whether it is that."""
    written = text.strip()
    if not written.startswith(("+", "-")):
        return parse(written), False
    seconds = parse(written[1:])
    return -seconds if written.startswith("-") else seconds, True


def show(seconds: float) -> str:
    """Write seconds as `1:30` or `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def write(seconds: float) -> str:
    """Write seconds so that `parse` reads the same: as `1:30`, or as `2.5` below a minute and between two seconds."""
    return show(seconds) if seconds >= 60 and seconds.is_integer() else f"{seconds:.3f}".rstrip("0").rstrip(".")
