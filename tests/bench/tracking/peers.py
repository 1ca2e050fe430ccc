"""What one would write in an afternoon, with the same library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.bench.tracking.sequence import Floats, Image, States

ENOUGH = 10


class Klt:
    """Every mark by itself, from frame to frame."""

    def init(self, frame: Image, points: Floats) -> None:
        self._frame, self._places = frame, points.copy()

    def update(self, frame: Image) -> tuple[Floats, States]:
        alive = np.isfinite(self._places).all(axis=1)
        if alive.any():
            found, ok = _flow(self._frame, frame, self._places[alive])
            self._places[alive] = np.where(ok[:, None], found, np.nan)
        self._frame = frame
        return reported(self._places.copy(), frame)


class KltHomography:
    """Corners from frame to frame, a homography through them, all marks carried along."""

    def init(self, frame: Image, points: Floats) -> None:
        self._frame, self._places = frame, points.copy()

    def update(self, frame: Image) -> tuple[Floats, States]:
        before, self._frame = self._frame, frame
        corners = cv2.goodFeaturesToTrack(before, 200, 0.01, 15)
        homography = None
        if np.ndim(corners) == 3:
            source = np.asarray(corners, np.float64).reshape(-1, 2)
            found, ok = _flow(before, frame, source)
            homography = _ransac(source[ok], found[ok])
        self._places = self._places * np.nan if homography is None else _through(homography, self._places)
        return reported(self._places.copy(), frame)


class OrbHomography:
    """ORB features of every frame matched with those of the first."""

    def __init__(self) -> None:
        self._match = _Matching(cv2.ORB.create(900), cv2.NORM_HAMMING)

    def init(self, frame: Image, points: Floats) -> None:
        self._points = points.copy()
        self._match.remember(frame)

    def update(self, frame: Image) -> tuple[Floats, States]:
        homography = self._match.find(frame)
        return reported(self._points * np.nan if homography is None else _through(homography, self._points), frame)


class SiftHomography:
    """SIFT features of every frame at half its size matched with those of the first."""

    def __init__(self) -> None:
        self._match = _Matching(cv2.SIFT.create(900), cv2.NORM_L2)

    def init(self, frame: Image, points: Floats) -> None:
        self._points = _halved(points)
        self._match.remember(_half(frame))

    def update(self, frame: Image) -> tuple[Floats, States]:
        homography = self._match.find(_half(frame))
        places = self._points * np.nan if homography is None else _through(homography, self._points)
        return reported(2 * places + 0.5, frame)


class _Matching:
    """Features of a picture found again in others."""

    def __init__(self, detector: cv2.Feature2D, norm: int) -> None:
        self._detector, self._matcher = detector, cv2.BFMatcher(norm)

    def remember(self, picture: Image) -> None:
        spots, self._words = self._detector.detectAndCompute(picture, None)
        self._spots = np.array([spot.pt for spot in spots], np.float64).reshape(-1, 2)

    def find(self, picture: Image) -> Floats | None:
        spots, words = self._detector.detectAndCompute(picture, None)
        if len(spots) < 2 or len(self._spots) < 2:
            return None
        pairs = [pair for pair in self._matcher.knnMatch(self._words, words, k=2) if len(pair) > 1]
        good = [a for a, b in pairs if a.distance < 0.8 * b.distance]
        source = self._spots[[match.queryIdx for match in good]]
        return _ransac(source, np.array([spots[match.trainIdx].pt for match in good]).reshape(-1, 2))


def reported(places: Floats, frame: Image) -> tuple[Floats, States]:
    """The places with their states: lost where there is none, out of view where it is beyond the border."""
    height, width = frame.shape[:2]
    inside = (places >= 0).all(axis=1) & (places[:, 0] < width) & (places[:, 1] < height)
    return places, np.where(np.isfinite(places).all(axis=1), np.where(inside, 1, 3), 0).astype(np.uint8)


def _flow(before: Image, now: Image, points: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    start = np.ascontiguousarray(points, np.float32).reshape(-1, 1, 2)
    found, status, _ = cv2.calcOpticalFlowPyrLK(before, now, start, start.copy(), winSize=(21, 21), maxLevel=3)
    return np.asarray(found, np.float64).reshape(-1, 2), status.ravel() == 1


def _ransac(source: Floats, target: Floats) -> Floats | None:
    if len(source) < ENOUGH:
        return None
    homography, inliers = cv2.findHomography(source, target, cv2.RANSAC, 3.0)
    fitted = np.asarray(homography, np.float64)
    return fitted if fitted.shape == (3, 3) and inliers.sum() >= ENOUGH else None


def _through(homography: Floats, points: Floats) -> Floats:
    moved = np.column_stack([points, np.ones(len(points))]) @ homography.T
    return np.asarray(moved[:, :2] / moved[:, 2:])


def _half(frame: Image) -> Image:
    height, width = frame.shape[:2]
    return np.asarray(cv2.resize(frame, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)


def _halved(points: Floats) -> Floats:
    return (points - 0.5) / 2
