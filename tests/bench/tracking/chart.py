"""A picture of one sequence: every tracker's error over time, and what became of its marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.bench.tracking.measure import SHOWN, WRONG_PX, errors, shown
from tests.bench.tracking.sequence import ABSENT, VISIBLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.bench.tracking.contest import Answer
    from tests.bench.tracking.sequence import Floats, Image, Sequence

Colour = tuple[int, int, int]

SIZE: Final = (1280, 820)
LEFT, RIGHT, TOP, BOTTOM = 190, 1250, 70, 470
LEAST_PX, MOST_PX = 0.05, 300.0
TICKS: Final = (0.1, 0.3, 1.0, 5.0, 20.0, 100.0)
STRIP, STRIP_GAP = 34, 12
INK: Final[Colour] = (40, 40, 40)
PALE: Final[Colour] = (215, 215, 215)
# Blue, green, red; told apart by people who see no red or green too (Okabe and Ito, 2008).
LINES: Final[dict[str, Colour]] = {
    "arsupport": (0, 0, 0),
    "klt": (0, 159, 230),
    "klt_homography": (233, 180, 86),
    "orb_homography": (115, 158, 0),
    "sift_homography": (167, 121, 204),
    "csrt": (0, 94, 213),
}
NEAR: Final[Colour] = (160, 190, 90)
FAR: Final[Colour] = (70, 200, 240)
BAD: Final[Colour] = (40, 40, 200)
MISSING: Final[Colour] = (190, 190, 190)


def draw(path: Path, sequence: Sequence, answers: Mapping[str, Answer]) -> None:
    """Write a PNG: above, the median error of the marks in view; below, shares of all marks, frame by frame."""
    rows = len(answers)
    height = BOTTOM + 80 + rows * (STRIP + STRIP_GAP) + 50
    canvas: Image = np.full((height, SIZE[0], 3), 255, np.uint8)
    frames = len(next(iter(answers.values())).places)
    x = np.linspace(LEFT, RIGHT, frames)
    _write(canvas, f"{sequence.name}: error of the marks in view, median, pixels at 1280 wide", (LEFT, 40), 22)
    _axes(canvas, x)
    # Ours last, so that no other line hides it.
    for name in reversed(list(answers)):
        _line(canvas, x, _median_error(sequence, answers[name]), LINES[name], 3 if name == "arsupport" else 2)
    for row, (name, answer) in enumerate(answers.items()):
        top = BOTTOM + 70 + row * (STRIP + STRIP_GAP)
        cv2.line(canvas, (20, top + STRIP // 2), (36, top + STRIP // 2), LINES[name], 4, cv2.LINE_AA)
        _write(canvas, name, (44, top + STRIP // 2 + 5), 15)
        _strip(canvas, x, top, _fates(sequence, answer))
    _legend(canvas, height - 22)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), canvas):
        raise OSError(f"{path} cannot be written")


def _median_error(sequence: Sequence, answer: Answer) -> Floats:
    """(frames,), NaN where no mark in view is reported."""
    seen = (sequence.vis[: len(answer.places)] == VISIBLE) & shown(sequence, answer.places, answer.states)
    error = np.where(seen, errors(sequence, answer.places), np.nan)
    some = seen.any(axis=1)
    result = np.full(len(error), np.nan)
    result[some] = np.nanmedian(error[some], axis=1)
    return result


def _fates(sequence: Sequence, answer: Answer) -> list[tuple[Colour, Floats]]:
    """Shares (frames,) of all marks: near, off, wrong or false, and in view but not reported."""
    vis = sequence.vis[: len(answer.places)]
    on, error = shown(sequence, answer.places, answer.states), errors(sequence, answer.places)
    seen, reported = vis == VISIBLE, on & np.isin(answer.states, SHOWN)
    near = seen & reported & (error < 5)
    bad = (seen & reported & (error > WRONG_PX)) | ((vis == ABSENT) & reported)
    off = seen & reported & ~near & ~bad
    parts = ((NEAR, near), (FAR, off), (BAD, bad), (MISSING, seen & ~reported))
    return [(colour, part.mean(axis=1)) for colour, part in parts]


def _height(error: Floats) -> Floats:
    share = np.log(np.clip(error, LEAST_PX, MOST_PX) / LEAST_PX) / np.log(MOST_PX / LEAST_PX)
    return np.asarray(BOTTOM - share * (BOTTOM - TOP))


def _axes(canvas: Image, x: Floats) -> None:
    for tick in TICKS:
        y = round(float(_height(np.array(tick))))
        cv2.line(canvas, (LEFT, y), (RIGHT, y), PALE, 1)
        _write(canvas, f"{tick:g} px", (LEFT - 66, y + 5), 15)
    for frame in range(0, len(x), 30):
        cv2.line(canvas, (round(x[frame]), BOTTOM), (round(x[frame]), BOTTOM + 6), INK, 1)
        _write(canvas, str(frame), (round(x[frame]) - 8, BOTTOM + 24), 15)
    _write(canvas, "frame", (LEFT - 66, BOTTOM + 24), 15)


def _line(canvas: Image, x: Floats, error: Floats, colour: Colour, width: int) -> None:
    known = np.isfinite(error)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(int), [0]])))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        points = np.column_stack([x[start:end], _height(error[start:end])])
        fixed = np.round(points * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(canvas, [fixed], False, colour, width, cv2.LINE_AA, 4)  # noqa: FBT003 - is it closed


def _strip(canvas: Image, x: Floats, top: int, fates: list[tuple[Colour, Floats]]) -> None:
    edges = np.round(np.concatenate([x, [2 * x[-1] - x[-2]]]) - (x[1] - x[0]) / 2).astype(int)
    for frame in range(len(x)):
        below = float(top + STRIP)
        for colour, shares in fates:
            above = below - STRIP * shares[frame]
            canvas[round(above) : round(below), edges[frame] : edges[frame + 1]] = colour
            below = above
    cv2.rectangle(canvas, (LEFT, top), (RIGHT, top + STRIP), PALE, 1)


def _legend(canvas: Image, y: int) -> None:
    left = LEFT
    words = ("within 5 px", "off", f"wrong (> {WRONG_PX} px) or false", "in view, not shown")
    for colour, text in zip((NEAR, FAR, BAD, MISSING), words, strict=True):
        cv2.rectangle(canvas, (left, y - 12), (left + 22, y + 2), colour, -1)
        _write(canvas, text, (left + 30, y + 2), 15)
        left += 90 + 8 * len(text)


def _write(canvas: Image, text: str, at: tuple[int, int], size: int) -> None:
    cv2.putText(canvas, text, at, INK, cv2.FontFace("sans"), size, 400)
