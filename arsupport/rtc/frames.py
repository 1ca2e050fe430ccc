"""Encoded frames from RTP packets, for the recorder and the tracker: reordered, joined, and honest about gaps.

Only whole frames come out, byte for byte what the publisher sent. That no packet is missing in a frame is known from
the sequence numbers; where it begins and ends, see ``FrameAssembler._begins`` and ``FrameAssembler._finish``.
"""

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
        after_gap: whether something was lost since the previous frame. Unless this is a keyframe, it and what follows
            until the next one are whole, but need what was lost: a decoder would make another picture of them than
            the camera's, often without an error.
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
        self._previous: MediaPacket | None = None
        self._parts: list[MediaPacket] = []
        self._size = 0
        self._searching = True
        self._gap = False
        self._too_large = False
        self.lost_packets = 0

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
                self._previous = None
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
        previous, self._previous = self._previous, packet
        if self._parts and packet.timestamp != self._parts[0].timestamp:
            yield from self._finish()
        if not packet.payload or (self._searching and not self._begins(packet, previous)):
            return
        self._searching = False
        self._parts.append(packet)
        self._size += len(packet.payload)
        if self._size > MAX_FRAME_BYTES or len(self._parts) > MAX_FRAME_PACKETS:
            self._lose_frame()
        elif packet.marker:
            yield from self._finish()

    def _begins(self, packet: MediaPacket, previous: MediaPacket | None) -> bool:
        """Whether no packet of its frame came before this one. ``previous`` is the one before, None when it was lost.

        VP8 says so in every packet. In H.264, what was lost may have been an SPS in front of this PPS or slice.
        """
        if self._codec == "VP8":
            return vp8.starts_frame(packet.payload)
        if h264.opens_frame(packet.payload):
            return True
        return previous is not None and (previous.marker or previous.timestamp != packet.timestamp)

    def _lose_frame(self) -> None:
        self._gap = True
        self._searching = True
        self._parts = []
        self._size = 0

    def _finish(self) -> Iterator[EncodedFrame]:
        """The frame ends: with a marker, or, in H.264 (RFC 6184 section 5.1), where another timestamp begins."""
        parts, self._parts, self._size = self._parts, [], 0
        if self._codec == "VP8" and not parts[-1].marker:
            self._gap = True
            return
        yield from self._emit(parts)

    def _emit(self, parts: list[MediaPacket]) -> Iterator[EncodedFrame]:
        payloads = [part.payload for part in parts]
        decoded = self._join(payloads)
        if decoded is None:
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
