"""Encoded pictures out of a source's packets: passed through as they are where browsers can play them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import av
import structlog
from av.bitstream import BitStreamFilterContext

from arsupport.camera.encoder import TIME_BASE, FrameEncoder
from arsupport.camera.timeline import CLOCK_RATE
from arsupport.rtc.h264 import ParameterSets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av import VideoStream
    from av.packet import Packet


WITHOUT_KEYFRAME_SECONDS: Final = 20
"""Longer than the longest distance of keyframes that cameras are set to."""

_START_CODE: Final = b"\x00\x00\x01"
_PLAYABLE_FORMATS: Final = frozenset({"yuv420p", "yuvj420p"})
_LARGEST: Final = (1920, 1080)
_USUAL_RATE: Final = 25

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """One picture for the track: H.264 in Annex B with its parameter sets, or a VP8 frame.

    ``pts`` is the source's, in ticks of ``CLOCK_RATE``, None when the source does not say. ``data`` is empty for a
    picture that was left out.
    """

    data: bytes
    pts: int | None
    keyframe: bool


class Unforwardable(Exception):  # noqa: N818 - it is no error: the pictures are encoded anew
    """The pictures cannot go to a browser as they are; the text says why."""


class Pictures(Protocol):
    """From packets in decoding order to encoded pictures."""

    codec: str

    def push(self, packet: Packet[VideoStream]) -> Iterator[EncodedPicture]:
        """Take a packet; gives the pictures that it completes.

        Raises:
            Unforwardable: they must be encoded anew.
        """

    def request_keyframe(self) -> bool:
        """Make the next picture decodable on its own; False when only the source decides that."""


def pass_through(stream: av.VideoStream) -> Pictures:
    """Forward a stream's pictures as they are.

    Raises:
        Unforwardable: browsers cannot play them.
    """
    context = stream.codec_context
    if context.name == "vp8":
        return _Vp8()
    if context.name != "h264":
        raise Unforwardable(f"browsers do not all play {context.name}")
    if context.pix_fmt is not None and context.pix_fmt not in _PLAYABLE_FORMATS:
        raise Unforwardable(f"browsers do not play H.264 with {context.pix_fmt} pixels")
    return _H264(stream)


class _Vp8:
    """VP8 needs nothing: a packet is a frame."""

    codec = "VP8"

    def push(self, packet: Packet[VideoStream]) -> Iterator[EncodedPicture]:
        if packet.size:
            yield EncodedPicture(bytes(packet), ticks(packet), packet.is_keyframe)

    def request_keyframe(self) -> bool:
        return False


class _H264:
    """H.264 as WebRTC wants it: in Annex B, keyframes with the parameter sets that hold for them.

    Cameras give parameter sets beside the stream, in it, or change them in it when their settings change: the latest
    count (RFC 6184 section 8.4).
    """

    codec = "H264"

    def __init__(self, stream: av.VideoStream) -> None:
        self._filter = BitStreamFilterContext("h264_mp4toannexb", stream)
        self._parameters = ParameterSets()
        beside = stream.codec_context.extradata or b""
        if _START_CODE in beside[:4]:
            self._parameters.access_unit(_units(beside))
        self._latest: int | None = None
        self._keyframe_at: int | None = None

    def push(self, packet: Packet[VideoStream]) -> Iterator[EncodedPicture]:
        for converted in self._filter.filter(packet):
            units = _units(bytes(converted))
            if units:
                data, keyframe = self._parameters.access_unit(units)
                pts = ticks(converted)
                self._check(pts, keyframe=keyframe)
                yield EncodedPicture(data, pts, keyframe)

    def request_keyframe(self) -> bool:
        return False

    def _check(self, pts: int | None, *, keyframe: bool) -> None:
        """Notice what no header says: pictures that are shown in another order than sent, and no keyframes."""
        if pts is None:
            return
        if keyframe:
            self._latest = self._keyframe_at = pts
            return
        if self._keyframe_at is None:
            self._keyframe_at = pts
        if self._latest is not None and pts < self._latest and self._latest - pts < CLOCK_RATE:
            raise Unforwardable("WebRTC has no B frames")
        if pts - self._keyframe_at > WITHOUT_KEYFRAME_SECONDS * CLOCK_RATE:
            raise Unforwardable(f"no keyframe came for {WITHOUT_KEYFRAME_SECONDS} s")
        self._latest = pts


class Reencoding:
    """The last resort: decodes everything and encodes it as H.264, except while it is to ``leave_out`` pictures."""

    codec = "H264"

    def __init__(self, stream: av.VideoStream, bit_rate: int) -> None:
        self._decoder = stream.codec_context
        self._rate = max(1, round(rate_of(stream)))
        self._bit_rate = bit_rate
        self._encoder: FrameEncoder | None = None
        self._count = 0
        self._damaged = False
        self.leave_out = False

    def push(self, packet: Packet[VideoStream]) -> Iterator[EncodedPicture]:
        """Take a packet; a damaged one gives nothing, which is logged once."""
        try:
            frames = self._decoder.decode(packet)
        except av.FFmpegError as error:
            if not self._damaged:
                log.info("camera-pictures-damaged", reason=error.strerror)
            self._damaged = True
            return
        self._damaged = False
        for frame in frames:
            yield self._encode(frame)

    def request_keyframe(self) -> bool:
        """Make the next picture decodable on its own."""
        if self._encoder is not None:
            self._encoder.request_keyframe()
        return True

    def _encode(self, frame: av.VideoFrame) -> EncodedPicture:
        size = fitting(frame.width, frame.height)
        if self._encoder is None or self._encoder.size != size:
            self._encoder = FrameEncoder(size, self._rate, self._bit_rate)
        pts = None if frame.pts is None or frame.time_base is None else round(frame.pts * frame.time_base / TIME_BASE)
        self._count += 1
        if self.leave_out:
            return EncodedPicture(b"", pts, keyframe=False)
        # The encoder's own clock runs evenly, whatever the source's does.
        frame = frame.reformat(*size, format="yuv420p")
        encoded = self._encoder.encode(frame, self._count * CLOCK_RATE // self._rate)
        return EncodedPicture(bytes(encoded), pts, encoded.is_keyframe)


def rate_of(stream: av.VideoStream) -> float:
    """Give a stream's pictures per second, as far as it says."""
    return float(stream.average_rate or stream.guessed_rate or _USUAL_RATE)


def fitting(width: int, height: int) -> tuple[int, int]:
    """Give the size that a picture is encoded at: at most ``_LARGEST``, even, in its own proportions."""
    scale = min(1.0, _LARGEST[0] / width, _LARGEST[1] / height)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def ticks(packet: Packet[VideoStream]) -> int | None:
    """Give a packet's timestamp in ticks of ``CLOCK_RATE``."""
    return None if packet.pts is None or packet.time_base is None else round(packet.pts * packet.time_base / TIME_BASE)


def _units(data: bytes) -> list[bytes]:
    """NAL units of Annex B bytes; zeros in front of a start code belong to no unit (ITU-T H.264 annex B.1.1)."""
    parts = data.split(_START_CODE)
    return [unit for part in parts[1:] if (unit := part.rstrip(b"\x00"))]
