"""The rendered plant, seen from where a test wants to stand and in the light that it wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from arsupport.camera.geometry import Pose, apply, look_at, plane_to_picture
from arsupport.camera.render import CameraSettings, VirtualCamera

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = (640, 360)
# Metres from a mark to the camera from where it is drawn.
NEAR = 1.5


@dataclass(frozen=True)
class Stand:
    """Where the camera is: in degrees to the side of and above what it looks at, and how many times farther away.

    ``aside`` (metres, right and down) is how far beside it looks.
    """

    side: float = 0.0
    above: float = 0.0
    far: float = 1.0
    roll: float = 0.0
    aside: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Light:
    """How bright it is, how dark the shadows are, and how much brighter towards one side (degrees; 0 is right)."""

    gain: float = 1.0
    gamma: float = 1.0
    slope: float = 0.0
    towards: float = 0.0

    def on(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        height, width = picture.shape
        x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
        angle = np.deg2rad(self.towards)
        gain = self.gain * (1 + self.slope * (x * np.cos(angle) + y * np.sin(angle)))
        return np.asarray(np.clip((picture / 255.0) ** self.gamma * 255 * gain, 0, 255), np.uint8)


class _Standing(VirtualCamera):
    """A camera that stands still wherever it is put."""

    def __init__(self, seed: int) -> None:
        super().__init__(CameraSettings(seed=seed, size=SIZE, fps=30, liveliness=0.0, stamp=False))
        self.stands: list[Pose] = []

    def pose(self, index: int) -> Pose:
        return self.stands[index] if self.stands else super().pose(index)


class Machine:
    """A machine by seed: all are of one make, and differ in numbers, cables, switches and needles."""

    def __init__(self, seed: int) -> None:
        self._camera = _Standing(seed)

    def seen(self, spot: str, stand: Stand, light: Light | None = None) -> tuple[NDArray[np.uint8], float, float]:
        """Give the luma of what is seen when one looks at a named spot, and where that is, in pixels."""
        where = self._camera.scene.spots[spot]
        plane = self._camera.scene.planes[where.plane]
        target = plane.to_world() @ np.array([where.u, where.v, 1.0])
        side, above = np.deg2rad(stand.side), np.deg2rad(stand.above)
        towards = np.array([np.sin(side) * np.cos(above), -np.sin(above), -np.cos(side) * np.cos(above)])
        position = target + NEAR * stand.far * towards
        aim = target + np.array([*stand.aside, 0.0])
        self._camera.stands.append(Pose(position, look_at(position, aim, float(np.deg2rad(stand.roll)))))
        index = len(self._camera.stands) - 1
        luma = np.asarray(cv2.cvtColor(self._camera.frame(index), cv2.COLOR_BGR2GRAY), np.uint8)
        x, y, _ = apply(plane_to_picture(plane, self._camera.stands[index], self._camera.lens), where.u, where.v)
        return (luma if light is None else light.on(luma)), x, y
