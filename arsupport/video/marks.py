"""Which marks were where in a frame, as the live pages showed them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from arsupport.protocol.marks import MarkState, Pose, anchor_of
from arsupport.session.evolve import evolve
from arsupport.session.state import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from arsupport.protocol.events import Event
    from arsupport.session.state import Mark
    from arsupport.video.record import Frame

# A frame that was taken so much later than the one that was drawn on may show another part at the same place.
_NEAR_TICKS: Final = 90_000
_WRAP: Final = 2**32


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark, and where it is in a frame."""

    mark: Mark
    pose: Pose


class Marks:
    """A session's marks on one camera's pictures, from its beginning on; moments must not go back."""

    def __init__(self, events: Sequence[Event], camera: str) -> None:
        self._events = events
        self._camera = camera
        self._next = 0
        self._state = State()
        self._there: dict[int, Mark] = {}

    def placed(self, frame: Frame) -> list[Placed]:
        """Return the marks of a frame.

        The positions of a frame that the tracker skipped are the last ones, uncertain (``weak``). So are marks that no
        pose had come for, where they were drawn, in the frames around the one that they were drawn on.
        """
        self._go_on(frame.at_ms)
        marks = self._state.shown_marks(self._camera)
        there = self._there = {mark.number: mark for mark in marks if not mark.expected or mark.found}
        told, exact = frame.poses.at(frame.ticks)
        known = {pose.mark: pose if exact else _stale(pose) for pose in told if pose.mark in there}
        fresh = {number: _as_drawn(mark) for number, mark in there.items() if _is_near(mark, frame)}
        found = fresh | known
        return [Placed(mark, found[number]) for number, mark in there.items() if number in found]

    def missing(self, placed: Iterable[Placed]) -> list[int]:
        """Return the numbers of the marks that should be in the last frame and are not drawn there."""
        drawn = {one.mark.number for one in placed if one.pose.state is not MarkState.LOST}
        return [number for number in self._there if number not in drawn]

    def _go_on(self, at_ms: float) -> None:
        while self._next < len(self._events) and self._events[self._next].at <= at_ms:
            evolve(self._state, self._events[self._next])
            self._next += 1


def _is_near(mark: Mark, frame: Frame) -> bool:
    since = (frame.rtp - mark.rtp) % _WRAP
    return not mark.expected and mark.track == frame.track and min(since, _WRAP - since) <= _NEAR_TICKS


def _stale(pose: Pose) -> Pose:
    return msgspec.structs.replace(pose, state=MarkState.WEAK) if pose.state is MarkState.HELD else pose


def _as_drawn(mark: Mark) -> Pose:
    x, y = anchor_of(mark.shape, mark.points)
    return Pose(mark.number, x, y, 1.0, 0.0, 0.0, 1.0, MarkState.WEAK, 0.0)
