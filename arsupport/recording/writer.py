"""The recorder of one audio or video track: encoded frames in, a row of closed segments out."""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError, Code
from arsupport.recording.codecs import CLOCK_RATES, CONTAINERS, Picture, TrackCodec, picture_of
from arsupport.recording.naming import FileNames
from arsupport.recording.recovery import close_left_open
from arsupport.recording.rtp_clock import RtpClock
from arsupport.recording.segment import OPEN_SUFFIX, Segment, SegmentFacts
from arsupport.recording.sink import Gap, GapCause, disk_failure

if TYPE_CHECKING:
    from pathlib import Path

    from arsupport.recording.sink import RecordingSink
    from arsupport.recording.thread import RecordingThread

log = structlog.get_logger()

SEGMENT_SECONDS: Final = 10.0
"""Playing time of a segment: what a crash in the closing of one costs at worst, and one event in the log each."""
KEYFRAME_EVERY_SECONDS: Final = 1.0
"""How often a keyframe that does not come is asked for again; and at once when more was lost."""
PAUSE_SECONDS: Final = 1.0
"""Media time without a frame that counts as an interruption."""
GAP_EVERY_SECONDS: Final = 1.0
"""How often a gap is told of a track: one that ends sooner after another is told later, and with those that follow."""
RETRY_SECONDS: Final = 5.0
"""How long after a failure the disk is tried again."""


@dataclass(frozen=True, slots=True)
class _Frame:
    rtp: int
    data: bytes
    keyframe: bool
    at_ms: int
    after_gap: bool
    dropped_before: int


@dataclass(slots=True)
class _OpenGap:
    cause: GapCause
    start_ms: int
    frames: int
    end_ms: int | None = None


class TrackRecorder:
    """Records one track into ``folder``, in files ``<track>-<number>.<suffix>``.

    H.264 comes as access units in Annex B, keyframes with SPS and PPS, and goes into fragmented MP4; VP8 into WebM;
    Opus into fragmented MP4. A segment begins with a keyframe, ``segment_seconds`` after the one before or when the
    picture's size changes. Video that lacks something before it is left out until the next keyframe: players would
    show a wrong picture, or end.
    """

    def __init__(
        self,
        thread: RecordingThread,
        folder: Path,
        track: str,
        codec: TrackCodec,
        sink: RecordingSink,
        *,
        segment_seconds: float = SEGMENT_SECONDS,
    ) -> None:
        self._thread = thread
        self._names = FileNames(folder, track, CONTAINERS[codec].suffix)
        self._track = track
        self._codec = codec
        self._sink = sink
        self._segment_seconds = segment_seconds
        self._utc_offset = time.time() - time.monotonic()
        self._dropped = 0
        # What follows belongs to the recording thread.
        self._clock: RtpClock | None = None
        self._last_ticks = -1
        self._last_ms = 0
        self._segment: Segment | None = None
        self._segment_start = 0
        self._needs_keyframe = codec.is_video
        self._keyframe_asked_ms = 0
        self._retry_ms = 0
        self._gap: _OpenGap | None = None
        self._gap_until_ms = 0
        self._gap_told_ms = 0

    def write(self, rtp: int, data: bytes, *, keyframe: bool, arrival: float, after_gap: bool = False) -> None:
        """Record a frame; returns at once. For the event loop.

        ``rtp`` is the 32-bit timestamp as received, ``arrival`` is ``time.monotonic()`` in seconds. Every Opus packet
        is a keyframe. ``after_gap`` says that something was lost since the frame before; of audio that is not noted.
        """
        at_ms = round((arrival + self._utc_offset) * 1000)
        frame = _Frame(rtp, data, keyframe, at_ms, after_gap and self._codec.is_video, self._dropped)
        if self._thread.offer(len(data), lambda: self._record(frame)):
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
                self._end_gap(self._gap_until_ms)
                self._tell_gap()
            finally:
                done.set_result(None)

        if not self._thread.offer(0, finish):
            raise ArError(Code.SERVER_STOPPING)
        return done

    def _record(self, frame: _Frame) -> None:
        if frame.dropped_before:
            self._miss(GapCause.OVERLOADED, frame.at_ms, frames=frame.dropped_before)
            self._needs_keyframe = self._codec.is_video
        if frame.after_gap:
            self._miss(GapCause.UNDECODABLE, frame.at_ms, frames=0)
            self._needs_keyframe = True
            self._keyframe_asked_ms = 0  # the one that was asked for may be what was lost
        if self._clock is None:
            self._clock = RtpClock(frame.rtp)
        ticks = self._clock.ticks(frame.rtp)
        if ticks <= self._last_ticks:
            self._miss(GapCause.PAUSED, frame.at_ms)
            return
        picture = picture_of(self._codec, frame.data) if frame.keyframe and self._codec.is_video else None
        if self._needs_keyframe and picture is None:
            self._ask_for_keyframe(frame)
            self._miss(GapCause.UNDECODABLE, frame.at_ms)
            return
        if frame.at_ms < self._retry_ms:
            self._miss(GapCause.DISK_FAILED, frame.at_ms)
            return
        try:
            self._place(frame, ticks, picture)
        except OSError as failure:
            self._fail(frame, failure)
        else:
            self._needs_keyframe = False
            self._last_ticks, self._last_ms = ticks, frame.at_ms

    def _place(self, frame: _Frame, ticks: int, picture: Picture | None) -> None:
        """Write a frame into the segment where it belongs, a new one if need be."""
        segment = self._segment
        due = segment is not None and segment.seconds >= self._segment_seconds
        can_begin = picture is not None or not self._codec.is_video
        if segment is None or (can_begin and (due or picture != segment.picture)):
            self._finish_segment()
            segment = self._begin_segment(frame, picture)
            self._segment_start = ticks
        elif due:
            self._ask_for_keyframe(frame)
        if self._last_ms and ticks - self._last_ticks > PAUSE_SECONDS * CLOCK_RATES[self._codec]:
            self._miss(GapCause.PAUSED, frame.at_ms, frames=0)
        segment.write(ticks - self._segment_start, frame.data, keyframe=frame.keyframe)
        self._end_gap(frame.at_ms)

    def _begin_segment(self, frame: _Frame, picture: Picture | None) -> Segment:
        facts = SegmentFacts(self._track, self._codec, CLOCK_RATES[self._codec], frame.rtp, frame.at_ms)
        self._segment = Segment(self._names.next(), facts, frame.data, picture)
        return self._segment

    def _finish_segment(self) -> None:
        segment, self._segment = self._segment, None
        if segment is None:
            return
        try:
            closed = segment.close()
        except OSError as failure:
            log.warning("recording.segment_cut", file=segment.path.name, reason=str(failure))
            until_ms = self._last_ms
            self._miss(GapCause.DISK_FAILED, until_ms, frames=self._salvage(segment))
        else:
            self._sink.segment_closed(closed)

    def _fail(self, frame: _Frame, failure: OSError) -> None:
        self._retry_ms = frame.at_ms + round(RETRY_SECONDS * 1000)
        self._needs_keyframe = self._codec.is_video
        segment, self._segment = self._segment, None
        lost = 0 if segment is None else self._salvage(segment)
        self._miss(GapCause.DISK_FAILED, frame.at_ms, frames=1 + lost)
        self._sink.recording_failed(self._track, disk_failure(failure))

    def _salvage(self, segment: Segment) -> int:
        """Close a segment that the disk did not let us finish, with what is whole (that needs no room).

        Returns how many of its frames are lost; what is missing begins after those that are not.
        """
        segment.abandon()
        self._last_ms = segment.facts.started_at_ms
        try:
            closed = close_left_open(segment.path.with_name(segment.path.name + OPEN_SUFFIX))
        except OSError as failure:  # closed by `recover` at the next start
            log.error("recording.segment_left_open", file=segment.path.name, reason=str(failure))  # noqa: TRY400
            return 0
        if closed is None:
            return segment.frames
        self._last_ms += (closed.last_rtp - closed.first_rtp) % 2**32 * 1000 // closed.clock_rate
        self._sink.segment_closed(closed)
        return segment.frames - closed.frames

    def _ask_for_keyframe(self, frame: _Frame) -> None:
        if frame.at_ms - self._keyframe_asked_ms >= KEYFRAME_EVERY_SECONDS * 1000:
            self._keyframe_asked_ms = frame.at_ms
            self._sink.keyframe_needed(self._track)

    def _miss(self, cause: GapCause, at_ms: int, *, frames: int = 1) -> None:
        """Note that something is missing. The first cause names the gap; what follows from it only makes it longer."""
        if self._gap is None:
            self._gap = _OpenGap(cause, self._last_ms or at_ms, 0)
        self._gap.frames += frames
        self._gap.end_ms = None
        self._gap_until_ms = at_ms

    def _end_gap(self, at_ms: int) -> None:
        """Note that nothing is missing from here on."""
        gap = self._gap
        if gap is None:
            return
        if gap.end_ms is None:
            gap.end_ms = at_ms
            if self._segment is not None:
                self._segment.gaps += 1
        if at_ms - self._gap_told_ms >= GAP_EVERY_SECONDS * 1000:
            self._gap_told_ms = at_ms
            self._tell_gap()

    def _tell_gap(self) -> None:
        gap, self._gap = self._gap, None
        if gap is not None and gap.end_ms is not None:
            self._sink.gap(Gap(self._track, gap.cause, gap.start_ms, gap.end_ms, gap.frames))
