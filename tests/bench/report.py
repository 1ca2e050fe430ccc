"""What a report of a very long session costs: ``python -m tests.bench.report [--json]``.

An hour with 500 marks, 200 pictures of 12 megapixels and 10,000 events; ten marks are followed in every frame. It is
written by the process that the server starts for it.
"""

from __future__ import annotations

import asyncio
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.protocol import events as e
from arsupport.protocol.channels import Poses
from arsupport.protocol.events import Kind
from arsupport.protocol.marks import MarkState, Pose, Shape
from arsupport.protocol.pictures import Purpose
from arsupport.protocol.plates import PlateLanguage
from arsupport.recording.codecs import TrackCodec
from arsupport.report.process import write_beside
from tests.recorded import STARTED_MS, STEP, grey_noise
from tests.report.told import ANA, EVA, MADE_MS, Told, jpeg

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

MARKS, PICTURES, EVENTS, FRAMES, FOLLOWED = 500, 200, 10_000, 108_000, 10


async def long_session(folder: Path) -> str:
    """Record it; give its id."""
    camera = VirtualCamera(CameraSettings(seed=1, fps=25))
    frames = [np.asarray(camera.frame(25 * number), np.uint8) for number in range(5)]
    stills = [jpeg(frame) for frame in frames]
    large = [jpeg(np.tile(frame, (4, 3, 1))) for frame in frames]
    told = await Told.begin(folder)
    told.add(e.TrackStarted("t1", ANA, Kind.VIDEO, "VP8", 90_000))
    digests = [told.made.picture(f"still-{number}.jpg", data) for number, data in enumerate(stills)]
    for number in range(1, MARKS + 1):
        rtp, still = number * STEP * FRAMES // MARKS, number % len(stills)
        at = 0.1 + 0.8 * number / MARKS, 0.5
        told.add(
            e.MarkDrawn(number, "t1", rtp, Shape.CIRCLE, [at, (at[0] + 0.05, 0.5)], "#ffd60a", ""),
            e.StepGiven(
                number, number, f"Instruction {number}: close the valve and wait until the gauge shows nothing"
            ),
            e.StillKept(digests[still], "image/jpeg", len(stills[still]), "t1", rtp, 1280, 720, number),
            by=EVA,
            after=5,
        )
        told.add(e.MarkErased(number), by=EVA)
    digests = [told.made.picture(f"picture-{number}.jpg", data) for number, data in enumerate(large)]
    for number in range(1, PICTURES + 1):
        which = number % len(large)
        kept = e.PictureKept(
            number, Purpose.PHOTO, digests[which], "image/jpeg", len(large[which]), 3840, 2880, "photo"
        )
        told.add(kept, by=ANA)
    while len(told.made.happened) < EVENTS - 3:
        told.add(e.Said("Now the one beside it, please, and slowly. 请慢一点。"), by=EVA, after=0.1)
    told.add(*told.made.video("t1", grey_noise(12, 640, 360), 0, STARTED_MS + 3_000, TrackCodec.VP8))
    followed = [Pose(mark, 0.5, 0.5, 1.0, 0.0, 0.0, 1.0, MarkState.HELD, 1.0) for mark in range(1, FOLLOWED + 1)]
    told.add(told.made.poses("t1", (Poses("t1", number * STEP, followed) for number in range(FRAMES))))
    return await told.end()


async def measure(folder: Path) -> dict[str, float]:
    """Write the report of it; give what that took."""
    session = await long_session(folder)
    with tempfile.TemporaryFile(dir=folder) as out:
        began = time.monotonic()
        made = await write_beside(
            folder, session, out, language=PlateLanguage.EN, trusted_key=bytes(32), made_at_ms=MADE_MS
        )
        seconds = time.monotonic() - began
        size = out.seek(0, 2)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "pages": made.pages,
        "pictures": made.pictures,
        "left_out": made.left_out,
        "mb": round(size / 1e6, 1),
        "seconds": round(seconds, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_mb": round(used.ru_maxrss / 1024),
    }


@app.command()
def main(*, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object alone.")] = False) -> None:
    """Write a report of a very long session; print what that took."""
    with tempfile.TemporaryDirectory() as place:
        found = asyncio.run(measure(Path(place) / "data"))
    typer.echo(json.dumps(found) if as_json else "\n".join(f"{name:12} {value:g}" for name, value in found.items()))


if __name__ == "__main__":
    app()
