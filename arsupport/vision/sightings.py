"""All keyframes, and where each is in the present frame as far as that is known."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np

from arsupport.vision import bridge, glance
from arsupport.vision.geometry import project, translation
from arsupport.vision.measurement import measure, predict
from arsupport.vision.redetection import find
from arsupport.vision.sighting import Sighting

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats
    from arsupport.vision.keyframe import Keyframe
    from arsupport.vision.measurement import Lock
    from arsupport.vision.preparation import View

# Keyframes measured in one frame; with more of them held they take turns, carried by the prediction in between.
MEASURED_PER_FRAME: Final = 2
# Lost keyframes looked for in one frame while nothing is held; while something is, one every few frames.
SOUGHT_PER_FRAME: Final = 3
SOUGHT_EVERY: Final = 5
# With a smaller share of the corners found than in the frame before, a keyframe is looked for elsewhere, too.
FELL: Final = 0.5


class Sightings:
    """Keyframes by number, followed from frame to frame.

    Attributes:
        known: those with marks.
        bridge: one without, while little is seen of the others.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._next = 0
        self._frame = 0
        self.known: dict[int, Sighting] = {}
        self.bridge: Sighting | None = None

    def add(self, keyframe: Keyframe, hint: Floats) -> int:
        """Take in a keyframe that may be at `hint` (3, 3) in the next frame; returns its number."""
        self._next += 1
        self.known[self._next] = Sighting(self._next, keyframe, hint=hint)
        return self._next

    def place(self, number: int, now: View, guesses: list[Floats]) -> None:
        """Look for a new keyframe in the newest frame, near guesses (3, 3) each."""
        lock = find(self.known[number].keyframe, now, None, guesses, self._seed)
        if lock is not None:
            self.known[number].find(lock, self._frame)

    def keep(self, numbers: set[int]) -> None:
        """Forget all other keyframes."""
        self.known = {number: sighting for number, sighting in self.known.items() if number in numbers}
        if not self.known:
            self.bridge = None

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
        held = [sighting for sighting in self._all() if sighting.lock]
        if held:
            self._carry(held, before, now)
        lost = [sighting for sighting in self._all() if sighting.lock is None or sighting.number in doubtful]
        if lost and now.usable:
            self._seek(lost, before, now)
        if now.usable:
            self._build(now)

    def expected(self) -> dict[int, Floats]:
        """Homographies (3, 3) of keyframes with marks that are lost, where they should be by way of held ones."""
        held = self._locks()
        lost = {number: sighting for number, sighting in self.known.items() if sighting.lock is None}
        chained = {number: sighting.chained(held) for number, sighting in lost.items()}
        return {number: homographies[0] for number, homographies in chained.items() if homographies}

    def _all(self) -> list[Sighting]:
        return [*self.known.values(), self.bridge] if self.bridge else list(self.known.values())

    def _locks(self) -> dict[int, Lock]:
        return {sighting.number: sighting.lock for sighting in self._all() if sighting.lock}

    def _build(self, now: View) -> None:
        """Take a bridge when there is too little else to go by, and give it up when there is enough."""
        enough = any(not bridge.is_weak(sighting, bridge.MORE) for sighting in self.known.values())
        if enough or (self.bridge is not None and self.bridge.lock is None):
            self._cross(None)
        if not all(bridge.is_weak(sighting) for sighting in self._all()):
            return
        new = bridge.build(self._next + 1, now, self.known, self.bridge)
        if new is not None:
            self._next += 1
            new.measured = self._frame
            self._cross(new)

    def _cross(self, new: Sighting | None) -> None:
        """Go by another bridge, or by none; nothing is linked to the old one any more."""
        if self.bridge is not None:
            for sighting in self.known.values():
                sighting.links.pop(self.bridge.number, None)
        self.bridge = new

    def _carry(self, held: list[Sighting], before: View | None, now: View) -> None:
        """Predict where held keyframes went, and measure those whose turn it is.

        The others move as the best measured one did. When no measurement succeeds, as after a cut, all are lost.
        """
        comparable = before is not None and before.work_size == now.work_size
        places = [sighting.lock.places(sighting.keyframe) for sighting in held if sighting.lock]
        delta = predict(before, now, np.concatenate(places), self._seed) if before and comparable else None
        centre = np.array([now.work_size], np.float64) / 2
        motion = np.zeros(2) if delta is None else (project(delta, centre) - centre)[0]
        held.sort(key=lambda sighting: sighting.measured)
        moves = [self._measure(sighting, delta, motion, now) for sighting in held[:MEASURED_PER_FRAME]]
        best = max(moves, key=lambda move: move[0])
        for sighting in held[MEASURED_PER_FRAME:]:
            if sighting.lock and best[0]:
                sighting.lock = sighting.lock.moved(best[1])
            else:
                sighting.lose()
        for one, other in itertools.permutations(held[:MEASURED_PER_FRAME], 2):
            one.link(other)

    def _measure(self, sighting: Sighting, delta: Floats | None, motion: Floats, now: View) -> tuple[int, Floats]:
        """Measure a held keyframe; how many corners were found (0: it is lost) and how it moved (3, 3)."""
        before = sighting.lock
        if before is None:
            return 0, np.eye(3)
        guess = before if delta is None else before.moved(delta)
        after = measure(sighting.keyframe, guess, now, self._seed, motion=motion)
        if after is None:
            sighting.lock = guess
            sighting.lose()
            return 0, np.eye(3)
        if after.valid.sum() < FELL * before.valid.sum():
            after = self._doubt(sighting, after, motion, now)
        sighting.find(after, self._frame)
        return int(after.valid.sum()), after.homography @ np.linalg.inv(before.homography)

    def _doubt(self, sighting: Sighting, lock: Lock, motion: Floats, now: View) -> Lock:
        """Look elsewhere for a keyframe of which much less was found than in the frame before, and take the better.

        Where frames were left out, a row of things that look alike is easily found one thing aside.
        """
        shift = glance.aside(sighting.keyframe.view, now, motion)
        guesses = [] if shift is None else [translation(shift)]
        other = find(sighting.keyframe, now, now.features, guesses, self._seed, motion=motion)
        return lock if other is None or lock.valid.sum() > FELL * other.valid.sum() else other

    def _seek(self, lost: list[Sighting], before: View | None, now: View) -> None:
        """Look for lost keyframes, those first that were not looked for the longest.

        Near where they should be by way of held ones in every frame; anywhere, which costs more, in every one while
        nothing is held, and in every few otherwise.
        """
        held = self._locks()
        marks_held = any(number in held for number in self.known)
        turn = sorted(lost, key=lambda sighting: sighting.sought)
        everywhere = not held or self._frame % SOUGHT_EVERY == 0
        if marks_held and not everywhere:
            turn = [sighting for sighting in turn if sighting.expected_in(now, held)]
        features = now.features if everywhere else None
        motion = glance.motion(before, now) if before and not marks_held else None
        for sighting in turn[: 1 if marks_held else SOUGHT_PER_FRAME]:
            guesses = sighting.guesses(held)
            if not marks_held and sighting is not self.bridge:
                shift = glance.aside(sighting.keyframe.view, now, motion)
                guesses += [] if shift is None else [translation(shift)]
            known = None if sighting is self.bridge else features
            lock = find(sighting.keyframe, now, known, guesses, self._seed, motion=motion)
            sighting.hint, sighting.sought = None, self._frame
            if lock is not None:
                sighting.find(lock, self._frame)
