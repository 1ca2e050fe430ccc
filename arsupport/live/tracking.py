"""The marks on one camera's pictures: what must be followed, on which frames, in a thread of its own."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.live.decoder import luma_of_jpeg
from arsupport.live.follower import Follower
from arsupport.live.frame_memory import FrameMemory

if TYPE_CHECKING:
    from collections.abc import Callable

    from arsupport.live.follower import TrackingSink
    from arsupport.protocol.marks import Point
    from arsupport.rtc import EncodedFrame

_log = structlog.get_logger()

# Frozen frames that stay available however old they get.
_HELD_FRAMES: Final = 8
# Frames that may wait for the tracker before it skips: it must show the present rather than every frame.
_BACKLOG: Final = 2


class CameraTracking:
    """One camera's pictures and the marks on them.

    A reconnect of the camera begins a new track; the marks stay and are found again in its pictures. All methods are
    called in the event loop and return at once.
    """

    def __init__(self, sink: TrackingSink, seed: int = 0) -> None:
        self._sink = sink
        self._memory = FrameMemory()
        self._track = ""
        self._held: dict[tuple[str, int], list[EncodedFrame]] = {}
        self._shown: set[int] = set()
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._follower = Follower(sink, seed)
        self._thread = threading.Thread(target=self._work, name="tracking", daemon=True)
        self._thread.start()

    def begin(self, track: str, codec: str) -> None:
        """Pictures come from another track from now on."""
        self._track = track
        self._memory = FrameMemory()
        self._jobs.put(lambda: self._follower.begin(track, codec))

    def add(self, frame: EncodedFrame) -> None:
        """Take the next frame of the current track."""
        self._memory.add(frame)
        if self._shown:
            self._jobs.put(lambda: self._follower.follow(frame, skip=self._jobs.qsize() > _BACKLOG))

    def has(self, track: str, rtp: int) -> bool:
        """Tell whether this frame can still be drawn on."""
        return (track, rtp) in self._held or (track == self._track and self._memory.has(rtp))

    def hold(self, track: str, rtp: int) -> None:
        """Keep a frozen frame available, and make a still of it. The frame must be there (``has``)."""
        frames = self._frames(track, rtp)
        self._held[track, rtp] = frames
        while len(self._held) > _HELD_FRAMES:
            del self._held[next(iter(self._held))]
        self._jobs.put(lambda: self._follower.make_still(track, rtp, frames))

    def draw(self, mark: int, track: str, rtp: int, anchor: Point) -> None:
        """Follow a new mark from the frame it was drawn on, which must be there (``has``), and make a still of that."""
        frames = self._frames(track, rtp)
        self._wake()
        self._shown.add(mark)
        self._jobs.put(lambda: self._follower.draw(mark, track, rtp, anchor, frames))

    def restore(self, mark: int, still: bytes, anchor: Point) -> None:
        """Follow a mark again, from the still of the frame that it was drawn on."""
        self._wake()
        self._shown.add(mark)
        self._jobs.put(lambda: self._follower.add(mark, luma_of_jpeg(still), anchor))

    def erase(self, mark: int) -> None:
        """Do not follow a mark any more."""
        self._shown.discard(mark)
        self._jobs.put(lambda: self._follower.remove(mark))

    def close(self) -> None:
        """Let the thread end after what it has been given."""
        self._jobs.put(None)

    def join(self) -> None:
        """Wait for the thread's end, after ``close``; blocks."""
        self._thread.join()

    def _wake(self) -> None:
        """Decode from the newest keyframe on, before the first mark is there to be followed."""
        if not self._shown:
            frames = self._memory.since_keyframe()
            self._jobs.put(lambda: self._follower.wake(frames))

    def _frames(self, track: str, rtp: int) -> list[EncodedFrame]:
        """Give what must be decoded to see a frame, ending with it."""
        held = self._held.get((track, rtp))
        if held is not None:
            return held
        frames = self._memory.leading_to(rtp)
        end = next(index for index, frame in enumerate(frames) if frame.rtp == rtp)
        return frames[: end + 1]

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:  # noqa: BLE001 - one frame that cannot be worked on must not end the following of marks
                _log.exception("tracking-failed")
