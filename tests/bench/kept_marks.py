"""Benchmark: whether kept marks are found again on their machine and on no other, and what looking for them costs.

    python -m tests.bench.kept_marks [--walks 24] [--json]

Rendered machines of one make that differ in numbers, cables, switches and needles. Each mark is known by three pictures
(25 degrees to either side, and the front). A walk is two seconds of a hand-held camera at 30 frames a second, between
any two stands up to 60 degrees to the side, at 0.6 to 1.6 times the distance, in another light that flickers. It is
taken at the same machine, at the same one when that is known (its plate was seen), and at another one. Then one stands
far aside of what is known from the front alone, without and with the tag of the plate as a first guess. Then the
processor time of one frame is measured while 1, 10 and 50 marks, known by two pictures each, are looked for in vain.
Errors are pixels at 1280. OpenCV on one thread.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Any

import cv2
import numpy as np
import typer

from arsupport.vision import KnownView, SeveralViews, State, Tracker
from arsupport.vision.tags import find_tags
from tests.vision.posed import SIZE, Light, Machine, Stand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

SPOTS = ("gauge-1", "emergency-stop", "panel", "tag", "nameplate", "gauge-3", "lamp-red", "switch-pump")
SIDES = (-25.0, 0.0, 25.0)
SAME, OTHERS = 3, (4, 5, 6)
FRAMES = 60
# Marks in whose pictures the machine's tag is, and frames of a stand.
ON_THE_DOOR = ("gauge-1", "emergency-stop", "panel", "lamp-red", "switch-pump")
ASIDE = (40.0, 50.0, 60.0, 65.0)
STANDING = 20
AT_1280 = 1280 / SIZE[0]
MARKS = (1, 10, 50)


def known(machine: Machine, spot: str) -> list[KnownView]:
    """Give a mark's pictures."""
    views = []
    for side in SIDES:
        luma, x, y = machine.seen(spot, Stand(side=side, aside=(0.05, 0.02)))
        views.append(KnownView(f"{spot} {side}", luma, (x, y), np.eye(2)))
    return views


def walk(machine: Machine, spot: str, rng: np.random.Generator) -> Iterator[tuple[NDArray[np.uint8], float, float]]:
    """Film a spot from one stand to another."""
    side, above = rng.uniform(-60, 60, 2), rng.uniform(-15, 15, 2)
    far = np.exp(rng.uniform(np.log(0.6), np.log(1.6), 2))
    gain, gamma, slope, towards = rng.uniform([0.6, 0.8, 0.0, 0.0], [1.25, 1.4, 0.4, 360.0])
    for number in range(FRAMES):
        share = np.array([1 - number / (FRAMES - 1), number / (FRAMES - 1)])
        aside = (0.06 + 0.01 * np.sin(number / 3), 0.03)
        stand = Stand(float(side @ share), float(above @ share), float(far @ share), 3 * np.sin(number / 9), aside)
        flicker = gain * (1 + 0.1 * np.sin(1.9 * number))
        yield machine.seen(spot, stand, Light(flicker, gamma, slope, towards))


def walks(here: Machine, count: int, *, right: bool | None, kept: Machine) -> dict[str, Any]:
    """Walk at ``here`` while marks of ``kept`` are looked for."""
    rng = np.random.default_rng(1)
    found = 0
    first: list[int] = []
    errors: list[float] = []
    for number in range(count):
        spot = SPOTS[number % len(SPOTS)]
        tracker = SeveralViews()
        tracker.at_machine(right=right)
        tracker.expect("mark", known(kept, spot))
        before = len(errors)
        for index, (luma, x, y) in enumerate(walk(here, spot, rng)):
            pose = tracker.track(luma).get("mark")
            if pose is not None and pose.state in {State.HELD, State.WEAK}:
                if len(errors) == before:
                    first.append(index)
                errors.append(AT_1280 * float(np.hypot(pose.x - x, pose.y - y)))
        found += len(errors) > before
    return {
        "walks": count,
        "found": found,
        "first_frame_median": float(np.median(first)) if first else None,
        "error_median": round(float(np.median(errors)), 2) if errors else None,
        "error_max": round(max(errors), 2) if errors else None,
    }


def aside(machine: Machine, side: float, *, tags: bool) -> dict[str, Any]:
    """Stand aside for two thirds of a second where each mark is known from the front alone, with the label read."""
    rng = np.random.default_rng(4)
    found = stands = 0
    errors: list[float] = []
    for spot in ON_THE_DOOR:
        for towards in (-side, side):
            above, far, slope = rng.uniform([-15, 0.7, 0.0], [15, 1.5, 0.4])
            tracker = SeveralViews()
            tracker.at_machine(right=True)
            tracker.expect("mark", [view for view in known(machine, spot) if view.key.endswith(" 0.0")])
            before = len(errors)
            for number in range(STANDING):
                where = Stand(towards, above, far, 3 * np.sin(number / 9), (0.06, 0.03))
                luma, x, y = machine.seen(spot, where, Light(0.9 + 0.1 * np.sin(1.9 * number), 1.2, slope, 90.0))
                if tags and number % 7 == 0:
                    tracker.see_tags({tag.number: tag.corners for tag in find_tags(luma)}, SIZE)
                pose = tracker.track(luma).get("mark")
                if pose is not None and pose.state in {State.HELD, State.WEAK}:
                    errors.append(AT_1280 * float(np.hypot(pose.x - x, pose.y - y)))
            stands += 1
            found += len(errors) > before
    return {"stands": stands, "found": found, "error_max": round(max(errors), 2) if errors else None}


def cost(machine: Machine, elsewhere: Machine) -> dict[str, float]:
    """Give the processor time, ms a frame, of looking in vain for so many marks, and of a tracker with none."""
    frames = [luma for luma, _, _ in walk(machine, "panel", np.random.default_rng(2))]
    pictures = [luma for luma, _, _ in walk(elsewhere, "panel", np.random.default_rng(3))]
    taken = {"none": _ms_per_frame(Tracker(), frames)}
    for marks in MARKS:
        tracker = SeveralViews()
        for mark in range(marks):
            keys = [(2 * mark + view) for view in (0, 1)]
            tracker.expect(
                str(mark),
                [KnownView(str(key), pictures[key % len(pictures)], (320.0, 180.0), np.eye(2)) for key in keys],
            )
        taken[str(marks)] = _ms_per_frame(tracker, frames)
    return taken


def _ms_per_frame(tracker: Tracker | SeveralViews, frames: list[NDArray[np.uint8]]) -> float:
    began = time.process_time()
    for luma in frames:
        tracker.track(luma)
    return round(1000 * (time.process_time() - began) / len(frames), 2)


@app.command()
def main(
    walks_each: Annotated[int, typer.Option("--walks", help="walks at each machine")] = 24,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,  # noqa: FBT002
) -> None:
    """Walk, and look."""
    cv2.setNumThreads(1)
    same = Machine(SAME)
    result: dict[str, Any] = {
        "same": walks(same, walks_each, right=None, kept=same),
        "same, known": walks(same, walks_each, right=True, kept=same),
    }
    for seed in OTHERS:
        result[f"another ({seed})"] = walks(Machine(seed), walks_each, right=None, kept=same)
    for side in ASIDE:
        for tags in (False, True):
            result[f"{side:.0f} aside, {'with' if tags else 'no'} tag"] = aside(same, side, tags=tags)
    result["ms_per_frame"] = cost(same, Machine(OTHERS[0]))
    if as_json:
        typer.echo(json.dumps(result))
        return
    for name, values in result.items():
        typer.echo(f"{name:17s} " + "  ".join(f"{key} {value}" for key, value in values.items()))


if __name__ == "__main__":
    app()
