"""CSRT, one tracker for each mark, as a process of its own: it needs a wheel that cannot stand beside OpenCV's own.

Runs without the rest of this repository. For each frame a line of JSON comes on standard input, `{"shape": [height,
width], "points": [[x, y], ...] or null}`, then the frame, BGR. Points begin anew. The answer is a line of JSON,
`{"places": [[x, y] or null, ...], "ms": CPU milliseconds}`.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 48  # pixels at 1280 wide: as much of a machine as a finger hides


class Box:
    """A mark in the middle of a box that is followed; it keeps its place in the box."""

    def __init__(self, frame: NDArray[np.uint8], x: float, y: float) -> None:
        height, width = frame.shape[:2]
        side = min(round(SIDE * max(width, height) / 1280), width, height)
        left, top = (int(np.clip(round(at - side / 2), 0, full - side)) for at, full in ((x, width), (y, height)))
        self.share = ((x - left) / side, (y - top) / side)
        self.tracker = getattr(cv2, "TrackerCSRT").create()  # noqa: B009 - the types are those of the other wheel
        self.tracker.init(frame, (left, top, side, side))

    def update(self, frame: NDArray[np.uint8]) -> tuple[float, float] | None:
        found, (left, top, width, height) = self.tracker.update(frame)
        return (left + self.share[0] * width, top + self.share[1] * height) if found else None


def main() -> None:
    cv2.setNumThreads(1)
    boxes: list[Box] = []
    while line := sys.stdin.buffer.readline():
        head = json.loads(line)
        shape = (*head["shape"], 3)
        frame = np.frombuffer(sys.stdin.buffer.read(int(np.prod(shape))), np.uint8).reshape(shape)
        start = time.process_time()
        if head["points"] is not None:
            boxes = [Box(frame, x, y) for x, y in head["points"]]
            places: list[Any] = head["points"]
        else:
            places = [box.update(frame) for box in boxes]
        spent = 1000 * (time.process_time() - start)
        sys.stdout.write(json.dumps({"places": places, "ms": spent}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
