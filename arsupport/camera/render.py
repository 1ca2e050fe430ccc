"""Pictures of the plant floor as the virtual camera sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np

from arsupport.camera.cover import Box, Cover
from arsupport.camera.geometry import Lens, Matrix, Picture, Plane, Pose, plane_to_picture
from arsupport.camera.motion import HandHeldPath
from arsupport.camera.scene import PLATE_TAG, Scene, build_scene
from arsupport.camera.stamp import write_stamp

if TYPE_CHECKING:
    from collections.abc import Callable

EXPOSURE_S = 1 / 50
NOISE_LEVELS = 1.8
NEAREST_M = 0.05
SHARP_BELOW_PX = 0.6
LONGEST_BLUR_PX = 9
NOISE_SPARE_PX = 97
OUTLINE = (48, 48, 48, 255)
_BGRA = 4


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """What a virtual camera is asked for.

    ``size`` is (width, height) in pixels; ``period`` is the number of seconds after which everything repeats;
    ``liveliness`` scales the movement of the hand; ``stamp`` puts the frame's index within the period into the picture;
    ``tag`` is the number of the tag on the cabinet.
    """

    seed: int = 1
    size: tuple[int, int] = (1280, 720)
    fps: int = 30
    period: float = 20.0
    liveliness: float = 1.0
    stamp: bool = True
    tag: int = PLATE_TAG

    @property
    def frames(self) -> int:
        """Number of different frames."""
        return round(self.fps * self.period)


class Path(Protocol):
    """Where a camera is at any time."""

    def pose(self, seconds: float) -> Pose:
        """Return where the camera is at ``seconds``."""
        ...


@dataclass(frozen=True, slots=True)
class Staging:
    """What is filmed, and from where.

    ``moving`` takes a time in seconds and gives the scene's planes at that time: as many, in the same order. Without
    it nothing moves but the camera.
    """

    scene: Scene
    path: Path
    moving: Callable[[float], tuple[Plane, ...]] | None = None


class VirtualCamera:
    """A camera held by hand in front of a cabinet that exists only as planes.

    Frame ``index`` is exposed around time ``index / fps``; the same settings give the same bytes. Without ``staging``
    the settings' seed says what is filmed and how the camera moves.
    """

    def __init__(self, settings: CameraSettings, staging: Staging | None = None) -> None:
        width, height = settings.size
        if staging is None:
            path = HandHeldPath(settings.seed, settings.frames / settings.fps, settings.liveliness)
            staging = Staging(build_scene(settings.seed, width, settings.tag), path)
        self.settings = settings
        self.scene = staging.scene
        self.lens = Lens(width, height)
        self._path, self._moving = staging.path, staging.moving
        rng = np.random.default_rng([settings.seed, 2])
        shape = (height + NOISE_SPARE_PX, width + NOISE_SPARE_PX, _BGRA)
        grain = rng.standard_normal(shape, np.float32) * NOISE_LEVELS * np.array([1.2, 0.9, 1.1, 0.0], np.float32)
        self._noise = np.clip(np.round(grain + 128), 0, 255).astype(np.uint8)

    def pose(self, index: int) -> Pose:
        """Return where the camera is in the middle of frame ``index``'s exposure."""
        return self._path.pose(index / self.settings.fps)

    def planes(self, index: int) -> tuple[Plane, ...]:
        """Return the scene's planes as they are in the middle of frame ``index``'s exposure."""
        return self._moving(index / self.settings.fps) if self._moving else self.scene.planes

    def frame(self, index: int) -> Picture:
        """Return frame ``index`` as (height, width, 3) BGR."""
        width, height = self.settings.size
        pose = self.pose(index)
        canvas = np.zeros((height, width, _BGRA), np.uint8)
        self._paint_planes(canvas, self.planes(index), pose)
        canvas = _blur(canvas, self._streak(index))
        self._add_noise(canvas, index)
        picture = np.asarray(cv2.cvtColor(canvas, cv2.COLOR_BGRA2BGR), np.uint8)
        if self.settings.stamp:
            write_stamp(picture, index % self.settings.frames)
        return picture

    def _paint_planes(self, canvas: Picture, planes: tuple[Plane, ...], pose: Pose) -> None:
        cover = Cover(*self.settings.size)
        strokes: list[tuple[Plane, Matrix, Matrix, Box]] = []
        for plane in reversed(planes):
            to_picture = plane_to_picture(plane, pose, self.lens)
            outline = _outline(plane, to_picture)
            if outline is None:
                continue
            strokes.extend((plane, to_picture, outline, box) for box in cover.showing(outline))
            if not plane.cutout:
                cover.cover(outline)
        for stroke in reversed(strokes):
            _paint(canvas, *stroke)

    def _streak(self, index: int) -> tuple[float, float]:
        """Return how far, in pixels, the middle of the picture moves while the shutter is open."""
        time = index / self.settings.fps
        aimed = np.array([0.0, 0.0, 0.0])
        ends = []
        for moment in (time - EXPOSURE_S / 2, time + EXPOSURE_S / 2):
            pose = self._path.pose(moment)
            seen = self.lens.matrix(pose.zoom) @ pose.rotation @ (aimed - pose.position)
            ends.append(seen[:2] / seen[2])
        dx, dy = ends[1] - ends[0]
        return float(dx), float(dy)

    def _add_noise(self, canvas: Picture, index: int) -> None:
        height, width = canvas.shape[:2]
        rng = np.random.default_rng([self.settings.seed, 3, index % self.settings.frames])
        top, left = (int(shift) for shift in rng.integers(0, NOISE_SPARE_PX, 2))
        cv2.addWeighted(canvas, 1.0, self._noise[top : top + height, left : left + width], 1.0, -128, dst=canvas)


def _outline(plane: Plane, to_picture: Matrix) -> Matrix | None:
    """Return the plane's corners in pixels, (4, 2), or None when it reaches behind the camera."""
    across, down = plane.size
    corners = to_picture @ np.array([[0, across, across, 0], [0, 0, down, down], [1, 1, 1, 1]], np.float64)
    if corners[2].min() < NEAREST_M:
        return None
    return np.asarray((corners[:2] / corners[2]).T)


def _paint(canvas: Picture, plane: Plane, to_picture: Matrix, outline: Matrix, box: Box) -> None:
    """Paint what of ``plane`` lies inside ``box`` over ``canvas`` (BGRA)."""
    shift = np.array([[1, 0, -box.left], [0, 1, -box.top], [0, 0, 1]], np.float64)
    warp = shift @ to_picture @ plane.texel_to_metres()
    target = canvas[box.top : box.bottom, box.left : box.right]
    size = (box.right - box.left, box.bottom - box.top)
    if not plane.cutout:
        cv2.warpPerspective(plane.texture, warp, size, target, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
        ring = np.round((outline - (box.left, box.top)) * 16).astype(np.int32)
        cv2.polylines(target, [ring], isClosed=True, color=OUTLINE, thickness=1, lineType=cv2.LINE_AA, shift=4)
        return
    layer = cv2.warpPerspective(plane.texture, warp, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    clear = cv2.cvtColor(cv2.bitwise_not(cv2.extractChannel(layer, 3)), cv2.COLOR_GRAY2BGRA)
    cv2.add(cv2.multiply(target, clear, scale=1 / 255), layer, dst=target)


def _blur(canvas: Picture, streak: tuple[float, float]) -> Picture:
    """Smear ``canvas`` along ``streak`` (pixels), centred, so that the middle of the exposure stays in place."""
    length = float(np.hypot(*streak))
    if length < SHARP_BELOW_PX:
        return canvas
    shrink = min(1.0, (LONGEST_BLUR_PX - 1) / length)
    dx, dy = streak[0] * shrink, streak[1] * shrink
    reach = int(np.ceil(max(abs(dx), abs(dy)) / 2))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for part in np.linspace(-0.5, 0.5, 33):
        x, y = reach + part * dx, reach + part * dy
        column, row = min(int(x), 2 * reach - 1), min(int(y), 2 * reach - 1)
        fx, fy = x - column, y - row
        kernel[row : row + 2, column : column + 2] += np.outer((1 - fy, fy), (1 - fx, fx))
    return np.asarray(cv2.filter2D(canvas, -1, kernel / kernel.sum()), np.uint8)
