"""Music made for the tests: time-coded tracks in every container, and files that are none."""

import wave
from pathlib import Path
from typing import Any

import av
import numpy as np

FORMATS = {
    "coded.flac": ("flac", 44100),
    "coded.mp3": ("libmp3lame", 44100),
    "coded.m4a": ("aac", 44100),
    "coded.ogg": ("libopus", 48000),
    "coded.opus": ("libopus", 48000),
    "coded.webm": ("libopus", 48000),
    "studio.flac": ("flac", 48000),  # decoded as it is sent: nothing to convert
}


def time_coded(seconds: float, rate: int = 48000) -> np.ndarray[Any, Any]:
    """Second n is a sine of 500 + 50 x (n mod 60) Hz, as s16."""
    moments = np.arange(int(seconds * rate)) / rate
    pitch = 500 + 50 * (moments.astype(int) % 60)
    return (0.3 * np.sin(2 * np.pi * pitch * moments) * 32767).astype(np.int16)


def tone(seconds: float, pitch: float, rate: int = 48000) -> np.ndarray[Any, Any]:
    moments = np.arange(int(seconds * rate)) / rate
    return (0.366 * np.sin(2 * np.pi * pitch * moments) * 32767).astype(np.int16)


def write_wav(path: Path, samples: np.ndarray[Any, Any], rate: int = 48000, channels: int = 2) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(samples, channels).tobytes())


def encode(
    path: Path, samples: np.ndarray[Any, Any], codec: str, rate: int, tags: dict[str, str] | None = None
) -> None:
    container: Any = av.open(str(path), "w")
    with container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec, rate=rate)
        stream.layout = "stereo"
        source = av.AudioFrame.from_ndarray(np.repeat(samples, 2).reshape(1, -1), format="s16", layout="stereo")
        source.sample_rate = rate
        resampler = av.AudioResampler(format=stream.format, layout="stereo", rate=rate, frame_size=960)
        for frame in [*resampler.resample(source), *resampler.resample(None)]:
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def make_music(root: Path) -> Path:
    write_wav(root / "coded.wav", time_coded(12))
    for name, (codec, rate) in FORMATS.items():
        tags = {"title": f"Coded {name}", "artist": "Ünit Tests"}
        encode(root / name, time_coded(4, rate), codec, rate, tags)
    write_wav(root / "tone.wav", tone(4, 440))
    write_wav(root / "tone10.wav", tone(10, 440))
    write_wav(root / "tone1k.wav", tone(30, 1000))
    write_wav(root / "long.wav", tone(300, 440, 8000), 8000)
    write_wav(root / "mono8.wav", tone(5, 440, 8000), 8000, channels=1)
    write_wav(root / "tone441.wav", tone(5, 440, 44100), 44100)
    whole = (root / "tone10.wav").read_bytes()
    (root / "trunc.wav").write_bytes(whole[: len(whole) // 3])
    (root / "dir").mkdir(exist_ok=True)
    (root / "empty.wav").touch()
    (root / "empty.mp3").touch()
    (root / "notes.txt").write_text("These are words, not music.\n" * 50)
    (root / "text.mp3").write_text("These are words, not music.\n" * 500)
    (root / "garbage.bin").write_bytes(np.random.default_rng(1).bytes(40_000))
    return root


RATE = 48000
CUT = 2 * RATE + 347  # samples of a piece that is joined to another: no whole number of frames


def coded(first: int, samples: int, level: float = 0.3) -> np.ndarray[Any, Any]:
    """Time code that begins with second `first`."""
    moments = np.arange(samples) / RATE
    pitch = 500 + 50 * (first + moments.astype(int))
    return (level * np.sin(2 * np.pi * pitch * moments) * 32767).astype(np.int16)


def sine(pitch: float, first: int, samples: int, level: float = 0.3) -> np.ndarray[Any, Any]:
    """A tone as it is from sample `first` on."""
    moments = np.arange(first, first + samples) / RATE
    return (level * np.sin(2 * np.pi * pitch * moments) * 32767).astype(np.int16)


def make_pieces(root: Path) -> Path:
    """Tracks to be joined: each second of `one` and `two` has a pitch of its own, `left` and `right` are one tone."""
    write_wav(root / "one.wav", coded(0, CUT))
    write_wav(root / "two.wav", coded(5, 2 * RATE))
    for name, first, samples in (("left", 0, CUT), ("right", CUT, 2 * RATE)):
        write_wav(root / f"{name}.wav", sine(440, first, samples))
        encode(root / f"{name}.flac", sine(440, first, samples), "flac", RATE)
    encode(root / "one.opus", coded(0, 2 * RATE), "libopus", RATE)
    encode(root / "two.opus", coded(5, 2 * RATE), "libopus", RATE)
    write_wav(root / "low.wav", sine(500, 0, 4 * RATE))
    write_wav(root / "high.wav", sine(2000, 0, 4 * RATE))
    encode(root / "low.opus", sine(500, 0, 4 * RATE), "libopus", RATE)
    encode(root / "high.opus", sine(2000, 0, 4 * RATE), "libopus", RATE)
    write_wav(root / "blip.wav", sine(2000, 0, RATE))
    write_wav(root / "quiet.wav", sine(997, 0, 3 * RATE, 0.02))
    write_wav(root / "loud.wav", sine(997, 0, 3 * RATE, 0.9))
    return root
