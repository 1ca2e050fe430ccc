"""The marks of a session: which camera follows them, their poses to everybody, their stills into the record."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError, Code
from arsupport.live.ledger import now_ms
from arsupport.live.returning import Returning
from arsupport.live.still_store import JPEG, store_still
from arsupport.live.tasks import Tasks
from arsupport.live.tracking import CameraTracking
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol.channels import Poses
from arsupport.protocol.codec import encode
from arsupport.protocol.marks import MarkState, anchor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from arsupport.live.follower import StillMade, ViewMade
    from arsupport.live.ledger import Ledger
    from arsupport.live.lookout import TagsSeen
    from arsupport.live.recorder import Recorder
    from arsupport.live.services import Services
    from arsupport.protocol.marks import Pose
    from arsupport.rtc import EncodedFrame
    from arsupport.session import Mark

_log = structlog.get_logger()

# Pictures that may wait for a full disk, some 10 MB; a mark whose still is lost is not found again after a restart.
_MAX_STILLS_WAITING: Final = 32


class Marks:
    """Keeps one ``CameraTracking`` for each participant with a camera; marks stay with the participant's camera."""

    def __init__(
        self, services: Services, ledger: Ledger, recorder: Recorder, send_poses: Callable[[str, bytes], None]
    ) -> None:
        self._services = services
        self._ledger = ledger
        self._recorder = recorder
        self._send_poses = send_poses
        self._loop = asyncio.get_running_loop()
        self._cameras: dict[str, CameraTracking] = {}
        self._tasks = Tasks(ledger.session_id)
        self._stills_waiting = 0
        self._returning = Returning(services, ledger)
        self.on_tags: Callable[[TagsSeen], None] = lambda _seen: None
        """Told, in the loop, which tags were seen in a frame."""

    def begin_track(self, participant: str, track: str, codec: str) -> Callable[[EncodedFrame], None]:
        """Take a new video track; give the function that takes its frames."""
        tracking = self._cameras.get(participant)
        if tracking is None:
            tracking = self._cameras[participant] = CameraTracking(
                self, session=self._ledger.session_id, participant=participant
            )
            tracking.begin(track, codec)
            self._place(participant)
            self._restore_all(participant)
            self._tasks.start(self._returning.catch_up([track]))
        else:
            tracking.begin(track, codec)

        def take(frame: EncodedFrame) -> None:
            # A camera whose line became too thin for video may still send some beside its single pictures.
            if tracking.track == track:
                tracking.add(frame)

        return take

    def camera(self, participant: str) -> CameraTracking | None:
        """Give what follows the marks on somebody's picture."""
        return self._cameras.get(participant)

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
                else:
                    self._lose(self._ledger.state.marks[drawn.mark])
            case e.MarkErased(number) | e.MarkRetired(number):
                self._erase(self._ledger.state.marks[number])
            case e.MarkRestored(number):
                self._tasks.start(self._restore(self._ledger.state.marks[number]))
            case e.MarkExpected(number) | e.MarkKept(number) | e.ViewKept(number):
                self._look_for(self._ledger.state.marks[number])
            case e.PlateSeen(track):
                self._place(self._ledger.state.tracks[track].participant)
            case e.PlateDismissed(camera):
                self._place(camera)
            case e.Frozen(track, rtp):
                tracking = self._camera_of(track)
                if tracking is not None and tracking.has(track, rtp):
                    tracking.hold(track, rtp)

    def catch_up(self) -> None:
        """Take over what the machine's kept marks have become in another session, or outside of any."""
        self._tasks.start(self._returning.catch_up([tracking.track for tracking in self._cameras.values()]))

    async def close(self) -> None:
        """Stop following; what was under way is stored."""
        for tracking in self._cameras.values():
            tracking.close()
        for tracking in self._cameras.values():
            await asyncio.to_thread(tracking.join)
        # What the threads said last is in the loop's queue; one turn puts it to work.
        await asyncio.sleep(0)
        await self._tasks.settle()

    async def abort(self) -> None:
        """Do not wait for the disk any more: what it did not take is lost."""
        await self._tasks.cancel()

    # The tracking thread's side (``TrackingSink``).

    def poses(self, track: str, rtp: int, poses: list[Pose]) -> None:
        """Send and record every mark's place in one frame."""
        self._loop.call_soon_threadsafe(self._spread, track, rtp, encode(Poses(track, rtp, poses)))

    def mark_state(self, mark: int, state: MarkState, track: str, rtp: int) -> None:
        """Enter a state that has lasted."""
        self._loop.call_soon_threadsafe(self._enter_state, e.MarkStateChanged(mark, state, track, rtp))

    def view(self, view: ViewMade) -> None:
        """Store a picture of a kept mark from another side, and enter it."""
        self._loop.call_soon_threadsafe(self._keep_view, view)

    def still(self, still: StillMade) -> None:
        """Store a still and enter it."""
        self._loop.call_soon_threadsafe(self.keep, still)

    def tags(self, seen: TagsSeen) -> None:
        """Pass on which tags were seen."""
        self._loop.call_soon_threadsafe(lambda: self.on_tags(seen))

    def still_missing(self, track: str, rtp: int) -> None:
        """Enter that a picture which should be in the record is not."""
        _log.warning("still-missing", session=self._ledger.session_id, track=track, rtp=rtp)
        self._loop.call_soon_threadsafe(self._note_still_missing, track)

    def _enter_state(self, changed: e.MarkStateChanged) -> None:
        self._ledger.note(changed)
        mark = self._ledger.state.marks[changed.mark]
        if mark.expected and not mark.found and changed.state is MarkState.HELD:
            self._tasks.start(self._returning.enter_found(mark, changed.track, changed.rtp))

    def _keep_view(self, view: ViewMade) -> None:
        if self._stills_waiting < _MAX_STILLS_WAITING:
            self._tasks.start(self._returning.enter_view(view))

    def unfollowed(self, marks: list[int], *, again: bool) -> None:
        """Enter that they are lost, and look for them anew."""
        self._loop.call_soon_threadsafe(self._follow_anew, marks, again)

    def _follow_anew(self, marks: list[int], again: bool) -> None:  # noqa: FBT001 - call_soon has no keywords
        for mark in [self._ledger.state.marks[number] for number in marks]:
            tracking = self._camera_of(mark.track)
            if tracking is None or not mark.shown:
                continue
            self._lose(mark)
            tracking.erase(mark.number)
            self._place(self._ledger.state.tracks[mark.track].participant)
            if again:
                self._tasks.start(self._restore(mark))

    def _spread(self, track: str, rtp: int, message: bytes) -> None:
        self._send_poses(track, message)
        self._recorder.poses(track, rtp, message)

    def keep(self, still: StillMade) -> None:
        """Store a picture of a frame and enter it."""
        if self._stills_waiting >= _MAX_STILLS_WAITING:
            self.still_missing(still.track, still.rtp)
        else:
            self._tasks.start(self._store(still))

    def _note_still_missing(self, track: str) -> None:
        now = now_ms()
        self._ledger.note(e.GapNoted(track, "still-missing", now, now))

    async def _store(self, still: StillMade) -> None:
        self._stills_waiting += 1
        try:
            await self._enter(still)
        finally:
            self._stills_waiting -= 1

    async def _enter(self, still: StillMade) -> None:
        """Put the picture on disk first, then say that it is there."""
        name = f"still-{still.track}-{still.rtp}-{still.mark}.jpg"
        sha256 = await store_still(self._services, self._ledger.session_id, name, still.jpeg)
        self._ledger.note(
            e.StillKept(
                sha256,
                JPEG,
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
            self._tasks.start(self._restore(mark))

    async def _restore(self, mark: Mark) -> None:
        """Follow a mark again by its still; without one it cannot be found, which is said."""
        tracking = self._camera_of(mark.track)
        if tracking is None:
            return  # its camera is not there: ``begin_track`` comes back to it
        if mark.expected:
            self._look_for(mark)
            return
        anchor = anchor_of(mark.shape, mark.points)
        still = await self._read_still(mark)
        if not mark.shown:
            return
        if still is not None:
            tracking.restore(mark, still, anchor)
        elif tracking.has(mark.track, mark.rtp):
            tracking.draw(mark.number, mark.track, mark.rtp, anchor)
        else:
            _log.warning("mark-not-restored", session=self._ledger.session_id, mark=mark.number)
            self._lose(mark)
        if mark.kept is not None:
            self._look_for(mark)

    def _place(self, participant: str) -> None:
        """Tell a camera's tracking at which machine it is, as far as a plate has said so."""
        state, tracking = self._ledger.state, self._cameras.get(participant)
        if tracking is not None and participant in state.plates:
            tracking.at_machine(right=state.at_machine(participant))

    def _look_for(self, mark: Mark) -> None:
        tracking = self._camera_of(mark.track)
        if tracking is not None:
            self._tasks.start(self._returning.look_for(mark, tracking))

    async def _read_still(self, mark: Mark) -> bytes | None:
        if mark.still is None:
            return None
        try:
            return await asyncio.to_thread(self._services.blobs.read, mark.still.sha256)
        except (ArError, OSError) as error:
            _log.error("still-not-readable", session=self._ledger.session_id, mark=mark.number, reason=str(error))
            return None

    def _erase(self, mark: Mark) -> None:
        """Do not follow a mark any more, nor, when it is a retired one, what stands for it on other cameras."""
        retired = mark.kept.id if mark.kept is not None and mark.kept.retired else ""
        for one in self._ledger.state.marks.values():
            tracking = self._camera_of(one.track)
            if tracking is not None and (one is mark or (one.kept is not None and one.kept.id == retired)):
                tracking.erase(one.number)

    def _lose(self, mark: Mark) -> None:
        self._ledger.note(e.MarkStateChanged(mark.number, MarkState.LOST, mark.track, mark.rtp))

    def _camera_of(self, track: str) -> CameraTracking | None:
        return self._cameras.get(self._ledger.state.tracks[track].participant)
