"""Benchmark: what forwarding a call costs and how long it takes, beside Janus and aiortc's MediaRelay.

    python -m tests.bench.media [--quick] [--sessions 1,4,8] [--rounds 3] [--first] [--json]
    python -m tests.bench.media --servers recording,marks --sessions 1 --rounds 7 --first

Every session is one publisher (720p30 H.264 at 2 Mbit/s with Opus, encoded beforehand, paced like a browser's) and one
subscriber. The servers alternate in one run on one machine. Each has one core for itself, Janus with all its threads;
the load, one process, has the other cores. MediaRelay, which decodes and encodes, fills its core with the first
session, so it is measured with one. `recording` and `marks` are the whole server, see `tests.bench.media.capacity`:
what it costs to forward while marks are followed. With `--first` their event loops alone go before everything else.

`cpu` is cores for each session (user and system time of the server with all its processes), `p50` and `p99` forwarding
latency in ms, see `tests.bench.media.load`, `loss` the share that did not arrive. Medians over the rounds, with least
and greatest. `memory_mb_per_session` is the growth of resident memory from the least to the greatest number of
sessions.
"""

from __future__ import annotations

import json
from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer

from tests.bench.media.clip import load_clip
from tests.bench.media.measuring import run
from tests.bench.media.servers import available, janus_version

if TYPE_CHECKING:
    from tests.bench.media.load import Measured

FORWARDERS: Final = ["janus", "plain", "fast", "mediarelay"]
SERVERS: Final = [*FORWARDERS, "recording", "marks"]

Results = dict[tuple[str, int], list["Measured"]]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def plan(names: list[str], sessions: list[int]) -> list[tuple[str, int]]:
    """One round: who is measured with how many sessions, one after another."""
    runs = [(name, count) for count in sessions for name in names if name != "mediarelay"]
    if "mediarelay" in names:
        alone = [] if 1 in sessions else [(name, 1) for name in names if name == "fast"]
        runs += [("mediarelay", 1), *alone]
    return runs


def show(results: Results) -> None:
    """Print the table."""
    typer.echo(f"{'server':11} {'sessions':>8} {'cpu/session':>22} {'p50 ms':>22} {'p99 ms':>22} {'loss':>7} {'MB':>6}")
    for (name, sessions), measured in sorted(results.items(), key=lambda item: (item[0][1], SERVERS.index(item[0][0]))):
        cells = [spread([getattr(each, field) for each in measured], digits) for field, digits in COLUMNS]
        loss, memory = (median(getattr(each, field) for each in measured) for field in ("loss", "memory"))
        typer.echo(f"{name:11} {sessions:8} {' '.join(f'{cell:>22}' for cell in cells)} {loss:7.2%} {memory:6.1f}")
    busiest = max(each.load for measured in results.values() for each in measured)
    if busiest > BUSY:
        typer.echo(f"The load itself used {busiest:.2f} of a core: latencies are too pessimistic.")


COLUMNS: Final = [("cpu", 4), ("p50", 2), ("p99", 2)]
BUSY: Final = 0.85


def spread(values: list[float], digits: int) -> str:
    """Median with least and greatest."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def ratio(results: Results, field: str, one: str, other: str) -> float | None:
    """Of two servers' figures: the median over rounds and numbers of sessions of the ratio within one round."""
    ratios = [
        getattr(mine, field) / getattr(theirs, field)
        for (name, sessions), measured in results.items()
        if name == one and (other, sessions) in results
        for mine, theirs in zip(measured, results[other, sessions], strict=True)
    ]
    return round(median(ratios), 3) if ratios else None


def summary(results: Results) -> dict[str, float | str | None]:
    """What the last line says."""
    return {
        "cpu_fast_vs_janus": ratio(results, "cpu", "fast", "janus"),
        "cpu_plain_vs_janus": ratio(results, "cpu", "plain", "janus"),
        "cpu_fast_vs_mediarelay": ratio(results, "cpu", "fast", "mediarelay"),
        "cpu_plain_vs_mediarelay": ratio(results, "cpu", "plain", "mediarelay"),
        "p50_fast_vs_janus": ratio(results, "p50", "fast", "janus"),
        "p99_fast_vs_janus": ratio(results, "p99", "fast", "janus"),
        "p99_plain_vs_janus": ratio(results, "p99", "plain", "janus"),
        "p99_marks_vs_recording": ratio(results, "p99", "marks", "recording"),
        **growth(results, "fast" if any(name == "fast" for name, _ in results) else "plain"),
        "janus": janus_version(),
    }


def growth(results: Results, name: str) -> dict[str, float | None]:
    """How a server grows: what each further session needs, and how many would fill a core."""
    counts = sorted(sessions for server, sessions in results if server == name)
    if not counts:
        return {}
    least, most = results[name, counts[0]], results[name, counts[-1]]
    memory = median(each.memory for each in most) - median(each.memory for each in least)
    return {
        "sessions_per_core": int(1 / median(each.cpu for each in most)),
        "memory_mb_per_session": round(memory / (counts[-1] - counts[0]), 2) if len(counts) > 1 else None,
    }


@app.command()
def main(
    *,
    quick: Annotated[bool, typer.Option("--quick", help="One round with four sessions.")] = False,
    sessions: Annotated[str, typer.Option(help="Numbers of sessions, with commas.")] = "1,4,8",
    rounds: Annotated[int, typer.Option(min=1, help="How often everything is measured.")] = 3,
    servers: Annotated[str, typer.Option(help="Which ones, with commas.")] = ",".join(FORWARDERS),
    seconds: Annotated[float, typer.Option(help="How long each is watched.")] = 6.0,
    first: Annotated[
        bool, typer.Option("--first", help="Go before everything else on a busy machine; for root.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The result as one JSON object on the last line.")] = False,
) -> None:
    """Measure what forwarding costs."""
    load_clip()
    names = available([name for name in SERVERS if name in servers.split(",")])
    counts = [4] if quick else [int(count) for count in sessions.split(",")]
    results: Results = defaultdict(list)
    for number in range(1 if quick else rounds):
        for name, count in plan(names, counts):
            measured = run(name, [count], seconds, first=first)[0]
            results[name, count].append(measured)
            typer.echo(f"round {number + 1} {name} x{count}: {msgspec.json.encode(measured).decode()}", err=True)
    show(results)
    for key, value in summary(results).items():
        typer.echo(f"{key} {value}")
    if as_json:
        typer.echo(json.dumps(summary(results)))


if __name__ == "__main__":
    app()
