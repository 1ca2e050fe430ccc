"""Where every point of the plant really is in every frame of a virtual camera.

Positions are pixels of the whole frame, the centre of the top left pixel at (0, 0), in the middle of the exposure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arsupport.camera.geometry import Matrix, apply, plane_to_picture
from arsupport.camera.scene import Spot
from arsupport.camera.stamp import stamp_size

if TYPE_CHECKING:
    from arsupport.camera.render import VirtualCamera


HALF_PIXEL = 0.5


@dataclass(frozen=True, slots=True)
class Sighting:
    """A point in a frame, in pixels.

    ``visible`` is false when it lies outside the picture, behind something nearer, or under the frame stamp; then
    (x, y) is where it would be seen.
    """

    x: float
    y: float
    visible: bool


class Truth:
    """Answers for one virtual camera. Frame indices are its own; they repeat with its period."""

    def __init__(self, camera: VirtualCamera) -> None:
        self._camera = camera
        self._spots = camera.scene.spots

    @property
    def spots(self) -> tuple[str, ...]:
        """Names of the spots, such as ``valve-V3`` or ``lamp-red``."""
        return tuple(self._spots)

    def project(self, spot: str, index: int) -> Sighting:
        """Return where the spot named ``spot`` is in frame ``index``.

        Raises:
            KeyError: there is no such spot.
        """
        return self.place(self._spots[spot], index)

    def place(self, point: Spot, index: int) -> Sighting:
        """Return where a point of a plane is in frame ``index``."""
        x, y, depth = apply(self._homography(point.plane, index), point.u, point.v)
        seen = self.locate(x, y, index) if depth > 0 else None
        return Sighting(x, y, seen is not None and seen.plane == point.plane)

    def locate(self, x: float, y: float, index: int) -> Spot | None:
        """Return the point of the plant that is seen at pixel (x, y) of frame ``index``.

        None outside the picture, under the frame stamp, and where nothing is.
        """
        width, height = self._camera.settings.size
        if not (0 <= x + HALF_PIXEL < width and 0 <= y + HALF_PIXEL < height):
            return None
        covered_x, covered_y = stamp_size(width)
        if self._camera.settings.stamp and x + HALF_PIXEL < covered_x and y + HALF_PIXEL < covered_y:
            return None
        planes, pose = self._camera.planes(index), self._camera.pose(index)
        for number, plane in reversed(list(enumerate(planes))):
            homography = plane_to_picture(plane, pose, self._camera.lens)
            a, b, w = (float(part) for part in np.linalg.inv(homography) @ np.array([x, y, 1.0]))
            if w == 0.0:  # this line of sight never meets the plane
                continue
            u, v = a / w, b / w
            in_front = apply(homography, u, v)[2] > 0
            if in_front and plane.holds(u, v):
                return Spot(number, u, v)
        return None

    def transfer(self, x: float, y: float, from_index: int, to_index: int) -> Sighting | None:
        """Follow what is seen at pixel (x, y) of frame ``from_index`` to frame ``to_index``.

        None when nothing can be located at (x, y).
        """
        point = self.locate(x, y, from_index)
        return None if point is None else self.place(point, to_index)

    def _homography(self, plane: int, index: int) -> Matrix:
        return plane_to_picture(self._camera.planes(index)[plane], self._camera.pose(index), self._camera.lens)
