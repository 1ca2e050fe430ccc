"""A good call beside the attacks, in a process of its own; see ``server`` for what it answers."""

from __future__ import annotations

import asyncio
import sys
import threading

from arsupport.camera.render import CameraSettings, VirtualCamera
from tests.bench.attacks.people import Bystander, Guests
from tests.bench.attacks.server import say


async def watch(url: str, expert_token: str, onsite_token: str) -> None:
    loop = asyncio.get_running_loop()
    asked: asyncio.Queue[str] = asyncio.Queue()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(asked.put_nowait, line.strip())
        loop.call_soon_threadsafe(asked.put_nowait, "")

    camera = VirtualCamera(CameraSettings(size=(320, 180), fps=15))
    async with Guests(url) as guests:
        call = Bystander(*await guests.pair(expert_token, onsite_token), camera)
        await call.begin()
        say({})
        threading.Thread(target=listen, daemon=True).start()
        while (line := await asked.get()) != "":
            if line == "reset":
                call.reset()
            say({"frames": call.frames, "longest_gap_ms": round(call.longest * 1000)})
        await call.close()


if __name__ == "__main__":
    asyncio.run(watch(*sys.argv[1:]))
