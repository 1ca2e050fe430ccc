"""Recorded sessions for tests: real segments, pose logs and pictures on disk, entered in a real journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from arsupport.journal import files, sessions
from arsupport.journal.blobs import Blobs
from arsupport.protocol.codec import encode
from arsupport.protocol.events import SERVER, Event, SegmentClosed
from arsupport.recording.codecs import TrackCodec, picture_of
from arsupport.recording.poses import PoseFacts, PoseRecord, PoseSegment
from arsupport.recording.segment import ClosedSegment, Segment, SegmentFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from arsupport.journal.journal import Journal
    from arsupport.protocol.channels import Poses
    from arsupport.protocol.events import EventBody
    from arsupport.vision.arrays import Image

STEP = 3000
CLOCK_RATE = 90_000
STARTED_MS = 1_800_000_000_000
_ENCODERS = {
    TrackCodec.H264: ("libx264", {"preset": "ultrafast", "tune": "zerolatency"}),
    TrackCodec.VP8: ("libvpx", {"deadline": "realtime", "lag-in-frames": "0", "cpu-used": "8"}),
}
_SUFFIX = {TrackCodec.H264: ".mp4", TrackCodec.VP8: ".webm"}


@dataclass
class Recording:
    """A session that is being made up: what happened, ``(ms UTC, by, body)``, and what lies on disk."""

    journal: Journal
    folder: Path
    session: str
    happened: list[tuple[int, str, EventBody]] = field(default_factory=list)
    stored: list[files.NewFile] = field(default_factory=list)

    @classmethod
    async def begin(cls, journal: Journal, folder: Path, machine_id: str, *, at_ms: int = STARTED_MS) -> Recording:
        """Open a session about a machine."""
        row = await journal.write(lambda connection: sessions.create(connection, machine_id=machine_id, at_ms=at_ms))
        (folder / "sessions" / row.id).mkdir(parents=True)
        return cls(journal, folder, row.id)

    def add(self, *bodies: EventBody, at_ms: int = STARTED_MS, by: str = SERVER) -> None:
        """Let something happen."""
        self.happened += [(at_ms, by, body) for body in bodies]

    def picture(self, name: str, data: bytes, media_type: str = "image/jpeg") -> str:
        """Store a picture; give its SHA-256."""
        digest = Blobs(self.folder).put(data)
        self._store(name, Blobs.relative_path(digest), digest, len(data), media_type)
        return digest

    def video(
        self,
        track: str,
        pictures: Sequence[Image],
        first_rtp: int,
        started_ms: int,
        codec: TrackCodec,
        segments: int = 1,
    ) -> list[SegmentClosed]:
        """Record a track's frames, ``STEP`` apart, as so many segments of one length; give the events of that."""
        packets = _encoded(pictures, codec, len(pictures) // segments)
        each = len(pictures) // segments
        closed = []
        for number in range(segments):
            mine = packets[number * each : (number + 1) * each]
            begin = number * each * STEP
            facts = SegmentFacts(
                track, codec, CLOCK_RATE, (first_rtp + begin) % 2**32, started_ms + begin * 1000 // CLOCK_RATE
            )
            path = self._place / f"{track}-{number + 1:05d}{_SUFFIX[codec]}"
            segment = Segment(path, facts, mine[0], picture_of(codec, mine[0]))
            for index, data in enumerate(mine):
                segment.write(index * STEP, data, keyframe=index == 0)
            closed.append(self._entered(segment.close()))
        return closed

    def poses(self, track: str, records: Iterable[Poses], started_ms: int = STARTED_MS) -> SegmentClosed:
        """Log where marks were in a track's frames; give the event of that."""
        log = PoseSegment(self._place / f"{track}-00001.poses", PoseFacts(track, CLOCK_RATE, started_ms))
        for record in records:
            log.write(PoseRecord(record.rtp, encode(record)))
        closed = log.close()
        assert closed is not None
        return self._entered(closed)

    async def enter(self) -> str:
        """Write everything into the journal; give the session's id."""

        def add_files(connection: Connection) -> None:
            for file in self.stored:
                files.add(connection, self.session, file)

        await self.journal.write(add_files)
        entries = [
            (seq, at, str(body.__struct_config__.tag), encode(Event(seq, at, by, 0, body)))
            for seq, (at, by, body) in enumerate(self.happened, 1)
        ]
        await self.journal.append(self.session, entries)
        return self.session

    @property
    def _place(self) -> Path:
        return self.folder / "sessions" / self.session

    def _entered(self, segment: ClosedSegment) -> SegmentClosed:
        path = f"sessions/{self.session}/{segment.file}"
        self._store(segment.file, path, segment.sha256, segment.size, "application/octet-stream")
        return SegmentClosed(
            track=segment.track,
            content=segment.kind,
            file=segment.file,
            sha256=segment.sha256,
            bytes=segment.size,
            codec=segment.codec,
            first_rtp=segment.first_rtp,
            last_rtp=segment.last_rtp,
            frames=segment.frames,
            started_at=segment.started_at_ms,
        )

    def _store(self, name: str, path: str, digest: str, size: int, media_type: str) -> None:
        self.stored.append(
            files.NewFile(
                name=name,
                kind="recorded",
                media_type=media_type,
                path=path,
                sha256=digest,
                size=size,
                created_at_ms=STARTED_MS,
            )
        )


def grey_noise(count: int, width: int, height: int) -> list[Image]:
    """Give pictures, (height, width, 3), in which nothing has a colour."""
    noise = np.random.default_rng(1)
    return [np.repeat(noise.integers(100, 140, (height, width, 1), np.uint8), 3, axis=2) for _ in range(count)]


def _encoded(pictures: Sequence[Image], codec: TrackCodec, keyframe_every: int) -> list[bytes]:
    name, options = _ENCODERS[codec]
    encoder = av.CodecContext.create(name, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    height, width = pictures[0].shape[:2]
    encoder.width, encoder.height, encoder.pix_fmt, encoder.gop_size = width, height, "yuv420p", keyframe_every
    encoder.framerate, encoder.time_base = Fraction(30), Fraction(1, CLOCK_RATE)
    encoder.options = options | {"keyint_min": str(keyframe_every)}
    packets = []
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, "bgr24")
        frame.pts, frame.time_base = number * STEP, Fraction(1, CLOCK_RATE)
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    assert len(packets) == len(pictures)
    return packets
