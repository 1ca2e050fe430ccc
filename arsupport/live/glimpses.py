"""Pictures in place of video for whoever has a thin line: made from the camera that is watched, one at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.live.traffic import DOWN
from arsupport.protocol.channels import Poses
from arsupport.protocol.glimpse_pace import GlimpsePace
from arsupport.protocol.glimpses import Glimpse, GlimpseTaken, split
from arsupport.protocol.pictures import MediaType

if TYPE_CHECKING:
    from collections.abc import Callable

    from arsupport.live.follower import GlimpseMade
    from arsupport.live.marks import Marks
    from arsupport.live.seat import Seat
    from arsupport.live.tracking import CameraTracking
    from arsupport.live.traffic import Traffic

# A camera that shows nothing new is looked at again after this.
_LOOK_AGAIN_SECONDS: Final = 0.5

_log = structlog.get_logger()


class Glimpses:
    """One line of pictures for each connection that takes no video.

    Args:
        marks: where decoded pictures are.
        watched: gives the participant whose camera a connection is to show, "" for nobody.
    """

    def __init__(self, marks: Marks, watched: Callable[[Seat], str], traffic: Traffic) -> None:
        self._marks = marks
        self._watched = watched
        self._traffic = traffic
        self._lines: dict[Seat, _Line] = {}

    def show(self, seat: Seat, *, thin: bool) -> None:
        """Begin, or end, to send pictures on a connection."""
        if thin and seat not in self._lines and not seat.closed:
            self._lines[seat] = _Line(seat, self._marks, self._watched, self._traffic)
        elif not thin:
            self.hung_up(seat)

    def taken(self, seat: Seat, message: GlimpseTaken) -> None:
        """A picture has arrived."""
        line = self._lines.get(seat)
        if line is not None:
            line.taken(message)

    def hung_up(self, seat: Seat) -> None:
        """A connection is gone, or takes video again."""
        line = self._lines.pop(seat, None)
        if line is not None:
            line.close()

    def close(self) -> None:
        """Send nothing more."""
        for seat in list(self._lines):
            self.hung_up(seat)


class _Line:
    def __init__(self, seat: Seat, marks: Marks, watched: Callable[[Seat], str], traffic: Traffic) -> None:
        self._seat = seat
        self._traffic = traffic
        self._marks = marks
        self._watched = watched
        self._loop = asyncio.get_running_loop()
        self._pace = GlimpsePace()
        self._under_way = ("", -1)
        self._changed = asyncio.Event()
        self._camera: CameraTracking | None = None
        self._unwatch: Callable[[], None] = _nothing
        self._work = asyncio.create_task(self._send_all(), name="glimpses")

    def taken(self, message: GlimpseTaken) -> None:
        if (message.track, message.rtp) == self._under_way:
            self._pace.taken(self._loop.time())
            self._changed.set()

    def close(self) -> None:
        self._work.cancel()
        self._unwatch()

    async def _send_all(self) -> None:
        while True:
            try:
                await self._send_next()
            except Exception:  # noqa: BLE001 - one picture that cannot be made must not end them all
                _log.exception("glimpse-not-sent", participant=self._seat.participant)
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _send_next(self) -> None:
        await self._wait()
        made = await self._make()
        if made is None or (made.track, made.rtp) == self._under_way:
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
            return
        track, rtp, picture, poses = made.track, made.rtp, made.picture, made.poses
        glimpse = Glimpse(track, rtp, MediaType.WEBP, picture.width, picture.height, picture.data)
        self._under_way = track, rtp
        self._changed.clear()
        self._pace.sent(len(picture.data), self._loop.time())
        self._traffic.glimpse(DOWN, len(picture.data))
        self._seat.send_pictures(Poses(track, rtp, poses))
        sent = 0
        for part in split(glimpse, self._pace.rate):
            await asyncio.sleep(self._pace.part_wait(sent, self._loop.time()))
            self._seat.send_pictures(part)
            sent += len(part.data)
        self._pace.out(self._loop.time())

    async def _wait(self) -> None:
        while (wait := self._pace.wait(self._loop.time())) != 0:
            try:
                async with asyncio.timeout(_LOOK_AGAIN_SECONDS if wait is None else wait):
                    await self._changed.wait()
                self._changed.clear()
            except TimeoutError:
                continue

    async def _make(self) -> GlimpseMade | None:
        camera = self._marks.camera(self._watched(self._seat))
        if camera is not self._camera:
            self._unwatch()
            self._camera, self._unwatch = camera, (camera.watch() if camera is not None else _nothing)
        if camera is None:
            return None
        made: asyncio.Future[GlimpseMade | None] = self._loop.create_future()

        def resolve(result: GlimpseMade | None) -> None:
            if not made.done():
                made.set_result(result)

        def done(result: GlimpseMade | None) -> None:
            self._loop.call_soon_threadsafe(resolve, result)

        camera.glimpse(self._pace.target_bytes, done)
        async with asyncio.timeout(5):
            return await made


def _nothing() -> None:
    """Nothing is watched."""
