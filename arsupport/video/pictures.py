"""Recorded frames as arrays, in the order in which they were on the screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import av
import cv2
import numpy as np
import structlog

from arsupport.errors import ArError, Code
from arsupport.recording.playable import rtp_packets
from arsupport.recording.reading import opened
from arsupport.recording.rtp_clock import RtpClock
from arsupport.video.record import Frame, Still

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from arsupport.journal.blobs import Blobs
    from arsupport.video.record import Record, Stretch
    from arsupport.vision.arrays import Image

log = structlog.get_logger()

# The last frame before an interruption stands for so long, as in the replay.
_STANDS_MS = 250.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame, (H, W, 3) BGR uint8; ``stands_ms`` is how long it may stand when no other follows."""

    frame: Frame
    stands_ms: float
    picture: Image


def shown_pictures(record: Record, blobs: Blobs) -> Iterator[Shown]:
    """Yield a camera's pictures in order of time. Of two connections that overlap, the later one is shown.

    Raises:
        ArError: ``storage-corrupt`` when a file cannot be read.
    """
    parts: list[Stretch | Still] = sorted([*record.stretches, *record.stills], key=_began_at)
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        until = float("inf") if following is None else _began_at(following)
        if isinstance(part, Still):
            yield _still(part, blobs)
        else:
            yield from _frames(part, until)


def picture_size(record: Record) -> tuple[int, int] | None:
    """Return the width and height of most of the recorded video; None when there are single pictures alone."""
    seconds: dict[tuple[int, int], float] = {}
    for stretch in record.stretches:
        with opened(stretch.segments[0]) as segment:
            codec: Any = segment.stream.codec_context
            size = (int(codec.width), int(codec.height))
        seconds[size] = seconds.get(size, 0.0) + stretch.ends_at_ms - stretch.started_at_ms
    return max(seconds, key=lambda size: seconds[size], default=None)


def _began_at(part: Stretch | Still) -> float:
    return part.frame.at_ms if isinstance(part, Still) else part.started_at_ms


def _still(still: Still, blobs: Blobs) -> Shown:
    decoded = cv2.imdecode(np.frombuffer(blobs.read(still.sha256), np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        raise ArError(Code.STORAGE_CORRUPT, f"Picture {still.sha256} cannot be read.")
    return Shown(still.frame, still.ends_at_ms - still.frame.at_ms, np.asarray(decoded, np.uint8))


def _frames(stretch: Stretch, until_ms: float) -> Iterator[Shown]:
    clock = RtpClock(stretch.first_rtp)
    for path in stretch.segments:
        for rtp, picture in _decoded(path):
            ticks = clock.ticks(rtp)
            at_ms = stretch.started_at_ms + 1000 * ticks / stretch.clock_rate
            if at_ms >= until_ms:
                return
            yield Shown(Frame(stretch.track, rtp, ticks, at_ms, stretch.poses), _STANDS_MS, picture)


def _decoded(path: Path) -> Iterator[tuple[int, Image]]:
    """Yield a segment's frames with their RTP timestamps; what is broken in it is passed over."""
    rtps: list[int] = []
    decoder: Any = None
    try:
        for packet, rtp in rtp_packets(path):
            decoder = packet.stream.codec_context
            # The decoder gives back with each frame which packet it was.
            packet.pts = packet.dts = len(rtps)
            rtps.append(rtp)
            yield from _named(decoder.decode(packet), rtps)
        if decoder is not None:
            yield from _named(decoder.decode(None), rtps)
    except (av.error.FFmpegError, OSError, ValueError) as failure:
        log.warning("segment-not-decoded", file=path.name, after=len(rtps), reason=str(failure))


def _named(frames: list[av.VideoFrame], rtps: list[int]) -> Iterator[tuple[int, Image]]:
    for frame in frames:
        yield rtps[frame.pts or 0], np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
