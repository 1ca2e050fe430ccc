"""How a person holds a camera: slow pans, breathing, steps and tremor, repeating without a seam."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arsupport.camera.geometry import Pose, Vector, look_at

CENTRE = np.array([-0.12, -0.06, -1.92])
AIM = np.array([-0.14, -0.03, 0.0])
CALM_PERIOD_S = 12.0
"""Below this period pans become narrower, so that a short loop is no hastier than a long one."""


@dataclass(frozen=True, slots=True)
class _Sway:
    """One band of movement: up to ``reach`` on each axis, at frequencies from ``low`` to ``high`` Hz."""

    reach: tuple[float, ...]
    low: float
    high: float


# Axes: position x, y, z (m); aim x, y (m, at the cabinet's front); roll (rad). Tremor of a hand-held phone is some
# 0.05 degrees at 4 to 9 Hz, about a pixel; breathing and weight shifts are ten times that and ten times slower.
_PAN = _Sway((0.15, 0.06, 0.14, 0.28, 0.08, 0.015), 0.03, 0.13)
_BODY = _Sway((0.012, 0.008, 0.01, 0.018, 0.014, 0.006), 0.25, 1.1)
_TREMOR = _Sway((0.0006, 0.0006, 0.0004, 0.0015, 0.0015, 0.0007), 4.0, 9.0)
_WAVES_PER_BAND = 3
_AXES = 6


class HandHeldPath:
    """A smooth camera path by ``seed`` that repeats exactly after ``period`` seconds.

    Every axis is a sum of sines whose periods divide ``period``. ``liveliness`` scales all movement; 0 is a tripod.
    """

    def __init__(self, seed: int, period: float, liveliness: float = 1.0) -> None:
        rng = np.random.default_rng([seed, 1])
        self.period = period
        calm = min(1.0, period / CALM_PERIOD_S)
        cycles, phases, amplitudes = [], [], []
        for band, share in ((_PAN, calm), (_BODY, 1.0), (_TREMOR, 1.0)):
            frequencies = rng.uniform(band.low, band.high, (_WAVES_PER_BAND, _AXES))
            cycles.append(np.maximum(1.0, np.round(frequencies * period)))
            phases.append(rng.uniform(0, 2 * np.pi, (_WAVES_PER_BAND, _AXES)))
            weights = rng.dirichlet(np.full(_WAVES_PER_BAND, 4.0), _AXES).T
            amplitudes.append(weights * np.array(band.reach) * share * liveliness)
        self._cycles = np.concatenate(cycles)
        self._phases = np.concatenate(phases)
        self._amplitudes = np.concatenate(amplitudes)

    def pose(self, seconds: float) -> Pose:
        """Return where the camera is at ``seconds``."""
        offset = self._offset(seconds)
        position = CENTRE + offset[:3]
        aim = AIM + np.array([offset[3], offset[4], 0.0])
        return Pose(position, look_at(position, aim, float(offset[5])))

    def _offset(self, seconds: float) -> Vector:
        turns = 2 * np.pi * self._cycles * (seconds % self.period) / self.period
        return np.asarray((self._amplitudes * np.sin(turns + self._phases)).sum(axis=0))
