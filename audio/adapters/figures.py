"""What operators look at, as Prometheus metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_started = Counter("segue_tracks_started", "Tracks that were started", ["node"])
_recovered = Counter("segue_tracks_recovered", "Tracks that were lost and went on", ["node"])
_failed = Counter("segue_tracks_failed", "Tracks that could not be played", ["node", "source"])
_sounded = Histogram(
    "segue_start_to_sound_seconds",
    "Time from the order to start until the node tells that it sounds",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15),
)
_unloaded = Counter("segue_loads_failed", "Searches and addresses that a node could not load", ["node", "source"])
_frames = Counter(
    "segue_node_frames",
    "Frames of 20 ms by fate (sent, nulled, missing), as the node tells once a minute: the mean of a session's players",
    ["node", "fate"],
)
_FATES = {"sent": "sent", "nulled": "nulled", "missing": "deficit"}
_connected = Gauge("segue_node_connected", "1: this process has a session with the node", ["node"])
_playing = Gauge("segue_node_playing_players", "Players that play on the node", ["node"])
_load = Gauge("segue_node_load", "Share of its machine's processors that the node takes", ["node"])


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


def watch_node(node: str, connected: Callable[[], bool], stats: Callable[[], Mapping[str, Any]]) -> None:
    """Show how a node is whenever somebody asks; `stats` are Lavalink's, empty until it told any."""
    _connected.labels(node).set_function(lambda: float(connected()))
    _playing.labels(node).set_function(lambda: float(stats().get("playingPlayers", 0)))
    _load.labels(node).set_function(lambda: float(stats().get("cpu", {}).get("lavalinkLoad", 0)))
    for fate in _FATES:
        _frames.labels(node, fate)


def forget_node(node: str) -> None:
    """Show a node no more that is none of ours any more; what was counted stays."""
    for gauge in (_connected, _playing, _load):
        gauge.remove(node)


def count_frames(node: str, told: Mapping[str, int]) -> None:
    """Count Lavalink's `frameStats` of a minute; a deficit below zero is a surplus."""
    for fate, field in _FATES.items():
        _frames.labels(node, fate).inc(max(0, told[field]))


def count_failed_load(node: str, source: str) -> None:
    """Count something that a node could not load."""
    _unloaded.labels(node, source).inc()
