"""One publisher: sends the clip over and over, as a tablet would, and remembers when each packet left."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from arsupport.rtc.rtcp import pack_sender_report
from tests.bench.media.clip import CLOCK_RATES, SECONDS, SETTINGS
from tests.bench.media.endpoint import MID_ID, TWCC_ID, Endpoint

if TYPE_CHECKING:
    from tests.bench.media.clip import Burst, Packet
    from tests.bench.media.endpoint import Line

_REPORT_SECONDS: Final = 1.0
_NTP_UNIX: Final = 2_208_988_800
_PAYLOAD_FEEDBACK: Final = 206
_KEYFRAME_REQUESTS: Final = {1, 4}
"""PLI (RFC 4585 section 6.3.1) and FIR (RFC 5104 section 4.3.1)."""


class Window:
    """The time that is measured, Unix seconds, and what was sent and seen in it; latencies in seconds."""

    def __init__(self, begin: float = 0.0, end: float = 0.0) -> None:
        self.begin, self.end = begin, end
        self.packets = 0
        self.frames = 0
        self.latencies: list[float] = []

    def covers(self, moment: float) -> bool:
        return self.begin <= moment < self.end


class Stream:
    """RTP counters of one stream, and the headers made from them."""

    def __init__(self, line: Line) -> None:
        self.ssrc = line.ssrc
        self.packets = 0
        self._payload_type = line.payload_type
        self._rate = CLOCK_RATES[line.kind]
        self._mid = line.mid.encode()

    def timestamp(self, at: float) -> int:
        return (self.ssrc * 7 + round(at * self._rate)) & 0xFFFFFFFF

    def header(self, at: float, number: int, *, marker: bool) -> bytes:
        """With mid and transport-wide number, as a browser sends them (RFC 8285 section 4.2)."""
        sequence = (1000 + self.packets) & 0xFFFF
        self.packets += 1
        return (
            bytes([0x90, self._payload_type | marker << 7])
            + sequence.to_bytes(2, "big")
            + self.timestamp(at).to_bytes(4, "big")
            + self.ssrc.to_bytes(4, "big")
            + b"\xbe\xde\x00\x02"
            + bytes([MID_ID << 4, self._mid[0], TWCC_ID << 4 | 1])
            + number.to_bytes(2, "big")
            + bytes(3)
        )


class Publisher:
    """Begins the clip anew, with its keyframe, when it is asked for one.

    ``sent`` holds the moment (Unix seconds) at which each packet of the clip was last sent, ``frames`` the same for the
    last packet of each frame. ``first`` is when (Unix seconds) the picture with which timestamp was taken.
    """

    def __init__(self, clip: list[Burst], window: Window) -> None:
        self.endpoint = Endpoint(self._receive)
        self.window = window
        self.sent: dict[bytes, float] = {}
        self.frames = [0.0] * SETTINGS.frames
        self.first = (0.0, 0)
        self._clip = clip
        self._streams: dict[bool, Stream] = {}
        self._number = 0
        self._keyframe_wanted = False

    async def run(self, media: list[Line], phase: float) -> None:
        """Send until cancelled, from ``phase`` seconds after now on."""
        self._streams = {line.kind == "video": Stream(line) for line in media}
        loop = asyncio.get_running_loop()
        began = origin = loop.time() + phase
        self.first = (time.time() + phase, self._streams[True].timestamp(0.0))
        report_at = began
        while True:
            self._keyframe_wanted = False
            for burst in self._clip:
                delay = origin + burst.due - loop.time()
                if delay > 0:
                    await asyncio.sleep(delay)
                if self._keyframe_wanted and burst.begins:
                    break
                for packet in burst.packets:
                    self._send(packet, origin + burst.taken - began)
                if loop.time() >= report_at:
                    report_at += _REPORT_SECONDS
                    self._report(loop.time() - began)
            origin = loop.time() if self._keyframe_wanted else origin + SECONDS

    def _send(self, packet: Packet, at: float) -> None:
        header = self._streams[packet.video].header(at, self._number, marker=packet.marker)
        self._number = (self._number + 1) & 0xFFFF
        moment = self.endpoint.send(header + packet.payload)
        counted = self.window.covers(moment)
        self.sent[packet.key] = moment
        self.window.packets += counted
        if packet.marker:
            self.frames[packet.frame] = moment
            self.window.frames += counted

    def _report(self, at: float) -> None:
        for stream in self._streams.values():
            report = pack_sender_report(
                ssrc=stream.ssrc,
                ntp_seconds=time.time() + _NTP_UNIX,
                timestamp=stream.timestamp(at),
                packets=stream.packets,
                octets=stream.packets * 1000,
            )
            self.endpoint.send_rtcp(report)

    def _receive(self, packet: bytes, _arrival: float) -> None:
        position = 0
        while position + 4 <= len(packet):  # a compound packet, RFC 3550 section 6.1
            if packet[position + 1] == _PAYLOAD_FEEDBACK and packet[position] & 0x1F in _KEYFRAME_REQUESTS:
                self._keyframe_wanted = True
            position += 4 * (int.from_bytes(packet[position + 2 : position + 4], "big") + 1)
