"""Benchmark: how well marks stay where they were drawn, beside what one would write in an afternoon.

    python -m tests.bench.tracking [--data DIR] [--quick] [--json]

Four trackers see the same frames in the same run: ours, plain KLT, KLT with a homography from frame to frame, and ORB
with a homography to the first frame. Without --data the scenes are rendered here, their truth exact. DIR holds
NAME.webm or NAME.mp4 with NAME.npz: `truth` (frames, marks, 2) in full-resolution pixels, `vis` (frames, marks) 0
absent, 1 visible, 2 occluded, 3 unknown, and optionally `wh` and `scale` (to 1280-wide pixels). Sequences whose name
begins with p3d, box or desk have depth and are counted apart.

Errors are pixels at 1280 wide. `lt5` is the share of visible marks reported within 5 pixels, `wrong` reported more
than 20 pixels off, `false` reported although the spot is not in view, `reacquired` the share of absences of 10 frames
or more after which the mark was found again. `ms_10` is CPU time per 720p frame with 10 marks, OpenCV on one thread.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import av
import cv2
import numpy as np
import typer
from numpy.typing import NDArray

from arsupport.vision import Tracker
from tests.vision.plane import MARKS, Camera, Plane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]
States = NDArray[np.uint8]

DEPTH = ("p3d", "box", "desk")
QUICK = ("hold", "leave", "lowtex", "wrong")
SHOWN = (1, 2)
ABSENCE = 10

app = typer.Typer(add_completion=False)


class Follower(Protocol):
    """What is compared."""

    def init(self, frame: Image, points: Floats) -> None: ...

    def update(self, frame: Image) -> tuple[Floats, States]: ...


@dataclass
class Sequence:
    name: str
    frames: Callable[[], Iterator[Image]]
    truth: Floats
    vis: States
    size: tuple[int, int] = (1280, 720)
    scale: float = 1.0


def lk(before: Image, now: Image, points: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    start = np.ascontiguousarray(points, np.float32).reshape(-1, 1, 2)
    found, status, _ = cv2.calcOpticalFlowPyrLK(before, now, start, start.copy(), winSize=(21, 21), maxLevel=3)
    return np.asarray(found, np.float64).reshape(-1, 2), status.ravel() == 1


def reported(places: Floats, frame: Image) -> tuple[Floats, States]:
    height, width = frame.shape
    inside = (places >= 0).all(axis=1) & (places[:, 0] < width) & (places[:, 1] < height)
    return places, np.where(np.isfinite(places).all(axis=1), np.where(inside, 1, 3), 0).astype(np.uint8)


class Klt:
    """Every mark by itself, from frame to frame."""

    def init(self, frame: Image, points: Floats) -> None:
        self.frame, self.places = frame, points.copy()

    def update(self, frame: Image) -> tuple[Floats, States]:
        alive = np.isfinite(self.places).all(axis=1)
        if alive.any():
            found, ok = lk(self.frame, frame, self.places[alive])
            self.places[alive] = np.where(ok[:, None], found, np.nan)
        self.frame = frame
        return reported(self.places.copy(), frame)


class KltHomography:
    """Corners from frame to frame, a homography through them, all marks carried along."""

    def init(self, frame: Image, points: Floats) -> None:
        self.frame, self.places = frame, points.copy()

    def update(self, frame: Image) -> tuple[Floats, States]:
        before, self.frame = self.frame, frame
        corners = cv2.goodFeaturesToTrack(before, 200, 0.01, 15)
        homography = None
        if np.ndim(corners) == 3:
            source = np.asarray(corners, np.float64).reshape(-1, 2)
            found, ok = lk(before, frame, source)
            homography = ransac(source[ok], found[ok])
        self.places = self.places * np.nan if homography is None else through(homography, self.places)
        return reported(self.places.copy(), frame)


class OrbHomography:
    """Every frame matched with the first."""

    def init(self, frame: Image, points: Floats) -> None:
        self.orb, self.matcher = cv2.ORB.create(900), cv2.BFMatcher(cv2.NORM_HAMMING)
        self.points, (self.spots, self.words) = points.copy(), self.orb.detectAndCompute(frame, None)

    def update(self, frame: Image) -> tuple[Floats, States]:
        spots, words = self.orb.detectAndCompute(frame, None)
        homography = None
        if len(spots) > 1:
            pairs = [pair for pair in self.matcher.knnMatch(self.words, words, k=2) if len(pair) > 1]
            good = [a for a, b in pairs if a.distance < 0.8 * b.distance]
            source = np.array([self.spots[match.queryIdx].pt for match in good]).reshape(-1, 2)
            homography = ransac(source, np.array([spots[match.trainIdx].pt for match in good]).reshape(-1, 2))
        return reported(self.points * np.nan if homography is None else through(homography, self.points), frame)


def ransac(source: Floats, target: Floats) -> Floats | None:
    if len(source) < 10:
        return None
    homography, inliers = cv2.findHomography(source, target, cv2.RANSAC, 3.0)
    fitted = np.asarray(homography, np.float64)
    return fitted if fitted.shape == (3, 3) and inliers.sum() >= 10 else None


def through(homography: Floats, points: Floats) -> Floats:
    moved = np.column_stack([points, np.ones(len(points))]) @ homography.T
    return np.asarray(moved[:, :2] / moved[:, 2:])


TRACKERS: dict[str, Callable[[], Follower]] = {
    "arsupport": Tracker,
    "klt": Klt,
    "klt_homography": KltHomography,
    "orb_homography": OrbHomography,
}


@dataclass
class Score:
    """Counts of one tracker over some sequences."""

    errors: list[Floats] = field(default_factory=list)
    visible: int = 0
    absent: int = 0
    false: int = 0
    absences: int = 0
    found: int = 0

    def add(self, sequence: Sequence, places: Floats, states: States) -> None:
        truth, vis = sequence.truth[: len(places)], sequence.vis[: len(places)]
        error = np.linalg.norm(places - truth, axis=2) * sequence.scale
        inside = np.asarray(((places >= 0) & (places < sequence.size)).all(axis=2))
        shown = np.isin(states, SHOWN) & np.isfinite(error) & (inside | (vis == 1))
        seen = vis[1:] == 1
        self.errors.append(error[1:][seen & shown[1:]])
        self.visible += int(seen.sum())
        in_view = np.asarray(((truth >= 0) & (truth < sequence.size)).all(axis=2))
        well_out = np.asarray(((truth < -20) | (truth > np.array(sequence.size) + 20)).any(axis=2))
        absent = (vis[1:] == 0) & (well_out | in_view)[1:]
        self.absent += int(absent.sum())
        self.false += int((absent & (shown & inside)[1:]).sum())
        for mark in range(vis.shape[1]):
            self._absences(vis[:, mark], shown[:, mark] & (error[:, mark] < 10))

    def _absences(self, vis: States, right: NDArray[np.bool_]) -> None:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], (vis == 0).astype(int), [0]])))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if end - start >= ABSENCE and end < len(vis) - ABSENCE:
                again = np.flatnonzero(vis[end:] == 0)
                self.absences += 1
                self.found += bool(right[end : end + again[0] if len(again) else len(vis)].any())

    def result(self) -> dict[str, float | None]:
        errors = np.concatenate([*self.errors, np.empty(0)])
        return {
            "median": round(float(np.median(errors)), 3) if len(errors) else None,
            "p95": round(float(np.percentile(errors, 95)), 3) if len(errors) else None,
            "lt5": round(float((errors < 5).sum() / max(self.visible, 1)), 4),
            "lt10": round(float((errors < 10).sum() / max(self.visible, 1)), 4),
            "wrong": round(float((errors > 20).sum() / max(self.visible, 1)), 4),
            "false": round(self.false / self.absent, 4) if self.absent else None,
            "reacquired": round(self.found / self.absences, 4) if self.absences else None,
        }


def recorded(folder: Path) -> Iterator[Sequence]:
    for path in sorted(folder.glob("*.npz")):
        film = next(film for film in (path.with_suffix(".webm"), path.with_suffix(".mp4")) if film.exists())
        data = np.load(path)
        size = (int(data["wh"][0]), int(data["wh"][1])) if "wh" in data else (1280, 720)
        scale = float(data["scale"]) if "scale" in data else 1.0
        yield Sequence(path.stem, partial(decoded, film), data["truth"], data["vis"], size, scale)


def decoded(film: Path) -> Iterator[Image]:
    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="gray"), np.uint8)


def rendered() -> Iterator[Sequence]:
    turn = np.linspace(0, 2 * np.pi, 90)
    shake = np.random.default_rng(3).normal(0, 14, (90, 2)).cumsum(axis=0) % 120
    hops = np.concatenate([[0], np.abs(np.diff(shake[:, 0]))])
    paths = {
        "hold": [Camera(x=1200 + 2 * np.sin(9 * t), y=750 + 2 * np.sin(7 * t)) for t in turn],
        "pan": [Camera(x=1200 + 350 * np.sin(t)) for t in turn],
        "zoom": [Camera(zoom=float(2 ** np.sin(t))) for t in turn],
        "roll": [Camera(roll=75 * np.sin(t)) for t in turn],
        "tilt": [Camera(tilt=50 * np.sin(t)) for t in turn],
        "shake": [
            Camera(x=1150 + float(x), y=700 + float(y), blur=max(1, int(min(hop, 60) / 2)))
            for (x, y), hop in zip(shake, hops, strict=True)
        ],
        "leave": [Camera(x=1200 + 1500 * np.sin(t / 2) ** 2) for t in turn],
        "wrong": [Camera() if i < 20 or i > 60 else Camera(x=900) for i in range(90)],
    }
    own, other = Plane(1), Plane(2)
    for name, cameras in paths.items():
        planes = [other if name == "wrong" and camera.x == 900 else own for camera in cameras]
        points = cameras[0].points_at(MARKS)
        truth = np.stack([camera.sees(points) for camera in cameras])
        inside = ((truth >= 0) & (truth < (1280, 720))).all(axis=2)
        vis = (inside & np.array([plane is own for plane in planes])[:, None]).astype(np.uint8)
        yield Sequence(name, partial(shot, list(zip(planes, cameras, strict=True))), truth, vis)


def shot(views: list[tuple[Plane, Camera]]) -> Iterator[Image]:
    for number, (plane, camera) in enumerate(views):
        yield plane.seen_by(camera, noise=number)


def run(sequence: Sequence, points: Floats, frames: int = 10_000) -> dict[str, tuple[Floats, States, float]]:
    """Places, states and CPU milliseconds per frame of every tracker; all see one frame before any sees the next."""
    trackers = {name: make() for name, make in TRACKERS.items()}
    answers: dict[str, list[tuple[Floats, States]]] = defaultdict(list)
    spent: dict[str, float] = defaultdict(float)
    for number, frame in zip(range(frames), sequence.frames(), strict=False):
        for name, tracker in trackers.items():
            if number == 0:
                tracker.init(frame, points)
                answers[name].append((points, np.ones(len(points), np.uint8)))
                continue
            start = time.process_time()
            answers[name].append(tracker.update(frame))
            spent[name] += time.process_time() - start
    return {
        name: (
            np.stack([places for places, _ in each]),
            np.stack([states for _, states in each]),
            1000 * spent[name] / max(len(each) - 1, 1),
        )
        for name, each in answers.items()
    }


def benchmark(sequences: list[Sequence]) -> dict[str, dict[str, Any]]:
    scores = {name: {"planar": Score(), "depth": Score()} for name in TRACKERS}
    typer.echo(
        f"{'sequence':14} {'tracker':15} {'median':>8} {'p95':>8} {'lt5':>8} {'wrong':>8} {'false':>8} {'ms':>6}"
    )
    for sequence in sequences:
        for name, (places, states, spent) in run(sequence, sequence.truth[0]).items():
            alone = Score()
            for score in (alone, scores[name]["depth" if sequence.name.startswith(DEPTH) else "planar"]):
                score.add(sequence, places, states)
            row = alone.result()
            numbers = [row[key] for key in ("median", "p95", "lt5", "wrong", "false")]
            cells = [f"{'-' if number is None else format(number, '.3f'):>8}" for number in numbers]
            typer.echo(f"{sequence.name:14} {name:15} {' '.join(cells)} {spent:6.1f}")
    results: dict[str, dict[str, Any]] = {}
    timed = next((sequence for sequence in sequences if sequence.size == (1280, 720)), sequences[0])
    ten = np.stack(np.meshgrid(np.linspace(200, 1080, 5), [240.0, 480.0]), axis=-1).reshape(-1, 2)
    cost = run(timed, ten, frames=60)
    for name, parts in scores.items():
        results[name] = {
            f"{kind}_{key}": value
            for kind, score in parts.items()
            if score.visible
            for key, value in score.result().items()
            if key not in {"false", "reacquired"}
        }
        planar = parts["planar"].result()
        results[name] |= {
            "false": planar["false"],
            "reacquired": planar["reacquired"],
            "ms_10": round(cost[name][2], 2),
        }
    return results


@app.command()
def main(
    data: Annotated[
        Path | None, typer.Option(help="Folder of recorded sequences; without it, scenes are rendered.")
    ] = None,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="A few sequences only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The result as one JSON object on the last line.")] = False,
) -> None:
    """Measure how well marks stay where they were drawn."""
    cv2.setNumThreads(1)
    cv2.setRNGSeed(0)
    everything = recorded(data) if data else rendered()
    results = benchmark([each for each in everything if not quick or each.name.startswith(QUICK)])
    for name, result in results.items():
        typer.echo(f"{name:15} " + "  ".join(f"{key} {value}" for key, value in result.items()))
    if as_json:
        typer.echo(json.dumps(results))


if __name__ == "__main__":
    app()
