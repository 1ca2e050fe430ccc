"""What the containers must know about each codec."""

from __future__ import annotations

import io
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import av

if TYPE_CHECKING:
    from av.container import InputContainer

VIDEO_CLOCK_RATE: Final = 90_000
AUDIO_CLOCK_RATE: Final = 48_000


class TrackCodec(StrEnum):
    """Codecs that can be recorded."""

    H264 = "h264"
    VP8 = "vp8"
    OPUS = "opus"

    @property
    def is_video(self) -> bool:
        """Whether its frames have keyframes and sizes."""
        return self is not TrackCodec.OPUS


class Container(NamedTuple):
    """A container format: FFmpeg's name, the suffix of its files and the media type to serve them as."""

    format: str
    suffix: str
    media_type: str


class Picture(NamedTuple):
    """What must not change within a segment: size in pixels, and for H.264 the parameter sets."""

    width: int
    height: int
    parameter_sets: bytes


CONTAINERS: Final = {
    TrackCodec.H264: Container("mp4", ".mp4", "video/mp4"),
    TrackCodec.VP8: Container("webm", ".webm", "video/webm"),  # MP4 has no VP8
    TrackCodec.OPUS: Container("mp4", ".m4a", "audio/mp4"),  # WebM would round to milliseconds
}
CLOCK_RATES: Final = {
    TrackCodec.H264: VIDEO_CLOCK_RATE,
    TrackCodec.VP8: VIDEO_CLOCK_RATE,
    TrackCodec.OPUS: AUDIO_CLOCK_RATE,
}

_VP8_HEADER: Final = 10
_VP8_SYNC_CODE: Final = b"\x9d\x01\x2a"
_NAL_UNIT: Final = re.compile(rb"\x00\x00\x01(.+?)(?=\x00*\x00\x00\x01|\x00*$)", re.DOTALL)
_NAL_TYPE: Final = 0x1F
_SPS, _PPS, _IDR = 7, 8, 5
_OPUS_FRAME: Final = 960


def picture_of(codec: TrackCodec, keyframe: bytes) -> Picture | None:
    """Read a video keyframe's header; None when it is not what it should be.

    H.264 is an access unit in Annex B with SPS and PPS (ITU-T H.264, 7.3.2), VP8 a frame with its sync code
    (RFC 6386, section 9.1).
    """
    if codec is TrackCodec.VP8:
        if len(keyframe) < _VP8_HEADER or keyframe[3:6] != _VP8_SYNC_CODE:
            return None
        return Picture(
            int.from_bytes(keyframe[6:8], "little") & 0x3FFF, int.from_bytes(keyframe[8:10], "little") & 0x3FFF, b""
        )
    sets = b""
    for unit in _NAL_UNIT.finditer(keyframe):
        kind = unit[1][0] & _NAL_TYPE
        if kind in {_SPS, _PPS}:
            sets += b"\x00\x00\x00\x01" + unit[1]
        elif kind == _IDR:
            break
    try:
        with av.open(io.BytesIO(keyframe), format="h264") as probe:
            stream = probe.streams.video[0]
            return Picture(stream.width, stream.height, sets) if sets and stream.width else None
    except (av.FFmpegError, IndexError):
        return None


def template(codec: TrackCodec, first_frame: bytes, picture: Picture | None) -> InputContainer:
    """Return an open container in memory whose one stream has the codec's parameters, for the muxer to copy.

    Raises:
        av.FFmpegError: when ``first_frame`` cannot be read as this codec.
    """
    if codec is TrackCodec.H264:
        file, form = first_frame, "h264"
    elif codec is TrackCodec.VP8 and picture is not None:
        file, form = _ivf(first_frame, picture), "ivf"
    else:
        file, form = _opus_in_webm(), "webm"
    return av.open(io.BytesIO(file), mode="r", format=form)


def _ivf(frame: bytes, picture: Picture) -> bytes:
    header = b"DKIF" + (0).to_bytes(2, "little") + (32).to_bytes(2, "little") + b"VP80"
    header += picture.width.to_bytes(2, "little") + picture.height.to_bytes(2, "little")
    header += VIDEO_CLOCK_RATE.to_bytes(4, "little") + (1).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(4)
    return header + len(frame).to_bytes(4, "little") + bytes(8) + frame


def _opus_in_webm() -> bytes:
    """Return a file with one frame of silence: WebRTC's Opus says nothing about itself (RFC 7587, section 4)."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as container:
        stream = container.add_stream("libopus", rate=AUDIO_CLOCK_RATE, layout="stereo")
        silence = av.AudioFrame(format="s16", layout="stereo", samples=_OPUS_FRAME)
        silence.sample_rate, silence.pts = AUDIO_CLOCK_RATE, 0
        silence.planes[0].update(bytes(silence.planes[0].buffer_size))
        container.mux(stream.encode(silence))
        container.mux(stream.encode(None))
    return file.getvalue()
