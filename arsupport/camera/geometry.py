"""Planes in space and a pinhole camera.

World frame: metres, x to the right, y down, z away from the first camera position. Picture frame: pixels, x to the
right, y down, the centre of the top left pixel at (0, 0) as in OpenCV.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Plane:
    """A textured rectangle in space.

    ``origin`` is its top left corner in metres; ``across`` and ``down`` are unit vectors along its edges; ``texture``
    is (height, width, 4) BGRA with premultiplied alpha at ``density`` texels per metre. A ``cutout`` plane shows what
    is behind it where its alpha is low; any other plane is opaque all over.
    """

    name: str
    origin: Vector
    across: Vector
    down: Vector
    texture: Picture = field(repr=False)
    density: float
    cutout: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in metres."""
        return self.texture.shape[1] / self.density, self.texture.shape[0] / self.density

    def to_world(self) -> Matrix:
        """Return the (3, 3) matrix that takes (u, v, 1), metres from the top left corner, into the world."""
        return np.column_stack([self.across, self.down, self.origin])

    def texel_to_metres(self) -> Matrix:
        """Return the (3, 3) matrix that takes texel centres (i, j, 1) to (u, v, 1)."""
        step = 1.0 / self.density
        return np.array([[step, 0.0, step / 2], [0.0, step, step / 2], [0.0, 0.0, 1.0]])

    def holds(self, u: float, v: float) -> bool:
        """Tell whether something is drawn at (u, v), metres from the top left corner."""
        width, height = self.size
        if not (0.0 <= u < width and 0.0 <= v < height):
            return False
        return not self.cutout or int(self.texture[int(v * self.density), int(u * self.density), 3]) > SOLID_ALPHA


SOLID_ALPHA = 127


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the camera is: ``position`` (3,) in metres; ``rotation`` (3, 3) takes world directions to the camera's.

    ``zoom`` is how many times as large as through the lens alone things are seen.
    """

    position: Vector
    rotation: Matrix
    zoom: float = 1.0


@dataclass(frozen=True, slots=True)
class Lens:
    """A pinhole lens without distortion for pictures of ``width`` x ``height`` pixels."""

    width: int
    height: int
    focal_widths: float = 0.8

    @property
    def focal(self) -> float:
        """Focal length in pixels; 0.8 picture widths is the 64 degrees of a phone's main camera."""
        return self.focal_widths * self.width

    def matrix(self, zoom: float = 1.0) -> Matrix:
        """Return the (3, 3) intrinsic matrix."""
        focal = zoom * self.focal
        return np.array(
            [
                [focal, 0.0, (self.width - 1) / 2],
                [0.0, focal, (self.height - 1) / 2],
                [0.0, 0.0, 1.0],
            ]
        )


def plane_to_picture(plane: Plane, pose: Pose, lens: Lens) -> Matrix:
    """Return the (3, 3) homography from (u, v) metres on ``plane`` to pixels.

    The third coordinate is the depth in metres: it is not positive for points behind the camera.
    """
    world = plane.to_world()
    world[:, 2] -= pose.position
    return np.asarray(lens.matrix(pose.zoom) @ pose.rotation @ world)


def look_at(position: Vector, target: Vector, roll: float) -> Matrix:
    """Return the rotation of a camera at ``position`` that looks at ``target``, rolled by ``roll`` radians."""
    forward = target - position
    forward = forward / np.linalg.norm(forward)
    right = np.cross(np.array([0.0, 1.0, 0.0]), forward)
    right = right / np.linalg.norm(right)
    level = np.stack([right, np.cross(forward, right), forward])
    cosine, sine = np.cos(roll), np.sin(roll)
    return np.asarray(np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]]) @ level)


def apply(homography: Matrix, x: float, y: float) -> tuple[float, float, float]:
    """Return (x', y', w): the point that ``homography`` takes (x, y) to, and its third coordinate before division."""
    a, b, w = homography @ np.array([x, y, 1.0])
    return float(a / w), float(b / w), float(w)
