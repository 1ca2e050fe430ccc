"""Encoded frames from RTP packets, for the recorder and the tracker: reordered, joined, and honest about gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.rtc import h264, vp8

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arsupport.rtc.codecs import CodecName
    from arsupport.rtc.packets import MediaPacket

REORDER_PACKETS: Final = 128
"""Packets held back for a missing one; then it is given up."""

REORDER_SECONDS: Final = 0.4
"""How long a missing packet is waited for: time for three retransmissions on a slow path."""

MAX_FRAME_BYTES: Final = 4 * 1024 * 1024
MAX_FRAME_PACKETS: Final = 4096

MAX_PIXELS: Final = 3840 * 2176
"""Of one picture; larger ones are neither recorded nor decoded."""

MAX_HELD_PIXELS: Final = 18_000_000
"""Of all pictures that a decoder must hold: 16 of 720p, 8 of 1080p, 2 of 2160p, twice what H.264's level 4.2 allows."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """One encoded frame (video access unit or Opus packet).

    Attributes:
        rtp: the publisher's RTP timestamp, uint32 as on the wire.
        data: H.264: Annex B with 4-byte start codes, keyframes with SPS and PPS; VP8: the frame; Opus: the packet.
        keyframe: whether decoding can start here; always true for Opus.
        arrival: ``time.monotonic()`` seconds when its last packet arrived.
        width: in pixels, known for keyframes.
        height: in pixels, known for keyframes.
        after_gap: whether packets were lost since the previous frame: what follows may not decode until a keyframe.
    """

    rtp: int
    data: bytes
    keyframe: bool
    arrival: float
    width: int | None = None
    height: int | None = None
    after_gap: bool = False


class FrameAssembler:
    """Joins one publication's packets, given in any order, to frames in order.

    Memory is bounded by ``REORDER_PACKETS`` packets and one frame of ``MAX_FRAME_BYTES`` and ``MAX_FRAME_PACKETS``.

    Args:
        codec: "H264", "VP8" or "opus".
        parameter_sets: H.264's ``sprop-parameter-sets`` (``Publication.negotiated.parameter_sets``), if any.
    """

    def __init__(self, codec: CodecName, parameter_sets: str = "") -> None:
        self._codec = codec
        self._parameters = h264.ParameterSets(parameter_sets)
        self._waiting: dict[int, MediaPacket] = {}
        self._next = -1
        self._parts: list[MediaPacket] = []
        self._size = 0
        self._searching = True
        self._gap = False
        self._too_large = False
        self.lost_packets = 0
        self.damaged_frames = 0

    def push(self, packet: MediaPacket) -> list[EncodedFrame]:
        """Take a packet; returns the frames that it completes, often none."""
        if self._next < 0:
            self._next = packet.extended
        if packet.extended < self._next or packet.extended in self._waiting:
            return []
        self._waiting[packet.extended] = packet
        frames: list[EncodedFrame] = []
        for ready in self._in_order(packet.arrival):
            frames.extend(self._append(ready))
        return frames

    def _in_order(self, now: float) -> Iterator[MediaPacket]:
        while self._waiting:
            if self._next in self._waiting:
                yield self._waiting.pop(self._next)
                self._next += 1
            elif self._is_overdue(now):
                following = min(self._waiting)
                self.lost_packets += following - self._next
                self._next = following
                self._lose_frame()
            else:
                return

    def _is_overdue(self, now: float) -> bool:
        oldest = min(packet.arrival for packet in self._waiting.values())
        return len(self._waiting) > REORDER_PACKETS or now - oldest > REORDER_SECONDS

    def _append(self, packet: MediaPacket) -> Iterator[EncodedFrame]:
        if self._codec == "opus":
            yield from self._emit([packet])
            return
        if self._parts and packet.timestamp != self._parts[0].timestamp:
            yield from self._finish()
        if self._searching and not self._starts_frame(packet.payload):
            return
        if not packet.payload:
            return
        self._searching = False
        self._parts.append(packet)
        self._size += len(packet.payload)
        if self._size > MAX_FRAME_BYTES or len(self._parts) > MAX_FRAME_PACKETS:
            self._lose_frame()
        elif packet.marker:
            yield from self._finish()

    def _starts_frame(self, payload: bytes) -> bool:
        return (h264.starts_frame if self._codec == "H264" else vp8.starts_frame)(payload)

    def _lose_frame(self) -> None:
        self._gap = True
        self._searching = True
        self._parts = []
        self._size = 0

    def _finish(self) -> Iterator[EncodedFrame]:
        parts, self._parts, self._size = self._parts, [], 0
        yield from self._emit(parts)

    def _emit(self, parts: list[MediaPacket]) -> Iterator[EncodedFrame]:
        payloads = [part.payload for part in parts]
        decoded = self._join(payloads)
        if decoded is None:
            self.damaged_frames += any(payloads)
            self._gap = self._gap or any(payloads)
            return
        data, keyframe, size = decoded
        width, height = size or (None, None)
        arrival = max(part.arrival for part in parts)
        yield EncodedFrame(parts[0].timestamp, data, keyframe, arrival, width, height, self._gap)
        self._gap = False

    def _join(self, payloads: list[bytes]) -> tuple[bytes, bool, tuple[int, int] | None] | None:
        """Data, keyframe?, picture size; None when the payloads make no frame."""
        if self._codec == "H264":
            units = h264.join_payloads(payloads)
            if units is None:
                return None
            data, keyframe = self._parameters.access_unit(units)
            if self._is_too_large(self._parameters.held_pixels, MAX_HELD_PIXELS):
                return None
            return data, keyframe, self._parameters.size if keyframe else None
        if self._codec == "VP8":
            frame = vp8.join_payloads(payloads)
            size = vp8.keyframe_size(frame) if frame else None
            if size and self._is_too_large(size[0] * size[1], MAX_PIXELS):
                return None
            return (frame, size is not None, size) if frame else None
        return (payloads[0], True, None) if payloads[0] else None

    def _is_too_large(self, pixels: int, most: int) -> bool:
        """Whether pictures would cost too much memory, which is logged once: nobody's camera is like that."""
        if pixels > most and not self._too_large:
            log.warning("picture-too-large", pixels=pixels, most=most)
        self._too_large = pixels > most
        return self._too_large
