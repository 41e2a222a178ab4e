"""What operators look at, as Prometheus metrics."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

_started = Counter("segue_tracks_started", "Tracks that were started", ["node"])
_recovered = Counter("segue_tracks_recovered", "Tracks that were lost and went on", ["node"])
_failed = Counter("segue_tracks_failed", "Tracks that could not be played", ["node", "source"])
_sounded = Histogram(
    "segue_start_to_sound_seconds",
    "Time from the order to start until the node tells that it sounds",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15),
)


class PrometheusFigures:
    """`audio.stage.Figures`."""

    def started(self, node: str) -> None:
        _started.labels(node).inc()

    def recovered(self, node: str) -> None:
        _recovered.labels(node).inc()

    def failed(self, node: str, source: str) -> None:
        _failed.labels(node, source).inc()

    def sounded(self, seconds: float) -> None:
        _sounded.observe(seconds)
