"""What the expert's screen would show: which rendered frame came under which RTP timestamp."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiortc.mediastreams import MediaStreamError

from arsupport.camera.stamp import read_stamp
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from aiortc import MediaStreamTrack

_RTP_MASK = 0xFFFFFFFF
_PATIENCE_SECONDS = 10.0


class Watcher:
    """Decodes a video track. ``frames`` maps RTP timestamps to the indices that the pictures' stamps say.

    ``first_rtp`` is the timestamp of the first frame on the track's own clock; aiortc counts from it.
    """

    def __init__(self, track: MediaStreamTrack, first_rtp: int) -> None:
        self.frames: dict[int, int] = {}
        self.count = 0
        self.width = 0
        self.height = 0
        self._track = track
        self._first_rtp = first_rtp
        self._changed = asyncio.Condition()
        self._task = asyncio.create_task(self._watch())

    async def until_seen(self, frames: int) -> None:
        """Wait until so many frames with a stamp were seen.

        Raises:
            ArError: ``connection-failed`` when they do not come.
        """
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self._changed:
                await self._changed.wait_for(lambda: len(self.frames) >= frames)
        except TimeoutError:
            detail = f"{self.count} pictures came, {len(self.frames)} of them the virtual camera's"
            raise ArError(Code.CONNECTION_FAILED, detail) from None

    async def close(self) -> None:
        """Look away."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            try:
                frame: Any = await self._track.recv()
            except MediaStreamError:
                return
            self.count += 1
            self.width, self.height = frame.width, frame.height
            index = await asyncio.to_thread(_stamp_of, frame)
            if index is not None:
                async with self._changed:
                    self.frames[(self._first_rtp + frame.pts) & _RTP_MASK] = index
                    self._changed.notify_all()


def _stamp_of(frame: Any) -> int | None:  # noqa: ANN401 - av.VideoFrame or a packet, by aiortc's signature
    return read_stamp(frame.to_ndarray(format="gray"))
