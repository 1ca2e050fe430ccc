"""A session in which about everything happened, and what a report of it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from arsupport.journal import machines
from arsupport.journal.database import Database
from arsupport.journal.journal import Journal
from arsupport.protocol import events as e
from arsupport.protocol.channels import Poses
from arsupport.protocol.commands import Answer
from arsupport.protocol.events import Kind, Role
from arsupport.protocol.marks import MarkState, Pose, Shape
from arsupport.protocol.pictures import Purpose
from arsupport.protocol.plates import PlateLanguage
from arsupport.recording.codecs import TrackCodec
from arsupport.report.write import write_report
from tests.recorded import STARTED_MS, STEP, Recording, grey_noise

if TYPE_CHECKING:
    from pathlib import Path

    from arsupport.protocol.events import EventBody
    from arsupport.report.written import Written
    from arsupport.vision.arrays import Image

WIDTH, HEIGHT, FRAMES = 640, 360, 12
FIRST_RTP = 2**32 - 5 * STEP
MAGENTA, GREEN = "#ff00ff", "#00ff00"
CIRCLE, RADIUS = (0.3, 0.4), 0.06
# Where the first mark was when the second one was drawn, which is an arrow to its own place.
MOVED, TIP = (0.34, 0.46), (0.75, 0.6)
MADE_MS = STARTED_MS + 3_600_000
ANA, EVA = "p1", "p2"


def jpeg(picture: Image) -> bytes:
    made, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 95])
    assert made
    return data.tobytes()


@dataclass
class Told:
    """A session that is being made up, second by second."""

    made: Recording
    journal: Journal
    folder: Path
    seconds: float = 0.0

    @classmethod
    async def begin(cls, folder: Path, name: str = "Press 4") -> Told:
        """Open a journal with one machine and one session, in which Ana's camera is about to be looked at by Eva."""
        journal = Journal.open(folder)
        machine = await journal.write(
            lambda connection: machines.create(connection, name=name, site="Hall 2", at_ms=1, code="PRESS4", tag=517)
        )
        told = cls(await Recording.begin(journal, folder, machine.id), journal, folder)
        told.add(e.SessionOpened(told.made.session, machine.id, name, "Hall 2", "eva"))
        told.add(
            e.ParticipantJoined(EVA, Role.EXPERT, "Eva Braun", "eva", consent=True),
            e.ParticipantJoined(ANA, Role.ONSITE, "Ana 李", "", consent=True),
            e.ParticipantConnected(ANA, 3),
        )
        return told

    def add(self, *bodies: EventBody, by: str = e.SERVER, after: float = 1.0) -> None:
        """Let something happen, so many seconds after what was before."""
        self.seconds += after
        self.made.add(*bodies, at_ms=STARTED_MS + round(1000 * self.seconds), by=by)

    async def end(self, *, close: bool = True) -> str:
        """End the session; give its id."""
        self.add(e.SessionEnding("left"), after=0.2)
        self.add(e.SessionClosed("left"), after=0.0)
        session = await self.made.enter()
        if close:
            await self.journal.close_session(session, at_ms=STARTED_MS + round(1000 * self.seconds))
        await self.journal.close()
        return session


async def everything(folder: Path, pictures: list[Image] | None = None, *, close: bool = True) -> str:
    """Record the session; give its id."""
    told = await Told.begin(folder)
    pictures = pictures or grey_noise(FRAMES, WIDTH, HEIGHT)
    height, width = pictures[0].shape[:2]
    still = told.made.picture("still-1.jpg", jpeg(pictures[1]))
    size = len(jpeg(pictures[1]))
    first, second = (FIRST_RTP + STEP) % 2**32, (FIRST_RTP + 8 * STEP) % 2**32
    other = told.made.picture("still-2.jpg", jpeg(pictures[8]))
    photo = told.made.picture("photo-1.jpg", jpeg(pictures[0]))
    told.add(e.TrackStarted("t1", ANA, Kind.VIDEO, "VP8", 90_000), after=0)
    told.add(e.PlateSeen("t1", 1, 518, "another", "Press 5", "Hall 2"))
    told.add(e.PlateDismissed(ANA, "anotherpress", "It only stands behind it"), by=EVA)
    told.add(e.PlateSeen("t1", 2, 517, told_machine(told), "Press 4", "Hall 2"))
    told.add(
        e.MarkDrawn(1, "t1", first, Shape.CIRCLE, [CIRCLE, (CIRCLE[0] + RADIUS, CIRCLE[1])], MAGENTA, ""),
        e.StepGiven(1, 1, "Close this valve, clockwise, until the gauge shows less than 2 bar"),
        by=EVA,
    )
    told.add(e.StillKept(still, "image/jpeg", size, "t1", first, width, height, 1), after=0.1)
    told.add(e.StepAnswered(1, Answer.CANNOT, "It is rusted"), by=ANA, after=8)
    told.add(e.Said("Use the long wrench. 请用长扳手。"), by=EVA)
    told.add(
        e.MarkDrawn(2, "t1", second, Shape.ARROW, [(0.6, 0.6), TIP], GREEN, "this lever"),
        e.StepGiven(2, 2, "Pull this lever, then try again"),
        by=EVA,
    )
    told.add(e.StillKept(other, "image/jpeg", size, "t1", second, width, height, 2), after=0.1)
    told.add(e.StepAnswered(1, Answer.DONE, ""), by=ANA, after=21)
    told.add(e.StepAnswered(2, Answer.DONE, ""), by=ANA)
    told.add(e.StepGiven(3, 0, "Write down the number of the valve"), by=EVA)
    told.add(e.MarkKept(1, f"{told.made.session}-1", "Valve V3", "Its seal leaks when it is hot"), by=EVA)
    told.add(e.MarkErased(2), by=EVA)
    told.add(e.PhotoAsked(1, ANA), by=EVA)
    told.add(e.PictureKept(1, Purpose.PHOTO, photo, "image/jpeg", size, width, height, "Name plate", request=1), by=ANA)
    told.add(e.ParticipantDisconnected(ANA, "silent"), after=4)
    told.add(e.ParticipantConnected(ANA, 5), after=12.5)
    told.add(e.GapNoted("t1", "undecodable", STARTED_MS + 9_000, STARTED_MS + 10_500))
    told.add(e.Muted(muted=True), by=EVA)
    told.add(e.Muted(muted=False), by=EVA, after=5)
    began = STARTED_MS + 1_500
    told.add(*told.made.video("t1", pictures, FIRST_RTP, began, TrackCodec.VP8))
    where = [Pose(1, *MOVED, 1.0, 0.0, 0.0, 1.0, MarkState.HELD, 1.0)]
    elsewhere = [Pose(1, 0.9, 0.9, 1.0, 0.0, 0.0, 1.0, MarkState.HELD, 1.0)]
    told.add(
        told.made.poses(
            "t1",
            [
                Poses("t1", (FIRST_RTP + number * STEP) % 2**32, where if number == 8 else elsewhere)
                for number in range(2, FRAMES)
            ],
            began,
        )
    )
    return await told.end(close=close)


def told_machine(told: Told) -> str:
    body = told.made.happened[0][2]
    assert isinstance(body, e.SessionOpened)
    return body.machine


def written(folder: Path, session: str, out: Path, language: PlateLanguage = PlateLanguage.EN) -> Written:
    """Write a report of a session, as the command and the server do."""
    journal = Journal.open(folder)
    key = journal.public_key
    database = Database.open(folder)
    try:
        with database.read() as connection, out.open("wb") as file:
            return write_report(
                connection, folder, session, file, language=language, trusted_key=key, made_at_ms=MADE_MS
            )
    finally:
        database.close()


def noise(height: int = HEIGHT, width: int = WIDTH) -> Image:
    return np.repeat(np.random.default_rng(2).integers(100, 140, (height, width, 1), np.uint8), 3, axis=2)
