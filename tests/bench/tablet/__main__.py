"""Benchmark: how far marks are from their place in the tablet's own picture, which the server has not seen yet.

    python -m tests.bench.tablet [--data DIR] [--seeds N] [--sequences A,B] [--lag MS] [--json]

In Chromium, with the file that the tablet's page loads. A film's truth stands for the server's answers, which come
`lag` later; so this is the error of what happens on the tablet alone. Beside it, on the same frames: marks that are
shown where the server saw them, and marks that go on as they last moved. Films as in `tests.bench.tracking`.

Errors are pixels at 1280 wide, of marks that can be seen in the frame that the server spoke of and in the one that is
shown. `wrong` is the share that is more than 20 pixels off and shown as held. `ms` is what one frame takes of the
page's time, all of it: to read its pixels, to measure how it has moved, and to carry all marks of the film. The summary
has means over sequences: those held by hand (`hold`), those with a pan (`pan`), and all.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
import typer

from tests.bench.tablet.browser import opened, show
from tests.bench.tracking.flat import flat
from tests.bench.tracking.plant import plant
from tests.bench.tracking.sequence import VISIBLE, recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.tracking.sequence import Floats, Sequence

FPS: Final = 30
HELD, LOST, WEAK = 1, 0, 2
WRONG_PX: Final = 20
HAND_HELD: Final = ("hold", "turn_hold", "plant_hold", "flat_hold")
PANS: Final = ("pan", "turn_pan", "plant_walk", "flat_pan")
RENDERED: Final = ("turn_hold", "turn_pan", "turn_shake", "plant_hold", "plant_walk", "plant_shake", "plant_door")
STEPS: Final = ("read", "measure", "carry")
WAYS: Final = ("compensated", "as they are", "extrapolated")

Spent = dict[str, list[float]]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True)
class Row:
    """What one way did on one film."""

    name: str
    way: str
    median: float
    p95: float
    wrong: float


def spoken_of(sequence: Sequence, frames: int) -> list[int | None]:
    """Of which frame the server has spoken when each frame is shown: the newest one with truth that is old enough."""
    known = [index for index in range(len(sequence.vis)) if (sequence.vis[index] == VISIBLE).any()]
    return [max((one for one in known if one <= index - frames), default=None) for index in range(len(sequence.vis))]


def poses(sequence: Sequence, frame: int, size: tuple[int, int]) -> list[list[float]]:
    """What the server says of a frame: the truth, where something is to be seen."""
    places = (sequence.truth[frame] + 0.5) / size
    return [
        [mark, float(x), float(y), 1, 0, 0, 1, HELD, 1] if seen else [mark, 0, 0, 1, 0, 0, 1, LOST, 0]
        for mark, ((x, y), seen) in enumerate(zip(places, sequence.vis[frame] == VISIBLE, strict=True))
    ]


def extrapolated(sequence: Sequence, said: int, index: int) -> Floats:
    """Where marks would be had they gone on as between the last two frames that the server has spoken of."""
    before = max(
        (one for one in range(said) if (sequence.vis[one] == VISIBLE).any()),
        default=said,
    )
    if before == said:
        return np.asarray(sequence.truth[said])
    speed = (sequence.truth[said] - sequence.truth[before]) / (said - before)
    return np.asarray(sequence.truth[said] + speed * (index - said))


def rows(sequence: Sequence, said: list[int | None], shown: list[Any], size: tuple[int, int]) -> list[Row]:
    """Compare the ways on the frames that the page has shown."""
    errors: dict[str, list[float]] = {way: [] for way in WAYS}
    wrong = dict.fromkeys(WAYS, 0)
    for index, (known, carried) in enumerate(zip(said, shown, strict=False)):
        if known is None:
            continue
        both = np.flatnonzero((sequence.vis[index] == VISIBLE) & (sequence.vis[known] == VISIBLE))
        places = {"as they are": sequence.truth[known], "extrapolated": extrapolated(sequence, known, index)}
        for mark in both:
            for way, there in places.items():
                off = float(np.linalg.norm(there[mark] - sequence.truth[index][mark])) * sequence.scale
                if np.isfinite(off):
                    errors[way].append(off)
                    wrong[way] += off > WRONG_PX
            if carried is not None:
                _, x, y, *_, state, _ = carried[mark]
                there = np.array([x, y]) * size - 0.5
                off = float(np.linalg.norm(there - sequence.truth[index][mark])) * sequence.scale
                errors["compensated"].append(off)
                wrong["compensated"] += off > WRONG_PX and state == HELD
    return [
        Row(sequence.name, way, float(np.median(each)), float(np.percentile(each, 95)), wrong[way] / len(each))
        for way, each in errors.items()
        if each
    ]


def films(data: Path | None, seeds: int, wanted: Callable[[str], bool]) -> Iterator[Sequence]:
    """The sequences that are asked for, one after another."""
    if data:
        yield from (sequence for sequence in recorded(data) if wanted(sequence.name))
        return
    for seed in range(1, seeds + 1):
        yield from (make() for name, make in [*flat(seed), *plant(seed)] if wanted(name))


async def benchmark(sequences: Iterator[Sequence], lag: int) -> tuple[list[Row], Spent]:
    """Everything that was found, and the milliseconds of each frame."""
    found: list[Row] = []
    spent: Spent = {step: [] for step in STEPS}
    typer.echo(f"{'sequence':16} " + "".join(f"{way + ' median/p95':>28}" for way in WAYS) + f"{'ms':>7}")
    async with opened() as (page, screening):
        for sequence in sequences:
            size = screening.load(sequence)
            said = spoken_of(sequence, lag)
            known = {frame: poses(sequence, frame, size) for frame in said if frame is not None}
            options = {
                "width": size[0],
                "height": size[1],
                "frameMs": 1000 / FPS,
                "said": [None if frame is None else {"frame": frame, "poses": known[frame]} for frame in said],
            }
            answer = await show(page, options)
            new = rows(sequence, said, answer["shown"], size)
            found += new
            for step in STEPS:
                spent[step] += answer["ms"][step]
            cells = "".join(f"{row.median:20.2f} /{row.p95:6.1f}" for row in new)
            typer.echo(f"{sequence.name:16} {cells}{np.median(total(answer['ms'])):7.2f}")
    return found, spent


def total(spent: Spent) -> Floats:
    """What each frame takes in all."""
    return np.asarray(np.sum([spent[step] for step in STEPS], axis=0))


def summary(found: list[Row], spent: Spent) -> dict[str, Any]:
    """Means over sequences by way."""
    result: dict[str, Any] = {}
    for way in WAYS:
        part: dict[str, float] = {}
        for group, beginnings in (("hold", HAND_HELD), ("pan", PANS), ("all", ("",))):
            chosen = [row for row in found if row.way == way and row.name.startswith(beginnings)]
            for measure in ("median", "p95", "wrong"):
                if chosen:
                    mean = np.mean([getattr(row, measure) for row in chosen])
                    part[f"{group}_{measure}"] = round(float(mean), 4 if measure == "wrong" else 2)
        result[way.replace(" ", "_")] = part
    each = total(spent)
    ms = {"p50": np.percentile(each, 50), "p95": np.percentile(each, 95)} | {
        step: np.median(spent[step]) for step in STEPS
    }
    return result | {"ms": {name: round(float(value), 2) for name, value in ms.items()}}


@app.command()
def main(
    data: Annotated[
        Path | None, typer.Option(help="Folder of recorded sequences; without it, films are rendered.")
    ] = None,
    *,
    seeds: Annotated[int, typer.Option(min=1, help="How many of each rendered film.")] = 1,
    sequences: Annotated[str | None, typer.Option(help="Which ones, by the beginnings of names, with commas.")] = None,
    lag: Annotated[int, typer.Option(min=0, help="How old the server's answers are, in ms.")] = 170,
    as_json: Annotated[bool, typer.Option("--json", help="The result as one JSON object on the last line.")] = False,
) -> None:
    """Measure how far marks are from their place in the tablet's own picture."""
    beginnings = tuple(sequences.split(",")) if sequences else ("",) if data else RENDERED
    chosen = films(data, seeds, lambda name: name.startswith(beginnings))
    result = summary(*asyncio.run(benchmark(chosen, round(lag * FPS / 1000))))
    for way, numbers in result.items():
        typer.echo(f"{way:14} " + "  ".join(f"{name} {value}" for name, value in numbers.items()))
    if as_json:
        typer.echo(json.dumps(result))


if __name__ == "__main__":
    app()
