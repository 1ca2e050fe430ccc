"""Looks for machines' tags in a camera's pictures: a few times a second, beside the following of marks."""

from __future__ import annotations

import os
import queue
import threading
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import structlog

from arsupport.protocol.marks import Rtp
from arsupport.vision.tags import find_tags

if TYPE_CHECKING:
    from arsupport.live.decoder import Picture

_log = structlog.get_logger()

# By which its thread goes after the following of marks: tags can wait, and each look made two frames' poses late.
_NICENESS: Final = 10
# In ticks of 90 kHz: four looks a second, of 12 ms each.
PERIOD: Final = 22_500
_WRAP: Final = 1 << 32
# In one picture: there are so many different ones.
_MOST_TAGS: Final = 50


class SeenTag(msgspec.Struct, frozen=True):
    """A tag in a frame: its number, and its corners in pixels as in ``arsupport.vision.tags.TagSight``."""

    number: int
    corners: Annotated[list[tuple[float, float]], msgspec.Meta(min_length=4, max_length=4)]


class TagsSeen(msgspec.Struct, frozen=True, tag=True):
    """The tags in frame ``rtp`` of ``track``, one at least; ``width`` and ``height`` of the frame in pixels."""

    track: str
    rtp: Rtp
    width: int
    height: int
    tags: Annotated[list[SeenTag], msgspec.Meta(max_length=_MOST_TAGS)]


def look(track: str, picture: Picture) -> TagsSeen | None:
    """Look for tags in one picture, in the thread that asks; None when there are none."""
    found = [
        SeenTag(sight.number, [(float(x), float(y)) for x, y in sight.corners]) for sight in find_tags(picture.luma())
    ]
    return TagsSeen(track, picture.rtp, picture.width, picture.height, found) if found else None


class Lookout:
    """Looks in a thread of its own, from the first picture to the process's end; what comes meanwhile is passed over.

    All methods are called in one thread and return at once.
    """

    def __init__(self) -> None:
        self._shown: queue.SimpleQueue[tuple[str, Picture]] = queue.SimpleQueue()
        self._seen: queue.SimpleQueue[TagsSeen] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._busy = False
        self._last: tuple[str, int] | None = None

    def show(self, track: str, picture: Picture) -> None:
        """Offer the newest picture."""
        before = self._last
        if self._busy or (before and before[0] == track and (picture.rtp - before[1]) % _WRAP < PERIOD):
            return
        self._last = track, picture.rtp
        self._busy = True
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="lookout", daemon=True)
            self._thread.start()
        self._shown.put((track, picture))

    def seen(self) -> list[TagsSeen]:
        """Give what was seen since the last call."""
        found = []
        while not self._seen.empty():
            found.append(self._seen.get())
        return found

    def _work(self) -> None:
        os.nice(_NICENESS)  # of this thread alone, on Linux
        while True:
            track, picture = self._shown.get()
            try:
                found = look(track, picture)
                if found is not None:
                    self._seen.put(found)
            # One picture that cannot be looked through must not end the looking.
            except Exception:  # noqa: BLE001
                _log.exception("lookout-failed", track=track)
            finally:
                self._busy = False
