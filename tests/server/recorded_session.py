"""A session with something in it: two segments of VP8 video, poses, a still, a mark with an instruction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from arsupport.protocol.channels import Poses
from arsupport.protocol.events import (
    Kind,
    MarkDrawn,
    ParticipantJoined,
    Role,
    StepGiven,
    StillKept,
    TrackStarted,
)
from arsupport.protocol.marks import Shape
from arsupport.recording.codecs import TrackCodec
from tests.recorded import STARTED_MS, STEP, Recording

if TYPE_CHECKING:
    from .conftest import House

TRACK = "t1"
FIRST_RTP = 2**32 - 3000 * 3  # wraps in the first segment
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
    made = await Recording.begin(house.journal, house.parts.config.data.folder, machine.id, at_ms=house.clock())
    still = made.picture("still-1.jpg", still_jpeg())
    made.add(
        ParticipantJoined("p1", Role.ONSITE, "Ana", "", consent=True),
        ParticipantJoined("p2", Role.EXPERT, "Eva", "eva", consent=True),
        ParticipantJoined("p3", Role.CAMERA, "Hall camera", "camera:1", consent=True),
        TrackStarted(TRACK, "p1", Kind.VIDEO, "VP8", 90_000),
        MarkDrawn(1, TRACK, MARKED_RTP, Shape.ARROW, [(0.2, 0.5), (0.6, 0.5)], "#ff0000", ""),
        StepGiven(1, 1, "Close this valve"),
        StillKept(still, "image/jpeg", len(still_jpeg()), TRACK, MARKED_RTP, WIDTH, HEIGHT, 1),
        at_ms=house.clock(),
        by="p1",
    )
    pictures = [np.full((HEIGHT, WIDTH, 3), 20 * number, np.uint8) for number in range(2 * FRAMES)]
    made.add(*made.video(TRACK, pictures, FIRST_RTP, STARTED_MS, TrackCodec.VP8, 2), at_ms=house.clock(), by="p1")
    made.add(made.poses(TRACK, [Poses(TRACK, rtp, []) for rtp in ALL_RTPS[:3]]), at_ms=house.clock(), by="p1")
    return await made.enter(), still
