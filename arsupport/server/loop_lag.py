"""How late the event loop is: everything waits for it."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from contextvars import Context
from typing import TYPE_CHECKING, Final

from arsupport.rtc.latency import Latency

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTERVAL_SECONDS: Final = 0.1


@contextmanager
def watching_loop() -> Iterator[Latency]:
    """Ask the running loop to call back ten times a second while the block runs; count how late it does."""
    loop = asyncio.get_running_loop()
    lag = Latency()
    timer: asyncio.TimerHandle

    def wait() -> asyncio.TimerHandle:
        due = loop.time() + _INTERVAL_SECONDS
        return loop.call_at(due, called, due, context=Context())

    def called(due: float) -> None:
        nonlocal timer
        lag.observe(max(0.0, loop.time() - due))
        timer = wait()

    timer = wait()
    try:
        yield lag
    finally:
        timer.cancel()
