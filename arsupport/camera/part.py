"""A part of the plant: one plane and the named spots on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from arsupport.camera.geometry import Plane

if TYPE_CHECKING:
    from arsupport.camera.paint import Canvas

RIGHT = (1.0, 0.0, 0.0)
DOWN = (0.0, 1.0, 0.0)
AWAY = (0.0, 0.0, 1.0)

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """A plane, and its spots as metres (u, v) from the plane's top left corner by name."""

    plane: Plane
    spots: dict[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a canvas hangs: its top left corner in metres and the unit vectors along its edges."""

    origin: Triple
    across: Triple = RIGHT
    down: Triple = DOWN

    def hang(self, name: str, canvas: Canvas, scale: float, *, cutout: bool = False) -> Plane:
        """Make a plane of ``canvas``, its texture scaled by ``scale``."""
        texture, density = canvas.finish(scale)
        origin, across, down = (np.array(v, np.float64) for v in (self.origin, self.across, self.down))
        return Plane(name, origin, across, down, texture, density, cutout)
