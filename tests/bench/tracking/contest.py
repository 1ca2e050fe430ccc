"""Trackers side by side: each sees a frame before any sees the next."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.bench.tracking.sequence import Floats, Frame, Image, Sequence, States


class Tracker(Protocol):
    """What is compared; frames are luma."""

    def init(self, frame: Image, points: Floats) -> None: ...

    def update(self, frame: Image) -> tuple[Floats, States]: ...


@dataclass(frozen=True)
class Answer:
    """What a tracker says about one frame, or about all of them.

    Attributes:
        places: (marks, 2), or (frames, marks, 2), full-resolution pixels; NaN where not reported.
        states: (marks,), or (frames, marks): 0 lost, 1 held, 2 weak, 3 out of view.
        ms: CPU milliseconds for one frame.
    """

    places: Floats
    states: States
    ms: float


class Contestant(Protocol):
    """A tracker wherever it runs: it takes a frame, and answers when it is asked."""

    def init(self, frame: Frame, points: Floats) -> None: ...

    def take(self, frame: Frame) -> None: ...

    def answer(self) -> Answer: ...

    def close(self) -> None: ...


class Here:
    """A tracker in this process."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker

    def init(self, frame: Frame, points: Floats) -> None:
        self._tracker.init(frame.luma, points)

    def take(self, frame: Frame) -> None:
        self._frame = frame

    def answer(self) -> Answer:
        start = time.process_time()
        places, states = self._tracker.update(self._frame.luma)
        return Answer(places, states, 1000 * (time.process_time() - start))

    def close(self) -> None:
        """Nothing is left behind."""


Field = dict[str, "Callable[[], Contestant]"]


def contest(
    field: Mapping[str, Callable[[], Contestant]], sequence: Sequence, points: Floats, frames: int | None = None
) -> dict[str, Answer]:
    """Everything that each tracker said about the first `frames` frames, marks (N, 2) being drawn on the first one."""
    trackers = {name: make() for name, make in field.items()}
    answers: dict[str, list[Answer]] = {name: [] for name in field}
    for number, frame in enumerate(sequence.frames()):
        if number == frames:
            break
        if number == 0:
            for name, tracker in trackers.items():
                tracker.init(frame, points)
                answers[name].append(Answer(points, np.ones(len(points), np.uint8), 0.0))
            continue
        for tracker in trackers.values():
            tracker.take(frame)
        for name, tracker in trackers.items():
            answers[name].append(tracker.answer())
    for tracker in trackers.values():
        tracker.close()
    return {name: _together(said) for name, said in answers.items()}


def _together(said: list[Answer]) -> Answer:
    return Answer(
        np.stack([answer.places for answer in said]),
        np.stack([answer.states for answer in said]),
        float(np.mean([answer.ms for answer in said[1:]])),
    )
