"""One keyframe, and what is known of where it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from arsupport.vision.geometry import project
from arsupport.vision.measurement import TO_RETURN
from arsupport.vision.patches import inside
from arsupport.vision.relief import learn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arsupport.vision.arrays import Floats
    from arsupport.vision.keyframe import Keyframe
    from arsupport.vision.measurement import Lock
    from arsupport.vision.preparation import View

# Frames after which a relief that fits nothing any more is given up.
MAX_MISFITS = 15


@dataclass
class Sighting:
    """A keyframe and what is known of its place.

    Attributes:
        number: its name among all keyframes of a tracker.
        keyframe: what is looked for.
        lock: where it is; None while it is lost.
        hint: where it may be, keyframe to frame (3, 3): where it was lost a moment ago.
        links: homographies (3, 3) to other keyframes, by their numbers, as they were when both were measured.
        measured: number of the frame in which it was last found; -1 never.
        sought: number of the frame in which it was last looked for after it was lost; -1 never.
        misfits: frames in a row in which its relief fitted nothing.
    """

    number: int
    keyframe: Keyframe
    lock: Lock | None = None
    hint: Floats | None = None
    links: dict[int, Floats] = field(default_factory=dict)
    measured: int = -1
    sought: int = -1
    misfits: int = 0

    def find(self, lock: Lock, frame: int) -> None:
        """Take note that it was measured in a frame."""
        self.lock, self.hint, self.measured = lock, None, frame
        if lock.matrix is not None:
            self.misfits = 0
            rows = np.flatnonzero(lock.seen)
            corners = self.keyframe.corners[rows]
            found = project(lock.homography, corners) + lock.shifts[rows]
            self.keyframe.learn(rows, learn(lock.matrix, corners, found, self.keyframe.depths[rows]))
        elif self.keyframe.depths.known.any():
            self.misfits += 1
            if self.misfits > MAX_MISFITS:
                self.keyframe.forget_depths()
                self.misfits = 0

    def lose(self) -> None:
        """Take note that it is not where it was believed to be."""
        self.hint = self.lock.homography if self.lock else None
        self.lock = None

    def link(self, other: Sighting) -> None:
        """Remember how it lies to another one, when both are held."""
        if self.lock and other.lock:
            self.links[other.number] = np.linalg.inv(other.lock.homography) @ self.lock.homography

    def guesses(self, held: Mapping[int, Lock]) -> list[Floats]:
        """Where it may be, keyframe to frame (3, 3) each: where it was, or by way of the best held one it is linked to.

        Args:
            held: locks of all held keyframes, by number.
        """
        chained = self.chained(held)
        return chained if self.hint is None else [self.hint, *chained]

    def chained(self, held: Mapping[int, Lock]) -> list[Floats]:
        """Where it should be by way of the best held one that it is linked to, keyframe to frame (3, 3); or nothing."""
        linked = [number for number in self.links if number in held and number != self.number]
        linked.sort(key=lambda number: int(held[number].valid.sum()), reverse=True)
        return [held[number].homography @ self.links[number] for number in linked[:1]]

    def expected_in(self, now: View, held: Mapping[int, Lock]) -> bool:
        """Whether by any of these guesses enough of it is in view to be found."""
        return any(
            inside(project(guess, self.keyframe.corners), now.work_size).sum() >= TO_RETURN.points
            for guess in self.guesses(held)
        )
