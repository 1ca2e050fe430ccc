"""What may be marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from arsupport.vision.arrays import Floats

# Pixels from the picture's origin; further away, arithmetic would overflow before anybody could have meant it.
FARTHEST: Final = 1e6


def checked(points: ArrayLike) -> Floats:
    """Points (N, 2) in pixels, inside a picture or outside; none is an array without rows.

    Raises:
        ArError: BAD_MESSAGE when they are no pairs of numbers, or farther away than a million pixels.
    """
    try:
        pairs = np.asarray(points, np.float64)
    except (TypeError, ValueError) as failure:
        raise ArError(Code.BAD_MESSAGE, "points are pairs of numbers") from failure
    if not pairs.size:
        return np.empty((0, 2))
    if pairs.ndim == 0 or pairs.shape[1:] != (2,) or not (np.abs(pairs) <= FARTHEST).all():
        raise ArError(Code.BAD_MESSAGE, f"points are pairs of numbers of at most {FARTHEST:.0f}")
    return pairs
