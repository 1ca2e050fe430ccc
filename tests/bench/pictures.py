"""Benchmark: how much later marks arrive while a picture is under way.

    python -m tests.bench.pictures [--rounds N] [--mbit RATE] [--json]

A tablet (Chromium with a 720p film as its camera) calls over the emulated link of tests/link: 10 Mbit/s and a round
trip of 40 ms unless said otherwise; server and expert (Chromium too) are at its other end. On the channel of marks the
tablet sends a small message every 50 ms, which the server answers at once: idle, while a photo of some
3 MB goes up, and while an image of the same size comes down. The camera's video flows all the time. Needs root,
iproute2 and Chromium. Times are ms; the figures are medians over the rounds.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import cv2
import numpy as np
import typer
from playwright.async_api import expect

from arsupport.camera.film import write_film
from arsupport.camera.render import CameraSettings
from tests.e2e import pages
from tests.link.call import LinkedCall, linked_call
from tests.link.conditions import Conditions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

IDLE_SECONDS: Final = 10
PATIENCE_MS: Final = 120_000

# A photo of noise, as no camera makes one, so that its size is known; and the round trips of beats of our own, which
# are numbered below 128 so that they are one byte of msgpack: {"type": "beat", "at": n} → {"type": "echo", "at": n}.
_INSTRUMENT: Final = """() => {
  window.ImageCapture = class {
    async getPhotoCapabilities() { return {} }
    async takePhoto() {
      const canvas = Object.assign(document.createElement('canvas'), { width: 2400, height: 1350 })
      const image = new ImageData(2400, 1350)
      for (let at = 0; at < image.data.length; at += 65536)
        crypto.getRandomValues(image.data.subarray(at, Math.min(at + 65536, image.data.length)))
      for (let at = 3; at < image.data.length; at += 4) image.data[at] = 255
      canvas.getContext('2d').putImageData(image, 0, 0)
      return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.72))
    }
  }
  window.__trips = []
  const head = [0x82, 0xa4, 0x74, 0x79, 0x70, 0x65, 0xa4, 0x62, 0x65, 0x61, 0x74, 0xa2, 0x61, 0x74]
  const Peer = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Peer {
    createDataChannel(label, options) {
      const channel = super.createDataChannel(label, options)
      if (label !== 'poses') return channel
      const sent = new Map()
      let number = 0
      channel.addEventListener('message', ({ data }) => {
        const bytes = new Uint8Array(data)
        if (bytes.length !== 15 || bytes[7] !== 0x65) return
        const at = sent.get(bytes[14])
        if (at !== undefined) window.__trips.push(performance.now() - at)
        sent.delete(bytes[14])
      })
      setInterval(() => {
        if (channel.readyState !== 'open') return
        number = (number + 1) % 128
        sent.set(number, performance.now())
        channel.send(Uint8Array.from([...head, number]))
      }, 50)
      return channel
    }
  }
}"""

app = typer.Typer(add_completion=False)


async def trips_during(call: LinkedCall, deed: Callable[[], Awaitable[Any]]) -> tuple[list[float], float]:
    """Give the round trips, ms, while something is done, and how many seconds that took."""
    await call.tablet.evaluate("() => { window.__trips = [] }")
    begun = time.monotonic()
    await deed()
    trips: list[float] = await call.tablet.evaluate("() => window.__trips")
    return trips, time.monotonic() - begun


async def photo(call: LinkedCall) -> None:
    """Send one up, and wait until the server has it."""
    await call.tablet.get_by_role("button", name="Photo", exact=True).click()
    await expect(call.tablet.get_by_text("The expert has your photo")).to_be_visible(timeout=PATIENCE_MS)


async def shared(call: LinkedCall, image: Path) -> None:
    """Send one down, and wait until the tablet shows it."""
    chooser = call.expert.locator("input[type=file]")
    await chooser.set_input_files(image)
    await expect(call.tablet.locator(".picture-view img")).to_be_visible(timeout=PATIENCE_MS)


def percentiles(trips: list[float], name: str) -> dict[str, float]:
    return {f"{name}_p50_ms": statistics.median(trips), f"{name}_p90_ms": statistics.quantiles(trips, n=10)[-1]}


async def measured(call: LinkedCall, image: Path) -> dict[str, float]:
    await call.tablet.add_init_script(f"({_INSTRUMENT})()")
    await call.tablet.reload()
    await expect(call.tablet.get_by_role("button", name="Photo", exact=True)).to_be_enabled(timeout=PATIENCE_MS)
    await pages.wait_for_picture(call.expert)
    await asyncio.sleep(10)  # the camera's estimate of the path takes that long
    idle, _ = await trips_during(call, lambda: asyncio.sleep(IDLE_SECONDS))
    up, up_seconds = await trips_during(call, lambda: photo(call))
    down, down_seconds = await trips_during(call, lambda: shared(call, image))
    sizes = [picture["bytes"] for picture in call.server.events(call.session, "picture-kept")]
    figures = percentiles(idle, "idle") | percentiles(up, "up") | percentiles(down, "down")
    return figures | {
        "up_ratio_p50": figures["up_p50_ms"] / figures["idle_p50_ms"],
        "up_ratio_p90": figures["up_p90_ms"] / figures["idle_p90_ms"],
        "down_ratio_p50": figures["down_p50_ms"] / figures["idle_p50_ms"],
        "down_ratio_p90": figures["down_p90_ms"] / figures["idle_p90_ms"],
        "up_mbit_s": sizes[0] * 8 / up_seconds / 1e6,
        "down_mbit_s": sizes[1] * 8 / down_seconds / 1e6,
        "bytes": float(sizes[0]),
    }


def noise(path: Path) -> Path:
    picture = np.random.default_rng(3).integers(0, 255, (1350, 2400, 3), dtype=np.uint8)
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 60])
    return path


async def rounds(count: int, mbit: float, film: Path, image: Path) -> list[dict[str, float]]:
    chromium = shutil.which("chromium") or "chromium"
    found = []
    for _ in range(count):
        link = Conditions(delay=0.02, rate=mbit * 1e6)
        with tempfile.TemporaryDirectory() as folder:
            async with linked_call(Path(folder), film, chromium, up=link, down=link) as call:
                found.append(await measured(call, image))
    return found


@app.command()
def main(
    count: Annotated[int, typer.Option("--rounds", help="Calls to make.")] = 3,
    mbit: Annotated[float, typer.Option("--mbit", help="Mbit/s of the link, each way.")] = 10.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Measure, and print medians with the worst round in brackets."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mjpeg"
        write_film(film, CameraSettings(seed=7, size=(1280, 720), fps=30, period=8.0, liveliness=0.6))
        found = asyncio.run(rounds(count, mbit, film, noise(Path(folder) / "noise.jpg")))
    gathered: dict[str, list[float]] = defaultdict(list)
    for figures in found:
        for name, value in figures.items():
            gathered[name].append(value)
    medians = {name: statistics.median(values) for name, values in gathered.items()}
    if as_json:
        typer.echo(json.dumps(medians))
        return
    for name, values in gathered.items():
        typer.echo(f"{name:16} {statistics.median(values):10.2f}   ({min(values):.2f} to {max(values):.2f})")


if __name__ == "__main__":
    app()
