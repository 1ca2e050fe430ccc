"""Benchmark: what a call does on a network that is slow, lossy, gone for a while, or another one.

    python -m tests.bench.network [--part NAME]... [--rounds N] [--json]

A tablet (Chromium with a 720p film as its camera) calls over the emulated link of tests/link; server and expert
(Chromium too) are at its other end. Needs root, iproute2 and Chromium. The round trip is 40 ms unless a part says
otherwise. Times are seconds; with several rounds each figure is the median, and the worst in brackets.

    start       on a free path: from the click on *Admit* to the first 0.5 s with 2 Mbit/s
    bottleneck  the free path becomes one of 1 Mbit/s: until its queue stays below 0.3 s, the longest wait in the queue
                after that, and what passes; then it is free again: until 2 Mbit/s
    lossy       2 % of all packets are lost both ways, 300 ms round trip: what is shown of it
    voice       64 kbit/s up: how much of the voice is missing, and what is left of the picture
    thin        the tablet's line becomes one of 64 kbit/s each way, and both talk without a break: how often the pages
                had called the free line thin; until pictures take the place of video; then over half a minute what
                passes and waits each way, how far apart pictures are at the expert, and how much of the voices is
                missing there and at the tablet; the line is free again: until video is back
    thin_expert  the same with the expert's line
    outage      nothing passes for 10 s: from its end to the next picture, until the page says so, gaps in the journal
    address     the tablet has another address: how long there is no new picture
    kill        the server is killed (-9) and started again: from its being ready to the next picture
"""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import tempfile
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from playwright.async_api import expect

from arsupport.camera.film import write_film
from arsupport.camera.render import CameraSettings
from tests.link.call import LinkedCall, linked_call
from tests.link.conditions import Conditions
from tests.link.meter import Figures, Meter, Window, now_ms, of_windows, seen, spoken, voice_missing
from tests.link.talk import write_talk

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

FREE: Final = Conditions(delay=0.02)
THIN: Final = Conditions(delay=0.02, rate=64_000)
ENOUGH: Final = 2e6
LONGEST_QUEUE: Final = 0.3
OFFLINE: Final = "No connection. It comes back by itself"
PICTURES: Final = "PICTURES in place of video"
# What is no single pictures any more.
MOVING: Final = 5
SEEN_MOVING: Final = "(count) => window.__shown.filter((at) => at > Date.now() - 1000).length >= count"

app = typer.Typer(add_completion=False)


def is_fast(window: Window) -> bool:
    return window.rate >= ENOUGH


async def start(call: LinkedCall) -> Figures:
    await Meter(call).watch(30, is_fast)
    return {"to_2_mbit_s": (now_ms() - call.admitted_ms) / 1000}


async def bottleneck(call: LinkedCall) -> Figures:
    await Meter(call).watch(30, is_fast)
    await asyncio.sleep(5)
    meter, narrow = Meter(call), now_ms()
    await call.link.set(up=Conditions(delay=FREE.delay, rate=1e6))
    await meter.watch(15)
    too_long = [window.at for window in meter.windows if window.queued > LONGEST_QUEUE]
    settled = max(too_long, default=narrow)
    after = [window for window in meter.windows if window.at > settled]
    await call.link.set(up=FREE)
    back = await Meter(call).watch(60, is_fast)
    return {
        "settled_s": (settled - narrow) / 1000,
        "then_queued_s": max((window.queued for window in after), default=float("nan")),
        "then_mbit_s": statistics.median(window.rate for window in after) / 1e6 if after else 0.0,
        "back_to_2_mbit_s": back,
    }


async def lossy(call: LinkedCall) -> Figures:
    bad = Conditions(delay=0.15, loss=0.02)
    await call.link.set(up=bad, down=bad)
    await asyncio.sleep(5)
    meter, begun = Meter(call), now_ms()
    missing, _ = await asyncio.gather(voice_missing(call.expert, 20), meter.watch(20))
    rate = statistics.median(window.rate for window in meter.windows) / 1e6
    return {**await seen(call, begun), "mbit_s": rate, "voice_missing": missing}


async def voice(call: LinkedCall) -> Figures:
    await call.link.set(up=Conditions(delay=FREE.delay, rate=64_000))
    await asyncio.sleep(10)
    meter, begun = Meter(call), now_ms()
    missing, _ = await asyncio.gather(voice_missing(call.expert, 20), meter.watch(20))
    queued = statistics.median(window.queued for window in meter.windows)
    return {**await seen(call, begun), "voice_missing": missing, "queued_s": queued}


async def thin(call: LinkedCall) -> Figures:
    await asyncio.sleep(20)
    too_soon = await switches(call)
    await call.link.set(up=THIN, down=THIN)
    narrow = now_ms()
    await expect(call.expert.get_by_text(PICTURES)).to_be_visible(timeout=90_000)
    switched = now_ms() - narrow
    await asyncio.sleep(10)
    meter, begun = Meter(call), now_ms()
    at_expert, at_tablet, voice, _ = await asyncio.gather(
        voice_missing(call.expert, 30),
        voice_missing(call.tablet, 30),
        spoken(call.tablet, 30),
        meter.watch(30),
    )
    shown = [begun, *await call.shown(begun), now_ms()]
    apart = [later - earlier for earlier, later in pairwise(shown)]
    while_thin = await switches(call) - too_soon
    await call.link.set(up=FREE, down=FREE)
    free = now_ms()
    await moving(call, 120)
    return {
        "too_soon": too_soon,
        "switched_s": switched / 1000,
        **of_windows(meter.windows),
        "picture_s": statistics.median(apart) / 1000,
        "picture_worst_s": max(apart) / 1000,
        "voice_missing_expert": at_expert,
        "voice_missing_tablet": at_tablet,
        **voice,
        "switches_while_thin": while_thin,
        "back_s": (now_ms() - free) / 1000,
    }


async def switches(call: LinkedCall) -> int:
    """Give how often somebody's line was called too thin for video, or no longer so."""
    return len(await asyncio.to_thread(call.server.events, call.session, "low-bandwidth-set"))


async def moving(call: LinkedCall, patience: float) -> None:
    """Wait until the expert sees video."""
    await call.expert.wait_for_function(SEEN_MOVING, arg=MOVING, timeout=patience * 1000)


async def outage(call: LinkedCall) -> Figures:
    await asyncio.sleep(5)
    cut = now_ms()
    await call.link.cut()
    await expect(call.tablet.get_by_text(OFFLINE)).to_be_visible()
    noticed = now_ms() - cut
    await asyncio.sleep(10 - noticed / 1000)
    await call.link.restore()
    back = now_ms()
    frame = await call.next_frame(back + 2 * FREE.delay * 1000)
    await expect(call.tablet.get_by_text(OFFLINE)).to_be_hidden(timeout=30_000)
    hidden = now_ms()
    gaps = await asyncio.to_thread(call.server.events, call.session, "gap-noted")
    return {
        "noticed_s": noticed / 1000,
        "picture_s": (frame - back) / 1000,
        "page_says_so_s": (hidden - back) / 1000,
        "gaps_entered": sum(gap["what"] == "silent" for gap in gaps),
    }


async def address(call: LinkedCall) -> Figures:
    await asyncio.sleep(5)
    changed = now_ms()
    await call.link.change_client_address()
    # Frames that were on their way are still shown.
    return {"picture_s": (await call.next_frame(changed + 500) - changed) / 1000}


async def kill(call: LinkedCall) -> Figures:
    await asyncio.sleep(5)
    killed = call.server.kill()
    await asyncio.sleep(2)
    await asyncio.to_thread(call.server.start)
    ready = now_ms()
    return {
        "picture_s": (await call.next_frame(killed + 1000) - ready) / 1000,
        "down_s": (ready - killed) / 1000,
    }


PARTS: Final[dict[str, Callable[[LinkedCall], Awaitable[Figures]]]] = {
    **{part.__name__: part for part in (start, bottleneck, lossy, voice, thin)},
    "thin_expert": thin,
    **{part.__name__: part for part in (outage, address, kill)},
}
TALKED: Final = frozenset({"thin", "thin_expert"})


async def measure(parts: list[str], rounds: int) -> dict[str, dict[str, list[float]]]:
    """Alternate between the parts, each in a call of its own."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    results: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in parts}
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder, "plant.mjpeg")
        await asyncio.to_thread(write_film, film, CameraSettings(seed=7, size=(1280, 720), fps=30, period=8.0))
        talk = Path(folder, "talk.wav")
        await asyncio.to_thread(write_talk, talk)
        for number in range(rounds):
            for name in parts:
                place = Path(folder, f"{name}-{number}")
                await asyncio.to_thread(place.mkdir)
                async with linked_call(
                    place,
                    film,
                    chromium,
                    up=FREE,
                    down=FREE,
                    far="expert" if name == "thin_expert" else "tablet",
                    voice=talk if name in TALKED else None,
                ) as call:
                    figures = await PARTS[name](call)
                for key, value in figures.items():
                    results[name][key].append(value)
                typer.echo(f"{name:12}" + "  ".join(f"{key} {value:.2f}" for key, value in figures.items()))
    return results


@app.command()
def main(
    part: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(PARTS)}; all when none is named.")] = None,
    rounds: Annotated[int, typer.Option(help="How often to measure each.")] = 1,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The result as one JSON object on the last line.")] = False,
) -> None:
    """Measure what a call does on a bad network."""
    results = asyncio.run(measure(part or list(PARTS), rounds))
    if rounds > 1:
        for name, figures in results.items():
            cells = (f"{key} {statistics.median(some):.2f} ({max(some):.2f})" for key, some in figures.items())
            typer.echo(f"{name:12}" + "  ".join(cells))
    if as_json:
        medians = {
            f"{name}_{key}": round(statistics.median(some), 3)
            for name, figures in results.items()
            for key, some in figures.items()
        }
        typer.echo(json.dumps(medians))


if __name__ == "__main__":
    app()
