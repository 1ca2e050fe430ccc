"""Lines that are too thin for video, on a running server: pictures go out and come in, marks stay on them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from arsupport.errors import ArError, Code
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol.channels import CommandRefused, Laser, LaserShown, Poses, ServerVolatile
from arsupport.protocol.codec import decode, encode
from arsupport.protocol.glimpses import Glimpse, GlimpseTaken, split
from arsupport.protocol.marks import Shape
from arsupport.protocol.pictures import MediaType
from tests.server.calls import Hall

from .conftest import history_in
from .frames_channel import FramesChannel
from .test_session import configured, drawn, ended

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from arsupport.selftest.visitor import Visitor


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with Hall(configured(tmp_path)) as hall:
        yield hall


class Pair:
    """An expert and somebody on site in a session, with their ends of ``frames``."""

    def __init__(self, expert: Visitor, onsite: Visitor, session: str) -> None:
        self.expert = expert
        self.onsite = onsite
        self.session = session
        self.experts = FramesChannel(expert)


async def paired(hall: Hall) -> Pair:
    expert, onsite, session, _ = await hall.paired()
    await expert.connect(video=True)
    pair = Pair(expert, onsite, session)
    await hall.publish(onsite)
    await pair.experts.opened()
    await expert.until(lambda: bool(expert.slots), "no track was assigned")
    return pair


async def test_a_thin_line_gets_pictures_with_the_places_of_marks_and_then_video_again(hall: Hall) -> None:
    pair = await paired(hall)
    expert, frames = pair.expert, pair.experts
    (slot,) = expert.slots.values()
    await drawn(expert, slot.from_rtp)
    await expert.until(lambda: len(expert.poses) > 3, "no poses came")
    await expert.command(c.SetLowBandwidth(on=True))
    for _ in range(2):
        poses = await frames.expect(Poses)
        glimpse = await frames.glimpse()
        assert (glimpse.track, glimpse.rtp) == (poses.track, poses.rtp)
        assert [pose.mark for pose in poses.poses] == [1]
        shown = cv2.imdecode(np.frombuffer(glimpse.data, np.uint8), cv2.IMREAD_COLOR)
        assert shown is not None
        assert shown.shape[:2] == (glimpse.height, glimpse.width)
    await expert.command(c.DrawMark(glimpse.track, glimpse.rtp, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "seen late"))
    slots = len(expert.assigned)
    await expert.command(c.SetLowBandwidth(on=False))
    await expert.until(lambda: len(expert.assigned) > slots, "video did not come back")
    await ended(hall, expert, pair.onsite, pair.session)
    said = await history_in(hall.server.parts.journal, pair.session)
    assert [body.on for body in said if isinstance(body, e.LowBandwidthSet)] == [True, False]


def still(hall: Hall, index: int) -> Glimpse:
    """Take a picture of the rendered plant, as a tablet on a thin line does."""
    made, data = cv2.imencode(".jpg", hall.camera.frame(index), [cv2.IMWRITE_JPEG_QUALITY, 60])
    assert made
    height, width = hall.camera.frame(index).shape[:2]
    return Glimpse("", index * 9000, MediaType.JPEG, width, height, data.tobytes())


async def send(frames: FramesChannel, glimpse: Glimpse) -> None:
    for part in split(glimpse):
        frames.send(part)
    taken = await frames.expect(GlimpseTaken)
    assert (taken.track, taken.rtp) == ("", glimpse.rtp)


async def thin_tablet(hall: Hall) -> tuple[Pair, FramesChannel]:
    expert, onsite, session, _ = await hall.paired()
    await asyncio.gather(expert.connect(video=True), onsite.connect(video=False))
    pair, frames = Pair(expert, onsite, session), FramesChannel(onsite)
    await asyncio.gather(pair.experts.opened(), frames.opened())
    await onsite.command(c.SetLowBandwidth(on=True, measured=True))
    return pair, frames


async def test_a_tablet_on_a_thin_line_sends_pictures_which_are_kept_drawn_on_and_followed(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arsupport.live.glimpse_intake._LEAST_SECONDS", 0.0)
    pair, frames = await thin_tablet(hall)
    expert = pair.expert
    shown, after = still(hall, 0), still(hall, 1)
    await send(frames, shown)
    seen = await pair.experts.glimpse()
    (started,) = await expert.heard(e.TrackStarted)
    assert (started.codec, seen.track) == ("JPEG", started.track)
    assert (seen.rtp, seen.data) == (shown.rtp, shown.data)
    await expert.command(c.DrawMark(seen.track, seen.rtp, Shape.TEXT, [(0.5, 0.5)], "#ff0000", "here"))
    await send(frames, after)
    await expert.until(lambda: (started.track, after.rtp) in expert.poses, "the mark was not followed")
    assert [pose.mark for pose in expert.poses[started.track, after.rtp].poses] == [1]
    kept = await expert.heard(e.StillKept, 3)
    assert {(body.rtp, body.mark) for body in kept} == {(shown.rtp, 0), (shown.rtp, 1), (after.rtp, 0)}
    await pair.onsite.command(c.SetLowBandwidth(on=False))
    await expert.heard(e.TrackStopped)
    await ended(hall, expert, pair.onsite, pair.session)


async def test_pictures_that_come_too_fast_are_refused(hall: Hall) -> None:
    pair, frames = await thin_tablet(hall)
    for index in range(2):
        for part in split(still(hall, index)):
            frames.send(part)
    await pair.onsite.until(lambda: bool(pair.onsite.refusals), "it was taken")
    assert [refusal.code for refusal in pair.onsite.refusals] == [Code.TOO_MANY_REQUESTS]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"width": 321}, Code.BAD_PICTURE),
        ({"media_type": MediaType.PNG}, Code.BAD_PICTURE),
        ({"data": b"no picture"}, Code.BAD_PICTURE),
    ],
    ids=str,
)
async def test_what_is_no_picture_is_refused(hall: Hall, changed: dict[str, object], code: Code) -> None:
    pair, frames = await thin_tablet(hall)
    for part in split(still(hall, 0)._replace(**changed)):  # type: ignore[arg-type]
        frames.send(part)
    await pair.onsite.until(lambda: bool(pair.onsite.refusals), "it was taken")
    assert [refusal.code for refusal in pair.onsite.refusals] == [code]


async def test_pictures_from_whom_none_are_expected_are_refused(hall: Hall) -> None:
    pair = await paired(hall)
    pair.experts.send(split(still(hall, 0))[0])
    await pair.expert.until(lambda: bool(pair.expert.refusals), "it was taken")
    assert pair.expert.refusals == [CommandRefused(0, Code.NOT_ALLOWED, pair.expert.refusals[0].detail)]


async def test_a_laser_pointer_moves_a_few_times_a_second_on_a_thin_line(hall: Hall) -> None:
    pair, _ = await thin_tablet(hall)
    seen: list[LaserShown] = []

    def hear(data: bytes) -> None:
        message: ServerVolatile = decode(data, ServerVolatile)
        if isinstance(message, LaserShown):
            seen.append(message)

    pair.onsite._poses.on("message", hear)
    clock = asyncio.get_running_loop().time
    began = clock()
    for step in range(20):
        pair.expert._poses.send(encode(Laser("p1-1", 0, step / 20, 0.5, on=step < 19)))
    await pair.onsite.until(lambda: {laser.on for laser in seen} == {True, False}, "it was not seen going on and off")
    assert len(seen) < 3 + 4 * (clock() - began)


async def test_a_thin_line_stays_one_over_a_reconnect(hall: Hall) -> None:
    pair = await paired(hall)
    await pair.expert.command(c.SetLowBandwidth(on=True))
    await pair.experts.glimpse()
    with pytest.raises(ArError):
        await pair.expert.command(c.EraseMark(99))  # the connection works
    await pair.expert.connect(video=True)
    frames = await FramesChannel(pair.expert).opened()
    assert (await frames.glimpse()).track
