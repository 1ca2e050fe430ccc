"""What every publisher sends: ten seconds of the rendered plant and of a noisy hall, encoded once and cut into packets.

720p30 H.264 at about 2 Mbit/s with a frame stamp in the picture, Opus at 32 kbit/s: about 300 RTP packets a second,
paced as a browser paces them.
"""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import msgspec
import numpy as np
from aiortc.codecs.h264 import H264Encoder

from arsupport.camera.encoder import PictureEncoder
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.timeline import CLOCK_RATE as VIDEO_RATE

SETTINGS: Final = CameraSettings(seed=11, period=10.0)
BIT_RATE: Final = 2_000_000
SECONDS: Final = SETTINGS.period
CLOCK_RATES: Final = {"video": VIDEO_RATE, "audio": 48_000}
AUDIO_RATE: Final = CLOCK_RATES["audio"]
AUDIO_BIT_RATE: Final = 32_000
AUDIO_SAMPLES: Final = 960

PACE_PACKETS: Final = 4
PACE_SECONDS: Final = 0.005
"""A browser's pacer sends bursts of this length at 2.5 times the bit rate that it aims at."""

KEY_BYTES: Final = 12
_VERSION: Final = 3


class Packet(msgspec.Struct, array_like=True):
    """One RTP payload, of video when it has a ``frame``; ``key``, its last bytes, tells it from all others."""

    payload: bytes
    frame: int = -1
    marker: bool = False

    @property
    def video(self) -> bool:
        return self.frame >= 0

    @property
    def key(self) -> bytes:
        return self.payload[-KEY_BYTES:]


class Burst(msgspec.Struct, array_like=True):
    """Packets that are sent at once; times are seconds from the clip's beginning.

    Attributes:
        due: when they are sent.
        taken: when picture or sound was taken, which is what their timestamp says.
        packets: of one frame; ``begins`` tells whether the frame's first one is among them.
    """

    due: float
    taken: float
    packets: list[Packet]
    begins: bool


def load_clip() -> list[Burst]:
    """The clip's bursts in order of time; made on the first call on a machine, which takes a while."""
    path = Path(tempfile.gettempdir()) / f"arsupport-bench-clip-{_VERSION}.msgpack"
    if not path.exists():
        fresh = path.with_suffix(".new")
        fresh.write_bytes(msgspec.msgpack.encode(_make_clip()))
        fresh.replace(path)
    return msgspec.msgpack.decode(path.read_bytes(), type=list[Burst])


def _make_clip() -> list[Burst]:
    bursts = sorted(_video() + _audio(), key=lambda burst: burst.due)
    keys = [packet.key for burst in bursts for packet in burst.packets]
    if len(set(keys)) != len(keys):
        raise ValueError("two packets of the clip end alike")
    return bursts


def _video() -> list[Burst]:
    camera = VirtualCamera(SETTINGS)
    encoder, packer = PictureEncoder(SETTINGS.size, SETTINGS.fps, BIT_RATE), H264Encoder()
    bursts: list[Burst] = []
    for frame in range(SETTINGS.frames):
        taken = frame / SETTINGS.fps
        unit = encoder.encode(camera.frame(frame), frame * VIDEO_RATE // SETTINGS.fps)
        payloads, _timestamp = packer.pack(unit)
        packets = [Packet(payload, frame, marker=payload is payloads[-1]) for payload in payloads]
        for start in range(0, len(packets), PACE_PACKETS):
            due = max(taken, bursts[-1].due + PACE_SECONDS if bursts else 0.0)
            bursts.append(Burst(due, taken, packets[start : start + PACE_PACKETS], begins=start == 0))
    return bursts


def _audio() -> list[Burst]:
    encoder = av.AudioCodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = AUDIO_RATE, "mono", "s16"
    encoder.bit_rate, encoder.time_base = AUDIO_BIT_RATE, Fraction(1, AUDIO_RATE)
    encoder.options = {"application": "voip", "frame_duration": "20"}
    rng = np.random.default_rng(11)
    hum = 3000 * np.sin(2 * np.pi * 100 * np.arange(AUDIO_SAMPLES) / AUDIO_RATE)
    bursts: list[Burst] = []
    for index in range(round(SECONDS * AUDIO_RATE / AUDIO_SAMPLES)):
        samples = (hum + rng.normal(0, 2000, AUDIO_SAMPLES)).astype(np.int16)
        sound = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        sound.sample_rate, sound.pts = AUDIO_RATE, index * AUDIO_SAMPLES
        for packet in encoder.encode(sound):
            taken = len(bursts) * AUDIO_SAMPLES / AUDIO_RATE
            bursts.append(Burst(taken, taken, [Packet(bytes(packet))], begins=False))
    return bursts
