from __future__ import annotations

import threading
from contextvars import ContextVar

from arsupport.recording.thread import RecordingThread

whose: ContextVar[str] = ContextVar("whose", default="nobody")


def test_a_job_runs_in_the_context_of_who_handed_it_over() -> None:
    thread, seen, done = RecordingThread(), [], threading.Event()
    for name in ("p1", "p2"):
        whose.set(name)
        thread.offer(0, lambda: seen.append(whose.get()))
    thread.offer(0, done.set)
    assert done.wait(10)
    thread.stop()
    assert seen == ["p1", "p2"]
