"""What counts: errors in pixels at 1280 wide, wrong and false reports, and how soon a mark is found again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tests.bench.tracking.sequence import ABSENT, VISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tests.bench.tracking.sequence import Floats, Sequence, States

SHOWN: Final = (1, 2)
WELL_OUT_PX: Final = 20
WRONG_PX: Final = 20
FOUND_PX: Final = 10
ABSENCE_FRAMES: Final = 10
SOON_FRAMES: Final = 5


@dataclass(frozen=True)
class Measured:
    """One tracker on one sequence; None where the sequence has nothing to say about it.

    `lt5` and `lt10` are shares of all marks in view that are reported (held or weak) so near: one that is given up
    counts as a miss. `wrong` are those reported more than 20 pixels off. `false` is the share of marks out of view
    that are reported inside the picture all the same; where a mark is within 20 pixels of the border, nothing is
    counted. `reacquired` is the share of absences of 10 frames or more after which the mark was shown within 10 pixels
    of the truth before more than 5 frames had passed.
    """

    name: str
    deep: bool
    moving: bool
    median: float | None
    p95: float | None
    lt5: float
    lt10: float
    wrong: float
    false: float | None
    reacquired: float | None
    ms: float


def errors(sequence: Sequence, places: Floats) -> Floats:
    """(frames, marks) distances from the truth in pixels at 1280 wide; NaN where nothing is reported."""
    return np.asarray(np.linalg.norm(places - sequence.truth[: len(places)], axis=2) * sequence.scale)


def shown(sequence: Sequence, places: Floats, states: States) -> NDArray[np.bool_]:
    """(frames, marks): reported, and within the picture unless the spot itself is in view."""
    vis = sequence.vis[: len(places)]
    reported = np.isin(states, SHOWN) & np.isfinite(places).all(axis=2)
    return np.asarray(reported & (_inside(places, sequence.size) | (vis == VISIBLE)))


def measure(sequence: Sequence, places: Floats, states: States, ms: float) -> Measured:
    """Compare what a tracker said, (frames, marks, 2) and (frames, marks), with the truth.

    The first frame is the one that was drawn on: the tracker was told the truth there, so it is not counted.
    """
    truth, vis = sequence.truth[: len(places)], sequence.vis[: len(places)]
    error, on = errors(sequence, places), shown(sequence, places, states)
    seen = vis[1:] == VISIBLE
    count = max(int(seen.sum()), 1)
    off = error[1:][seen & on[1:]]
    well_out = ((truth < -WELL_OUT_PX) | (truth > np.array(sequence.size) + WELL_OUT_PX)).any(axis=2)
    absent = ((vis == ABSENT) & (well_out | _inside(truth, sequence.size)))[1:]
    false = absent & (on & _inside(places, sequence.size))[1:]
    found = list(_absences(vis, on & (error < FOUND_PX)))
    return Measured(
        name=sequence.name,
        deep=sequence.deep,
        moving=sequence.moving,
        median=float(np.median(off)) if len(off) else None,
        p95=float(np.percentile(off, 95)) if len(off) else None,
        lt5=float((off < 5).sum() / count),
        lt10=float((off < 10).sum() / count),
        wrong=float((off > WRONG_PX).sum() / count),
        false=float(false.sum() / absent.sum()) if absent.any() else None,
        reacquired=float(np.mean(found)) if found else None,
        ms=ms,
    )


def summary(rows: list[Measured]) -> dict[str, float | None]:
    """One tracker over all sequences: each figure is the mean over the sequences that have it."""
    planar = [row for row in rows if not row.deep]
    deep = [row for row in rows if row.deep]
    moving = [row for row in rows if row.moving]
    return {
        "planar_median": _mean(planar, "median", 3),
        "planar_p95": _mean(planar, "p95", 3),
        "planar_lt5": _mean(planar, "lt5"),
        "planar_wrong": _mean(planar, "wrong"),
        "depth_median": _mean(deep, "median", 3),
        "depth_lt10": _mean(deep, "lt10"),
        "depth_wrong": _mean(deep, "wrong"),
        "box_lt5": _mean(moving, "lt5"),
        "false": _mean(rows, "false"),
        "reacquired": _mean(rows, "reacquired"),
    }


def _mean(rows: list[Measured], figure: str, digits: int = 4) -> float | None:
    values: list[Any] = [value for row in rows if (value := getattr(row, figure)) is not None]
    return round(float(np.mean(values)), digits) if values else None


def _inside(places: Floats, size: tuple[int, int]) -> NDArray[np.bool_]:
    return np.asarray(((places >= 0) & (places < size)).all(axis=2))


def _absences(vis: States, right: NDArray[np.bool_]) -> Iterator[bool]:
    """Of every absence of a mark that ends in time to see what follows: whether it was soon found again."""
    for mark in range(vis.shape[1]):
        gone = vis[:, mark] == ABSENT
        edges = np.flatnonzero(np.diff(np.concatenate([[0], gone.astype(int), [0]])))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if end - start >= ABSENCE_FRAMES and end < len(vis) - ABSENCE_FRAMES:
                again = np.flatnonzero(gone[end:])
                stop = end + (int(again[0]) if len(again) else len(vis))
                yield bool(right[end : min(stop, end + SOON_FRAMES + 1), mark].any())
