"""Benchmark: how many sessions one core carries before forwarding latency p99 passes 20 ms.

    python -m tests.bench.media.capacity [--quick] [--steps 1,8,40] [--first] [--json]

Sessions are added step by step, see `tests.bench.media` for what they are and how they are measured. `janus`, `plain`
and `fast` forward only. `recording` is the whole `arsupport serve` with calls, journal and recordings; in `marks`, each
expert has drawn three marks besides, which are followed in every frame.
"""

from __future__ import annotations

import json
from typing import Annotated, Final

import typer

from tests.bench.media.clip import load_clip
from tests.bench.media.measuring import run
from tests.bench.media.servers import available

FORWARDERS: Final = ["janus", "plain", "fast"]
SERVERS: Final = [*FORWARDERS, "recording", "marks"]
STEPS: Final = "1,2,4,6,8,12,16,20,24,28,32,36,40,48,56,64,80"
QUICK_STEPS: Final = "1,4,8,16,24,32,40"
LIMIT_MS: Final = 20.0

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer steps.")] = False,
    servers: Annotated[str, typer.Option(help="Which ones, with commas.")] = ",".join(SERVERS),
    steps: Annotated[str, typer.Option(help="Numbers of sessions, with commas.")] = STEPS,
    seconds: Annotated[float, typer.Option(help="How long each step is watched.")] = 4.0,
    first: Annotated[
        bool, typer.Option("--first", help="Forwarders go before everything else on a busy machine; for root.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The result as one JSON object on the last line.")] = False,
) -> None:
    """Add sessions until latencies pass the limit."""
    load_clip()
    numbers = [int(step) for step in (QUICK_STEPS if quick else steps).split(",")]
    carried: dict[str, int] = {}
    typer.echo("server     sessions     cpu   p50 ms   p99 ms    loss     MB  poses  load")
    for name in available([name for name in SERVERS if name in servers.split(",")]):
        for step in run(name, numbers, seconds, limit=LIMIT_MS, first=first and name in FORWARDERS):
            typer.echo(
                f"{name:10} {step.sessions:8} {step.cpu * step.sessions:7.3f} {step.p50:8.2f} {step.p99:8.2f} "
                f"{step.loss:7.2%} {step.memory:6.1f} {step.poses:6.1f} {step.load:5.2f}"
            )
            if step.p99 <= LIMIT_MS:
                carried[name] = step.sessions
    if as_json:
        typer.echo(json.dumps({f"sessions_{name}": count for name, count in carried.items()}))


if __name__ == "__main__":
    app()
