"""How things go over the time of a film, by random generator: they begin at 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from tests.bench.tracking.sequence import Floats

FRAMES: Final = 150
_WAVES: Final = 3


def sway(rng: np.random.Generator, reach: tuple[float, ...], swings: tuple[float, float]) -> Floats:
    """(FRAMES, axes): smooth and irregular, at most `reach` on each axis, about so many swings in all."""
    time = np.linspace(0, 2 * np.pi, FRAMES)[:, None]
    rates, phases = rng.uniform(*swings, (_WAVES, len(reach))), rng.uniform(0, 2 * np.pi, (_WAVES, len(reach)))
    waves = [np.sin(rate * time + phase) - np.sin(phase) for rate, phase in zip(rates, phases, strict=True)]
    path = np.sum(waves, axis=0)
    return np.asarray(np.array(reach) * path / np.abs(path).max(axis=0))


def swing(rng: np.random.Generator, reach: float) -> Floats:
    """(FRAMES,): out to `reach` on one side, to the other side, and back; which comes first is random."""
    return np.asarray(rng.choice([-1, 1]) * reach * np.sin(np.linspace(0, 2 * np.pi, FRAMES)))


def away(reach: float) -> Floats:
    """(FRAMES,): to `reach`, a while there, and back."""
    time = np.linspace(0, 1, FRAMES)
    return np.asarray(reach * (_eased((time - 0.2) / 0.2) - _eased((time - 0.65) / 0.2)))


def flicker(rng: np.random.Generator) -> Floats:
    """(FRAMES,): what light is multiplied by; a lamp that beats with the shutter, and one that fails at times."""
    time = np.arange(FRAMES)
    beat = 1 + 0.25 * np.sin(time * rng.uniform(0.8, 2.5))
    return np.asarray(beat * np.where(time % 50 > 40, 0.5, 1.0))


def _eased(share: Floats) -> Floats:
    share = np.clip(share, 0, 1)
    return np.asarray(share * share * (3 - 2 * share))
