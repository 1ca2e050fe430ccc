"""Benchmark: how well marks stay where they were drawn, beside what one would write in an afternoon.

    python -m tests.bench.tracking [--data DIR | --seeds N --first-seed N] [--quick] [--json]
                                   [--trackers A,B] [--sequences A,B]

All trackers see the same frames in the same run: ours, plain KLT, KLT with a homography from frame to frame, ORB and
(at half size) SIFT with a homography from the first frame, and CSRT, one for each mark. Without --data the films are
rendered here, by N seeds, and go through a real encoder; their truth is exact. DIR holds NAME.webm or NAME.mp4 with
NAME.npz: `truth` (frames, marks, 2) in full-resolution pixels, `vis` (frames, marks) 0 absent, 1 visible, 2 occluded,
3 unknown, and optionally `wh` and `scale` (to 1280-wide pixels). Sequences whose name begins with p3d, box, desk or
plant have depth and are counted apart; those of box and plant_door have a thing that moves by itself.

For the measures see `tests.bench.tracking.measure`. Every figure of the summary is the mean over sequences, `planar_`
over those without and `depth_` over those with depth, `box_lt5` over those with a moving thing. `ms_10` and `ms_50`
are CPU time for a 720p frame with so many marks, every library on one thread. A picture of each sequence, with the
error over time, goes to build/tracking/.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import cv2
import numpy as np
import typer

from arsupport.vision import Tracker
from tests.bench.tracking.chart import draw
from tests.bench.tracking.contest import Answer, Contestant, Here, contest
from tests.bench.tracking.csrt import Csrt, environment
from tests.bench.tracking.flat import flat
from tests.bench.tracking.measure import Measured, measure, summary
from tests.bench.tracking.peers import Klt, KltHomography, OrbHomography, SiftHomography
from tests.bench.tracking.plant import plant
from tests.bench.tracking.sequence import HD, recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.tracking.sequence import Floats, Sequence

PICTURES: Final = Path("build/tracking")
TRACKERS: Final = ("arsupport", "klt", "klt_homography", "orb_homography", "sift_homography", "csrt")
QUICK: Final = ("hold", "leave", "wrong", "p3d_motor", "box", "flat_wrong", "turn_leave", "plant_orbit", "plant_door")
TIMED: Final = 3
TIMED_FRAMES: Final = 40
# Each mark of CSRT costs as much as all of another tracker, on every frame alike.
TIMED_FRAMES_CSRT: Final = 6
COLUMNS: Final = ("median", "p95", "lt5", "lt10", "wrong", "false", "reacquired")

Field = dict[str, "Callable[[], Contestant]"]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def field(names: list[str]) -> Field:
    """Who takes part, of those that are asked for and can be had."""
    here: dict[str, Callable[[], Contestant]] = {
        "arsupport": lambda: Here(Tracker()),
        "klt": lambda: Here(Klt()),
        "klt_homography": lambda: Here(KltHomography()),
        "orb_homography": lambda: Here(OrbHomography()),
        "sift_homography": lambda: Here(SiftHomography()),
    }
    taking = {name: make for name, make in here.items() if name in names}
    python = environment() if "csrt" in names else None
    return taking | ({"csrt": partial(Csrt, python)} if python else {})


def films(data: Path | None, seeds: range, wanted: Callable[[str], bool]) -> Iterator[Sequence]:
    """The sequences that are asked for, one after another."""
    if data:
        yield from (sequence for sequence in recorded(data) if wanted(sequence.name))
        return
    for seed in seeds:
        yield from (make() for name, make in [*flat(seed), *plant(seed)] if wanted(name))


def show(row: Measured, tracker: str) -> None:
    """Print one line of the table."""
    numbers = [getattr(row, column) for column in COLUMNS]
    cells = [f"{'-' if number is None else format(number, '.3f'):>10}" for number in numbers]
    typer.echo(f"{row.name:16} {tracker:15} {''.join(cells)} {row.ms:7.1f}")


def grid(columns: int, rows: int) -> Floats:
    """Marks all over a picture, (N, 2)."""
    across, down = np.linspace(160, HD[0] - 160, columns), np.linspace(120, HD[1] - 120, rows)
    return np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)


def cost(name: str, make: Callable[[], Contestant], sequences: list[Sequence], marks: Floats) -> float:
    """CPU milliseconds for a frame, alone on these sequences."""
    frames = TIMED_FRAMES_CSRT if name == "csrt" else TIMED_FRAMES
    return float(np.mean([contest({name: make}, each, marks, frames)[name].ms for each in sequences]))


def benchmark(taking: Field, sequences: Iterator[Sequence]) -> dict[str, dict[str, float | None]]:
    """The summary by tracker."""
    rows: dict[str, list[Measured]] = defaultdict(list)
    timed: list[Sequence] = []
    typer.echo(f"{'sequence':16} {'tracker':15} {''.join(f'{column:>10}' for column in COLUMNS)} {'ms':>7}")
    for sequence in sequences:
        answers: dict[str, Answer] = contest(taking, sequence, sequence.truth[0])
        for name, said in answers.items():
            rows[name].append(measure(sequence, said.places, said.states, said.ms))
            show(rows[name][-1], name)
        draw(PICTURES / f"{sequence.name}.png", sequence, answers)
        if sequence.size == HD and len(timed) < TIMED:
            timed.append(sequence)
    return {
        name: summary(rows[name])
        | {
            f"ms_{len(marks)}": round(cost(name, make, timed, marks), 2) if timed else None
            for marks in (grid(5, 2), grid(10, 5))
        }
        for name, make in taking.items()
    }


@app.command()
def main(
    data: Annotated[
        Path | None, typer.Option(help="Folder of recorded sequences; without it, films are rendered.")
    ] = None,
    *,
    seeds: Annotated[int, typer.Option(min=1, help="How many of each rendered film.")] = 1,
    first_seed: Annotated[int, typer.Option(min=0, help="Films are rendered by this seed and those that follow.")] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="A few sequences, and without CSRT.")] = False,
    trackers: Annotated[str | None, typer.Option(help="Which ones, with commas.")] = None,
    sequences: Annotated[str | None, typer.Option(help="Which ones, by the beginnings of names, with commas.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The result as one JSON object on the last line.")] = False,
) -> None:
    """Measure how well marks stay where they were drawn."""
    cv2.setNumThreads(1)
    cv2.setRNGSeed(0)
    names = trackers.split(",") if trackers else [name for name in TRACKERS if not (quick and name == "csrt")]
    if unknown := set(names) - set(TRACKERS):
        raise typer.BadParameter(f"no such tracker: {', '.join(sorted(unknown))}")
    beginnings = tuple(sequences.split(",")) if sequences else QUICK if quick else ("",)
    chosen = films(data, range(first_seed, first_seed + seeds), lambda name: name.startswith(beginnings))
    results = benchmark(field(names), chosen)
    for name, result in results.items():
        typer.echo(f"{name:15} " + "  ".join(f"{key} {value}" for key, value in result.items()))
    if as_json:
        typer.echo(json.dumps(results))


if __name__ == "__main__":
    app()
