"""How long this process takes to decode, to follow marks and to make events durable."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal

from arsupport.rtc.latency import Latency

if TYPE_CHECKING:
    from collections.abc import Iterator

DECODING: Final = Latency()
"""One frame of a camera with marks."""

FOLLOWING: Final = Latency()
"""All marks in one frame."""

STORING: Final = Latency()
"""From handing events to the journal to their being on disk."""

Part = Literal["decoding", "following"]
_OF_FOLLOWERS: Final[dict[Part, Latency]] = {"decoding": DECODING, "following": FOLLOWING}
_lock = threading.Lock()


@contextmanager
def timed(latency: Latency) -> Iterator[None]:
    """Count how long the block takes, in any thread; a block that raises is not counted."""
    began = time.perf_counter()
    yield
    with _lock:
        latency.observe(time.perf_counter() - began)


def take() -> dict[Part, Latency]:
    """Give what a follower's process has counted since it was asked last, to be added up in the server's."""
    return {name: latency.take() for name, latency in _OF_FOLLOWERS.items()}


def add(taken: dict[Part, Latency]) -> None:
    """Count what a follower's process has counted."""
    with _lock:
        for name, latency in taken.items():
            _OF_FOLLOWERS[name].add(latency)
