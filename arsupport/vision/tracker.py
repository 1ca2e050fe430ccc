"""The anchor tracker: what was drawn on a picture, held on the thing that the picture shows.

Source of the course as a whole: keyframe-based tracking as in Klein and Murray, Parallel Tracking and Mapping (2007),
reduced to locally flat scenes, with every anchor verified by its own surroundings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from arsupport.errors import ArError, Code
from arsupport.vision.anchors import Anchor, AnchorTable
from arsupport.vision.free_motion import seek
from arsupport.vision.geometry import jacobian, project
from arsupport.vision.keyframe import Keyframe
from arsupport.vision.memory import PoseMemory
from arsupport.vision.patches import inside
from arsupport.vision.placement import choose, guesses, relate_to, same_picture
from arsupport.vision.placing import place_anchors
from arsupport.vision.points import checked
from arsupport.vision.poses import AnchorPose, State
from arsupport.vision.preparation import View, prepare
from arsupport.vision.sightings import Sightings
from arsupport.vision.verification import UNSEEN, WEAK_AFTER, Sight, judge

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from arsupport.vision.arrays import Floats, Image, States

MAX_ANCHORS: Final = 500
MAX_KEYFRAMES: Final = 64
SEEK_EVERY: Final = 5
# Work pixels: an anchor that is expected farther outside the picture is out of view, however little is sure.
BEYOND: Final = 32.0


class Tracker:
    """Holds anchors in a stream of frames.

    Frames are (H, W) luma or (H, W, 3) BGR, uint8, 16 to 4096 pixels on each side; their size may change from one to
    the next. Points are full-resolution pixels of the frame that they belong to, x right, y down. The same seed and
    calls give the same answers. Not for use from two threads at once.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._anchors = AnchorTable()
        self._sightings = Sightings(seed)
        self._memory = PoseMemory()
        self._view: View | None = None
        self._frame = 0

    def init(self, frame: Image, points: Floats) -> None:
        """Start afresh with points (N, 2) on a frame; `update` then speaks of them in their order.

        Raises:
            ArError: as `add`; nothing has changed then.
        """
        view, spots = prepare(frame), checked(points)
        if len(spots) > MAX_ANCHORS:
            raise ArError(Code.TOO_MANY, f"no more than {MAX_ANCHORS} anchors")
        for name in list(self._anchors.names):
            self.remove(name)
        self._view = view
        for number, (x, y) in enumerate(spots.tolist()):
            self.add(str(number), (x, y), frame)

    def update(self, frame: Image) -> tuple[Floats, States]:
        """Follow the points into the next frame: places (N, 2), NaN where not reported, and states (N,).

        Raises:
            ArError: as `track`.
        """
        poses = self.track(frame).values()
        places = np.array([(pose.x, pose.y) for pose in poses], np.float64).reshape(-1, 2)
        return places, np.array([pose.state for pose in poses], np.uint8)

    def add(self, anchor: str, point: tuple[float, float], frame: Image, near: Floats | None = None) -> None:
        """Draw an anchor on a frame: the newest that was tracked, an older one, or one before any was.

        It is reported lost until it is found, surely, in the present. A point outside its picture is never found.
        `near` (3, 3) is where the frame may be in the newest one that was tracked, in work pixels of both.

        Raises:
            ArError: BAD_MESSAGE for a point that is no number or more than a million pixels away, a name already in
                use, or something that is no frame; TOO_MANY for more than 500 anchors, or 64 pictures that cannot be
                related to each other. Nothing has changed then.
        """
        place = checked([point])
        if anchor in self._anchors.names:
            raise ArError(Code.BAD_MESSAGE, "this anchor exists already")
        if len(self._anchors) >= MAX_ANCHORS:
            raise ArError(Code.TOO_MANY, f"no more than {MAX_ANCHORS} anchors")
        view = prepare(frame, self._view)
        number, spot, affine = self._home(view, view.to_work(place)[0], near)
        keyframe = self._sightings.known[number].keyframe
        keyframe.enrich(spot)
        present = self._view is not None and self._view.fingerprint == view.fingerprint
        row = Anchor(anchor, number, spot, affine @ np.diag(view.scale))
        self._anchors.append(row, keyframe, misses=0 if present else UNSEEN)

    def remove(self, anchor: str) -> None:
        """Forget an anchor; nothing happens when there is none of that name."""
        if anchor not in self._anchors.names:
            return
        self._anchors.remove(anchor)
        self._sightings.keep(set(self._anchors.keyframe.tolist()))
        if not self._anchors.names:
            self._view = None

    def track(self, frame: Image) -> dict[str, AnchorPose]:
        """Take the next frame and say where every anchor is in it, in the order in which they were added.

        Raises:
            ArError: BAD_MESSAGE when `frame` is no frame.
        """
        before, now = self._view, prepare(frame, self._view)
        self._view = now
        if not self._anchors.names:
            return {}
        self._sightings.follow(before, now, self._doubtful())
        self._memory.store(now.fingerprint, self._sightings.held())
        expected = self._sightings.expected()
        somewhere = self._sightings.held().keys() | expected.keys()
        sight = place_anchors(self._anchors, self._sightings.known, before, now, somewhere)
        self._anchors.misses, states = judge(self._anchors.misses, sight)
        self._expect(expected, sight, states, now)
        self._seek(somewhere, now)
        return self._poses(sight, states, now)

    def _home(self, view: View, spot: Floats, near: Floats | None) -> tuple[int, Floats, Floats]:
        """The keyframe for a spot (2,) of a view: its number, the spot there (2,), the affine (2, 2) to there."""
        known = self._sightings.known
        same = same_picture(known, view)
        if same is not None:
            return same, spot, np.eye(2)
        related = relate_to(known, self._memory.recall(view.fingerprint), view, self._seed)
        home = choose(known, related, view, spot)
        if home is not None:
            return home
        if len(known) >= MAX_KEYFRAMES:
            raise ArError(Code.TOO_MANY, f"no more than {MAX_KEYFRAMES} unrelated pictures")
        hints = guesses(self._sightings.held(), related) if near is None else [near]
        number = self._sightings.add(Keyframe(view), hint=hints[-1])
        if self._view is not None and self._view.usable:
            self._sightings.place(number, self._view, hints)
        return number, spot, np.eye(2)

    def _doubtful(self) -> set[int]:
        """Keyframes none of whose anchors has looked right for a while."""
        right = self._anchors.misses <= WEAK_AFTER
        return set(self._anchors.keyframe.tolist()) - set(self._anchors.keyframe[right].tolist())

    def _expect(self, expected: Mapping[int, Floats], sight: Sight, states: States, now: View) -> None:
        """Say of what is lost, but must be well beyond the picture's border, that it is out of view, and where."""
        for number, homography in expected.items():
            rows = np.flatnonzero((self._anchors.keyframe == number) & (states == State.LOST))
            place = project(homography, self._anchors.point[rows])
            beyond = np.isfinite(place).all(axis=1) & ~inside(place, now.work_size, -BEYOND)
            states[rows[beyond]] = State.OUT_OF_VIEW
            sight.place[rows[beyond]] = place[beyond]
            sight.affine[rows[beyond]] = jacobian(homography, self._anchors.point[rows[beyond]])

    def _seek(self, somewhere: Collection[int], now: View) -> None:
        """Every few frames, look for anchors that are lost although it is known where their keyframe is."""
        self._frame += 1
        if self._frame % SEEK_EVERY == 0 and now.usable and (self._anchors.misses > WEAK_AFTER).any():
            seek(self._anchors, self._sightings.known, somewhere, now, self._seed)

    def _poses(self, sight: Sight, states: States, now: View) -> dict[str, AnchorPose]:
        lost = states == State.LOST
        places = np.where(lost[:, None], np.nan, now.to_frame(sight.place)).tolist()
        affines = np.where(lost[:, None, None], np.nan, np.diag(1 / now.scale) @ sight.affine @ self._anchors.entry)
        shown = (states == State.HELD) | (states == State.WEAK)
        confidence = np.where(shown, np.nan_to_num(sight.likeness).clip(0, 1), 0).tolist()
        return {
            name: AnchorPose(x, y, affine, State(state), sure)
            for name, (x, y), affine, state, sure in zip(
                self._anchors.names, places, affines, states.tolist(), confidence, strict=True
            )
        }
