"""A work glove that comes between the camera and the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arsupport.camera import paint
from arsupport.camera.part import Placing

if TYPE_CHECKING:
    from arsupport.camera.geometry import Plane

WIDTH, HEIGHT = 0.16, 0.42
# From the camera to the glove's upper left corner when it is in the middle, metres.
IN_FRONT: Final = np.array([-WIDTH / 2, -0.08, 0.55])
LEATHER: Final = (70, 110, 160)


def plane(rng: np.random.Generator) -> Plane:
    """A forearm with a hand whose fingers point up."""
    canvas = paint.Canvas(WIDTH, HEIGHT, 900, None)
    paint.cable(canvas, [(0.08, 0.18), (0.085, HEIGHT)], (60, 60, 70), 0.09)
    for x, top in ((0.035, 0.05), (0.062, 0.025), (0.09, 0.02), (0.117, 0.04)):
        paint.cable(canvas, [(x, top), (x * 0.9 + 0.008, 0.13)], LEATHER, 0.024)
    canvas.disc(0.078, 0.145, 0.055, LEATHER)
    paint.cable(canvas, [(0.03, 0.15), (0.012, 0.1)], LEATHER, 0.022)
    canvas.shade(rng, 8.0)
    return Placing((0.0, 0.0, 0.0)).hang("glove", canvas, 1.0, cutout=True)
