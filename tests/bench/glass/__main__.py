"""Benchmark: from glass to glass, between two Chromium pages, directly and through a server.

    python -m tests.bench.glass [--quick] [--servers direct,janus,plain,fast,mediarelay] [--rounds 3] [--first]
        [--json]

One page draws a picture with a stamp in it thirty times a second, 1280x720, and publishes the canvas; another page
shows it and reads the stamp of each frame. The time from drawing to the frame's `presentationTime` is what people wait,
camera and screen apart. The codec is what Chromium chooses, at no more than 2 Mbit/s. The ways alternate in one run on
one machine, each with a browser of its own; browser and server share all cores.

`p50` and `p99` are in ms; they are whole refreshes of the screen, 16.7 ms each. `received` is the median until the
frame's last packet had arrived, which is finer; `waited` is how long the browser's jitter buffer then kept it, on
average. `fps` is frames shown each second, `kbit` what arrived, `height` of the
picture, `frozen` how often it stood.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import aiohttp
import numpy as np
import typer
from playwright.async_api import async_playwright

from tests.bench.media.doors import post_offer
from tests.bench.media.janus import JanusApi
from tests.bench.media.processes import ANYWHERE
from tests.bench.media.servers import Started, available, started

if TYPE_CHECKING:
    from playwright.async_api import Page

PAGE: Final = Path(__file__).with_name("page.html")
WAYS: Final = ["direct", "janus", "plain", "fast", "mediarelay"]
BIT_RATE: Final = 2_000_000
WARM_UP_SECONDS: Final = 6.0
FLAGS: Final = [
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Seen(NamedTuple):
    """What one run showed."""

    p50: float
    p99: float
    received: float
    waited: float
    fps: float
    kbit: float
    height: int
    frozen: int


async def connect(server: Started | None, http: aiohttp.ClientSession, camera: Page, screen: Page) -> None:
    """Bring the camera's picture to the screen: directly without a server."""
    if server is None:
        answer = await screen.evaluate("sdp => answer(sdp)", await camera.evaluate("publish()"))
        await camera.evaluate("sdp => accept(sdp)", answer)
        return
    offer = await camera.evaluate("publish()")
    if server.door == "janus":
        janus = JanusApi(http, server.url, "vp8")
        await camera.evaluate("sdp => accept(sdp)", await janus.publish(0, offer))
        handle, offer = await janus.subscribe(0)
        await janus.start(handle, await screen.evaluate("sdp => answer(sdp)", offer))
        return
    await camera.evaluate("sdp => accept(sdp)", await post_offer(http, f"{server.url}/publish/0", offer))
    offer = await screen.evaluate("subscribe()")
    await screen.evaluate("sdp => accept(sdp)", await post_offer(http, f"{server.url}/subscribe/0", offer))


async def watch(server: Started | None, chromium: str, seconds: float) -> Seen:
    """Show the picture for a while."""
    async with async_playwright() as playwright, aiohttp.ClientSession() as http:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        camera, screen = [await (await browser.new_context()).new_page() for _ in range(2)]
        for page in (camera, screen):
            await page.goto(PAGE.as_uri())
        await connect(server, http, camera, screen)
        await camera.evaluate("rate => settle(rate)", BIT_RATE)
        await screen.wait_for_function("() => shown.length > 0")
        await asyncio.sleep(WARM_UP_SECONDS)
        before = await screen.evaluate("statistics()")
        await screen.evaluate("() => { shown.length = 0 }")
        await asyncio.sleep(seconds)
        shown = await screen.evaluate("shown")
        after = await screen.evaluate("statistics()")
        drawn = dict(await camera.evaluate("drawn"))
        await browser.close()
    latencies = [at - drawn[index] for index, at, _received, _height in shown]
    return Seen(
        p50=float(np.percentile(latencies, 50)),
        p99=float(np.percentile(latencies, 99)),
        fps=len(latencies) / seconds,
        received=float(np.median([received - drawn[index] for index, _at, received, _height in shown])),
        waited=(after["waited"] - before["waited"]) * 1000 / (after["frames"] - before["frames"]),
        kbit=(after["bytes"] - before["bytes"]) * 8 / 1000 / seconds,
        height=round(median(height for *_others, height in shown)),
        frozen=after["frozen"] - before["frozen"],
    )


def run(way: str, chromium: str, seconds: float) -> Seen:
    """Measure one way."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="arsupport-bench-")))
        server = None if way == "direct" else stack.enter_context(started(way, folder, ANYWHERE))
        return asyncio.run(watch(server, chromium, seconds))


def show(results: dict[str, list[Seen]]) -> None:
    """Print the table: medians over the rounds, with least and greatest."""
    times = f"{'p50 ms':>20} {'p99 ms':>22} {'received':>8} {'waited':>6}"
    typer.echo(f"{'way':11} {times} {'fps':>6} {'kbit/s':>7} {'height':>6} {'frozen':>6}")
    for way, runs in results.items():
        cells = [f"{median(each):.1f} ({min(each):.1f}–{max(each):.1f})" for each in list(zip(*runs, strict=True))[:2]]
        fps, kbit, height = (median(getattr(each, name) for each in runs) for name in ("fps", "kbit", "height"))
        received, waited = (median(getattr(each, name) for each in runs) for name in ("received", "waited"))
        frozen = sum(each.frozen for each in runs)
        times = f"{cells[0]:>20} {cells[1]:>22} {received:8.1f} {waited:6.1f}"
        typer.echo(f"{way:11} {times} {fps:6.1f} {kbit:7.0f} {height:6.0f} {frozen:6}")


def summary(results: dict[str, list[Seen]]) -> dict[str, float]:
    """Medians, and the median over the rounds of each way's ratio to the direct one and to Janus."""
    found: dict[str, float] = {}
    for way, runs in results.items():
        found |= {f"p50_{way}": round(median(each.p50 for each in runs), 1)}
        for other in ("direct", "janus"):
            if other != way and other in results:
                ratios = [mine.p50 / theirs.p50 for mine, theirs in zip(runs, results[other], strict=True)]
                found |= {f"p50_{way}_vs_{other}": round(median(ratios), 3)}
    return found


@app.command()
def main(
    *,
    quick: Annotated[bool, typer.Option("--quick", help="One round.")] = False,
    servers: Annotated[str, typer.Option(help="Which ways, with commas.")] = "direct,janus,plain,fast",
    rounds: Annotated[int, typer.Option(min=1, help="How often everything is measured.")] = 3,
    seconds: Annotated[float, typer.Option(help="How long each is watched.")] = 8.0,
    first: Annotated[
        bool, typer.Option("--first", help="Go before everything else on a busy machine; for root.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The result as one JSON object on the last line.")] = False,
) -> None:
    """Measure how long a picture takes from one page to another."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise typer.BadParameter("Chromium is missing. Type: make .venv/.chromium")
    if first:  # browsers and servers inherit it
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    results: dict[str, list[Seen]] = defaultdict(list)
    for _ in range(1 if quick else rounds):
        for way in available([way for way in WAYS if way in servers.split(",")]):
            results[way].append(run(way, chromium, seconds))
            typer.echo(f"{way}: {results[way][-1]}", err=True)
    show(results)
    if as_json:
        typer.echo(json.dumps(summary(results)))


if __name__ == "__main__":
    app()
