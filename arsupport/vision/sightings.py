"""All keyframes, and where each is in the present frame as far as that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from arsupport.vision.features import describe
from arsupport.vision.geometry import project
from arsupport.vision.measurement import Lock, measure, predict
from arsupport.vision.redetection import find

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats
    from arsupport.vision.keyframe import Keyframe
    from arsupport.vision.preparation import View

# Keyframes measured in one frame; with more of them held they take turns, carried by the prediction in between.
MEASURED_PER_FRAME: Final = 2
# Lost keyframes looked for in one frame while nothing is held; while something is, one every few frames.
SOUGHT_PER_FRAME: Final = 3
SOUGHT_EVERY: Final = 5


@dataclass
class Sighting:
    """A keyframe and what is known of its place.

    Attributes:
        keyframe: what is looked for.
        lock: where it is; None while it is lost.
        hint: where it may be, keyframe to frame (3, 3): where it was lost a moment ago.
        measured: number of the frame in which it was last found; -1 never.
        sought: number of the frame in which it was last looked for after it was lost; -1 never.
    """

    keyframe: Keyframe
    lock: Lock | None = None
    hint: Floats | None = None
    measured: int = -1
    sought: int = -1


class Sightings:
    """Keyframes by number, followed from frame to frame."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._next = 0
        self._frame = 0
        self._motion = np.zeros(2)
        self.known: dict[int, Sighting] = {}

    def add(self, keyframe: Keyframe, hint: Floats) -> int:
        """Take in a keyframe that may be at `hint` (3, 3) in the next frame; returns its number."""
        self._next += 1
        self.known[self._next] = Sighting(keyframe, hint=hint)
        return self._next

    def place(self, number: int, now: View, guesses: list[Floats]) -> None:
        """Look for a new keyframe in the newest frame, near guesses (3, 3) each."""
        lock = find(self.known[number].keyframe, now, None, guesses, self._seed)
        if lock is not None:
            self._found(self.known[number], lock)

    def keep(self, numbers: set[int]) -> None:
        """Forget all other keyframes."""
        self.known = {number: sighting for number, sighting in self.known.items() if number in numbers}

    def held(self) -> dict[int, Floats]:
        """Homographies (3, 3), keyframe to present frame in work pixels, of those whose place is known."""
        return {number: sighting.lock.homography for number, sighting in self.known.items() if sighting.lock}

    def follow(self, before: View | None, now: View, doubtful: set[int]) -> None:
        """Take the next frame.

        Args:
            before: the frame before it; None for the first.
            now: the frame.
            doubtful: numbers of held keyframes that are to be looked for nevertheless.
        """
        self._frame += 1
        held = [sighting for sighting in self.known.values() if sighting.lock]
        if held:
            self._carry(held, before, now)
        lost = [s for number, s in self.known.items() if s.lock is None or number in doubtful]
        if lost and now.usable:
            self._seek(lost, now)

    def _carry(self, held: list[Sighting], before: View | None, now: View) -> None:
        """Predict where held keyframes went, and measure those whose turn it is.

        The others are believed only when the prediction succeeded and a measurement agreed with it: after a cut all of
        them are lost at once.
        """
        comparable = before is not None and before.work_size == now.work_size
        places = [s.lock.places(s.keyframe) for s in held if s.lock]
        delta = predict(before, now, np.concatenate(places), self._seed) if before and comparable else None
        centre = np.array([now.work_size], np.float64) / 2
        self._motion = np.zeros(2) if delta is None else (project(delta, centre) - centre)[0]
        held.sort(key=lambda sighting: sighting.measured)
        for sighting in held:
            if sighting.lock and delta is not None:
                sighting.lock = sighting.lock.moved(delta)
        for sighting in held[:MEASURED_PER_FRAME]:
            self._measure(sighting, now)
        if delta is None or not any(sighting.lock for sighting in held[:MEASURED_PER_FRAME]):
            for sighting in held[MEASURED_PER_FRAME:]:
                self._lose(sighting)

    def _measure(self, sighting: Sighting, now: View) -> None:
        if sighting.lock is None:
            return
        lock = measure(sighting.keyframe, sighting.lock, now, self._seed, motion=self._motion)
        if lock is None:
            self._lose(sighting)
        else:
            self._found(sighting, lock)

    def _seek(self, lost: list[Sighting], now: View) -> None:
        """Look for lost keyframes, those first that were not looked for the longest."""
        something_held = any(sighting.lock for sighting in self.known.values())
        if something_held and self._frame % SOUGHT_EVERY:
            return
        features = describe(now)
        turn = sorted(lost, key=lambda sighting: sighting.sought)
        for sighting in turn[: 1 if something_held else SOUGHT_PER_FRAME]:
            hints = [] if sighting.hint is None else [sighting.hint]
            sighting.hint, sighting.sought = None, self._frame
            lock = find(sighting.keyframe, now, features, hints, self._seed)
            if lock is not None:
                self._found(sighting, lock)

    def _found(self, sighting: Sighting, lock: Lock) -> None:
        sighting.lock, sighting.hint, sighting.measured = lock, None, self._frame

    @staticmethod
    def _lose(sighting: Sighting) -> None:
        sighting.hint = sighting.lock.homography if sighting.lock else None
        sighting.lock = None
