"""The one thread that writes recordings, so that a slow disk never stops the event loop."""

from __future__ import annotations

import threading
from collections import deque
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger()

WAITING_LIMIT: Final = 64 * 1024 * 1024
"""Bytes that may wait for the disk, over all tracks of the process: about 20 s of ten 720p cameras."""


class RecordingThread:
    """Runs jobs one after another, in the order in which they came, each in the context of who handed it over.

    So a line that is logged about a job says whose it is.
    """

    def __init__(self, waiting_limit: int = WAITING_LIMIT) -> None:
        self._limit = waiting_limit
        self._jobs: deque[tuple[int, Context, Callable[[], None]]] = deque()
        self._waiting = 0
        self._stopping = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    def offer(self, size: int, job: Callable[[], None]) -> bool:
        """Hand over a job that holds ``size`` bytes; False, and it is not taken, when too many bytes wait."""
        with self._changed:
            if self._stopping or self._waiting + size > self._limit:
                return False
            self._waiting += size
            self._jobs.append((size, copy_context(), job))
            self._changed.notify()
        return True

    def stop(self) -> None:
        """Run what waits, then end the thread. Close the recorders first."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._jobs or self._stopping)
                if not self._jobs:
                    return
                size, context, job = self._jobs.popleft()
            try:
                context.run(job)
            except Exception:
                log.exception("recording.job_failed")
            with self._changed:
                self._waiting -= size
