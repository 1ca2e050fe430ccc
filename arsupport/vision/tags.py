"""The tags on machines' plates: squares with a number, which a camera reads (ArUco).

Five by five squares inside a black border: of 1000 such codes any two differ in five squares or more, whichever way up
they are. With four by four, one in sixteen of all patterns is a code: a camera would see machines everywhere.

Source: Garrido-Jurado et al., "Automatic generation and detection of highly reliable fiducial markers under occlusion",
2014; the dictionary is OpenCV's ``DICT_5X5_1000``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Image, Mask

_DICTIONARY: Final = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000)
MODULES: Final = 7
"""Squares along a tag's edge, its black border included."""
_COUNT: Final = 1000
_BITS: Final = MODULES - 2

# Pictures with more pixels along an edge are made smaller, so that a look takes as long in any.
_LARGEST: Final = 1280
# From a pixel's corner to its centre.
_HALF: Final = 0.5
# Shorter edges have squares of less than 1.5 pixels: what is read there is noise.
_MIN_EDGE: Final = 10.0
# Correlation with the ideal tag in its white margin. Tags at the limit of distance and angle have 0.75 and more (the
# benchmark prints it); what only resembles one has mostly no white margin, or a border that is not black.
_MIN_LIKENESS: Final = 0.6
# Of the shortest edge: corners so near to each other are of the same square.
_TOGETHER: Final = 0.02
# Samples along a square's edge, of which the inner ones count: the outer ones are mixed with the neighbour.
_SAMPLES: Final = 4
# Of a unit square, in the order of a tag's corners; and the same with a white margin of one square.
_CORNERS: Final = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]], np.float32)
_WITH_MARGIN: Final = _CORNERS * ((MODULES + 2) / MODULES)


@dataclass(frozen=True, slots=True)
class TagSight:
    """A tag in a picture.

    Attributes:
        number: which tag.
        corners: (4, 2) in pixels, the centre of the upper left pixel at (0, 0): the upright tag's upper left, upper
            right, lower right, lower left, as they are turned in the picture.
        likeness: correlation with the ideal tag, -1 to 1.
    """

    number: int
    corners: Floats
    likeness: float

    @property
    def homography(self) -> Floats:
        """(3, 3): from the tag's plane to pixels.

        In the plane the tag is the square from -0.5 to 0.5, x to the right and y down on the upright tag.
        """
        return np.asarray(cv2.getPerspectiveTransform(_CORNERS, self.corners.astype(np.float32)))


def modules(number: int) -> Mask:
    """Give the dark squares of a tag, (7, 7), as it is seen upright."""
    return np.asarray(cv2.aruco.generateImageMarker(_DICTIONARY, number, MODULES) == 0)


def find_tags(luma: Image) -> list[TagSight]:
    """Find the tags in a picture, uint8 (height, width); the best sight of each number."""
    if min(luma.shape) < _MIN_EDGE:
        return []
    found: dict[int, TagSight] = {}
    scale = max(1.0, max(luma.shape) / _LARGEST)
    if scale > 1.0:
        luma = np.asarray(cv2.resize(luma, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA), np.uint8)
    for quad in _quads(luma):
        sight = _read(luma, quad, scale)
        if sight is not None and (sight.number not in found or found[sight.number].likeness < sight.likeness):
            found[sight.number] = sight
    return list(found.values())


def _quads(luma: Image) -> list[Floats]:
    """Give what may be tags, as corners clockwise."""
    corners, _, others = _detector().detectMarkers(luma)
    quads = [np.asarray(quad, np.float64).reshape(4, 2) for quad in (*corners, *others)]
    return [quad for quad in quads if np.linalg.norm(quad - np.roll(quad, 1, axis=0), axis=1).max() >= _MIN_EDGE]


def _read(luma: Image, quad: Floats, scale: float) -> TagSight | None:
    for corners in (quad, _refined(luma, quad)):
        cells = _cells(luma, corners)
        _, dark = cv2.threshold(cells[1:-1, 1:-1].astype(np.uint8), 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
        known = _codes().get(dark[1:-1, 1:-1].tobytes())
        if known is None:
            continue
        number, turns = known
        likeness = _likeness(np.rot90(cells, turns), number)
        if likeness >= _MIN_LIKENESS:
            upright = np.roll(_refined(luma, quad), -turns, axis=0)
            return TagSight(number, scale * (upright + _HALF) - _HALF, likeness)
    return None


@lru_cache(1)
def _detector() -> cv2.aruco.ArucoDetector:
    """Make what finds quadrangles. It knows one tag only: to try a thousand on each takes ten times as long."""
    parameters = cv2.aruco.DetectorParameters()
    # As many are found as with three windows from 3 pixels on, in two thirds of the time.
    parameters.adaptiveThreshWinSizeMin, parameters.adaptiveThreshWinSizeMax = 9, 21
    parameters.adaptiveThreshWinSizeStep = 12
    # Of what lies so close together only the outermost is given: that would be the paper, not the tag on it.
    parameters.minMarkerDistanceRate = _TOGETHER
    parameters.minGroupDistance = _TOGETHER
    return cv2.aruco.ArucoDetector(cv2.aruco.Dictionary(_DICTIONARY.bytesList[:1].copy(), _BITS, 0), parameters)


@lru_cache(1)
def _codes() -> dict[bytes, tuple[int, int]]:
    """Give each tag, and by how many quarter turns to the left it is upright again, by its inner squares as seen."""
    inner = [modules(number)[1:-1, 1:-1].astype(np.uint8) for number in range(_COUNT)]
    return {
        np.rot90(code, -turns).tobytes(): (number, turns) for number, code in enumerate(inner) for turns in range(4)
    }


def _refined(luma: Image, quad: Floats) -> Floats:
    """Move corners to where the edges meet; what is looked at holds no other edge of the tag or its paper."""
    shortest = float(np.linalg.norm(quad - np.roll(quad, 1, axis=0), axis=1).min())
    reach = max(1, min(5, round(0.3 * shortest / MODULES)))
    points = quad.astype(np.float32).reshape(4, 1, 2)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 30, 0.01)
    return np.asarray(cv2.cornerSubPix(luma, points, (reach, reach), (-1, -1), stop), np.float64).reshape(4, 2)


def _cells(luma: Image, corners: Floats) -> Floats:
    """Give the brightness of a tag's squares and of its margin, (9, 9), as its corners are given."""
    across = MODULES + 2
    side = across * _SAMPLES
    to_picture = cv2.getPerspectiveTransform(_CORNERS, corners.astype(np.float32))
    around = cv2.perspectiveTransform(_WITH_MARGIN[None], to_picture)[0]
    edge = (np.array([[0, 0], [side, 0], [side, side], [0, side]]) - 0.5).astype(np.float32)
    flat = cv2.warpPerspective(luma, cv2.getPerspectiveTransform(around, edge), (side, side), flags=cv2.INTER_LINEAR)
    inner = flat.reshape(across, _SAMPLES, across, _SAMPLES)[:, 1:-1, :, 1:-1]
    return np.asarray(inner.mean(axis=(1, 3), dtype=np.float64))


def _likeness(cells: Floats, number: int) -> float:
    """Correlate an upright tag and its white margin with what they should look like."""
    ideal = 1.0 - np.pad(modules(number), 1).astype(np.float64)
    spread = cells.std() * ideal.std()
    return float(((cells - cells.mean()) * (ideal - ideal.mean())).mean() / spread) if spread > 0 else -1.0


@dataclass(frozen=True, slots=True)
class TagPose:
    """Where a tag is before the camera: a point p of the tag, in metres, is at ``rotation @ p + translation``.

    On the upright tag x is to the right, y down and z into it; the camera has x to the right, y down and z ahead.
    ``error`` is the distance between where its corners are seen and where they should be, in pixels (RMS).
    """

    rotation: Floats
    translation: Floats
    error: float


@dataclass(frozen=True, slots=True)
class TagPoses:
    """The two poses in which a square looks nearly the same, the better one first: seen from afar, it may flip.

    Source: Collins and Bartoli, "Infinitesimal plane-based pose estimation", 2014.
    """

    best: TagPose
    other: TagPose

    @property
    def ambiguous(self) -> bool:
        """Whether the errors of both are too much alike to choose by."""
        return self.other.error < _AMBIGUOUS * self.best.error

    def chosen(self, previous: Floats | None) -> TagPose | None:
        """Give the pose to believe: the better one, or, when that is not sure, the one nearer to a rotation.

        None when it is not sure and no ``previous`` rotation, (3, 3), is known.
        """
        if not self.ambiguous:
            return self.best
        if previous is None:
            return None
        return max(self.best, self.other, key=lambda pose: float(np.trace(pose.rotation.T @ previous)))


_AMBIGUOUS: Final = 2.0


def tag_poses(sight: TagSight, edge: float, lens: Floats) -> TagPoses:
    """Give where a tag with edges of ``edge`` metres is; ``lens`` is a (3, 3) camera matrix without distortion."""
    # Solved as if it were upright: half turns are where OpenCV's way by rotation vectors goes wrong without a word.
    right = sight.corners[1] - sight.corners[0]
    turns = round(float(np.arctan2(right[1], right[0])) / (np.pi / 2))
    square = np.column_stack([_CORNERS * edge, np.zeros(4)]).astype(np.float64)
    corners = np.ascontiguousarray(np.roll(sight.corners, turns, axis=0))
    _, rotations, translations, errors = cv2.solvePnPGeneric(square, corners, lens, None, flags=cv2.SOLVEPNP_IPPE)
    back = cv2.Rodrigues(np.array([0.0, 0.0, turns * np.pi / 2]))[0]
    poses = [
        TagPose(
            np.asarray(cv2.Rodrigues(rotation)[0] @ back),
            np.asarray(translation, np.float64).ravel(),
            float(error.item()),
        )
        for rotation, translation, error in zip(rotations, translations, errors, strict=True)
    ]
    return TagPoses(poses[0], poses[-1])
