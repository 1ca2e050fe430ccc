"""A cheap WebRTC endpoint for many senders and sinks in one process.

aiortc finds the path and agrees on the keys; then the socket is read and written here, without a task or a queue per
packet, so that the load is no part of what is measured. The kernel notes when a packet arrived: how long the sink
took to fetch it is not counted either.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import pylibsrtp
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport, sdp

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiortc import RTCIceCandidate

SO_TIMESTAMPNS: Final = 35
"""Linux, x86 and ARM: deliver the time of arrival (CLOCK_REALTIME) with each datagram."""

MID_ID: Final = 1
TWCC_ID: Final = 3
TWCC_URI: Final = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
MID_URI: Final = "urn:ietf:params:rtp-hdrext:sdes:mid"
OPUS: Final = 111
H264: Final = 102
FORMATS: Final = {
    "audio": ["rtpmap:{} opus/48000/2", "rtcp-fb:{} transport-cc", "fmtp:{} minptime=10;useinbandfec=1"],
    "video": [
        "rtpmap:{} H264/90000",
        "rtcp-fb:{} nack",
        "rtcp-fb:{} nack pli",
        "rtcp-fb:{} ccm fir",
        "rtcp-fb:{} transport-cc",
        "fmtp:{} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    ],
}

_CONTROL_BYTES: Final = 64
_RTCP_TYPES: Final = range(64, 96)
_DATAGRAM_BYTES: Final = 2048
_READ_AT_ONCE: Final = 64
_BUFFER_BYTES: Final = 4 << 20
_TIMESPEC: Final = struct.Struct("@ll")


class Line(NamedTuple):
    """One m-line: what kind, under which mid and payload type, sent or received."""

    kind: str
    mid: str
    payload_type: int
    direction: str
    ssrc: int = 0


def is_rtcp(packet: bytes) -> bool:
    """Tell the two kinds apart on one port (RFC 5761 section 4)."""
    return packet[1] & 0x7F in _RTCP_TYPES


def is_ipv4(candidate: RTCIceCandidate) -> bool:
    """All servers are reached the same way: Janus is told to use IPv4 only."""
    return ":" not in candidate.ip


def lines(direction: str) -> list[Line]:
    """One audio and one video line, as a browser would offer them."""
    return [
        Line("audio", "0", OPUS, direction, secrets.randbelow(1 << 31) + 1),
        Line("video", "1", H264, direction, secrets.randbelow(1 << 31) + 1),
    ]


class Endpoint:
    """One transport with its keys; ``receive`` gets decrypted packets with the time of their arrival (Unix seconds)."""

    _certificate: RTCCertificate | None = None

    def __init__(self, receive: Callable[[bytes, float], None]) -> None:
        Endpoint._certificate = Endpoint._certificate or RTCCertificate.generateCertificate()
        self._gatherer = RTCIceGatherer(iceServers=[])
        self._ice = RTCIceTransport(self._gatherer)
        self.dtls = RTCDtlsTransport(self._ice, [Endpoint._certificate])
        self._receive = receive
        self._socket: socket.socket | None = None
        self._address: tuple[str, int] = ("", 0)
        self._protocol: Any = None
        self._tx: Any = None
        self._rx: Any = None

    async def describe(self, media: list[Line], *, offer: bool, extra: str = "") -> str:
        """Write the local description, with all candidates."""
        await self._gatherer.gather()
        parameters = self._gatherer.getLocalParameters()
        prints = next(item for item in self.dtls.getLocalParameters().fingerprints if item.algorithm == "sha-256")
        transport = [
            f"a=ice-ufrag:{parameters.usernameFragment}",
            f"a=ice-pwd:{parameters.password}",
            *[
                f"a=candidate:{sdp.candidate_to_sdp(each)}"
                for each in self._gatherer.getLocalCandidates()
                if is_ipv4(each)
            ],
            "a=end-of-candidates",
            f"a=fingerprint:{prints.algorithm} {prints.value}",
            f"a=setup:{'actpass' if offer else 'active'}",
        ]
        mids = " ".join(line.mid for line in media) + (" data" if extra else "")
        text = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {mids}", "a=msid-semantic: WMS *"]
        for line in media:
            text += [f"m={line.kind} 9 UDP/TLS/RTP/SAVPF {line.payload_type}", "c=IN IP4 0.0.0.0", f"a=mid:{line.mid}"]
            text += [*transport, f"a={line.direction}", "a=rtcp-mux"]
            text += [f"a={item.format(line.payload_type)}" for item in FORMATS[line.kind]]
            if offer:
                text += [f"a=extmap:{MID_ID} {MID_URI}", f"a=extmap:{TWCC_ID} {TWCC_URI}"]
            if line.ssrc:
                text += [f"a=msid:bench {line.kind}", f"a=ssrc:{line.ssrc} cname:bench"]
        if extra:
            text += [extra, "c=IN IP4 0.0.0.0", "a=mid:data", *transport, "a=sctp-port:5000"]
        return "\r\n".join(text) + "\r\n"

    async def connect(self, remote: str, *, offered: bool) -> None:
        """Find the path to the other side, agree on keys, and take the socket over."""
        media = sdp.SessionDescription.parse(remote).media[0]
        if media.ice is None or media.dtls is None:
            raise ConnectionError("the other side's description is not complete")
        self._ice._connection.ice_controlling = offered
        for candidate in filter(is_ipv4, media.ice_candidates):
            await self._ice.addRemoteCandidate(candidate)
        await self._ice.addRemoteCandidate(None)
        await self._ice.start(media.ice)
        active = media.dtls.role == "client" if offered else False
        self.dtls._set_role("server" if active else "client")
        await self.dtls.start(media.dtls)
        if self.dtls.state != "connected":
            raise ConnectionError(f"no connection: ICE {self._ice.state}, DTLS {self.dtls.state}")
        self._take_socket()

    async def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
        await self.dtls.stop()
        await self._ice.stop()

    def send(self, packet: bytes) -> float:
        """Encrypt and send an RTP packet; give the moment before it was handed to the kernel (Unix seconds)."""
        return self._send(self._tx.protect(packet))

    def send_rtcp(self, packet: bytes) -> None:
        """The same for RTCP."""
        self._send(self._tx.protect_rtcp(packet))

    def _send(self, data: bytes) -> float:
        assert self._socket is not None
        now = time.time()
        with suppress(BlockingIOError):  # a packet that the kernel has no room for is lost, and counted as that
            self._socket.sendto(data, self._address)
        return now

    def _take_socket(self) -> None:
        pair = self._ice._connection._nominated[1]
        self._protocol, self._address = pair.protocol, pair.remote_addr
        descriptor = self._protocol.transport.get_extra_info("socket").fileno()
        loop = cast("Any", asyncio.get_running_loop())
        loop._remove_reader(descriptor)
        own = self._socket = socket.socket(fileno=socket.dup(descriptor))
        own.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        self._tx, self._rx = self.dtls._tx_srtp, self.dtls._rx_srtp
        loop.add_reader(own, self._readable)

    def _readable(self) -> None:
        assert self._socket is not None
        for _ in range(_READ_AT_ONCE):
            try:
                data, control, _flags, address = self._socket.recvmsg(_DATAGRAM_BYTES, _CONTROL_BYTES)
            except (BlockingIOError, ConnectionError):
                return
            if not 127 < data[0] < 192:
                self._protocol.datagram_received(data, address)
                continue
            seconds, nanoseconds = _TIMESPEC.unpack_from(control[0][2]) if control else (time.time(), 0)
            with suppress(pylibsrtp.Error):
                plain = self._rx.unprotect_rtcp(data) if is_rtcp(data) else self._rx.unprotect(data)
                self._receive(plain, seconds + nanoseconds / 1e9)
