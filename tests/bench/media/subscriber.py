"""One subscriber: recognises what arrives and notes how long it was under way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import av
import numpy as np
from aiortc.codecs.h264 import h264_depayload

from arsupport.camera.stamp import read_stamp
from arsupport.rtc.rtcp import pack_receiver_report
from tests.bench.media.clip import KEY_BYTES
from tests.bench.media.endpoint import H264, Endpoint, is_rtcp

if TYPE_CHECKING:
    from tests.bench.media.publisher import Publisher

_REPORT_SECONDS: Final = 1.0
_HEADER_BYTES: Final = 12
_LAST_OF_FRAME: Final = 0x80 | H264  # marker and payload type


class Subscriber:
    """Takes a session's packets; ``first`` is set when the first of them has come, ``timestamp`` is that of
    the newest video frame that is whole.

    Args:
        publisher: of the same session.
        decodes: whether the server encodes anew, so that frames are to be recognised instead of packets.
    """

    def __init__(self, publisher: Publisher, *, decodes: bool) -> None:
        self.endpoint = Endpoint(self._receive)
        self.first = asyncio.Event()
        self.timestamp = 0
        self._publisher = publisher
        self._frames = FrameReader(publisher) if decodes else None
        self._highest: dict[bytes, int] = {}

    async def run(self) -> None:
        """Send receiver reports until cancelled."""
        while True:
            await asyncio.sleep(_REPORT_SECONDS)
            for ssrc, highest in self._highest.items():
                report = pack_receiver_report(
                    sender_ssrc=1,
                    media_ssrc=int.from_bytes(ssrc, "big"),
                    fraction_lost=0,
                    lost=0,
                    highest=highest,
                    jitter=0,
                    last_report=0,
                    delay_seconds=0.0,
                )
                self.endpoint.send_rtcp(report)

    def _receive(self, packet: bytes, arrival: float) -> None:
        if len(packet) <= _HEADER_BYTES + KEY_BYTES or is_rtcp(packet):
            return
        self.first.set()
        if packet[1] == _LAST_OF_FRAME:
            self.timestamp = int.from_bytes(packet[4:8], "big")
        self._highest[packet[8:12]] = int.from_bytes(packet[2:4], "big")
        if self._frames is not None:
            self._frames.add(packet, arrival)
            return
        sent = self._publisher.sent.get(packet[-KEY_BYTES:], 0.0)
        if self._publisher.window.covers(sent):
            self._publisher.window.latencies.append(arrival - sent)


class FrameReader:
    """Puts the frames of a re-encoded stream together, decodes them and reads their stamps."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._decoder = av.VideoCodecContext.create("h264", "r")
        self._data = b""

    def add(self, packet: bytes, arrival: float) -> None:
        """Take a packet; its frame is measured with its last one."""
        if packet[1] & 0x7F != H264:
            return
        extension = 4 + 4 * int.from_bytes(packet[14:16], "big") if packet[0] & 0x10 else 0
        self._data += h264_depayload(packet[_HEADER_BYTES + extension :])
        if packet[1] & 0x80:
            data, self._data = self._data, b""
            self._measure(data, arrival)

    def _measure(self, data: bytes, arrival: float) -> None:
        try:
            frames = self._decoder.decode(av.Packet(data))
        except av.FFmpegError:  # the first frames, before a keyframe
            return
        for frame in frames:
            stamp = read_stamp(np.asarray(frame.to_ndarray(format="gray"), np.uint8))
            if stamp is not None and self._publisher.window.covers(self._publisher.frames[stamp]):
                self._publisher.window.latencies.append(arrival - self._publisher.frames[stamp])
