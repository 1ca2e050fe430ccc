"""Sessions that were recorded: real segments and pose logs on disk, entered in a real journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from arsupport.journal import files, machines, sessions
from arsupport.journal.journal import Journal
from arsupport.protocol.channels import Poses
from arsupport.protocol.codec import encode
from arsupport.protocol.events import (
    Event,
    EventBody,
    Kind,
    MarkDrawn,
    ParticipantJoined,
    Role,
    SegmentClosed,
    TrackStarted,
)
from arsupport.protocol.marks import MarkState, Pose, Shape
from arsupport.recording.codecs import TrackCodec, picture_of
from arsupport.recording.poses import PoseFacts, PoseRecord, PoseSegment
from arsupport.recording.segment import ClosedSegment, Segment, SegmentFacts

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

WIDTH, HEIGHT = 640, 360
STEP = 3000
FRAMES = 12
STARTED_MS = 1_800_000_000_000
MAGENTA = "#ff00ff"
AT, RADIUS = (0.3, 0.4), 0.06
_ENCODERS = {
    TrackCodec.H264: ("libx264", {"preset": "ultrafast", "tune": "zerolatency"}),
    TrackCodec.VP8: ("libvpx", {"deadline": "realtime", "lag-in-frames": "0", "cpu-used": "8"}),
}
_SUFFIX = {TrackCodec.H264: ".mp4", TrackCodec.VP8: ".webm"}


@dataclass
class Take:
    """Video of one connection: ``FRAMES`` frames of grey noise; ``states`` says how the mark was held in which."""

    track: str
    participant: str
    started_ms: int = STARTED_MS
    codec: TrackCodec = TrackCodec.VP8
    first_rtp: int = 2**32 - 5 * STEP
    states: dict[int, MarkState | None] = field(default_factory=dict)


def centre(number: int) -> tuple[float, float]:
    """Where the mark is in frame ``number``, in parts of the picture."""
    return AT[0] + 0.01 * number, AT[1] + 0.015 * number


async def record(folder: Path, takes: list[Take], *, close: bool = True) -> str:
    """Record a session with one circle, drawn on the first take's first frame; give its id."""
    journal = Journal.open(folder)
    machine = await journal.write(lambda connection: machines.create(connection, name="Press", site="Hall", at_ms=1))
    row = await journal.write(lambda connection: sessions.create(connection, machine_id=machine.id, at_ms=2))
    place = folder / "sessions" / row.id
    place.mkdir(parents=True)
    first = takes[0]
    points = [AT, (AT[0] + RADIUS, AT[1])]
    bodies: list[EventBody] = [
        *(
            ParticipantJoined(it, Role.ONSITE, f"Ana {it}", "", consent=True)
            for it in {take.participant for take in takes}
        ),
        *(TrackStarted(take.track, take.participant, Kind.VIDEO, take.codec, 90_000) for take in takes),
        MarkDrawn(1, first.track, first.first_rtp, Shape.CIRCLE, points, MAGENTA, ""),
    ]
    segments = [segment for take in takes for segment in _write(place, take)]
    bodies += [_closed(segment) for segment in segments]
    entries = [
        (seq, STARTED_MS, str(body.__struct_config__.tag), encode(Event(seq, STARTED_MS, "server", 0, body)))
        for seq, body in enumerate(bodies, 1)
    ]

    def enter(connection: Connection) -> None:
        for segment in segments:
            files.add(connection, row.id, _file(segment, f"sessions/{row.id}/{segment.file}"))

    await journal.write(enter)
    await journal.append(row.id, entries)
    if close:
        await journal.close_session(row.id, at_ms=STARTED_MS + 60_000)
    await journal.close()
    return row.id


def _write(folder: Path, take: Take) -> list[ClosedSegment]:
    packets = _encoded(take.codec)
    facts = SegmentFacts(take.track, take.codec, 90_000, take.first_rtp, take.started_ms)
    path = folder / f"{take.track}-00001{_SUFFIX[take.codec]}"
    segment = Segment(path, facts, packets[0], picture_of(take.codec, packets[0]))
    for number, data in enumerate(packets):
        segment.write(number * STEP, data, keyframe=number == 0)
    poses = PoseSegment(folder / f"{take.track}-00001.poses", PoseFacts(take.track, 90_000, take.started_ms))
    for number in range(FRAMES):
        state = take.states.get(number, MarkState.HELD)
        if state is not None:
            rtp = (take.first_rtp + number * STEP) % 2**32
            pose = Pose(1, *centre(number), 1.0, 0.0, 0.0, 1.0, state, 1.0)
            poses.write(PoseRecord(rtp, encode(Poses(take.track, rtp, [pose]))))
    logged = poses.close()
    assert logged is not None
    return [segment.close(), logged]


def _encoded(codec: TrackCodec) -> list[bytes]:
    name, options = _ENCODERS[codec]
    encoder = av.CodecContext.create(name, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt, encoder.gop_size = WIDTH, HEIGHT, "yuv420p", FRAMES
    encoder.framerate, encoder.time_base, encoder.options = Fraction(30), Fraction(1, 90_000), options
    noise = np.random.default_rng(1)
    packets = []
    for number in range(FRAMES):
        grey = np.repeat(noise.integers(100, 140, (HEIGHT, WIDTH, 1), np.uint8), 3, axis=2)
        frame = av.VideoFrame.from_ndarray(grey, "rgb24")
        frame.pts, frame.time_base = number * STEP, Fraction(1, 90_000)
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    assert len(packets) == FRAMES
    return packets


def _closed(segment: ClosedSegment) -> SegmentClosed:
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


def _file(segment: ClosedSegment, path: str) -> files.NewFile:
    return files.NewFile(
        name=segment.file,
        kind="recorded",
        media_type="application/octet-stream",
        path=path,
        sha256=segment.sha256,
        size=segment.size,
        created_at_ms=STARTED_MS,
    )
