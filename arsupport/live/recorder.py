"""Records a session's tracks and poses, and enters every closed piece into the journal with its hash."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.journal import files
from arsupport.live.ledger import now_ms
from arsupport.live.storing import insist
from arsupport.live.tasks import Tasks
from arsupport.protocol import events as e
from arsupport.recording import poses as pose_log
from arsupport.recording.codecs import TrackCodec
from arsupport.recording.pose_writer import PoseRecorder
from arsupport.recording.recovery import recover
from arsupport.recording.segment import FRAGMENT_SECONDS, OPEN_SUFFIX
from arsupport.recording.writer import TrackRecorder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from concurrent.futures import Future
    from pathlib import Path

    from sqlalchemy import Connection

    from arsupport.errors import ArError
    from arsupport.live.ledger import Ledger
    from arsupport.live.services import Services
    from arsupport.recording.segment import ClosedSegment
    from arsupport.recording.sink import Gap
    from arsupport.rtc import EncodedFrame, Publication

_log = structlog.get_logger()

_CODECS: Final = {"H264": TrackCodec.H264, "VP8": TrackCodec.VP8, "opus": TrackCodec.OPUS}
_FRAGMENT_MS: Final = round(FRAGMENT_SECONDS * 1000)
_MEDIA_TYPES: Final = {".mp4": "video/mp4", ".webm": "video/webm", ".m4a": "audio/mp4"}


class Recorder:
    """The recordings of one session, below ``sessions/<id>/`` of the data folder."""

    def __init__(self, services: Services, ledger: Ledger) -> None:
        self._services = services
        self._ledger = ledger
        self._folder = services.folder / "sessions" / ledger.session_id
        self._loop = asyncio.get_running_loop()
        self._tracks: dict[str, TrackRecorder] = {}
        self._publications: dict[str, Publication] = {}
        self._poses: dict[str, PoseRecorder] = {}
        self._picture_tracks: set[str] = set()
        self._closing: set[Future[None]] = set()
        self._entering = Tasks(ledger.session_id)

    def begin_track(self, track: str, publication: Publication) -> Callable[[EncodedFrame], None]:
        """Record a new track; give the function that takes its frames."""
        recorder = TrackRecorder(
            self._services.recording,
            self._folder,
            track,
            _CODECS[publication.codec],
            self,
            segment_seconds=self._services.segment_seconds,
        )
        self._tracks[track], self._publications[track] = recorder, publication

        def write(frame: EncodedFrame) -> None:
            recorder.write(
                frame.rtp, frame.data, keyframe=frame.keyframe, arrival=frame.arrival, after_gap=frame.after_gap
            )

        return write

    def end_track(self, track: str) -> None:
        """Close what was recorded of a track."""
        del self._publications[track]
        self._closing = {closing for closing in self._closing if not closing.done()}
        self._closing.add(self._tracks.pop(track).close())
        self._end_poses(track)

    def begin_pictures(self, track: str) -> None:
        """Record the poses of a track whose pictures are kept one by one."""
        self._picture_tracks.add(track)

    def end_pictures(self, track: str) -> None:
        """Close what was recorded of it."""
        self._picture_tracks.discard(track)
        self._end_poses(track)

    def poses(self, track: str, rtp: int, message: bytes) -> None:
        """Record what was sent about a frame."""
        if track not in self._tracks and track not in self._picture_tracks:
            return
        recorder = self._poses.get(track)
        if recorder is None:
            recorder = self._poses[track] = PoseRecorder(
                self._services.recording, self._folder, track, self, segment_seconds=self._services.segment_seconds
            )
        recorder.write(rtp, message, at=self._loop.time())

    async def recover(self, entered: Collection[str]) -> None:
        """Close what a killed server left open, and enter all that is not in ``entered``, the files of the journal.

        What is lost for good is entered as a gap. To be called before the first track begins.
        """
        left_open = await asyncio.to_thread(_left_open, self._folder)
        try:
            segments = await asyncio.to_thread(recover, self._folder, entered)
        except OSError:  # the files stay as they are, for the next start
            _log.exception("recording-not-recovered", session=self._ledger.session_id)
            return
        for segment in segments:
            self._start_entering(segment)
        whole = {segment.file for segment in segments}
        for name, written_ms in left_open.items():
            if name not in whole:
                self._ledger.note(
                    e.GapNoted(name.rpartition("-")[0], "nothing-recovered", written_ms - _FRAGMENT_MS, now_ms())
                )

    async def close(self) -> None:
        """Close everything and wait until it is entered."""
        for track in list(self._tracks):
            self.end_track(track)
        for track in list(self._picture_tracks):
            self.end_pictures(track)
        await asyncio.gather(*(asyncio.wrap_future(closing) for closing in self._closing))
        # The recording thread hands closed segments to the loop before it resolves their futures.
        await self._entering.settle()

    async def abort(self) -> None:
        """Do not wait for the disk any more: what is on it is entered by ``recover`` at the next start."""
        await self._entering.cancel()

    def _end_poses(self, track: str) -> None:
        poses = self._poses.pop(track, None)
        if poses is not None:
            self._closing.add(poses.close())

    # The recording thread's side (``RecordingSink``).

    def segment_closed(self, segment: ClosedSegment) -> None:
        """Enter a segment that is on disk."""
        self._loop.call_soon_threadsafe(self._start_entering, segment)

    def gap(self, gap: Gap) -> None:
        """Enter that something is missing: it must not look as if nothing had happened."""
        fact = e.GapNoted(gap.track, gap.cause, gap.start_ms, gap.end_ms)
        self._loop.call_soon_threadsafe(self._ledger.note, fact)

    def keyframe_needed(self, track: str) -> None:
        """Ask the publisher, so that a new segment can begin."""
        self._loop.call_soon_threadsafe(self._request_keyframe, track)

    def recording_failed(self, track: str, failure: ArError) -> None:
        """Say once that the disk refuses; the gap is entered when it is over."""
        _log.error(
            "recording-failed",
            session=self._ledger.session_id,
            track=track,
            code=failure.code,
            detail=failure.detail,
        )

    def _request_keyframe(self, track: str) -> None:
        publication = self._publications.get(track)
        if publication is not None:
            publication.request_keyframe(self._loop.time())

    def _start_entering(self, segment: ClosedSegment) -> None:
        self._entering.start(self._enter(segment))

    async def _enter(self, segment: ClosedSegment) -> None:
        """List the files of a segment under the session, then say that it is there."""
        session_id = self._ledger.session_id
        listed = self._files_of(segment)

        def list_files(connection: Connection) -> None:
            # The server may have been killed after this, and before the event.
            known = {file.name for file in files.list_for_session(connection, session_id)}
            for file in listed:
                if file.name not in known:
                    files.add(connection, session_id, file)

        await insist(lambda: self._services.journal.write(list_files), segment.file, session_id)
        self._ledger.note(
            e.SegmentClosed(
                segment.track,
                segment.kind,
                segment.file,
                segment.sha256,
                segment.size,
                segment.codec,
                segment.first_rtp,
                segment.last_rtp,
                segment.frames,
                segment.started_at_ms,
                segment.gaps,
                segment.recovered,
                segment.width,
                segment.height,
            )
        )

    def _files_of(self, segment: ClosedSegment) -> list[files.NewFile]:
        suffix = segment.file[segment.file.rfind(".") :]
        media_type = _MEDIA_TYPES.get(suffix, "application/octet-stream")
        listed = [self._file(segment.file, segment.kind, media_type, segment.sha256, segment.size)]
        if segment.index_file:
            index = self._file(
                segment.index_file, "index", "application/octet-stream", segment.index_sha256, segment.index_size
            )
            listed.append(index)
        return listed

    def _file(self, name: str, kind: str, media_type: str, sha256: str, size: int) -> files.NewFile:
        path = (self._folder / name).relative_to(self._services.folder).as_posix()
        return files.NewFile(
            name=name, kind=kind, media_type=media_type, path=path, sha256=sha256, size=size, created_at_ms=now_ms()
        )


def _left_open(folder: Path) -> dict[str, int]:
    """Give the final names of audio and video segments that were being written, and when last (ms UTC)."""
    return {
        path.name.removesuffix(OPEN_SUFFIX): path.stat().st_mtime_ns // 1_000_000
        for path in folder.glob(f"*{OPEN_SUFFIX}")
        if not path.name.endswith(pose_log.SUFFIX + OPEN_SUFFIX)
    }
