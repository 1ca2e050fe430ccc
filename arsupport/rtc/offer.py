"""A client's SDP offer: bounded, parsed, and reduced to what the server forwards.

The server always answers. Offers are complete (no trickle) and bundle everything on one transport (RFC 8843).
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from aiortc import sdp
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpCodecParameters, RTCRtpHeaderExtensionParameters

from arsupport.errors import ArError, Code
from arsupport.rtc.codecs import CLOCK_RATES, FORWARDED, Codec, Kind
from arsupport.rtc.twcc import EXTENSION_URI as TWCC_URI

if TYPE_CHECKING:
    from aiortc import RTCIceCandidate
    from aiortc.sdp import MediaDescription, SessionDescription

MAX_SDP_BYTES: Final = 64 * 1024
MAX_SDP_LINES: Final = 1536
MAX_MEDIA_LINES: Final = 16
MAX_CANDIDATES_PER_LINE: Final = 32
MAX_CANDIDATES: Final = 16
"""Addresses that are tried: those that the client prefers. Each costs up to seven checks from each of ours."""

_WILDCARD: Final = "rtcp-fb:*"

MAX_ATTRIBUTES_PER_LINE: Final = {
    "rtpmap": 128,
    "fmtp": 128,
    "rtcp-fb": 512,
    _WILDCARD: 8,
    "ssrc": 64,
    "candidate": MAX_CANDIDATES_PER_LINE,
}
"""Of a media line. The parser looks through all formats for each of their attributes, and through all sources."""

MAX_OTHERS_PER_LINE: Final = 64
"""Attributes of a media line that have another one name."""

MAX_MID_LENGTH: Final = 16
"""Of a mid: it travels in a one-byte header extension (RFC 8285 section 4.2)."""

MID_URI: Final = "urn:ietf:params:rtp-hdrext:sdes:mid"

_STOCK_H264_PARAMETERS: Final = {
    "level-asymmetry-allowed": "1",
    "packetization-mode": "1",
    "profile-level-id": "42e01f",
}
"""aiortc's own check accepts two profiles only, so it is shown this one; the answer repeats the real parameters."""

_DISCARD_PORT: Final = 9
"""Port of an RTCP address that means nothing. Only browsers name one; without, aiortc does not write `a=rtcp-mux`."""

_VOICE: Final = {"useinbandfec": 1, "usedtx": 1}
"""Asked of who sends Opus: to repair a lost packet out of the next one, and to send next to nothing while nobody
speaks (RFC 7587 section 6.1)."""

_MAX_ONE_BYTE_EXTENSION_ID: Final = 14
_PAYLOAD_TYPES: Final = range(128)
_PORTS: Final = range(1, 1 << 16)
_MID_PATTERN: Final = re.compile(r"[A-Za-z0-9_.+-]+")
_FIRST_UNPRIVILEGED_PORT: Final = 1024
_WEB_PORTS: Final = frozenset({80, 443})
_BROADCAST: Final = ipaddress.IPv4Address("255.255.255.255")


@dataclass(frozen=True, slots=True)
class MediaLine:
    """One audio or video m-line of the offer, with what the answer will say.

    Attributes:
        mid: its identification (RFC 5888).
        kind: "video" or "audio".
        publishes: whether the client sends on it.
        subscribes: whether the client receives on it.
        codecs: forwardable codecs in the client's order of preference.
        answer_codecs: the same with retransmission formats, for the answer.
        answer_extensions: RTP header extensions for the answer.
        ssrcs: SSRCs announced by the client: the media's, then its retransmissions'; may be empty.
    """

    mid: str
    kind: Kind
    publishes: bool
    subscribes: bool
    codecs: list[Codec]
    answer_codecs: list[RTCRtpCodecParameters]
    answer_extensions: list[RTCRtpHeaderExtensionParameters]
    ssrcs: list[int] = field(default_factory=list)

    @property
    def mid_extension_id(self) -> int | None:
        """Local identifier of the mid header extension, when negotiated."""
        return self._extension_id(MID_URI)

    @property
    def twcc_extension_id(self) -> int | None:
        """The same of the transport-wide number."""
        return self._extension_id(TWCC_URI)

    def _extension_id(self, uri: str) -> int | None:
        return next((extension.id for extension in self.answer_extensions if extension.uri == uri), None)


@dataclass(frozen=True, slots=True)
class Offer:
    """A checked offer: the media lines, and the SDP that aiortc is to see."""

    media: list[MediaLine]
    sdp: str


def read_offer(text: str) -> Offer:
    """Check and parse a client's offer.

    Raises:
        ArError: ``BAD_DESCRIPTION`` when it is too large, malformed, incomplete or not bundled;
            ``UNSUPPORTED_CODEC`` when an m-line offers nothing that can be forwarded.
    """
    _check_size(text)
    try:
        return _read(text)
    except ArError:
        raise
    except Exception as error:  # the parser answers malformed input with any exception, or with None where none may be
        raise _bad(f"the description cannot be parsed ({type(error).__name__})") from error


def _bad(detail: str) -> ArError:
    return ArError(Code.BAD_DESCRIPTION, detail)


def _check_size(text: str) -> None:
    if len(text) > MAX_SDP_BYTES or len(text.encode(errors="replace")) > MAX_SDP_BYTES:
        raise _bad(f"the description is larger than {MAX_SDP_BYTES} bytes")
    lines = text.splitlines()  # as the parser does, which knows more ends of lines than SDP
    if len(lines) > MAX_SDP_LINES:
        raise _bad(f"the description has more than {MAX_SDP_LINES} lines")
    counts: list[Counter[str]] = [Counter()]
    for line in lines:
        if line.startswith("m="):
            counts.append(Counter())
        elif line.startswith("a="):
            counts[-1][_WILDCARD if line.startswith(f"a={_WILDCARD}") else line[2:].partition(":")[0]] += 1
    if len(counts) > MAX_MEDIA_LINES + 1:
        raise _bad(f"the description has more than {MAX_MEDIA_LINES} media lines")
    for name, count in (item for section in counts for item in section.items()):
        if count > MAX_ATTRIBUTES_PER_LINE.get(name, MAX_OTHERS_PER_LINE):
            raise _bad(f"a media line has {count} times a={name[:32]}")


def _read(text: str) -> Offer:
    description = sdp.SessionDescription.parse(text)
    _check_structure(description)
    media = [_read_media(line) for line in description.media if line.kind != "application"]
    _unify_transport(description)
    return Offer(media=media, sdp=str(description))


def _check_structure(description: SessionDescription) -> None:
    mids = [line.rtp.muxId for line in description.media]
    if not mids:
        raise _bad("the description has no media lines")
    if len(set(mids)) != len(mids) or not all(_is_mid(mid) for mid in mids):
        raise _bad("every media line needs its own mid")
    bundle = next((group for group in description.group if group.semantic == "BUNDLE"), None)
    if bundle is None or sorted(map(str, bundle.items)) != sorted(mids):
        raise _bad("all media lines must be bundled")
    if sum(line.kind == "application" for line in description.media) > 1:
        raise _bad("only one media line for data channels is possible")
    for line in description.media:
        if line.kind not in {"audio", "video", "application"}:
            raise _bad("a media line is neither audio, video nor application")
        if line.dtls is None or not line.dtls.fingerprints:
            raise _bad("a media line lacks its fingerprint or set-up role")
        if line.ice is None or not line.ice.usernameFragment or not line.ice.password:
            raise _bad("a media line lacks its ICE credentials")
        if line.kind == "application" and (line.sctp_port not in _PORTS or line.profile != "UDP/DTLS/SCTP"):
            raise _bad("data channels need SCTP over DTLS over UDP, and its port")


def _is_mid(mid: str) -> bool:
    return len(mid) <= MAX_MID_LENGTH and _MID_PATTERN.fullmatch(mid) is not None


def _unify_transport(description: SessionDescription) -> None:
    """Give every line the transport of the first bundled one, which is the one that counts (RFC 8843 section 7.2.1).

    Addresses that a browser hides behind mDNS names are dropped, as asking for them would hold up the answer; it
    reaches us all the same. So is end-of-candidates, with which aiortc would give up when no other address is left.
    """
    bundle = next(group for group in description.group if group.semantic == "BUNDLE")
    tagged = next(line for line in description.media if line.rtp.muxId == str(bundle.items[0]))
    description.host = None
    usable = [candidate for candidate in tagged.ice_candidates if _is_usable(candidate)]
    candidates = sorted(usable, key=lambda candidate: candidate.priority, reverse=True)[:MAX_CANDIDATES]
    for line in description.media:
        line.ice, line.dtls = tagged.ice, tagged.dtls
        line.ice_candidates, line.ice_candidates_complete = candidates, False
        line.host = line.rtcp_host = None
        line.rtcp_port = line.rtcp_port or _DISCARD_PORT
        line.rtcp_mux = line.rtcp_mux or line.kind == "application"


def _is_usable(candidate: RTCIceCandidate) -> bool:
    """Whether checks may be sent there: to one host, and not where services of other kinds listen.

    Browsers apply the same rule to ports: a description must not make the server knock at a plant's doors.
    """
    try:
        address = ipaddress.ip_address(candidate.ip)
    except ValueError:
        return False
    if address.is_multicast or address.is_unspecified or address == _BROADCAST:
        return False
    port = candidate.port
    if port < _FIRST_UNPRIVILEGED_PORT and not (port in _WEB_PORTS and address.is_global):
        return False
    return candidate.protocol.lower() == "udp" and port in _PORTS and candidate.component == 1


def _read_media(line: MediaDescription) -> MediaLine:
    """Read one m-line, and leave in it only what aiortc shall see."""
    kind = cast("Kind", line.kind)
    line.direction = line.direction or "sendrecv"
    publishes = line.direction in {"sendonly", "sendrecv"}
    answer_codecs = _forwardable(kind, line.rtp.codecs)
    codecs = [_codec(parameters, answer_codecs) for parameters in answer_codecs if not _is_rtx(parameters)]
    if not codecs:
        names = " or ".join(FORWARDED[kind].values())
        raise ArError(Code.UNSUPPORTED_CODEC, f"{kind} needs {names}")
    extensions = _extensions(line.rtp.headerExtensions, publishes=publishes)
    if not line.rtcp_mux:
        raise _bad("RTP and RTCP must share one port")
    ssrcs = [description.ssrc for description in line.ssrc][:2]
    line.ssrc, line.ssrc_group = line.ssrc[:2], []
    line.rtp.codecs = [_as_stock(parameters) for parameters in answer_codecs]
    line.rtp.headerExtensions = extensions
    line.fmt = [parameters.payloadType for parameters in answer_codecs]
    return MediaLine(
        mid=line.rtp.muxId,
        kind=kind,
        publishes=publishes,
        subscribes=line.direction in {"recvonly", "sendrecv"},
        codecs=codecs,
        answer_codecs=[_with_feedback(parameters, publishes=publishes) for parameters in answer_codecs],
        answer_extensions=extensions,
        ssrcs=ssrcs,
    )


def _is_rtx(parameters: RTCRtpCodecParameters) -> bool:
    return parameters.name.lower() == "rtx"


def _forwardable(kind: Kind, offered: list[RTCRtpCodecParameters]) -> list[RTCRtpCodecParameters]:
    """Codecs that we forward, each followed somewhere by its retransmission format, in the client's order."""
    possible = [
        parameters
        for parameters in offered
        if parameters.clockRate == CLOCK_RATES[kind] and parameters.payloadType in _PAYLOAD_TYPES
    ]
    primary = {
        parameters.payloadType
        for parameters in possible
        if parameters.name.lower() in FORWARDED[kind]
        and (parameters.name.lower() != "h264" or str(parameters.parameters.get("packetization-mode", 0)) == "1")
    }
    return [
        parameters
        for parameters in possible
        if parameters.payloadType in primary or (_is_rtx(parameters) and parameters.parameters.get("apt") in primary)
    ]


def _codec(parameters: RTCRtpCodecParameters, known: list[RTCRtpCodecParameters]) -> Codec:
    name = FORWARDED["video" if parameters.mimeType.lower().startswith("video") else "audio"][parameters.name.lower()]
    rtx = (
        other.payloadType for other in known if _is_rtx(other) and other.parameters.get("apt") == parameters.payloadType
    )
    feedback = {(item.type, item.parameter) for item in parameters.rtcpFeedback}
    return Codec(
        name=name,
        clock_rate=parameters.clockRate,
        payload_type=cast("int", parameters.payloadType),
        rtx_payload_type=next(rtx, None),
        nack=("nack", None) in feedback,
        pli=("nack", "pli") in feedback,
        h264_profile=str(parameters.parameters.get("profile-level-id", "42e01f"))[:4].lower() if name == "H264" else "",
        parameter_sets=str(parameters.parameters.get("sprop-parameter-sets") or ""),
    )


def _with_feedback(parameters: RTCRtpCodecParameters, *, publishes: bool) -> RTCRtpCodecParameters:
    """The codec as answered: with the feedback that we send or understand, and never REMB (it starves cameras)."""
    accepted = {("nack", None), ("nack", "pli")} | ({("transport-cc", None)} if publishes else set())
    feedback = [
        RTCRtcpFeedback(type=item.type, parameter=item.parameter)
        for item in parameters.rtcpFeedback
        if (item.type, item.parameter) in accepted
    ]
    wishes = _VOICE if publishes and parameters.name.lower() == "opus" else {}
    return RTCRtpCodecParameters(
        mimeType=parameters.mimeType,
        clockRate=parameters.clockRate,
        channels=parameters.channels,
        payloadType=parameters.payloadType,
        rtcpFeedback=feedback,
        parameters={**parameters.parameters, **wishes},
    )


def _as_stock(parameters: RTCRtpCodecParameters) -> RTCRtpCodecParameters:
    is_h264 = parameters.name.lower() == "h264"
    return RTCRtpCodecParameters(
        mimeType=parameters.mimeType,
        clockRate=parameters.clockRate,
        channels=parameters.channels,
        payloadType=parameters.payloadType,
        rtcpFeedback=[],
        parameters=dict(_STOCK_H264_PARAMETERS) if is_h264 else dict(parameters.parameters),
    )


def _extensions(
    offered: list[RTCRtpHeaderExtensionParameters], *, publishes: bool
) -> list[RTCRtpHeaderExtensionParameters]:
    """Mid for everybody, the transport-wide counter for publishers.

    Without ``urn:3gpp:video-orientation`` a tablet turns its pictures upright before it encodes them, which is what
    the tracker wants.
    """
    wanted = {MID_URI, TWCC_URI} if publishes else {MID_URI}
    return [
        extension for extension in offered if extension.uri in wanted and 0 < extension.id <= _MAX_ONE_BYTE_EXTENSION_ID
    ]
