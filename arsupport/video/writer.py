"""Pictures of one size into an MP4 file with H.264, each at its time."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import av

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from arsupport.vision.arrays import Image

CLOCK_RATE: Final = 90_000
_TIME_BASE: Final = Fraction(1, CLOCK_RATE)
_OPTIONS: Final = {"preset": "veryfast", "crf": "21"}
# A player can begin at every tenth second or so.
_KEYFRAME_EVERY: Final = 300


class FilmWriter:
    """A film that is being written: add pictures, close. Raises ``OSError`` when the disk refuses."""

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        """Begin it. Width and height are even."""
        self._output = av.open(path, "w", format="mp4", options={"movflags": "faststart"})
        stream = self._output.add_stream("libx264", options=dict(_OPTIONS))
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = _TIME_BASE
        stream.codec_context.gop_size = _KEYFRAME_EVERY
        self._stream = stream
        self._last = -1

    def __enter__(self) -> Self:
        """Write within the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file; after a failure only let go of it."""
        del error, trace
        if kind is None:
            self._output.mux(self._stream.encode(None))
        self._output.close()

    def add(self, picture: Image, ticks: int) -> None:
        """Add a picture, (H, W, 3) BGR uint8, shown from ``ticks`` (90 kHz) on: later than the one before it."""
        frame = av.VideoFrame.from_ndarray(picture, "bgr24")
        self._last = max(ticks, self._last + 1)
        frame.pts, frame.time_base = self._last, _TIME_BASE
        self._output.mux(self._stream.encode(frame))
