"""Benchmark: whether poses are in the expert's browser before the frames that they belong to are shown.

    python -m tests.bench.poses [--marks 1,10] [--seconds 10] [--json]

A real call: a server, a Chromium tablet whose camera is a film of the rendered plant (720p30), a Chromium expert who
has drawn so many marks. The server goes before the browsers, which encode and decode on the same cores here and on
machines of their own elsewhere. In the expert's page it is noted when the poses of each frame arrived (which is later
than when they left the server) and when the browser was to show that frame (`expectedDisplayTime` of
`requestVideoFrameCallback`), by RTP timestamp.

`in_time` is the share of frames shown while their poses were there, `margin` by how much, in ms: median and 1st
percentile, negative when they were late; `fps` frames shown a second, `posed` the share that poses came for at all.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from playwright.async_api import async_playwright

from arsupport.camera.film import write_film
from tests.e2e import pages
from tests.e2e.conftest import FILM
from tests.e2e.flags import FLAGS
from tests.e2e.server_process import ServerProcess, running

_CHROMIUM: Final = "/usr/bin/chromium"
_SETTLE_SECONDS: Final = 3.0
_WRAP: Final = 1 << 32
_BROWSERS_NICENESS: Final = 10

# Notes arrivals and showings before the page's own scripts run. Poses are msgpack maps; the timestamp follows "rtp".
_NOTE: Final = """
window.__arrived = new Map(); window.__shown = new Map()
const create = RTCPeerConnection.prototype.createDataChannel
RTCPeerConnection.prototype.createDataChannel = function (label, options) {
  const channel = create.call(this, label, options)
  if (label === 'poses') channel.addEventListener('message', ({ data }) => {
    const bytes = new Uint8Array(data)
    for (let at = 0; at < bytes.length - 8; at += 1) {
      if (bytes[at] !== 0xa3 || bytes[at + 1] !== 0x72 || bytes[at + 2] !== 0x74 || bytes[at + 3] !== 0x70) continue
      const view = new DataView(data, at + 4)
      const kind = view.getUint8(0)
      const rtp = kind === 0xce ? view.getUint32(1) : kind === 0xcd ? view.getUint16(1) : kind
      if (!window.__arrived.has(rtp)) window.__arrived.set(rtp, performance.now())
      return
    }
  })
  return channel
}
const request = HTMLVideoElement.prototype.requestVideoFrameCallback
HTMLVideoElement.prototype.requestVideoFrameCallback = function (callback) {
  return request.call(this, (now, metadata) => {
    if (metadata.rtpTimestamp !== undefined) window.__shown.set(metadata.rtpTimestamp, metadata.expectedDisplayTime)
    callback(now, metadata)
  })
}
"""
_RESULT: Final = "() => [[...window.__arrived], [...window.__shown], window.__arsupport.lastFrame]"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


async def measure(server: ServerProcess, film: Path, marks: int, seconds: float) -> dict[str, float]:
    """One call with so many marks."""
    async with async_playwright() as playwright:
        camera = [*FLAGS, f"--use-file-for-fake-video-capture={film}"]
        tablets = await playwright.chromium.launch(executable_path=_CHROMIUM, args=camera)
        experts = await playwright.chromium.launch(executable_path=_CHROMIUM, args=FLAGS)
        tablet, expert = await pages.open_page(tablets, width=1024, height=768), await pages.open_page(experts)
        await expert.add_init_script(_NOTE)
        await pages.sign_in(expert, server)
        await pages.ask_for_help(tablet, server)
        await pages.admit(expert)
        for number in range(marks):
            x, y = 0.3 + 0.08 * (number % 5), 0.4 + 0.15 * (number // 5)
            await expert.keyboard.press("a")
            await pages.drag(expert, (x - 0.05, y - 0.06), (x, y))
        await asyncio.sleep(_SETTLE_SECONDS)
        await expert.evaluate("() => { window.__arrived.clear(); window.__shown.clear() }")
        await asyncio.sleep(seconds)
        arrived, shown, _frame = await expert.evaluate(_RESULT)
        await tablets.close()
        await experts.close()
    return judge(dict(arrived), dict(shown), seconds)


def judge(arrived: dict[int, float], shown: dict[int, float], seconds: float) -> dict[str, float]:
    """Compare; timestamps received differ from the track's own by one constant, the one that fits the most."""
    [(offset, _)] = Counter((rtp - own) % _WRAP for rtp in shown for own in arrived).most_common(1)
    # What was under way when noting began and ended belongs to nobody.
    whole = sorted(shown)[15:-15]
    own = {rtp: (rtp - offset) % _WRAP for rtp in whole}
    margins = np.array([shown[rtp] - arrived[own[rtp]] for rtp in whole if own[rtp] in arrived])
    return {
        "in_time": round(float((margins > 0).sum()) / len(whole), 4),
        "posed": round(len(margins) / len(whole), 4),
        "margin_p50": round(float(np.percentile(margins, 50)), 1),
        "margin_p1": round(float(np.percentile(margins, 1)), 1),
        "fps": round(len(shown) / seconds, 1),
    }


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@app.command()
def main(
    *,
    marks: Annotated[str, typer.Option(help="Numbers of marks, with commas.")] = "1,10",
    seconds: Annotated[float, typer.Option(help="How long each call is watched.")] = 10.0,
    as_json: Annotated[bool, typer.Option("--json", help="The result as one JSON object on the last line.")] = False,
) -> None:
    """Measure whether poses come in time."""
    results = {}
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="arsupport-bench-"))
        film = Path(folder) / "plant.mjpeg"
        write_film(film, FILM)
        counts = [int(number) for number in marks.split(",")]
        servers = [stack.enter_context(running(ServerProcess(_made(Path(folder) / str(count))))) for count in counts]
        os.nice(_BROWSERS_NICENESS)
        for count, server in zip(counts, servers, strict=True):
            results[count] = asyncio.run(measure(server, film, count, seconds))
            found = "  ".join(f"{name} {value}" for name, value in results[count].items())
            typer.echo(f"{count:3} marks  {found}")
    if as_json:
        typer.echo(json.dumps({f"{name}_{count}": it for count, all_ in results.items() for name, it in all_.items()}))


if __name__ == "__main__":
    app()
