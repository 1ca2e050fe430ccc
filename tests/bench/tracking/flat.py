"""Films of a flat panel, by seed: the truth is exact, and what is seen has no depth."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.bench.tracking.encoding import Film
from tests.bench.tracking.sequence import ABSENT, HD, VISIBLE, Sequence
from tests.vision.plane import PLANE_SIZE, Camera, Plane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.tracking.sequence import Floats, Image

FRAMES: Final = 150
MARKS: Final = 8
MARGIN_PX: Final = 200
ELSEWHERE: Final = (FRAMES // 4, 2 * FRAMES // 3)

Path = list[Camera]


def flat(seed: int) -> Iterator[tuple[str, Callable[[], Sequence]]]:
    """The films of one seed by name, each made when it is called for."""
    for number, name in enumerate(PATHS):
        yield f"flat_{name}_{seed}", partial(_film, seed, number, name)


def _film(seed: int, number: int, name: str) -> Sequence:
    rng = np.random.default_rng([seed, number])
    cameras = PATHS[name](rng)
    own, other = Plane(10 * seed), Plane(10 * seed + 1)
    planes = [other if name == "wrong" and ELSEWHERE[0] <= index < ELSEWHERE[1] else own for index in range(FRAMES)]
    light = _flicker(rng) if name == "flicker" else np.ones(FRAMES)
    points = cameras[0].points_at(rng.uniform((MARGIN_PX, MARGIN_PX), np.array(HD) - MARGIN_PX, (MARKS, 2)))
    truth = np.stack([camera.sees(points) for camera in cameras])
    seen = ((truth >= 0) & (truth < HD)).all(axis=2) & np.array([plane is own for plane in planes])[:, None]
    shots = (_shot(*shot, noise) for noise, shot in enumerate(zip(planes, cameras, light, strict=True)))
    film = Film("vp8" if number % 2 else "h264", shots)
    return Sequence(f"flat_{name}_{seed}", film.frames, truth, np.where(seen, VISIBLE, ABSENT).astype(np.uint8))


def _shot(plane: Plane, camera: Camera, light: float, noise: int) -> Image:
    luma = plane.seen_by(camera, noise)
    return np.asarray(cv2.cvtColor(cv2.convertScaleAbs(luma, alpha=light), cv2.COLOR_GRAY2BGR), np.uint8)


def _sway(rng: np.random.Generator, reach: float, turns: tuple[float, float]) -> Floats:
    """(FRAMES, 2): a smooth path that begins at 0, within `reach` on both axes, swinging `turns` times."""
    time = np.linspace(0, 2 * np.pi, FRAMES)[:, None]
    rate = rng.uniform(*turns, (3, 2))
    waves = [
        np.sin(each * time + phase) - np.sin(phase)
        for each, phase in zip(rate, rng.uniform(0, 6.3, (3, 2)), strict=True)
    ]
    path = np.sum(waves, axis=0)
    return np.asarray(reach * path / np.abs(path).max(axis=0))


def _swing(rng: np.random.Generator, reach: float) -> Floats:
    """(FRAMES,): out to `reach`, to the other side, and back."""
    return np.asarray(rng.choice([-1, 1]) * reach * np.sin(np.linspace(0, 2 * np.pi, FRAMES)))


def _middle() -> Floats:
    return np.array(PLANE_SIZE) / 2


def _hold(rng: np.random.Generator) -> Path:
    return [Camera(x, y) for x, y in _middle() + _sway(rng, 6, (3, 30))]


def _pan(rng: np.random.Generator) -> Path:
    return [Camera(x, y) for x, y in _middle() + _sway(rng, 350, (1, 2)) * (1, 0.4)]


def _zoom(rng: np.random.Generator) -> Path:
    zoom = 2 ** _swing(rng, 1.0)
    return [Camera(x, y, float(each)) for (x, y), each in zip(_middle() + _sway(rng, 20, (1, 4)), zoom, strict=True)]


def _roll(rng: np.random.Generator) -> Path:
    return [Camera(roll=float(each)) for each in _swing(rng, 75)]


def _tilt(rng: np.random.Generator) -> Path:
    return [Camera(tilt=float(each)) for each in _swing(rng, 50)]


def _shake(rng: np.random.Generator) -> Path:
    path = _middle() + _sway(rng, 90, (10, 25))
    hops = np.concatenate([[0], np.abs(np.diff(path[:, 0]))])
    return [Camera(x, y, blur=int(hop / 2)) for (x, y), hop in zip(path, hops, strict=True)]


def _leave(rng: np.random.Generator) -> Path:
    away = rng.choice([-1, 1]) * 1500 * np.sin(np.linspace(0, np.pi, FRAMES)) ** 2
    return [Camera(x, y) for x, y in _middle() + _sway(rng, 30, (1, 4)) + np.column_stack([away, np.zeros(FRAMES)])]


def _flicker(rng: np.random.Generator) -> Floats:
    """(FRAMES,): what the light is multiplied by; a lamp that beats with the shutter, and one that fails."""
    time = np.arange(FRAMES)
    beat = 1 + 0.25 * np.sin(time * rng.uniform(0.8, 2.5))
    return np.asarray(beat * np.where((time % 50) > 40, 0.5, 1.0))


PATHS: Final[dict[str, Callable[[np.random.Generator], Path]]] = {
    "hold": _hold,
    "pan": _pan,
    "zoom": _zoom,
    "roll": _roll,
    "tilt": _tilt,
    "shake": _shake,
    "leave": _leave,
    "flicker": _hold,
    "wrong": _hold,
}
