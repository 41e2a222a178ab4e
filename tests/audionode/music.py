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
