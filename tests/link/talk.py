"""Somebody who talks, for a browser's microphone: the beeps of Chromium's own are silence most of the time."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

RATE: Final = 48_000
SECONDS: Final = 12
_SYLLABLE: Final = 0.2
_PAUSE_EVERY: Final = 12  # syllables, then one without a sound
# The first two formants of vowels, Hz (Peterson and Barney, 1952).
_VOWELS: Final = ((730, 1090), (530, 1840), (270, 2290), (570, 840), (300, 870))


def write_talk(file: Path, seed: int = 7) -> None:
    """Write a voice without words as a WAV file: vowels one after the other, hardly a pause."""
    random = np.random.default_rng(seed)
    time = np.arange(RATE * SECONDS) / RATE
    pitch = 130 + 25 * np.sin(2 * np.pi * 0.4 * time) + 10 * np.sin(2 * np.pi * 1.7 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    syllable = (time / _SYLLABLE).astype(int)
    vowels = np.array(_VOWELS)[random.integers(0, len(_VOWELS), syllable[-1] + 1)][syllable]
    sound = np.zeros_like(time)
    for harmonic in range(1, 30):
        frequency = harmonic * pitch
        near = sum(np.exp(-(((frequency - vowels[:, formant]) / 130) ** 2)) for formant in (0, 1))
        sound += (near + 0.05 / harmonic) * np.sin(harmonic * phase)
    sound += random.normal(0, 0.02, len(time))
    sound *= np.sin(np.pi * (time / _SYLLABLE % 1)) ** 0.5 * (syllable % _PAUSE_EVERY != 0)
    samples = (sound / np.abs(sound).max() * 20_000).astype("<i2")
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
