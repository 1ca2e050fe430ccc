"""The tags on machines' plates: squares with a number, which a camera reads (ArUco).

Five by five squares inside a black border: of 1000 such codes any two differ in five squares or more, whichever way up
they are. With four by four, one in sixteen of all patterns is a code: a camera would see machines everywhere.

Source: Garrido-Jurado et al., "Automatic generation and detection of highly reliable fiducial markers under occlusion",
2014; the dictionary is OpenCV's ``DICT_5X5_1000``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from arsupport.vision.arrays import Mask

_DICTIONARY: Final = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000)
MODULES: Final = 7
"""Squares along a tag's edge, its black border included."""


def modules(number: int) -> Mask:
    """Give the dark squares of a tag, (7, 7), as it is seen upright."""
    return np.asarray(cv2.aruco.generateImageMarker(_DICTIONARY, number, MODULES) == 0)
