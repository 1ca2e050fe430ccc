"""The virtual camera, as a camera that can be called."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiortc.mediastreams import MediaStreamError

from arsupport.camera.encoder import PictureEncoder
from arsupport.camera.timeline import CLOCK_RATE
from arsupport.camera.track import EncodedTrack

if TYPE_CHECKING:
    from av import VideoStream
    from av.packet import Packet

    from arsupport.camera.render import VirtualCamera


@dataclass(frozen=True, slots=True)
class RenderedCamera:
    """Shows the rendered plant at ``bit_rate`` bits per second."""

    camera: VirtualCamera
    bit_rate: int

    def start(self) -> RenderedTrack:
        """Begin to render, for one call."""
        return RenderedTrack(self.camera, self.bit_rate)


class RenderedTrack(EncodedTrack):
    """The virtual camera's pictures, encoded, at the moments that its rate gives.

    A picture's timestamp is that of its exposure: frame n of the track is due n / fps seconds after the first one.
    When the machine is too slow, frames are left out; the timestamps stay true.
    """

    def __init__(self, camera: VirtualCamera, bit_rate: int) -> None:
        super().__init__()
        settings = camera.settings
        self._camera = camera
        self._encoder = PictureEncoder(settings.size, settings.fps, bit_rate)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="camera")
        self._began: float | None = None
        self._next = 0

    def request_keyframe(self) -> None:
        """Make the next picture decodable on its own."""
        self._encoder.request_keyframe()

    async def recv(self) -> Packet[VideoStream]:
        """Return the next encoded picture when it is due.

        Raises:
            MediaStreamError: the track was stopped.
        """
        if self.readyState != "live":
            raise MediaStreamError
        loop = asyncio.get_running_loop()
        if self._began is None:
            self._began = loop.time()
        fps = self._camera.settings.fps
        index = max(self._next, int((loop.time() - self._began) * fps))
        self._next = index + 1
        await asyncio.sleep(self._began + index / fps - loop.time())
        if self.readyState != "live":  # stopped while it waited for the picture's moment
            raise MediaStreamError
        return await loop.run_in_executor(self._worker, self._take, index)

    def stop(self) -> None:
        """Stop for good."""
        super().stop()
        self._worker.shutdown(wait=False)

    def _take(self, index: int) -> Packet[VideoStream]:
        return self._encoder.encode(self._camera.frame(index), index * CLOCK_RATE // self._camera.settings.fps)
