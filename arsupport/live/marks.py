"""The marks of a session: which camera follows them, their poses to everybody, their stills into the record."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from arsupport.errors import ArError, Code
from arsupport.journal import files
from arsupport.live.ledger import now_ms
from arsupport.live.tracking import CameraTracking
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol.channels import Poses
from arsupport.protocol.codec import encode
from arsupport.protocol.marks import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from arsupport.live.follower import StillMade
    from arsupport.live.ledger import Ledger
    from arsupport.live.recorder import Recorder
    from arsupport.live.services import Services
    from arsupport.protocol.marks import MarkState, Point, Pose
    from arsupport.rtc import EncodedFrame
    from arsupport.session import Mark

_log = structlog.get_logger()


class Marks:
    """Keeps one ``CameraTracking`` for each participant with a camera; marks stay with the participant's camera."""

    def __init__(
        self, services: Services, ledger: Ledger, recorder: Recorder, send_volatile: Callable[[bytes], None]
    ) -> None:
        self._services = services
        self._ledger = ledger
        self._recorder = recorder
        self._send_volatile = send_volatile
        self._loop = asyncio.get_running_loop()
        self._cameras: dict[str, CameraTracking] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin_track(self, participant: str, track: str, codec: str) -> Callable[[EncodedFrame], None]:
        """Take a new video track; give the function that takes its frames."""
        tracking = self._cameras.get(participant)
        if tracking is None:
            tracking = self._cameras[participant] = CameraTracking(self)
            tracking.begin(track, codec)
            self._restore_all(participant)
        else:
            tracking.begin(track, codec)
        return tracking.add

    def check(self, command: c.Command) -> None:
        """Refuse what names a frame that is not there any more.

        Raises:
            ArError: ``frame-gone``.
        """
        body = command.body
        if isinstance(body, c.DrawMark | c.Freeze):
            track = self._ledger.state.tracks.get(body.track)
            tracking = self._cameras.get(track.participant) if track is not None else None
            if tracking is None or not tracking.has(body.track, body.rtp):
                raise ArError(Code.FRAME_GONE, f"frame {body.rtp} of {body.track}")

    def happened(self, event: e.Event) -> None:
        """Follow what the session decided."""
        match event.body:
            case e.MarkDrawn() as drawn:
                tracking = self._camera_of(drawn.track)
                if tracking is not None and tracking.has(drawn.track, drawn.rtp):
                    tracking.draw(drawn.mark, drawn.track, drawn.rtp, anchor_of(drawn.shape, drawn.points))
            case e.MarkErased(number):
                tracking = self._camera_of(self._ledger.state.marks[number].track)
                if tracking is not None:
                    tracking.erase(number)
            case e.MarkRestored(number):
                self._start(self._restore(self._ledger.state.marks[number]))
            case e.Frozen(track, rtp):
                tracking = self._camera_of(track)
                if tracking is not None and tracking.has(track, rtp):
                    tracking.hold(track, rtp)

    async def close(self) -> None:
        """Stop following; what was under way is stored."""
        for tracking in self._cameras.values():
            tracking.close()
        for tracking in self._cameras.values():
            await asyncio.to_thread(tracking.join)
        # What the threads said last is in the loop's queue; one turn puts it to work.
        await asyncio.sleep(0)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # The tracking thread's side (``TrackingSink``).

    def poses(self, track: str, rtp: int, poses: list[Pose]) -> None:
        """Send and record every mark's place in one frame."""
        self._loop.call_soon_threadsafe(self._spread, track, rtp, encode(Poses(track, rtp, poses)))

    def mark_state(self, mark: int, state: MarkState, track: str, rtp: int) -> None:
        """Enter a state that has lasted."""
        self._loop.call_soon_threadsafe(self._ledger.note, e.MarkStateChanged(mark, state, track, rtp))

    def still(self, still: StillMade) -> None:
        """Store a still and enter it."""
        self._loop.call_soon_threadsafe(self._keep, still)

    def _spread(self, track: str, rtp: int, message: bytes) -> None:
        self._send_volatile(message)
        self._recorder.poses(track, rtp, message)

    def _keep(self, still: StillMade) -> None:
        self._start(self._store(still))

    async def _store(self, still: StillMade) -> None:
        """Put the picture on disk first, then say that it is there."""
        sha256 = await asyncio.to_thread(self._services.blobs.put, still.jpeg)
        name = f"still-{still.track}-{still.rtp}-{still.mark}.jpg"
        new = files.NewFile(
            name=name,
            kind="still",
            media_type="image/jpeg",
            path=self._services.blobs.relative_path(sha256),
            sha256=sha256,
            size=len(still.jpeg),
            created_at_ms=now_ms(),
        )
        session = self._ledger.session_id
        await self._services.journal.write(lambda connection: files.add(connection, session, new))
        self._ledger.note(
            e.StillKept(
                sha256,
                "image/jpeg",
                len(still.jpeg),
                still.track,
                still.rtp,
                still.width,
                still.height,
                still.mark,
            )
        )

    def _restore_all(self, participant: str) -> None:
        for mark in self._ledger.state.shown_marks(participant):
            self._start(self._restore(mark))

    async def _restore(self, mark: Mark) -> None:
        """Follow a mark again by its still; without one it cannot be found, and the pages keep saying so."""
        tracking = self._camera_of(mark.track)
        if tracking is None or mark.still is None:
            _log.info("mark-not-restored", session=self._ledger.session_id, mark=mark.number)
            return
        still = await asyncio.to_thread(self._services.blobs.read, mark.still.sha256)
        if mark.shown:
            tracking.restore(mark.number, still, anchor_of(mark.shape, mark.points))

    def _camera_of(self, track: str) -> CameraTracking | None:
        return self._cameras.get(self._ledger.state.tracks[track].participant)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("still-failed", session=self._ledger.session_id, exc_info=error)


def anchor_of(shape: Shape, points: list[Point]) -> Point:
    """Give the point of a mark that is held on the machine (``arsupport.protocol.marks.Shape``)."""
    if shape is Shape.ARROW:
        return points[1]
    if shape is Shape.FREEHAND:
        return points[len(points) // 2]
    return points[0]
