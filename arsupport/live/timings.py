"""How long this process takes to decode, to follow marks and to make events durable."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from arsupport.rtc.latency import Latency

if TYPE_CHECKING:
    from collections.abc import Iterator

DECODING: Final = Latency()
"""One frame of a camera with marks."""

FOLLOWING: Final = Latency()
"""All marks in one frame."""

STORING: Final = Latency()
"""From handing events to the journal to their being on disk."""

_lock = threading.Lock()


@contextmanager
def timed(latency: Latency) -> Iterator[None]:
    """Count how long the block takes, in any thread; a block that raises is not counted."""
    began = time.perf_counter()
    yield
    with _lock:
        latency.observe(time.perf_counter() - began)
