"""The short way through the server: socket → decrypt → forward → encrypt → socket, in one go for a whole burst.

aiortc reads one datagram for each turn of the event loop, queues it, wakes a task, copies it through libsrtp and parses
it into objects. Here the connection's socket is read directly, packets are decrypted where they lie, and what a burst
leaves for a subscriber goes out in one system call. ICE, DTLS and data channels stay aiortc's: their datagrams are
handed on as asyncio would have done.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.rtc import aiortc_private as private
from arsupport.rtc.datagrams import PACKET_BYTES, Inbox, Outbox
from arsupport.rtc.gate import MAX_SSRCS, PACKETS_PER_SECOND, Allowance
from arsupport.rtc.latency import FORWARDING
from arsupport.rtc.rtp import HEADER_BYTES, read_packet

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiortc import RTCDtlsTransport

    from arsupport.rtc.aiortc_private import Path, ReceiverSink, SrtpInPlace

# RFC 7983 section 7: the first byte tells SRTP from STUN, DTLS and TURN; RFC 5761 section 4: the second RTP from RTCP.
_MEDIA: Final = range(128, 192)
_RTCP: Final = range(192, 209)

log = structlog.get_logger()


class FastInlet:
    """Takes a connected transport's datagrams from its socket.

    Args:
        transport: whose media this is.
        path: its socket.
        srtp: its way in.
        twcc_id: local identifier of the transport-wide number, 0 when it was not negotiated.
        taken: called with the time, monotonic seconds, after every burst of media.
        failed: called once when a packet makes our own code fail; nothing is received any more.
    """

    def __init__(
        self,
        transport: RTCDtlsTransport,
        path: Path,
        srtp: SrtpInPlace,
        twcc_id: int,
        taken: Callable[[float], None],
        failed: Callable[[], None],
    ) -> None:
        self._transport = transport
        self._path = path
        self._srtp = srtp
        self._twcc_id = twcc_id
        self._taken = taken
        self._failed = failed
        self._inbox = Inbox()
        self._sinks: dict[tuple[int, int], ReceiverSink] = {}
        self._ssrcs: set[bytes] = set()
        self._packets = Allowance(PACKETS_PER_SECOND)
        self._open = True
        self._complained = False
        self.refused = 0
        """Datagrams thrown away: forged, repeated, broken, or of too many streams."""

    def start(self) -> None:
        """Take over the socket from asyncio's transport, until that is closed."""
        private.watch_socket(asyncio.get_running_loop(), self._path.descriptor, self._readable)

    def close(self) -> None:
        """Throw away what still comes."""
        self._open = False

    def _readable(self) -> None:
        path = self._path
        try:
            lengths = self._inbox.receive(path.descriptor)
        except OSError as error:
            path.protocol.error_received(error)
            return
        arrival = time.monotonic()
        touched: list[ReceiverSink] = []
        try:
            for index, length in enumerate(lengths):
                self._take(index, length, arrival, touched)
            for sink in touched:
                sink.flush()
            if touched:
                FORWARDING.observe(time.monotonic() - arrival)
                self._taken(arrival)
        except Exception:  # a packet that we cannot handle must cost its sender the connection, and nobody else
            log.exception("a packet could not be handled")
            if self._open:
                self._open = False
                self._failed()

    def _take(self, index: int, length: int, arrival: float, touched: list[ReceiverSink]) -> None:
        view = self._inbox.views[index]
        if length < HEADER_BYTES or view[0] not in _MEDIA:
            if length:
                self._hand_on(index, length)
        elif not self._open:
            return
        elif not self._packets.take(arrival):
            self.refused += 1
        elif view[1] in _RTCP:
            length = self._srtp.unprotect_rtcp(self._inbox.pointers[index], length)
            if length:
                private.handle_rtcp_now(self._transport, self._inbox.buffers[index][0:length])
            else:
                self.refused += 1
        else:
            self._take_rtp(index, length, arrival, touched)

    def _hand_on(self, index: int, length: int) -> None:
        """Give aioice what is no media. Anybody can send that, so its failures must not end the connection."""
        try:
            self._path.protocol.datagram_received(self._inbox.buffers[index][0:length], self._inbox.address(index))
        except Exception:
            if not self._complained:
                log.exception("a datagram could not be handled")
            self._complained = True
            self.refused += 1

    def _take_rtp(self, index: int, length: int, arrival: float, touched: list[ReceiverSink]) -> None:
        buffer = self._inbox.buffers[index]
        ssrc = buffer[8:12]
        if ssrc not in self._ssrcs and len(self._ssrcs) >= MAX_SSRCS:
            self.refused += 1
            return
        length = self._srtp.unprotect(self._inbox.pointers[index], length)
        if not length:
            self.refused += 1
            return
        try:
            packet = read_packet(buffer, self._inbox.views[index], length, self._twcc_id)
        except ValueError:
            self.refused += 1
            return
        self._ssrcs.add(ssrc)
        key = (packet.ssrc, packet.payload_type)
        try:
            sink = self._sinks[key]
        except KeyError:
            receiver = private.receiver_of(self._transport, packet)
            if receiver is None or receiver.sink is None:
                return
            sink = self._sinks[key] = receiver.sink
        sink.handle_rtp(packet, arrival)
        if sink not in touched:
            touched.append(sink)


class FastOutlet:
    """Sends on a connected transport's socket; bursts go out together.

    When ICE leaves the socket for a relay, packets go aiortc's way.

    Args:
        transport: whose media this is.
        path: its socket.
        srtp: its way out.
    """

    def __init__(self, transport: RTCDtlsTransport, path: Path, srtp: SrtpInPlace) -> None:
        self._transport = transport
        self._pair = private.nominated_pair(transport)
        self._path = path
        self._srtp = srtp
        self._outbox = Outbox(*path.remote)
        self._stands = True
        self._closed = False

    @property
    def dropped(self) -> int:
        """Packets that the kernel did not take, on the present path."""
        return self._outbox.dropped

    def send(self, packet: bytes) -> bool:
        """Send an RTP or RTCP packet now, after what is queued."""
        sent = self._put(packet, self._srtp.protect_rtcp if packet[1] in _RTCP else self._srtp.protect)
        self.flush()
        return sent

    def queue(self, header: bytes, payload: bytes) -> bool:
        """Encrypt an RTP packet and let it wait for ``flush``."""
        return self._put(header + payload, self._srtp.protect)

    def flush(self) -> None:
        """Send what is queued."""
        if self._outbox.count:
            self._look()
            if self._stands:
                self._outbox.flush(self._path.descriptor)

    def close(self) -> None:
        """Send nothing more: the socket's number may soon be another's."""
        self._closed = True
        self._stands = False

    def _put(self, packet: bytes, protect: Callable[[object, int], int]) -> bool:
        if not self._stands:
            return not self._closed and private.send_now(self._transport, packet)
        if self._outbox.full:
            self.flush()
        outbox, length = self._outbox, len(packet)
        if length > PACKET_BYTES:
            return False
        outbox.buffers[outbox.count][0:length] = packet
        length = protect(outbox.pointers[outbox.count], length)
        if length:
            outbox.commit(length)
        return length > 0

    def _look(self) -> None:
        """Before anything is written: is the socket still this connection's, and still the path that ICE has chosen?"""
        if self._path.transport.is_closing():
            self._stands = False
        elif private.nominated_pair(self._transport) is not self._pair:
            self._pair, path = private.nominated_pair(self._transport), private.udp_path(self._transport)
            self._stands = path is not None
            if path is not None:
                self._path, self._outbox = path, Outbox(*path.remote)
