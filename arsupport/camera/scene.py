"""The plant floor: a control cabinet, valves and a tagged press, as textured planes from far to near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from arsupport.camera import cabinet, hall

if TYPE_CHECKING:
    from arsupport.camera.geometry import Plane

NOMINAL_WIDTH = 1280
PLATE_TAG = 517
"""The number of the tag on the cabinet."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A named place: metres (u, v) from the top left corner of the plane with index ``plane``."""

    plane: int
    u: float
    v: float


@dataclass(frozen=True, slots=True)
class Scene:
    """Planes in the order in which they are painted (what comes later covers what came earlier), and named spots."""

    planes: tuple[Plane, ...]
    spots: dict[str, Spot]


def build_scene(seed: int, picture_width: int, tag: int = PLATE_TAG) -> Scene:
    """Paint the scene that ``seed`` stands for, with tag number ``tag`` on the cabinet.

    ``picture_width`` is the width in pixels of the pictures to come: textures are painted in the same detail for any
    width, then reduced, so that a small picture shows no aliasing.
    """
    rng = np.random.default_rng(seed)
    scale = picture_width / NOMINAL_WIDTH
    parts = [
        hall.wall(rng, scale),
        hall.floor(rng, scale),
        *hall.press(rng, scale),
        cabinet.beacon(rng, scale),
        cabinet.cable_drop(rng, scale),
        cabinet.mounting_plate(rng, scale),
        *cabinet.bay_walls(rng, scale),
        cabinet.loom(rng, scale),
        *hall.manifold(rng, scale),
        cabinet.header(rng, scale),
        cabinet.hinge_post(rng, scale),
        cabinet.closed_door(rng, scale, tag),
        cabinet.open_door(rng, scale),
    ]
    spots = {name: Spot(index, u, v) for index, part in enumerate(parts) for name, (u, v) in part.spots.items()}
    return Scene(tuple(part.plane for part in parts), spots)
