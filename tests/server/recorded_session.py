"""A session with something in it: two segments of VP8 video, poses, a still, a mark with an instruction."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from arsupport.journal import files, sessions
from arsupport.journal.blobs import Blobs
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
    StepGiven,
    StillKept,
    TrackStarted,
)
from arsupport.protocol.marks import Shape
from arsupport.recording.codecs import TrackCodec, picture_of
from arsupport.recording.poses import PoseFacts, PoseRecord, PoseSegment
from arsupport.recording.segment import ClosedSegment, Segment, SegmentFacts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from .conftest import House

TRACK = "t1"
FIRST_RTP = 2**32 - 3000 * 3  # wraps in the first segment
STEP = 3000
FRAMES = 5
MARKED_RTP = (FIRST_RTP + STEP) % 2**32
WIDTH, HEIGHT = 320, 180
ALL_RTPS = [(FIRST_RTP + number * STEP) % 2**32 for number in range(2 * FRAMES)]


def still_jpeg() -> bytes:
    made, data = cv2.imencode(".jpg", np.full((HEIGHT, WIDTH, 3), 200, np.uint8))
    assert made
    return data.tobytes()


async def recorded_session(house: House) -> tuple[str, str]:
    """Put one into the house; give its id and the still's SHA-256."""
    machine = await house.machine()
    row = await house.journal.write(
        lambda connection: sessions.create(connection, machine_id=machine.id, at_ms=house.clock())
    )
    folder = house.parts.config.data.folder
    still = Blobs(folder).put(still_jpeg())
    segments = _record(folder / "sessions" / row.id)

    def enter(connection: Connection) -> None:
        for segment in segments:
            path = f"sessions/{row.id}/{segment.file}"
            files.add(connection, row.id, _file(segment.file, path, segment.sha256, segment.size, house.clock()))
        path = Blobs.relative_path(still)
        files.add(connection, row.id, _file("still-1.jpg", path, still, len(still_jpeg()), house.clock()))

    await house.journal.write(enter)
    bodies: list[EventBody] = [
        ParticipantJoined("p1", Role.ONSITE, "Ana", "", consent=True),
        ParticipantJoined("p2", Role.EXPERT, "Eva", "eva", consent=True),
        ParticipantJoined("p3", Role.CAMERA, "Hall camera", "camera:1", consent=True),
        TrackStarted(TRACK, "p1", Kind.VIDEO, "VP8", 90_000),
        MarkDrawn(1, TRACK, MARKED_RTP, Shape.ARROW, [(0.2, 0.5), (0.6, 0.5)], "#ff0000", ""),
        StepGiven(1, 1, "Close this valve"),
        StillKept(still, "image/jpeg", len(still_jpeg()), TRACK, MARKED_RTP, WIDTH, HEIGHT, 1),
        *(_closed(segment) for segment in segments),
    ]
    await house.journal.append(row.id, _entries(bodies, house.clock()))
    return row.id, still


def _entries(bodies: Sequence[EventBody], at: int) -> list[tuple[int, int, str, bytes]]:
    return [
        (seq, at + seq, str(body.__struct_config__.tag), encode(Event(seq, at + seq, "p1", 0, body)))
        for seq, body in enumerate(bodies, 1)
    ]


def _record(folder: Path) -> list[ClosedSegment]:
    folder.mkdir(parents=True)
    packets = _vp8(2 * FRAMES)
    closed = []
    for number in (0, 1):
        mine = packets[number * FRAMES : (number + 1) * FRAMES]
        facts = SegmentFacts(TRACK, TrackCodec.VP8, 90_000, ALL_RTPS[number * FRAMES], 1_800_000_000_000 + 167 * number)
        path = folder / f"{TRACK}-{number + 1:05d}.webm"
        segment = Segment(path, facts, mine[0], picture_of(TrackCodec.VP8, mine[0]))
        for index, data in enumerate(mine):
            segment.write(index * STEP, data, keyframe=index == 0)
        closed.append(segment.close())
    poses = PoseSegment(folder / f"{TRACK}-00001.poses", PoseFacts(TRACK, 90_000, 1_800_000_000_000))
    for rtp in ALL_RTPS[:3]:
        poses.write(PoseRecord(rtp, encode(Poses(TRACK, rtp, []))))
    logged = poses.close()
    assert logged is not None
    return [*closed, logged]


def _vp8(count: int) -> list[bytes]:
    encoder = av.CodecContext.create("libvpx", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.framerate, encoder.gop_size = Fraction(30), FRAMES
    encoder.options = {"deadline": "realtime", "lag-in-frames": "0", "keyint_min": str(FRAMES)}
    packets = []
    for number in range(count):
        frame = av.VideoFrame.from_ndarray(np.full((HEIGHT, WIDTH, 3), 20 * number, np.uint8), format="bgr24")
        frame.pts = number
        packets += [bytes(packet) for packet in encoder.encode(frame)]
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


def _file(name: str, path: str, digest: str, size: int, at_ms: int) -> files.NewFile:
    return files.NewFile(
        name=name,
        kind="recorded",
        media_type="application/octet-stream",
        path=path,
        sha256=digest,
        size=size,
        created_at_ms=at_ms,
    )
