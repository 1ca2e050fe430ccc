"""A textured plane and a camera in front of it, of which everything is known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]

PLANE_SIZE = (2400, 1500)
GRAIN_SPARE = 97
GRAIN = (
    (np.random.default_rng(0).standard_normal((1080 + GRAIN_SPARE, 1920 + GRAIN_SPARE)) * 2).round().astype(np.int16)
)
LETTERS = "ABCDEFGHKLMNPRSTUVXYZ0123456789"


@dataclass(frozen=True)
class Camera:
    """Where the plane is looked at from: its point (`x`, `y`) is in the middle of the picture.

    `zoom` 1 shows one plane pixel as one pixel of a 1280 wide picture; `roll` and `tilt` in degrees; `blur` is the
    path in pixels that the picture moves to the right during the exposure.
    """

    x: float = 1200.0
    y: float = 750.0
    zoom: float = 1.0
    roll: float = 0.0
    tilt: float = 0.0
    blur: int = 0
    size: tuple[int, int] = (1280, 720)

    @property
    def homography(self) -> Floats:
        """Plane to picture, (3, 3)."""
        roll, tilt, focal = np.radians(self.roll), np.radians(self.tilt), 1100.0
        about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
        about_y = np.array([[np.cos(tilt), 0, np.sin(tilt)], [0, 1, 0], [-np.sin(tilt), 0, np.cos(tilt)]])
        rotation = about_z @ about_y
        on_plane = np.array([[1, 0, -self.x], [0, 1, -self.y], [0, 0, 1]])
        pose = np.column_stack([rotation[:, 0], rotation[:, 1], [0, 0, focal / self.zoom]])
        lens = np.array([[focal, 0, 640 - 0.5], [0, focal, 360 - 0.5], [0, 0, 1]])
        scale_x, scale_y = self.size[0] / 1280, self.size[1] / 720
        encoder = np.array(
            [[scale_x, 0, (scale_x - 1) / 2], [0, scale_y, (scale_y - 1) / 2], [0, 0, 1]],
        )
        return np.asarray(encoder @ lens @ pose @ on_plane)

    def sees(self, points: Floats) -> Floats:
        """Places (N, 2) in the picture of points (N, 2) of the plane."""
        moved = np.column_stack([points, np.ones(len(points))]) @ self.homography.T
        return np.asarray(moved[:, :2] / moved[:, 2:])

    def points_at(self, places: Floats) -> Floats:
        """Points (N, 2) of the plane that are seen at places (N, 2)."""
        moved = np.column_stack([places, np.ones(len(places))]) @ np.linalg.inv(self.homography).T
        return np.asarray(moved[:, :2] / moved[:, 2:])


class Plane:
    """A panel full of labels, lamps, plates and scratches, by seed."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        width, height = PLANE_SIZE
        base = cv2.resize(rng.integers(90, 170, (25, 40)).astype(np.uint8), PLANE_SIZE, interpolation=cv2.INTER_CUBIC)
        for _ in range(700):
            x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
            w, h, shade = int(rng.integers(8, 70)), int(rng.integers(8, 50)), int(rng.integers(10, 250))
            kind = rng.integers(0, 4)
            if kind == 0:
                cv2.rectangle(base, (x, y), (x + w, y + h), shade, -1)
            elif kind == 1:
                cv2.circle(base, (x, y), w // 3 + 3, shade, -1, cv2.LINE_AA)
            elif kind == 2:
                cv2.line(base, (x, y), (x + 2 * w, y + h), shade, 3, cv2.LINE_AA)
            else:
                text = "".join(rng.choice(list(LETTERS), 4))
                cv2.putText(base, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, shade, 3, cv2.LINE_AA)
        self.texture: Image = np.asarray(base, np.uint8)

    def seen_by(self, camera: Camera, noise: int = 1) -> Image:
        """The picture, luma, with sensor noise of 2 grey levels by the seed `noise`."""
        picture = cv2.warpPerspective(self.texture, camera.homography, camera.size, flags=cv2.INTER_AREA)
        if camera.blur:
            picture = cv2.blur(picture, (camera.blur, 1))
        height, width = picture.shape
        left, top = np.random.default_rng(noise).integers(0, GRAIN_SPARE, 2)
        grain = GRAIN[top : top + height, left : left + width]
        return np.asarray(cv2.add(picture, grain, dtype=cv2.CV_8U), np.uint8)


MARKS = np.array([[300.5, 200], [640, 360], [900, 250], [420, 520], [1000, 560], [700, 150]], np.float64)
