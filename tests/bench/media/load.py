"""The load: publishers and subscribers of N sessions in one process, which measures what they see.

    python -m tests.bench.media.load DOOR URL PID [--sessions N] [--warm-up S] [--seconds S] [--decode]

Prints a ``Measured`` as one JSON object; PID is the server's. Packets are not changed on their way: a sink recognises
each one by its last bytes and looks up when it was sent. Latency is from just before the publisher's `sendto` to the
moment at which the kernel put the packet into the subscriber's socket. With --decode, for a server that encodes anew,
the first session's frames are decoded and recognised by the stamp in the picture; latency is then from a frame's last
packet to its last packet.
"""

from __future__ import annotations

import asyncio
import gc
import time
from enum import StrEnum
from typing import Annotated, Final

import aiohttp
import msgspec
import numpy as np
import typer

from tests.bench.media.clip import load_clip
from tests.bench.media.doors import Door, HttpDoor, JanusDoor
from tests.bench.media.processes import processor_seconds, resident_mb
from tests.bench.media.publisher import Publisher, Window
from tests.bench.media.subscriber import Subscriber

FIRST_PACKET_SECONDS: Final = 20.0
DRAIN_SECONDS: Final = 0.5
FRAME_SECONDS: Final = 1 / 30

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Measured(msgspec.Struct):
    """What one run showed.

    Attributes:
        cpu: cores that the server used for each session.
        p50: latency, ms.
        p99: the same.
        loss: share of packets (or frames, when decoding) that did not arrive.
        memory: of the server, MB.
        packets: sent to the server each second, by one session.
        load: cores that the load itself used.
    """

    cpu: float
    p50: float
    p99: float
    loss: float
    memory: float
    packets: float
    load: float


class DoorKind(StrEnum):
    HTTP = "http"
    JANUS = "janus"


async def start_session(
    door: Door, session: int, publisher: Publisher, subscriber: Subscriber
) -> list[asyncio.Task[None]]:
    """Connect both and wait until the subscriber sees something."""
    media = await door.publish(session, publisher.endpoint)
    sending = asyncio.create_task(publisher.run(media, session * FRAME_SECONDS / 7 % FRAME_SECONDS))
    await door.subscribe(session, subscriber.endpoint)
    reporting = asyncio.create_task(subscriber.run())
    await asyncio.wait_for(subscriber.first.wait(), FIRST_PACKET_SECONDS)
    return [sending, reporting]


async def measure(door: Door, pid: int, sessions: int, warm_up: float, seconds: float, *, decode: bool) -> Measured:
    """Start the sessions one after another, let them settle, and watch them for some seconds."""
    clip, tasks, publishers = load_clip(), [], []
    for session in range(sessions):
        publisher = Publisher(clip, Window())
        subscriber = Subscriber(publisher, decodes=decode and session == 0)
        tasks += await start_session(door, session, publisher, subscriber)
        publishers.append(publisher)
    await asyncio.sleep(warm_up)
    gc.collect()
    gc.freeze()
    begin, spent, own = time.time(), processor_seconds(pid), time.process_time()
    for publisher in publishers:
        publisher.window.begin, publisher.window.end = begin, begin + seconds
    await asyncio.sleep(begin + seconds - time.time())
    took = time.time() - begin
    spent, own = processor_seconds(pid) - spent, time.process_time() - own
    memory = resident_mb(pid)
    await asyncio.sleep(DRAIN_SECONDS)
    for task in tasks:
        task.cancel()
    failed = [task.exception() for task in tasks if task.done() and not task.cancelled()]
    if failed:
        raise RuntimeError(f"a session broke: {failed[0]!r}")
    windows = [publisher.window for publisher in publishers][: 1 if decode else None]
    sent = sum(window.frames if decode else window.packets for window in windows)
    latencies = 1000 * np.concatenate([window.latencies for window in windows])
    return Measured(
        cpu=spent / took / sessions,
        p50=float(np.percentile(latencies, 50)) if len(latencies) else float("nan"),
        p99=float(np.percentile(latencies, 99)) if len(latencies) else float("nan"),
        loss=1 - len(latencies) / sent,
        memory=memory,
        packets=sum(publisher.window.packets for publisher in publishers) / took / sessions,
        load=own / took,
    )


async def run(
    kind: DoorKind, url: str, pid: int, sessions: int, warm_up: float, seconds: float, *, decode: bool
) -> Measured:
    async with aiohttp.ClientSession() as http:
        door: Door = JanusDoor(http, url) if kind is DoorKind.JANUS else HttpDoor(http, url)
        return await measure(door, pid, sessions, warm_up, seconds, decode=decode)


@app.command()
def main(
    door: DoorKind,
    url: str,
    pid: int,
    *,
    sessions: Annotated[int, typer.Option(help="Publishers, each with one subscriber.")] = 1,
    warm_up: Annotated[float, typer.Option(help="Seconds before anything is measured.")] = 3.0,
    seconds: Annotated[float, typer.Option(help="Seconds that are measured.")] = 6.0,
    decode: Annotated[bool, typer.Option("--decode", help="Recognise frames instead of packets.")] = False,
) -> None:
    """Put a load on a server and print what was measured."""
    result = asyncio.run(run(door, url, pid, sessions, warm_up, seconds, decode=decode))
    typer.echo(msgspec.json.encode(result).decode())


if __name__ == "__main__":
    app()
