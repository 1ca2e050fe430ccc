"""The marks on one camera's pictures: what must be followed, on which frames, in a thread and a process of its own."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

import structlog

from arsupport.errors import ArError
from arsupport.live.follower import Follower
from arsupport.live.following import FollowerEndedError, Following
from arsupport.live.frame_memory import KEYFRAMES_KEPT, FrameMemory
from arsupport.live.nursery import NURSERY
from arsupport.protocol.marks import MarkState

if TYPE_CHECKING:
    from collections.abc import Callable

    from arsupport.live.follower import GlimpseMade, TrackingSink
    from arsupport.protocol.marks import KeptView, Point
    from arsupport.rtc import EncodedFrame
    from arsupport.session import Mark

_log = structlog.get_logger()

# Frozen frames that stay available however old they get.
_HELD_FRAMES: Final = 8
# Single pictures that can still be drawn on: each is a keyframe, and an expert on a thin line sees old ones.
_PICTURES_REMEMBERED: Final = 16
# Frames that may wait for the tracker before it skips: it must show the present rather than every frame.
_BACKLOG: Final = 2
# Jobs that may wait, about 5 s of frames: a machine that cannot even decode that fast goes on at the next keyframe.
_MAX_WAITING: Final = 150
# Between looks for tags at keyframes, while nothing is decoded: some 30 ms of one core each.
_GLANCE_SECONDS: Final = 2.0
# After the follower's process ended so often on one track, its marks are not looked for there any more: it would end
# by the same picture again.
_MAX_ENDED: Final = 3

P = ParamSpec("P")
T = TypeVar("T")


class CameraTracking:
    """One camera's pictures and the marks on them.

    A reconnect of the camera begins a new track; the marks stay and are found again in its pictures. All methods are
    called in the event loop and return at once. ``whose`` (session, participant) stands on every line that is logged.
    """

    def __init__(self, sink: TrackingSink, seed: int = 0, **whose: str) -> None:
        self._sink = sink
        self._memory = FrameMemory()
        self.track = ""
        self._watchers = 0
        self._held: dict[tuple[str, int], list[EncodedFrame]] = {}
        self._shown: set[int] = set()
        self._overloaded = False
        self._lacking = False
        self._glanced = float("-inf")
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._following = Following(sink, seed)
        self._ended = 0
        self._whose = whose
        self._thread = threading.Thread(target=self._work, name="tracking", daemon=True)
        self._thread.start()

    def begin(self, track: str, codec: str) -> None:
        """Pictures come from another track from now on."""
        self.track = track
        self._lacking = False
        self._memory = FrameMemory(_PICTURES_REMEMBERED if codec == "JPEG" else KEYFRAMES_KEPT)
        self._jobs.put(lambda: self._begin_track(track, codec))

    def add(self, frame: EncodedFrame) -> None:
        """Take the next frame of the current track; those that lack one before them are passed over."""
        self._lacking = (self._lacking or frame.after_gap) and not frame.keyframe
        if self._lacking:
            return
        self._memory.add(frame)
        if (self._shown or self._watchers) and self._keeps_up(frame):
            self._jobs.put(lambda: self._call(Follower.follow, frame, skip=self._jobs.qsize() > _BACKLOG))
        elif frame.keyframe and frame.arrival - self._glanced >= _GLANCE_SECONDS and self._jobs.empty():
            self._glanced = frame.arrival
            self._do(Follower.glance, frame)

    def has(self, track: str, rtp: int) -> bool:
        """Tell whether this frame can still be drawn on."""
        return (track, rtp) in self._held or (track == self.track and self._memory.has(rtp))

    def hold(self, track: str, rtp: int) -> None:
        """Keep a frozen frame available, and make a still of it. The frame must be there (``has``)."""
        frames = self._frames(track, rtp)
        self._held[track, rtp] = frames
        while len(self._held) > _HELD_FRAMES:
            del self._held[next(iter(self._held))]
        self._do(Follower.make_still, track, rtp, frames)

    def draw(self, mark: int, track: str, rtp: int, anchor: Point) -> None:
        """Follow a new mark from the frame it was drawn on, which must be there (``has``), and make a still of that.

        A mark that cannot be followed is reported lost.
        """
        frames = self._frames(track, rtp)
        if not self._shown:
            # From before the drawn frame on, so that what was shown since then can be caught up with.
            shown_since = track == self.track and self._memory.has(rtp)
            self._wake(self._memory.leading_to(rtp) if shown_since else self._memory.since_keyframe())
        self._show(mark, track, rtp, lambda: self._call(Follower.draw, mark, track, rtp, anchor, frames))

    def restore(self, mark: Mark, still: bytes, anchor: Point) -> None:
        """Follow a mark again, by the still of the frame it was drawn on; reported lost if that cannot be."""
        if mark.number in self._shown:
            return
        if not self._shown:
            self._wake(self._memory.since_keyframe())
        number, said = mark.number, mark.state
        self._show(number, mark.track, mark.rtp, lambda: self._call(Follower.restore, number, still, anchor, said))

    def expect(self, mark: Mark, views: list[tuple[KeptView, bytes]]) -> None:
        """Look for a mark by pictures (JPEG) of other days, or by further ones of a mark that is followed already."""
        if not self._shown:
            self._wake(self._memory.since_keyframe())
        number, said = mark.number, mark.state
        self._show(number, mark.track, mark.rtp, lambda: self._call(Follower.expect, number, views, said))

    def at_machine(self, *, right: bool | None) -> None:
        """Take from a plate whether the camera is at the session's machine: marks of other days are only there."""
        self._jobs.put(lambda: self._call(Follower.at_machine, right=right))

    def keep(self, mark: Mark, views: list[KeptView]) -> None:
        """Make pictures of a kept mark from sides that it is not known from; ``views`` are those that there are."""
        self._do(Follower.keep, mark.number, views)

    def erase(self, mark: int) -> None:
        """Do not follow a mark any more."""
        self._shown.discard(mark)
        self._do(Follower.remove, mark)

    def watch(self) -> Callable[[], None]:
        """Decode also without marks, so that ``glimpse`` has something to give; the function given ends that."""
        self._watchers += 1
        if self._watchers == 1:
            frames = [] if self._shown else self._memory.since_keyframe()
            self._do(Follower.watch, frames)

        def unwatch() -> None:
            self._watchers -= 1
            if self._watchers == 0:
                self._do(Follower.unwatch)

        return unwatch

    def glimpse(self, target_bytes: int, done: Callable[[GlimpseMade | None], None]) -> None:
        """Make the newest picture about so large, with its marks' poses; None when there is none.

        ``done`` is called in the thread.
        """
        self._jobs.put(lambda: done(self._call(Follower.glimpse, target_bytes)))

    def close(self) -> None:
        """Let thread and process end after what they have been given."""
        self._jobs.put(None)

    def join(self) -> None:
        """Wait for the thread's end, after ``close``; blocks."""
        self._thread.join()

    def _begin_track(self, track: str, codec: str) -> None:
        self._ended = 0
        self._following.begin(track, codec)

    def _call(self, method: Callable[Concatenate[Follower, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self._following.call(method, *args, **kwargs)

    def _do(self, method: Callable[Concatenate[Follower, P], None], *args: P.args, **kwargs: P.kwargs) -> None:
        self._jobs.put(lambda: self._call(method, *args, **kwargs))

    def _wake(self, frames: list[EncodedFrame]) -> None:
        self._do(Follower.wake, frames)

    def _show(self, mark: int, track: str, rtp: int, begin: Callable[[], None]) -> None:
        self._shown.add(mark)
        self._jobs.put(lambda: self._begin(mark, track, rtp, begin))

    def _begin(self, mark: int, track: str, rtp: int, begin: Callable[[], None]) -> None:
        """Begin to follow a mark, in the thread; what cannot be followed must not look as if it were."""
        try:
            begin()
        except FollowerEndedError:
            raise
        except ArError as error:
            _log.warning("mark-not-followed", mark=mark, code=error.code, detail=error.detail)
            self._sink.mark_state(mark, MarkState.LOST, track, rtp)
        except Exception:
            self._sink.mark_state(mark, MarkState.LOST, track, rtp)
            raise

    def _keeps_up(self, frame: EncodedFrame) -> bool:
        """Tell whether the thread has room for a frame; once it had none, only a keyframe can be decoded next."""
        if self._jobs.qsize() > _MAX_WAITING:
            if not self._overloaded:
                _log.warning("tracking-overloaded", track=self.track)
            self._overloaded = True
        elif frame.keyframe:
            self._overloaded = False
        return not self._overloaded

    def _frames(self, track: str, rtp: int) -> list[EncodedFrame]:
        """Give what must be decoded to see a frame, ending with it."""
        held = self._held.get((track, rtp))
        if held is not None:
            return held
        frames = self._memory.leading_to(rtp)
        end = next(index for index, frame in enumerate(frames) if frame.rtp == rtp)
        return frames[: end + 1]

    def _work(self) -> None:
        structlog.contextvars.bind_contextvars(**self._whose)
        NURSERY.prepare()
        failed = False
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except FollowerEndedError as error:
                self._end(error)
            # One frame that cannot be worked on must not end the following of marks, nor fill the log.
            except Exception:  # noqa: BLE001
                if not failed:
                    _log.exception("tracking-failed")
                failed = True
            else:
                failed = False
        self._following.close()

    def _end(self, reason: FollowerEndedError) -> None:
        """Have the marks found again, in the thread, after what followed them had ended by itself."""
        self._ended += 1
        _log.error("follower-ended", reason=str(reason), times=self._ended)
        self._sink.unfollowed(sorted(self._shown), again=self._ended <= _MAX_ENDED)
