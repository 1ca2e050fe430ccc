"""The anchor tracker: what was drawn on a picture, held on the thing that the picture shows.

Source of the course as a whole: keyframe-based tracking as in Klein and Murray, Parallel Tracking and Mapping (2007),
reduced to locally flat scenes, with every anchor verified by its own surroundings.
"""

from __future__ import annotations

import itertools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arsupport.errors import ArError, Code
from arsupport.vision.anchors import Anchor, AnchorTable
from arsupport.vision.attachment import attach
from arsupport.vision.features import describe
from arsupport.vision.geometry import Floats
from arsupport.vision.keyframe import Keyframe
from arsupport.vision.measurement import Lock, measure, predict
from arsupport.vision.memory import PoseMemory
from arsupport.vision.poses import AnchorPose, State
from arsupport.vision.preparation import Image, View, prepare
from arsupport.vision.redetection import find
from arsupport.vision.verification import UNSEEN, WEAK_AFTER, Sight, judge, look

MAX_ANCHORS: Final = 500
MAX_KEYFRAMES: Final = 64
# Keyframes measured in one frame; with more of them held they take turns, carried by the prediction in between.
MEASURED_PER_FRAME: Final = 2
# Lost keyframes looked for in one frame while nothing is held; while something is, one every few frames.
SOUGHT_PER_FRAME: Final = 3
SOUGHT_EVERY: Final = 5


class Tracker:
    """Holds anchors in a stream of frames.

    Frames are (H, W) luma or (H, W, 3) BGR, uint8, 16 to 4096 pixels on each side; their size may change from one to the
    next. Points are full-resolution pixels of the frame that they belong to, x right, y down. The same seed and calls
    give the same answers. Not for use from two threads at once.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._anchors = AnchorTable()
        self._keyframes: dict[int, Keyframe] = {}
        self._numbers = itertools.count()
        self._locks: dict[int, Lock] = {}
        self._measured: dict[int, int] = {}
        self._sought: dict[int, int] = {}
        self._hints: dict[int, Floats] = {}
        self._memory = PoseMemory()
        self._view: View | None = None
        self._frame = 0

    def init(self, frame: Image, points: NDArray[np.float64]) -> None:
        """Start afresh with points (N, 2) on a frame; `update` then speaks of them in their order."""
        self.__init__(self._seed)  # type: ignore[misc]
        self.track(frame)
        for number, (x, y) in enumerate(np.asarray(points, np.float64)):
            self.add(str(number), (float(x), float(y)), frame)

    def update(self, frame: Image) -> tuple[Floats, NDArray[np.uint8]]:
        """Follow the points into the next frame: places (N, 2), NaN where not reported, and states (N,)."""
        poses = self.track(frame).values()
        places = np.array([(pose.x, pose.y) for pose in poses], np.float64).reshape(-1, 2)
        return places, np.array([pose.state for pose in poses], np.uint8)

    def add(self, anchor: str, point: tuple[float, float], frame: Image) -> None:
        """Draw an anchor on a frame: the newest that was tracked, an older one, or one before any was.

        It is reported lost until it is found, surely, in the present. A point outside its picture is never found.

        Raises:
            ArError: BAD_MESSAGE for a point that is no number, a name already in use, or something that is no frame;
                TOO_MANY for more than 500 anchors, or 64 pictures that cannot be related to each other.
        """
        place = np.array(point, np.float64)
        if place.shape != (2,) or not np.isfinite(place).all():
            raise ArError(Code.BAD_MESSAGE, "an anchor's point is two numbers")
        if anchor in self._anchors.names:
            raise ArError(Code.BAD_MESSAGE, "this anchor exists already")
        if len(self._anchors) >= MAX_ANCHORS:
            raise ArError(Code.TOO_MANY, f"no more than {MAX_ANCHORS} anchors")
        view = prepare(frame, self._view)
        spot = view.to_work(place[None])[0]
        number, at, affine = self._host(view, spot) or (self._new_keyframe(view), spot, np.eye(2))
        keyframe = self._keyframes[number]
        keyframe.enrich(at)
        row = Anchor(anchor, number, at, affine @ np.diag(view.scale))
        self._anchors.append(row, keyframe, 0 if number in self._locks else UNSEEN)

    def remove(self, anchor: str) -> None:
        """Forget an anchor; an unknown one is none the less gone."""
        if anchor not in self._anchors.names:
            return
        self._anchors.remove(anchor)
        for number in set(self._keyframes) - set(self._anchors.keyframe.tolist()):
            for each in (self._keyframes, self._locks, self._measured, self._sought, self._hints):
                each.pop(number, None)  # type: ignore[attr-defined]

    def track(self, frame: Image) -> dict[str, AnchorPose]:
        """Take the next frame and say where every anchor is in it.

        Raises:
            ArError: BAD_MESSAGE when `frame` is no frame.
        """
        now = prepare(frame, self._view)
        before, self._view = self._view, now
        self._frame += 1
        if not self._keyframes:
            return {}
        self._carry(before, now)
        self._measure(now)
        self._seek(now)
        self._memory.store(now.fingerprint, {number: lock.homography for number, lock in self._locks.items()})
        sight = look(self._anchors, self._homographies(), now)
        self._anchors.misses, states = judge(self._anchors.misses, sight)
        return self._poses(sight, states, now)

    def _carry(self, before: View | None, now: View) -> None:
        """Predict where the held keyframes went since the last frame."""
        if before is None or before.work_size != now.work_size:
            self._locks.clear()
        if not self._locks or before is None:
            return
        seen = [lock.places(self._keyframes[number]) for number, lock in self._locks.items()]
        delta = predict(before, now, np.concatenate(seen), self._seed)
        self._locks = {number: lock.moved(delta) for number, lock in self._locks.items()}

    def _measure(self, now: View) -> None:
        """Measure the held keyframes whose turn it is; one that is not there any more is not held any more."""
        for number in sorted(self._locks, key=lambda number: self._measured[number])[:MEASURED_PER_FRAME]:
            lock = measure(self._keyframes[number], self._locks[number], now, self._seed)
            if lock is None:
                self._hints[number] = self._locks.pop(number).homography
            else:
                self._hold(number, lock)

    def _hold(self, number: int, lock: Lock) -> None:
        self._locks[number] = lock
        self._measured[number] = self._frame
        self._hints.pop(number, None)

    def _seek(self, now: View) -> None:
        """Look for keyframes that are not held, or held although none of their anchors looks right."""
        lost = [number for number in self._keyframes if number not in self._locks]
        sought = sorted(lost + self._doubtful(), key=lambda number: self._sought.get(number, -1))
        if self._locks:
            sought = sought[: 1 if self._frame % SOUGHT_EVERY == 0 else 0]
        if not sought or not now.usable:
            return
        features = describe(now)
        for number in sought[:SOUGHT_PER_FRAME]:
            self._sought[number] = self._frame
            hints = [self._hints.pop(number)] if number in self._hints else []
            lock = find(self._keyframes[number], now, features, hints, self._seed)
            if lock is not None:
                self._hold(number, lock)

    def _doubtful(self) -> list[int]:
        """Held keyframes none of whose anchors has looked right for a while."""
        best = {number: UNSEEN for number in self._locks}
        for number, misses in zip(self._anchors.keyframe.tolist(), self._anchors.misses.tolist(), strict=True):
            if number in best:
                best[number] = min(best[number], misses)
        return [number for number, misses in best.items() if misses > WEAK_AFTER]

    def _homographies(self) -> Floats:
        nowhere = np.full((3, 3), np.nan)
        each = [self._locks[n].homography if n in self._locks else nowhere for n in self._anchors.keyframe.tolist()]
        return np.array(each, np.float64).reshape(-1, 3, 3)

    def _poses(self, sight: Sight, states: NDArray[np.uint8], now: View) -> dict[str, AnchorPose]:
        lost = states == State.LOST
        places = np.where(lost[:, None], np.nan, now.to_frame(sight.place))
        affines = np.where(lost[:, None, None], np.nan, np.diag(1 / now.scale) @ sight.affine @ self._anchors.entry)
        seen = np.isin(states, (State.HELD, State.WEAK)) & np.isfinite(sight.likeness)
        confidence = np.where(seen, sight.likeness.clip(0, 1), 0)
        return {
            name: AnchorPose(float(x), float(y), affine, State(int(state)), float(sure))
            for name, (x, y), affine, state, sure in zip(
                self._anchors.names, places, affines, states, confidence, strict=True
            )
        }

    def _host(self, view: View, spot: Floats) -> tuple[int, Floats, Floats] | None:
        """A keyframe that shows the spot already: its number, the spot (2,) there, the affine (2, 2) to there."""
        for number, keyframe in self._keyframes.items():
            if keyframe.view.fingerprint == view.fingerprint and keyframe.view.frame_size == view.frame_size:
                return number, spot, np.eye(2)
        for number, homography in self._related(view).items():
            found = attach(self._keyframes[number], homography, view, spot)
            if found is not None:
                return number, *found
        return None

    def _related(self, view: View) -> dict[int, Floats]:
        """Homographies keyframe to view: remembered when the frame was tracked, else found among the newest few."""
        remembered = self._memory.recall(view.fingerprint)
        known = {number: homography for number, homography in remembered.items() if number in self._keyframes}
        if known or not view.usable or not self._keyframes:
            return known
        features = describe(view)
        newest = sorted(self._keyframes, key=lambda number: -self._measured.get(number, -1))[:SOUGHT_PER_FRAME]
        found = {number: find(self._keyframes[number], view, features, (), self._seed) for number in newest}
        return {number: lock.homography for number, lock in found.items() if lock is not None}

    def _new_keyframe(self, view: View) -> int:
        if len(self._keyframes) >= MAX_KEYFRAMES:
            raise ArError(Code.TOO_MANY, f"no more than {MAX_KEYFRAMES} unrelated pictures")
        number, keyframe = next(self._numbers), Keyframe(view)
        now = self._view
        related = self._related(view)
        self._keyframes[number] = keyframe
        if now is None:
            self._hints[number] = np.eye(3)
            return number
        hints = [
            self._locks[other].homography @ np.linalg.inv(homography)
            for other, homography in related.items()
            if other in self._locks
        ]
        lock = find(keyframe, now, None, [*hints, np.eye(3)], self._seed) if now.usable else None
        if lock is not None:
            self._hold(number, lock)
        return number
