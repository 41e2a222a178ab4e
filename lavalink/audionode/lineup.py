"""The tracks of a player: what was asked for, what plays, and what was handed over to follow."""

from dataclasses import dataclass, field
from typing import Any

from audionode.passage import Passage
from audionode.patch import NextUpdate
from audionode.stream import TrackStream
from audionode.tracing import FirstFrame
from audionode.track import TrackInfo


@dataclass(frozen=True)
class Play:
    """A track from `start` to `end` (milliseconds); `failure` says why it could not even be looked up."""

    info: TrackInfo
    start: int = 0
    end: int | None = None
    user_data: dict[str, Any] = field(default_factory=dict)
    first_frame: FirstFrame = field(default_factory=FirstFrame)
    failure: Exception | None = None


@dataclass
class Playing:
    """A track that was started and has not ended."""

    info: TrackInfo
    stream: TrackStream
    passage: Passage
    first_frame: FirstFrame
    user_data: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return self.info.to_json(position=self.passage.milliseconds, user_data=self.user_data)


@dataclass(eq=False)
class Next:
    """A track that was handed over: `play` is there once it was looked up, `passage` once it is lined up."""

    update: NextUpdate
    play: Play | None = None
    passage: Passage | None = None
