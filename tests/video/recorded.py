"""Sessions with one circle that wanders over grey noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from arsupport.journal import machines
from arsupport.journal.journal import Journal
from arsupport.protocol.channels import Poses
from arsupport.protocol.events import Kind, MarkDrawn, ParticipantJoined, Role, TrackStarted
from arsupport.protocol.marks import MarkState, Pose, Shape
from arsupport.recording.codecs import TrackCodec
from tests.recorded import STARTED_MS, STEP, Recording, grey_noise

if TYPE_CHECKING:
    from pathlib import Path

WIDTH, HEIGHT = 640, 360
FRAMES = 12
MAGENTA = "#ff00ff"
AT, RADIUS = (0.3, 0.4), 0.06


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
    made = await Recording.begin(journal, folder, machine.id)
    first = takes[0]
    points = [AT, (AT[0] + RADIUS, AT[1])]
    for participant in dict.fromkeys(take.participant for take in takes):
        made.add(ParticipantJoined(participant, Role.ONSITE, f"Ana {participant}", "", consent=True))
    made.add(*(TrackStarted(take.track, take.participant, Kind.VIDEO, take.codec, 90_000) for take in takes))
    made.add(MarkDrawn(1, first.track, first.first_rtp, Shape.CIRCLE, points, MAGENTA, ""))
    pictures = grey_noise(FRAMES, WIDTH, HEIGHT)
    for take in takes:
        made.add(*made.video(take.track, pictures, take.first_rtp, take.started_ms, take.codec))
        made.add(made.poses(take.track, _poses(take), take.started_ms))
    session = await made.enter()
    if close:
        await journal.close_session(session, at_ms=STARTED_MS + 60_000)
    await journal.close()
    return session


def _poses(take: Take) -> list[Poses]:
    records = []
    for number in range(FRAMES):
        state = take.states.get(number, MarkState.HELD)
        if state is not None:
            rtp = (take.first_rtp + number * STEP) % 2**32
            records.append(Poses(take.track, rtp, [Pose(1, *centre(number), 1.0, 0.0, 0.0, 1.0, state, 1.0)]))
    return records
