"""PCM through FFmpeg's filters: 48 kHz stereo s16 in, and out."""

import contextlib
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

import av
from av.audio.frame import AudioFrame
from av.filter import Graph
from av.filter.context import FilterContext

from audionode.filters import Node
from audionode.opus import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE

SAMPLE_BYTES = FRAME_BYTES // FRAME_SAMPLES
PCM = ("s16", "stereo", SAMPLE_RATE)
_WORKING = ("aformat", "sample_fmts=fltp:channel_layouts=stereo")
_DONE = ("aformat", f"sample_fmts=s16:channel_layouts=stereo:sample_rates={SAMPLE_RATE}")


class Chain:
    """Filters one after the other, over sound that comes in pieces of any length; without filters it changes nothing.

    `shape` is format, layout and rate of frames given to `push_frame`.
    """

    def __init__(self, nodes: Iterable[Node] = (), shape: tuple[str, str, int] = PCM) -> None:
        nodes = [*nodes]
        self._graph = linked([_WORKING, *nodes, _DONE], shape) if nodes or shape != PCM else None

    def push(self, pcm: bytes) -> bytes:
        """What comes out when this goes in: some filters hold a little back."""
        if self._graph is None or not pcm:
            return pcm
        return self.push_frame(framed(pcm))

    def push_frame(self, frame: AudioFrame) -> bytes:
        """As `push`, for a frame of the chain's shape."""
        if self._graph is None:
            return _bytes(frame)
        frame.pts = None
        self._graph.push(frame)
        return _all(self._graph)

    def flush(self) -> bytes:
        """What was held back; nothing goes in afterwards."""
        if self._graph is None:
            return b""
        self._graph.push(None)
        return _all(self._graph)


class CrossFade:
    """Mixes the end of one sound and the beginning of another over `samples`, at equal power."""

    def __init__(self, samples: int) -> None:
        self._graph = graph = Graph()  # kept: its parts do not keep it
        graph.threads = 1
        mix, sink = graph.add("amix", "inputs=2:normalize=0"), graph.add("abuffersink")
        self._inputs: list[FilterContext] = []
        for pad, direction in enumerate(("out", "in")):
            source = graph.add_abuffer(sample_rate=SAMPLE_RATE, format="s16", layout="stereo")
            fade = graph.add("afade", f"type={direction}:start_sample=0:nb_samples={samples}:curve=qsin")
            _link(source, graph.add(*_WORKING), fade)
            fade.link_to(mix, 0, pad)
            self._inputs.append(source)
        _link(mix, graph.add(*_DONE), sink)
        graph.configure()
        self._output = sink

    def mix(self, at: int, old: bytes, new: bytes) -> bytes:
        """Equally long pieces of both, `at` samples after the fade's beginning; each call goes on where one ended."""
        for source, pcm in zip(self._inputs, (old, new), strict=True):
            frame = framed(pcm)
            frame.pts, frame.time_base = at, Fraction(1, SAMPLE_RATE)
            source.push(frame)
        return _all(self._output)


def framed(pcm: bytes) -> AudioFrame:
    """48 kHz stereo s16 as a frame."""
    frame = AudioFrame("s16", "stereo", len(pcm) // SAMPLE_BYTES, 1)
    frame.planes[0].update(pcm)
    frame.sample_rate = SAMPLE_RATE
    return frame


def _all(output: Graph | FilterContext) -> bytes:
    out = bytearray()
    with contextlib.suppress(av.error.BlockingIOError, av.error.EOFError):
        while True:
            frame = output.pull()
            assert isinstance(frame, AudioFrame)
            out += _bytes(frame)
    return bytes(out)


def _bytes(frame: AudioFrame) -> bytes:
    return bytes(memoryview(frame.planes[0])[: frame.samples * SAMPLE_BYTES])


def _link(*contexts: FilterContext) -> None:
    for one, other in pairwise(contexts):
        one.link_to(other)


def linked(filters: Iterable[Node], shape: tuple[str, str, int]) -> Graph:
    """Filters one behind the other, for frames of a shape: format, layout, rate."""
    graph = Graph()
    graph.threads = 1  # the default, all cores, triples the cost
    sample_format, layout, rate = shape
    nodes = [graph.add_abuffer(sample_rate=rate, format=sample_format, layout=layout)]
    nodes += [graph.add(name, arguments) for name, arguments in filters]
    nodes.append(graph.add("abuffersink"))
    graph.link_nodes(*nodes).configure()
    return graph
