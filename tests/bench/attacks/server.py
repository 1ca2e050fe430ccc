"""The server under attack, in a process of its own, which says how its event loop and its memory are.

On standard input it takes ``reset``, ``figures`` and ``tokens LOGIN`` (for an expert and for somebody on site), each a
line, and answers with a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from arsupport.cli.logs import configure
from arsupport.config import Config, LogConfig
from arsupport.journal import machines, users
from arsupport.protocol.events import Role
from arsupport.server.run import leave_the_start_alone, running
from arsupport.server.tokens import SignalClaims

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE_BYTES = resource.getpagesize()


class Pulse:
    """How long the event loop did not turn, how much of that it worked, and how much memory the process held at most.

    On a busy machine the loop also waits for a processor; its own work (``busy``) is what an attack causes.
    """

    def __init__(self) -> None:
        self.stall = 0.0
        self.busy = 0.0
        self.peak = resident()
        self.cpu = time.process_time()
        self._began = time.monotonic()

    def figures(self) -> dict[str, float]:
        return {
            "stall_ms": round(self.stall * 1000, 1),
            "busy_ms": round(self.busy * 1000, 1),
            "memory_mb": round(self.peak / 1e6, 1),
            "cpu": round((time.process_time() - self.cpu) / (time.monotonic() - self._began), 2),
        }


def resident() -> int:
    """Give the resident memory in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES


async def serve(folder: Path) -> None:
    config = Config.model_validate(
        {
            "data": {"folder": folder, "min_free_mb": 0, "warn_free_mb": 0},
            "server": {"host": "127.0.0.1", "port": 0, "tls": False},
            "media": {"include_loopback": True},
            "limits": {"description_bytes": 65_536, "sessions": 64},
        }
    )
    configure(LogConfig(level="warning"))
    loop = asyncio.get_running_loop()
    asked: asyncio.Queue[str] = asyncio.Queue()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(asked.put_nowait, line.strip())
        loop.call_soon_threadsafe(asked.put_nowait, "")

    async with running(config) as server:
        journal = server.parts.journal
        await journal.write(lambda c: users.create(c, login="root", name="Root", role="admin", at_ms=1))
        machine = await journal.write(lambda c: machines.create(c, name="Press 4", site="Hall 2", at_ms=1))
        say({"url": server.public_url})
        threading.Thread(target=listen, daemon=True).start()
        leave_the_start_alone()
        pulse = Pulse()

        async def beat() -> None:
            before, worked_before = loop.time(), time.thread_time()
            while True:
                await asyncio.sleep(0.002)
                now, worked = loop.time(), time.thread_time()
                pulse.stall = max(pulse.stall, now - before - 0.002)
                pulse.busy = max(pulse.busy, worked - worked_before)
                pulse.peak = max(pulse.peak, resident())
                before, worked_before = now, worked

        beating = asyncio.create_task(beat())
        while (line := await asked.get()) != "":
            if line.startswith("tokens "):
                expert = SignalClaims(Role.EXPERT, account=line[7:], name=line[7:])
                onsite = SignalClaims(Role.ONSITE, machine=machine.id)
                say({"tokens": [server.parts.tokens.issue_signal(claims) for claims in (expert, onsite)]})
                continue
            if line == "reset":
                pulse = Pulse()
            say(pulse.figures())
        beating.cancel()


def say(answer: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
