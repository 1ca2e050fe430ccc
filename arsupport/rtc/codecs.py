"""Which codecs are forwarded, and how a publisher's codec finds its payload type on a subscriber's side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CodecName = Literal["H264", "VP8", "opus"]
Kind = Literal["video", "audio"]

FORWARDED: dict[Kind, dict[str, CodecName]] = {
    "video": {"h264": "H264", "vp8": "VP8"},
    "audio": {"opus": "opus"},
}
"""Names as in SDP, in lower case, and as this package calls them."""

CLOCK_RATES: dict[Kind, int] = {"video": 90_000, "audio": 48_000}
"""Of RTP timestamps in Hz; fixed by RFC 6184, RFC 7741 and RFC 7587."""


@dataclass(frozen=True, slots=True)
class Codec:
    """A codec as negotiated for one m-line.

    Attributes:
        name: "H264", "VP8" or "opus".
        clock_rate: of its RTP timestamps, Hz.
        payload_type: on this m-line.
        rtx_payload_type: payload type of its retransmissions (RFC 4588), None when not negotiated.
        nack: whether lost packets can be asked for.
        pli: whether a keyframe can be asked for.
        h264_profile: profile part of ``profile-level-id`` (4 hex digits, lower case), "" for other codecs.
        parameter_sets: ``sprop-parameter-sets`` of RFC 6184 section 8.1 when given out of band, else "".
    """

    name: CodecName
    clock_rate: int
    payload_type: int
    rtx_payload_type: int | None = None
    nack: bool = False
    pli: bool = False
    h264_profile: str = ""
    parameter_sets: str = ""


def match(wanted: Codec, offered: list[Codec]) -> Codec | None:
    """The subscriber's codec that can carry a publisher's packets unchanged.

    The same H.264 profile is preferred, yet any will do: decoders accept what they did not ask for more often than
    senders repeat a profile exactly, and there is no other way to serve the stream.
    """
    same = [codec for codec in offered if codec.name == wanted.name and codec.clock_rate == wanted.clock_rate]
    exact = [codec for codec in same if codec.h264_profile == wanted.h264_profile]
    return next(iter(exact or same), None)
