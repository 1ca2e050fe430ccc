"""A scene with depth: a panel, and in front of it a second one, seen by a camera that moves sideways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.vision.plane import Camera, Plane

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]

BACK, FRONT = Plane(1), Plane(5)
# The front panel in its own plane's pixels; it is seen where the camera's middle shows (1200, 750).
EDGES = (950.0, 560.0, 1450.0, 940.0)
ON_FRONT = np.array([[1010.0, 620.0], [1180, 700], [1390, 880], [1100, 900]])
ON_BACK = np.array([[700.0, 480.0], [760, 900], [1640, 560], [1700, 980], [1200, 1020]])


@dataclass(frozen=True)
class Look:
    """A camera at (x, y) on the back panel; the front one shifts `nearer` times as much, and `moved` by itself."""

    x: float = 1200.0
    y: float = 750.0
    nearer: float = 1.35
    moved: tuple[float, float] = (0.0, 0.0)

    @property
    def back(self) -> Camera:
        return Camera(x=self.x, y=self.y)

    @property
    def front(self) -> Camera:
        x = 1200 + (self.x - 1200) * self.nearer - self.moved[0]
        return Camera(x=x, y=750 + (self.y - 750) * self.nearer - self.moved[1])

    def marks(self) -> Floats:
        """(9, 2) places of the marks on the front panel, then of those on the back one."""
        return np.concatenate([self.front.sees(ON_FRONT), self.back.sees(ON_BACK)])

    def picture(self, noise: int = 1) -> Image:
        """(720, 1280) luma."""
        back, front = BACK.seen_by(self.back, noise), FRONT.seen_by(self.front, noise + 1)
        corners = self.front.sees(np.array(EDGES).reshape(2, 2)).round().astype(int)
        (left, top), (right, bottom) = corners.clip(0, (1280, 720)).tolist()
        back[top:bottom, left:right] = front[top:bottom, left:right]
        return back
