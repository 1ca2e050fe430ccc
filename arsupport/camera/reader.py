"""Reads a source in a thread of its own for as long as a call lasts: opens it, and opens it again, for ever."""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING, Final

import av
import structlog

from arsupport.camera.opening import opened, outage
from arsupport.camera.pictures import Reencoding, Unforwardable, pass_through, rate_of
from arsupport.camera.timeline import CLOCK_RATE, Timeline
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from collections.abc import Callable

    from arsupport.camera.pictures import EncodedPicture, Pictures
    from arsupport.camera.source import Source

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 15.0
_RARE_KEYFRAMES_SECONDS: Final = 4
# Encoding that is so far behind leaves pictures out.
_BEHIND_SECONDS: Final = 0.5

log = structlog.get_logger()


class SourceReader:
    """One source during one call.

    Args:
        source: what to open.
        encode: whether to encode even what could be passed through.
        bit_rate: of what is encoded, bits per second.
        began: called with the codec each time the source was opened.
        took: called with each picture, the first one a keyframe, and its timestamp on the call's clock (90 kHz).

    Both are called in the reader's thread.
    """

    def __init__(
        self,
        source: Source,
        *,
        encode: bool,
        bit_rate: int,
        began: Callable[[str], None],
        took: Callable[[EncodedPicture, int], None],
    ) -> None:
        self._source = source
        self._encode = encode
        self._bit_rate = bit_rate
        self._on_begin = began
        self._on_picture = took
        self._timeline = Timeline()
        self._pictures: Pictures | None = None
        self._start: tuple[float, int] | None = None  # our clock and the call's, at the first picture since opening
        self._keyframe: int | None = None
        self._trouble = ""
        self._pause = FIRST_PAUSE_SECONDS
        self._told: set[str] = set()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="source", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Read no more. The thread ends as soon as what it waits for has come, or has not come in time."""
        self._stopped.set()

    def request_keyframe(self) -> None:
        """Make the next picture decodable on its own, if it is encoded here.

        A stream that is passed through has its next keyframe when the camera sends one.
        """
        if self._pictures is not None and not self._pictures.request_keyframe():
            self._tell("keyframe-comes-when-the-camera-sends-one")

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._read()
            except Unforwardable as reason:
                log.warning("pictures-encoded-anew", source=self._source.name, reason=str(reason))
                self._encode = True
            except ArError as error:
                self._wait(error)
            except (av.FFmpegError, OSError) as error:
                self._wait(outage(self._source, error))
            except Exception:  # noqa: BLE001 - whatever a camera sends, the next attempt may go better
                self._wait(ArError(Code.INTERNAL, self._source.name), exc_info=True)

    def _read(self) -> None:
        """Read until the end: of a file, which begins anew then; of a live source, where it is an outage.

        Raises:
            ArError: ``connection-failed``.
            Unforwardable: the pictures must be encoded.
        """
        with opened(self._source) as (container, stream):
            pictures = self._pictures = self._converter(stream)
            self._timeline.begin(round(CLOCK_RATE / rate_of(stream)))
            self._start = self._keyframe = None
            self._on_begin(pictures.codec)
            for packet in container.demux(stream):
                for picture in pictures.push(packet):
                    self._take(picture)
                if self._stopped.is_set():
                    return
        if self._source.live or self._start is None:
            raise ArError(Code.CONNECTION_FAILED, f"{self._source.name} has ended")

    def _converter(self, stream: av.VideoStream) -> Pictures:
        if self._encode:
            return Reencoding(stream, self._bit_rate)
        return pass_through(stream)

    def _take(self, picture: EncodedPicture) -> None:
        if self._keyframe is None and not picture.keyframe:
            return  # nothing can be made of it
        stamp = self._timeline.stamp(picture.pts, time.monotonic())
        if picture.keyframe:
            self._measure(stamp)
        self._keep_time(stamp)
        if self._trouble:
            log.info("source-back", source=self._source.name)
        self._trouble, self._pause = "", FIRST_PAUSE_SECONDS
        if picture.data and not self._stopped.is_set():
            self._on_picture(picture, stamp)

    def _keep_time(self, stamp: int) -> None:
        """Hold a file's picture back until it is due; let encoding leave out what it cannot do in time."""
        now = time.monotonic()
        if self._start is None:
            self._start = now, stamp
        at, first = self._start
        ahead = (stamp - first) / CLOCK_RATE - (now - at)
        if not self._source.live:
            self._stopped.wait(max(0.0, ahead))
        if isinstance(self._pictures, Reencoding):
            self._pictures.leave_out = ahead < -_BEHIND_SECONDS

    def _measure(self, stamp: int) -> None:
        """Say once when whoever joins later must wait long for the first picture."""
        before, self._keyframe = self._keyframe, stamp
        if before is not None and stamp - before > _RARE_KEYFRAMES_SECONDS * CLOCK_RATE:
            self._tell("keyframes-are-rare", seconds=round((stamp - before) / CLOCK_RATE, 1))

    def _tell(self, event: str, **more: float) -> None:
        if event not in self._told:
            self._told.add(event)
            log.info(event, source=self._source.name, **more)

    def _wait(self, error: ArError, *, exc_info: bool = False) -> None:
        """Log an outage once, not at every attempt to end it, and pause before the next one."""
        if self._stopped.is_set():
            return
        if error.detail != self._trouble:
            self._trouble = error.detail
            log.warning("source-gone", reason=error.detail, exc_info=exc_info)
        self._stopped.wait(self._pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, guards nothing
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
