"""Films of the rendered plant by seed: `turn_` the camera turns in its place, `plant_` it is carried, with parallax."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from arsupport.camera import cabinet, motion
from arsupport.camera.geometry import Plane, Pose, look_at
from arsupport.camera.render import CameraSettings, Staging, VirtualCamera
from arsupport.camera.scene import Scene, Spot, build_scene
from arsupport.camera.truth import Truth
from tests.bench.tracking import glove
from tests.bench.tracking.courses import FRAMES, away, flicker, sway, swing
from tests.bench.tracking.encoding import FPS, Film
from tests.bench.tracking.sequence import ABSENT, HD, OCCLUDED, VISIBLE, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.tracking.sequence import Floats, Image

MARKS: Final = 10
NAMED: Final = 5
ON_DOOR: Final = 4
MARGIN_PX: Final = 60
APART_PX: Final = 50
# Around a mark the same thing is seen: who draws on an edge does not say which side is meant.
SURE_PX: Final = 8
NOWHERE: Final = -10_000.0
DOOR: Final = "open-door"


@dataclass
class Course:
    """A film's course, everything by frame.

    Attributes:
        step: (FRAMES, 3) metres from where the camera usually is.
        turn: (FRAMES, 3) degrees to the right, down, and rolled.
        zoom: (FRAMES,).
        light: (FRAMES,) what brightness is multiplied by.
        door: (FRAMES,) degrees.
        hand: (FRAMES, 3) metres to where the glove is, if there is one.
    """

    step: Floats
    turn: Floats
    zoom: Floats
    light: Floats
    door: Floats
    hand: Floats | None = None

    def pose(self, seconds: float) -> Pose:
        step, turn, zoom = (_at(course, seconds) for course in (self.step, self.turn, self.zoom[:, None]))
        position = motion.CENTRE + step
        right, down, roll = np.radians(turn)
        straight = motion.AIM - position
        level = look_at(np.zeros(3), straight, 0.0)
        ahead = np.array([np.sin(right) * np.cos(down), np.sin(down), np.cos(right) * np.cos(down)])
        return Pose(position, look_at(position, position + level.T @ ahead, float(roll)), float(zoom[0]))


def plant(seed: int) -> Iterator[tuple[str, Callable[[], Sequence]]]:
    """The films of one seed by name, each made when it is called for."""
    for number, name in enumerate(COURSES):
        yield f"{name}_{seed}", partial(_film, seed, number, name)


def _film(seed: int, number: int, name: str) -> Sequence:
    rng = np.random.default_rng([seed, number])
    course = COURSES[name](rng)
    scene = _scene(seed)
    if course.hand is not None:
        scene = replace(scene, planes=(*scene.planes, glove.plane(rng)))
    settings = CameraSettings(seed, HD, FPS, period=FRAMES / FPS, stamp=False)
    camera = VirtualCamera(settings, Staging(scene, course, partial(_moved, scene, course)))
    truth = Truth(camera)
    spots = _marks(rng, camera, truth, ON_DOOR if name == "plant_door" else 0)
    places, vis = np.full((FRAMES, len(spots), 2), NOWHERE), np.full((FRAMES, len(spots)), ABSENT, np.uint8)
    for frame, mark in np.ndindex(vis.shape):
        seen = truth.place(spots[mark], frame)
        places[frame, mark] = seen.x, seen.y
        inside = 0 <= seen.x < HD[0] and 0 <= seen.y < HD[1]
        vis[frame, mark] = VISIBLE if seen.visible else OCCLUDED if inside else ABSENT
    shots = (_lit(camera.frame(index), float(course.light[index])) for index in range(FRAMES))
    return Sequence(f"{name}_{seed}", Film("vp8" if number % 2 else "h264", shots).frames, places, vis)


@lru_cache(1)
def _scene(seed: int) -> Scene:
    return build_scene(seed, HD[0])


def _moved(scene: Scene, course: Course, seconds: float) -> tuple[Plane, ...]:
    planes = [
        cabinet.swung(plane, float(_at(course.door[:, None], seconds)[0])) if plane.name == DOOR else plane
        for plane in scene.planes
    ]
    if course.hand is not None:
        planes[-1] = replace(planes[-1], origin=_at(course.hand, seconds))
    return tuple(planes)


def _marks(rng: np.random.Generator, camera: VirtualCamera, truth: Truth, on_door: int) -> list[Spot]:
    """What is marked in the first frame: some things that have names, and whatever else one may point at."""
    door = next(index for index, plane in enumerate(camera.scene.planes) if plane.name == DOOR)
    named = [truth.project(name, 0) for name in rng.permutation(truth.spots)]
    tried = [(seen.x, seen.y) for seen in named if seen.visible][:NAMED]
    tried += [(float(x), float(y)) for x, y in rng.uniform((0, 0), HD, (5000, 2))]
    chosen: list[tuple[float, float]] = []
    spots: list[Spot] = []
    for x, y in tried:
        spot = _surely(truth, x, y)
        wanted = len(spots) >= on_door or (spot is not None and spot.plane == door)
        if spot and wanted and all(np.hypot(x - a, y - b) > APART_PX for a, b in chosen) and len(spots) < MARKS:
            chosen.append((x, y))
            spots.append(spot)
    return spots


def _surely(truth: Truth, x: float, y: float) -> Spot | None:
    """What is seen at a place of the first frame, unless it is at the picture's border or something else's edge."""
    if not (MARGIN_PX <= x < HD[0] - MARGIN_PX and MARGIN_PX <= y < HD[1] - MARGIN_PX):
        return None
    around = [truth.locate(x + dx, y + dy, 0) for dx in (-SURE_PX, 0, SURE_PX) for dy in (-SURE_PX, 0, SURE_PX)]
    middle = around[4]
    return middle if all(spot and middle and spot.plane == middle.plane for spot in around) else None


def _at(course: Floats, seconds: float) -> Floats:
    """A course (FRAMES, axes) at a time, between frames too."""
    time = np.arange(FRAMES) / FPS
    return np.array([np.interp(seconds, time, axis) for axis in course.T])


def _lit(picture: Image, light: float) -> Image:
    return np.asarray(cv2.convertScaleAbs(picture, alpha=light), np.uint8)


def _held(rng: np.random.Generator, *, turning: bool = False) -> Course:
    """A hand that tries to be still: centimetres and a degree, with a tremor; turning only, as on a stand."""
    body = sway(rng, (0.012, 0.008, 0.01), (1, 5))
    turn = sway(rng, (0.6, 0.5, 0.4), (1, 5)) + sway(rng, (0.05, 0.05, 0.03), (20, 40))
    still = np.ones(FRAMES)
    return Course(body * (not turning), turn, still, still.copy(), cabinet.OPEN_DEGREES * still)


def _turn_hold(rng: np.random.Generator) -> Course:
    return _held(rng, turning=True)


def _turn_pan(rng: np.random.Generator) -> Course:
    course = _held(rng, turning=True)
    course.turn += sway(rng, (15, 4, 2), (1, 2))
    return course


def _turn_zoom(rng: np.random.Generator) -> Course:
    course = _held(rng, turning=True)
    course.zoom = 2 ** swing(rng, 0.8)
    return course


def _turn_shake(rng: np.random.Generator) -> Course:
    course = _held(rng, turning=True)
    course.turn += sway(rng, (2.5, 2.5, 1.5), (8, 20))
    return course


def _turn_leave(rng: np.random.Generator) -> Course:
    """The tablet is lowered, and raised again to almost the same view."""
    course = _held(rng, turning=True)
    course.turn += np.outer(away(1.0), [rng.uniform(-8, 8), rng.uniform(44, 48), rng.uniform(-6, 6)])
    return course


def _hold(rng: np.random.Generator) -> Course:
    return _held(rng)


def _walk(rng: np.random.Generator) -> Course:
    course = _held(rng)
    course.step += sway(rng, (0.25, 0.08, 0.2), (1, 2))
    return course


def _near(rng: np.random.Generator) -> Course:
    """Up to the machine and back."""
    course = _held(rng)
    course.step += np.outer(away(1.0), [rng.uniform(-0.2, 0.2), 0.0, rng.uniform(0.6, 0.8)])
    return course


def _orbit(rng: np.random.Generator) -> Course:
    course = _held(rng)
    course.step += np.column_stack([swing(rng, 0.6), swing(rng, 0.1), np.abs(swing(rng, 0.1))])
    return course


def _shake(rng: np.random.Generator) -> Course:
    course = _held(rng)
    course.turn += sway(rng, (2.0, 2.0, 1.5), (8, 20))
    course.step += sway(rng, (0.03, 0.03, 0.02), (6, 15))
    return course


def _leave(rng: np.random.Generator) -> Course:
    """The tablet is lowered, and raised again a step further on."""
    course = _turn_leave(rng)
    course.step += np.outer(np.linspace(0, 1, FRAMES), [rng.choice([-1, 1]) * rng.uniform(0.1, 0.25), 0.0, 0.1])
    return course


def _door(rng: np.random.Generator) -> Course:
    """The door with marks on it is moved while the camera is held."""
    course = _held(rng)
    course.door += 12 - np.abs(swing(rng, 12)) + away(float(rng.uniform(15, 25)))
    return course


def _hand(rng: np.random.Generator) -> Course:
    """A glove comes from the left, points at something for a while, and goes."""
    course = _held(rng)
    course.hand = motion.CENTRE + glove.IN_FRONT + sway(rng, (0.04, 0.04, 0.01), (2, 4))
    course.hand[:, 0] += away(float(rng.uniform(0.6, 1.0))) - 0.75
    return course


def _lights(rng: np.random.Generator) -> Course:
    course = _held(rng)
    course.light = flicker(rng)
    return course


COURSES: Final[dict[str, Callable[[np.random.Generator], Course]]] = {
    "turn_hold": _turn_hold,
    "turn_pan": _turn_pan,
    "turn_zoom": _turn_zoom,
    "turn_shake": _turn_shake,
    "turn_leave": _turn_leave,
    "plant_hold": _hold,
    "plant_walk": _walk,
    "plant_near": _near,
    "plant_orbit": _orbit,
    "plant_shake": _shake,
    "plant_leave": _leave,
    "plant_door": _door,
    "plant_hand": _hand,
    "plant_flicker": _lights,
}
