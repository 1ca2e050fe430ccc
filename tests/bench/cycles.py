"""Benchmark: what is left of people who joined and left, and of whole sessions, many times over.

    python -m tests.bench.cycles [--cycles 200] [--json]

One cycle: somebody on site calls, an expert admits the call, both connect, the camera is seen, a mark is drawn and
followed, the expert goes and comes back, the session ends. Server and people are in one process, so that growth is
counted against the server that is theirs. After a tenth of the cycles (caches are full, threads have begun) what is
there is counted, and again at the end: tasks, threads, descriptors, and memory (resident, after a collection).
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arsupport.config import Config
from arsupport.errors import ArError
from arsupport.journal.database import READERS
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol import signals as s
from arsupport.protocol.marks import Shape
from tests.server.calls import Hall

if TYPE_CHECKING:
    from arsupport.journal.journal import Journal
    from arsupport.selftest.visitor import Visitor

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

SETTLE_SECONDS = 15


async def cycle(hall: Hall) -> None:
    """Run one session from the call to its end."""
    expert, onsite, session, _ = await hall.paired()
    await asyncio.gather(expert.connect(video=True), hall.publish(onsite))
    await expert.until(lambda: bool(expert.slots), "no track was assigned")
    await draw(expert)
    await expert.until(lambda: len(expert.poses) > 2, "no poses came")
    again = await come_back(hall, session)
    await again.command(c.EndSession("done"))
    await asyncio.gather(again.expect(s.Ended), onsite.expect(s.Ended))
    await hall.hang_up()


async def draw(expert: Visitor) -> None:
    (slot,) = expert.slots.values()
    for _ in range(100):
        with suppress(ArError):  # the frame is not whole yet
            await expert.command(c.DrawMark(slot.track, slot.from_rtp, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "here"))
            return
        await asyncio.sleep(0.05)
    raise TimeoutError("no mark was taken")


async def come_back(hall: Hall, session: str) -> Visitor:
    """Enter as the same expert from another page, which takes the place over."""
    again = await hall.expert()
    await again.signal(s.EnterSession(session))
    await again.expect(s.Joined)
    await again.connect(video=True)
    await again.heard(e.ParticipantConnected, 3)
    again._number = max(event.command for event in again.events)  # as a page numbers on after a reload
    return again


async def open_readers(journal: Journal) -> None:
    """Open the connections that reads share: they are opened one by one, as reads happen to coincide, and stay."""
    together = threading.Barrier(READERS)
    await asyncio.gather(*(journal.read(lambda _connection: together.wait()) for _ in range(READERS)))


async def count() -> dict[str, float]:
    """Count what is there once what is over has ended."""
    await asyncio.sleep(SETTLE_SECONDS)
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())  # noqa: ASYNC240
    return {
        "tasks": len(asyncio.all_tasks()),
        "threads": threading.active_count(),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),  # noqa: ASYNC240 - it is no disk
        "memory_mb": int(status["VmRSS"].split()[0]) / 1024,
    }


async def measure(cycles: int) -> tuple[dict[str, float], dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        config = Config.model_validate(
            {
                "server": {"host": "127.0.0.1", "port": 0, "tls": False},
                "data": {"folder": Path(folder, "data"), "warn_free_mb": 0, "min_free_mb": 0},
                "media": {"include_loopback": True},
            }
        )
        async with Hall(config) as hall:
            await open_readers(hall.server.parts.journal)
            for _ in range(max(1, cycles // 10)):
                await cycle(hall)
            before = await count()
            for _ in range(cycles - cycles // 10):
                await cycle(hall)
            return before, await count()


@app.command()
def main(
    cycles: Annotated[int, typer.Option(help="How many sessions.")] = 200,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The result as one JSON object on the last line.")] = False,
) -> None:
    """Count what is left of sessions that are over."""
    before, after = asyncio.run(measure(cycles))
    for name, value in before.items():
        typer.echo(f"{name:12} {value:8.1f} {after[name]:8.1f} {after[name] - value:+8.1f}")
    if as_json:
        typer.echo(json.dumps({name: round(after[name] - value, 1) for name, value in before.items()}))


if __name__ == "__main__":
    app()
