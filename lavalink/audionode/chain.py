"""PCM through FFmpeg's filters: 48 kHz stereo s16 in, and out."""

import contextlib
from collections.abc import Iterable

import av
from av.audio.frame import AudioFrame
from av.filter import Graph

from audionode.filters import Node
from audionode.opus import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE

SAMPLE_BYTES = FRAME_BYTES // FRAME_SAMPLES
_PCM = ("s16", "stereo", SAMPLE_RATE)
_WORKING = ("aformat", "sample_fmts=fltp:channel_layouts=stereo")
_DONE = ("aformat", f"sample_fmts=s16:channel_layouts=stereo:sample_rates={SAMPLE_RATE}")


class Chain:
    """Filters one after the other, over sound that comes in pieces of any length; without filters it changes nothing.

    `shape` is format, layout and rate of frames given to `push_frame`.
    """

    def __init__(self, nodes: Iterable[Node] = (), shape: tuple[str, str, int] = _PCM) -> None:
        nodes = [*nodes]
        self._graph = _linked([_WORKING, *nodes, _DONE], shape) if nodes or shape != _PCM else None

    def push(self, pcm: bytes) -> bytes:
        """What comes out when this goes in: some filters hold a little back."""
        if self._graph is None or not pcm:
            return pcm
        frame = AudioFrame("s16", "stereo", len(pcm) // SAMPLE_BYTES, 1)
        frame.planes[0].update(pcm)
        frame.sample_rate = SAMPLE_RATE
        return self.push_frame(frame)

    def push_frame(self, frame: AudioFrame) -> bytes:
        """As `push`, for a frame of the chain's shape."""
        if self._graph is None:
            return bytes(memoryview(frame.planes[0])[: frame.samples * SAMPLE_BYTES])
        frame.pts = None
        self._graph.push(frame)
        return self._pull()

    def flush(self) -> bytes:
        """What was held back; nothing goes in afterwards."""
        if self._graph is None:
            return b""
        self._graph.push(None)
        return self._pull()

    def _pull(self) -> bytes:
        assert self._graph is not None
        out = bytearray()
        with contextlib.suppress(av.error.BlockingIOError, av.error.EOFError):
            while True:
                frame = self._graph.pull()
                assert isinstance(frame, AudioFrame)
                out += memoryview(frame.planes[0])[: frame.samples * SAMPLE_BYTES]
        return bytes(out)


def _linked(filters: Iterable[Node], shape: tuple[str, str, int]) -> Graph:
    graph = Graph()
    graph.threads = 1  # the default, all cores, triples the cost
    sample_format, layout, rate = shape
    nodes = [graph.add_abuffer(sample_rate=rate, format=sample_format, layout=layout)]
    nodes += [graph.add(name, arguments) for name, arguments in filters]
    nodes.append(graph.add("abuffersink"))
    graph.link_nodes(*nodes).configure()
    return graph
