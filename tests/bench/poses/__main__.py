"""Benchmark: whether poses are there before the frames that they belong to are shown.

    python -m tests.bench.poses [--marks 1,10] [--seconds 20] [--rounds 1] [--hurry] [--json]

A real call: a server, a tablet without a screen that sends a film of the rendered plant which was encoded beforehand
(720p30, 2 Mbit/s, in real time), and the expert's page in Chromium, in a small window, where so many marks were drawn.
The server with its followers has one core for itself, and everything else the others, as if on machines of their own:
all clocks are one.

Noted are, of each frame: when it was whole at the server, when its poses were given to be sent, when they arrived in
the page, and when the browser presented the frame (`presentationTime` of `requestVideoFrameCallback`) and told the page
of it, which then draws it.

`left`, `arrived` and `drawn` are the shares of the shown frames whose poses had left the server before the frame was
presented, had arrived in the page by then, and were there when the page drew it. `margin` is the time from the poses'
arrival to the frame's presentation, `server` from the frame's being whole to its poses' being sent, `glass` from its
being taken to its being presented, in ms. `waited` is how long the browser's jitter buffer kept frames, `fps` how many
were shown a second. Medians of the rounds. With `--hurry` each call is measured once more with a page that shows frames
as early as it can, instead of having them wait for their marks (`web/src/lib/frame-wait.ts`).
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import numpy as np
import typer
from playwright.async_api import async_playwright

from arsupport.protocol.channels import SlotAssigned
from arsupport.protocol.codec import decode
from arsupport.protocol.events import Kind
from tests.bench.media.clip import load_clip
from tests.bench.media.processes import apart, move
from tests.bench.poses.server import NOTES
from tests.e2e import pages
from tests.e2e.flags import FLAGS
from tests.e2e.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.async_api import Page

_ROOT: Final = Path(__file__).parents[3]
_NOTE: Final = Path(__file__).with_name("page.js").read_text()
_SETTLE_SECONDS: Final = 4.0
_RESULT: Final = "() => [[...window.__noted.arrived], [...window.__noted.shown], window.__noted.slots]"
_WRAP: Final = 1 << 32
_RATE: Final = 90_000

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Seen(NamedTuple):
    """What the page noted, in Unix ms: arrivals by the track's timestamps, showings by those that were received, which
    differ by ``offset``."""

    arrived: dict[int, float]
    shown: dict[int, list[float]]
    offset: int
    waited: float


@contextmanager
def tablet(server: ServerProcess) -> Iterator[subprocess.Popen[str]]:
    """Run the tablet, which calls."""
    command = [sys.executable, "-m", "tests.bench.poses.publisher", server.base, server.code]
    environment = os.environ | {"SSL_CERT_FILE": str(server.authority)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT, env=environment) as process:
        yield process
        process.terminate()


async def watch(
    server: ServerProcess, chromium: str, marks: int, seconds: float, *, hurry: bool
) -> tuple[Seen, tuple[float, int]]:
    """One call with so many marks; give also when the picture with which timestamp was taken."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = await pages.open_page(browser, width=800, height=600)
        await page.add_init_script(_NOTE + ("window.__hurry()" if hurry else ""))
        await pages.sign_in(page, server)
        with tablet(server) as caller:
            assert caller.stdout is not None
            await asyncio.to_thread(caller.stdout.readline)
            await pages.admit(page)
            taken, rtp = (await asyncio.to_thread(caller.stdout.readline)).split()
            for number in range(marks):
                x, y = 0.3 + 0.08 * (number % 5), 0.4 + 0.15 * (number // 5)
                await page.keyboard.press("a")
                await pages.drag(page, (x - 0.05, y - 0.06), (x, y))
            await asyncio.sleep(_SETTLE_SECONDS)
            seen = await note(page, seconds)
        await browser.close()
    return seen, (float(taken), int(rtp))


async def note(page: Page, seconds: float) -> Seen:
    """Note for a while what comes and what is shown."""
    before = await page.evaluate("() => window.__waited()")
    await page.evaluate("() => { window.__noted.arrived.clear(); window.__noted.shown.clear() }")
    await asyncio.sleep(seconds)
    arrived, shown, messages = await page.evaluate(_RESULT)
    after = await page.evaluate("() => window.__waited()")
    slots = [decode(bytes(message), SlotAssigned) for message in messages]
    offset = next(slot.offset for slot in reversed(slots) if slot.kind is Kind.VIDEO)
    return Seen(dict(arrived), dict(shown), offset, 1000 * (after[0] - before[0]) / (after[1] - before[1]))


def judge(seen: Seen, first: tuple[float, int], notes: dict[str, dict[str, float]], seconds: float) -> dict[str, float]:
    """Compare."""
    whole, left = ({int(rtp): 1000 * at for rtp, at in notes[name].items()} for name in ("whole", "left"))
    never = float("inf")
    frames = []
    # What was under way when noting began and ended belongs to nobody.
    for received in sorted(seen.shown)[15:-15]:
        rtp = (received - seen.offset) % _WRAP
        presented, drawn, _received = seen.shown[received]
        captured = 1000 * (first[0] + (rtp - first[1]) % _WRAP / _RATE)
        frames.append((left.get(rtp, never), seen.arrived.get(rtp, never), presented, drawn, whole[rtp], captured))
    sent, arrived, presented, drawn, complete, captured = np.array(frames).T
    there = np.isfinite(arrived)
    margin, tracked = (presented - arrived)[there], (sent - complete)[np.isfinite(sent)]
    return {
        "left": round(float((sent <= presented).mean()), 4),
        "arrived": round(float((arrived <= presented).mean()), 4),
        "drawn": round(float((arrived <= drawn).mean()), 4),
        "posed": round(float(there.mean()), 4),
        "margin_p50": _percentile(margin, 50),
        "margin_p1": _percentile(margin, 1),
        "server_p50": _percentile(tracked, 50),
        "server_p90": _percentile(tracked, 90),
        "server_p99": _percentile(tracked, 99),
        "glass_p50": _percentile(presented - captured, 50),
        "glass_p99": _percentile(presented - captured, 99),
        "waited": round(seen.waited, 1),
        "fps": round(len(seen.shown) / seconds, 1),
    }


def _percentile(values: np.ndarray[Any, Any], percent: float) -> float:
    return round(float(np.percentile(values, percent)), 1)


def measure(chromium: str, marks: int, seconds: float, *, hurry: bool) -> dict[str, float]:
    """A server and one call."""
    own, others = apart(first=False)
    with tempfile.TemporaryDirectory(prefix="arsupport-bench-") as folder:
        server = ServerProcess(Path(folder), module="tests.bench.poses.server")
        try:
            server.start()
            move(server.pid, own)
            os.sched_setaffinity(0, others.cores)
            seen, first = asyncio.run(watch(server, chromium, marks, seconds, hurry=hurry))
        finally:
            server.stop()
        return judge(seen, first, json.loads((Path(folder) / NOTES).read_text()), seconds)


@app.command()
def main(
    *,
    marks: Annotated[str, typer.Option(help="Numbers of marks, with commas.")] = "1,10",
    seconds: Annotated[float, typer.Option(help="How long each call is watched.")] = 20.0,
    rounds: Annotated[int, typer.Option(min=1, help="How often everything is measured.")] = 1,
    hurry: Annotated[bool, typer.Option("--hurry", help="Beside a page that does not let frames wait.")] = False,
    chromium: Annotated[str, typer.Option(help="The browser.")] = "/usr/bin/chromium",
    as_json: Annotated[bool, typer.Option("--json", help="The result as one JSON object on the last line.")] = False,
) -> None:
    """Measure whether poses come in time."""
    load_clip()
    os.environ["PYTHONPATH"] = str(_ROOT)
    results: dict[str, list[dict[str, float]]] = defaultdict(list)
    for _ in range(rounds):
        for count, hurried in product(map(int, marks.split(",")), [True, False] if hurry else [False]):
            name = f"{count}_hurried" if hurried else str(count)
            results[name].append(measure(chromium, count, seconds, hurry=hurried))
            tell(name, results[name][-1])
    medians = {
        name: {field: round(median(each[field] for each in measured), 4) for field in measured[0]}
        for name, measured in results.items()
    }
    if rounds > 1:
        typer.echo("medians")
        for name, found in medians.items():
            tell(name, found)
    if as_json:
        typer.echo(
            json.dumps({f"{field}_{name}": it for name, found in medians.items() for field, it in found.items()})
        )


def tell(name: str, found: dict[str, float]) -> None:
    """Print one line."""
    typer.echo(f"marks {name:10} {'  '.join(f'{field} {value}' for field, value in found.items())}")


if __name__ == "__main__":
    app()
