"""The recorder of one track's poses: records in, a row of closed pose logs out."""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import TYPE_CHECKING

import structlog

from arsupport.errors import ArError, Code
from arsupport.recording.codecs import VIDEO_CLOCK_RATE
from arsupport.recording.naming import FileNames
from arsupport.recording.poses import BODY_LIMIT, SUFFIX, PoseFacts, PoseRecord, PoseSegment, close_left_open
from arsupport.recording.segment import OPEN_SUFFIX
from arsupport.recording.sink import Gap, GapCause, disk_failure
from arsupport.recording.writer import RETRY_SECONDS, SEGMENT_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from arsupport.recording.segment import ClosedSegment
    from arsupport.recording.sink import RecordingSink
    from arsupport.recording.thread import RecordingThread

log = structlog.get_logger()


class PoseRecorder:
    """Records what was sent about a video track's frames into ``folder``, in files ``<track>-<number>.poses``."""

    def __init__(
        self,
        thread: RecordingThread,
        folder: Path,
        track: str,
        sink: RecordingSink,
        *,
        segment_seconds: float = SEGMENT_SECONDS,
    ) -> None:
        self._thread = thread
        self._track = track
        self._sink = sink
        self._segment_ms = segment_seconds * 1000
        self._names = FileNames(folder, track, SUFFIX)
        self._utc_offset = time.time() - time.monotonic()
        # What follows belongs to the recording thread, but for _dropped.
        self._dropped = 0
        self._segment: PoseSegment | None = None
        self._segment_start_ms = 0
        self._retry_ms = 0
        self._last_ms = 0
        self._missed: Gap | None = None

    def write(self, rtp: int, body: bytes, *, at: float) -> None:
        """Record what was sent about frame ``rtp``, at ``time.monotonic()`` = ``at``; returns at once.

        Raises:
            ArError: ``message-too-large``.
        """
        if len(body) > BODY_LIMIT:
            raise ArError(Code.MESSAGE_TOO_LARGE, f"poses of {len(body)} bytes, {BODY_LIMIT} are allowed")
        at_ms, dropped = round((at + self._utc_offset) * 1000), self._dropped
        if self._thread.offer(len(body), lambda: self._record(PoseRecord(rtp, body), at_ms, dropped)):
            self._dropped = 0
        else:
            self._dropped += 1

    def close(self) -> Future[None]:
        """Close the segment, tell the sink, and resolve the future. Nothing can be written any more.

        Raises:
            ArError: ``server-stopping`` when the thread has been stopped.
        """
        done: Future[None] = Future()

        def finish() -> None:
            try:
                self._finish_segment()
                self._end_gap()
            finally:
                done.set_result(None)

        if not self._thread.offer(0, finish):
            raise ArError(Code.SERVER_STOPPING)
        return done

    def _record(self, record: PoseRecord, at_ms: int, dropped: int) -> None:
        if dropped:
            self._miss(GapCause.OVERLOADED, at_ms, dropped)
        if at_ms < self._retry_ms:
            self._miss(GapCause.DISK_FAILED, at_ms, 1)
            return
        try:
            self._segment_at(at_ms).write(record)
        except OSError as failure:
            self._retry_ms = at_ms + round(RETRY_SECONDS * 1000)
            self._miss(GapCause.DISK_FAILED, at_ms, 1)
            self._salvage()
            self._sink.recording_failed(self._track, disk_failure(failure))
        else:
            self._last_ms = at_ms
            self._end_gap()

    def _segment_at(self, at_ms: int) -> PoseSegment:
        if self._segment is None or at_ms - self._segment_start_ms >= self._segment_ms:
            self._finish_segment()
            facts = PoseFacts(self._track, VIDEO_CLOCK_RATE, at_ms)
            self._segment, self._segment_start_ms = PoseSegment(self._names.next(), facts), at_ms
        return self._segment

    def _finish_segment(self) -> None:
        if self._segment is None:
            return
        try:
            closed = self._segment.close()
        except OSError as failure:
            log.warning("recording.segment_cut", file=self._segment.path.name, reason=str(failure))
            self._salvage()
        else:
            self._segment = None
            self._tell(closed)

    def _salvage(self) -> None:
        segment, self._segment = self._segment, None
        if segment is None:
            return
        segment.abandon()
        try:
            self._tell(close_left_open(segment.path.with_name(segment.path.name + OPEN_SUFFIX)))
        except OSError as failure:  # closed by `recover` at the next start
            log.error("recording.segment_left_open", file=segment.path.name, reason=str(failure))  # noqa: TRY400

    def _tell(self, closed: ClosedSegment | None) -> None:
        if closed is not None:
            self._sink.segment_closed(closed)

    def _miss(self, cause: GapCause, at_ms: int, records: int) -> None:
        missed = self._missed or Gap(self._track, cause, self._last_ms or at_ms, at_ms, 0)
        self._missed = missed._replace(end_ms=at_ms, frames=missed.frames + records)

    def _end_gap(self) -> None:
        missed, self._missed = self._missed, None
        if missed is not None:
            self._sink.gap(missed)
