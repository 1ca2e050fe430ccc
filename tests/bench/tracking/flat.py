"""Films of a flat panel: turned and tilted further than the plant allows, and exchanged for another one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.bench.tracking.courses import FRAMES, sway, swing
from tests.bench.tracking.encoding import Film
from tests.bench.tracking.sequence import ABSENT, HD, VISIBLE, Sequence
from tests.vision.plane import PLANE_SIZE, Camera, Plane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.tracking.sequence import Image

MARKS: Final = 8
MARGIN_PX: Final = 200
ELSEWHERE: Final = slice(FRAMES // 4, 2 * FRAMES // 3)
MIDDLE: Final = np.array(PLANE_SIZE) / 2


def flat(seed: int) -> Iterator[tuple[str, Callable[[], Sequence]]]:
    """The films of one seed by name, each made when it is called for."""
    for number, name in enumerate(PATHS):
        yield f"flat_{name}_{seed}", partial(_film, seed, number, name)


def _film(seed: int, number: int, name: str) -> Sequence:
    rng = np.random.default_rng([seed, number])
    cameras = PATHS[name](rng)
    own, other = Plane(10 * seed), Plane(10 * seed + 1)
    planes = [own] * FRAMES
    if name == "wrong":
        planes[ELSEWHERE] = [other] * len(planes[ELSEWHERE])
    points = cameras[0].points_at(rng.uniform((MARGIN_PX, MARGIN_PX), np.array(HD) - MARGIN_PX, (MARKS, 2)))
    truth = np.stack([camera.sees(points) for camera in cameras])
    seen = ((truth >= 0) & (truth < HD)).all(axis=2) & np.array([plane is own for plane in planes])[:, None]
    shots = (_shot(plane, camera, noise) for noise, (plane, camera) in enumerate(zip(planes, cameras, strict=True)))
    film = Film("vp8" if number % 2 else "h264", shots)
    return Sequence(f"flat_{name}_{seed}", film.frames, truth, np.where(seen, VISIBLE, ABSENT).astype(np.uint8))


def _shot(plane: Plane, camera: Camera, noise: int) -> Image:
    return np.asarray(cv2.cvtColor(plane.seen_by(camera, noise), cv2.COLOR_GRAY2BGR), np.uint8)


def _roll(rng: np.random.Generator) -> list[Camera]:
    return [Camera(roll=float(each)) for each in swing(rng, 75)]


def _tilt(rng: np.random.Generator) -> list[Camera]:
    return [Camera(tilt=float(each)) for each in swing(rng, 50)]


def _near(rng: np.random.Generator) -> list[Camera]:
    zooms = 2 ** swing(rng, 1.0)
    places = MIDDLE + sway(rng, (20, 20), (1, 4))
    return [Camera(x, y, float(zoom)) for (x, y), zoom in zip(places, zooms, strict=True)]


def _hold(rng: np.random.Generator) -> list[Camera]:
    return [Camera(x, y) for x, y in MIDDLE + sway(rng, (8, 8), (3, 25))]


PATHS: Final[dict[str, Callable[[np.random.Generator], list[Camera]]]] = {
    "roll": _roll,
    "tilt": _tilt,
    "near": _near,
    "wrong": _hold,
}
