"""The short way through the server: socket → decrypt → forward → encrypt → socket, in one go for a whole burst.

aiortc reads one datagram for each turn of the event loop, queues it, wakes a task, copies it through libsrtp and parses
it into objects. Here the connection's socket is read directly, packets are decrypted where they lie, and what a burst
leaves for a subscriber goes out in one system call. ICE, DTLS and data channels stay aiortc's: their datagrams are
handed on as asyncio would have done.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

import structlog

from arsupport.rtc import aiortc_private as private
from arsupport.rtc.datagrams import BURST, DATAGRAM_BYTES, PACKET_BYTES, Inbox, Outbox
from arsupport.rtc.gate import FORGED_PER_SECOND, MAX_SSRCS, PACKETS_PER_SECOND, Allowance
from arsupport.rtc.latency import FORWARDING
from arsupport.rtc.rtp import HEADER_BYTES, read_packet

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiortc import RTCDtlsTransport

    from arsupport.rtc.aiortc_private import Path, ReceiverSink, SrtpInPlace
    from arsupport.rtc.feedback import Feedback
    from arsupport.rtc.rtp import ReceivedPacket

# RFC 7983 section 7: the first byte tells SRTP from STUN, DTLS and TURN; RFC 5761 section 4: the second RTP from RTCP.
_MEDIA: Final = range(128, 192)
_RTCP: Final = range(192, 209)

_INBOX: Final = Inbox()
"""One for all connections, and so never far from the processor: a burst is taken out of it before the next comes in."""

log = structlog.get_logger()


class FastInlet:
    """Takes a connected transport's datagrams from its socket.

    The common packet passes as few functions as can be: what a function costs is not the call, but that after a pause
    its code has left the processor's caches.

    Args:
        transport: whose media this is.
        path: its socket.
        srtp: its way in.
        twcc_id: local identifier of the transport-wide number, 0 when it was not negotiated.
        feedback: what its publisher is told; given after a burst of media when it is due.
        failed: called once when a packet makes our own code fail; nothing is received any more.
    """

    def __init__(
        self,
        transport: RTCDtlsTransport,
        path: Path,
        srtp: SrtpInPlace,
        twcc_id: int,
        feedback: Feedback | None,
        failed: Callable[[], None],
    ) -> None:
        self._transport = transport
        self._path = path
        self._srtp = srtp
        self._unprotect = srtp.unprotect
        self._length = srtp.length
        self._twcc_id = twcc_id
        self._feedback = feedback
        self._failed = failed
        self._sinks: dict[tuple[int, int], ReceiverSink] = {}
        self._ssrcs: set[bytes] = set()
        self._packets = Allowance(PACKETS_PER_SECOND)
        self._forged = Allowance(FORGED_PER_SECOND)
        self._wary_until = float("-inf")
        self._open = True
        self._complained = False
        self._misread = False
        self.refused = 0
        """Datagrams thrown away: forged, repeated, broken, or of too many streams."""

    def start(self) -> None:
        """Take over the socket from asyncio's transport, until that is closed."""
        private.watch_socket(asyncio.get_running_loop(), self._path.descriptor, self._readable)

    def close(self) -> None:
        """Throw away what still comes."""
        self._open = False

    def _readable(self) -> None:
        try:
            count = _INBOX.receive(self._path.descriptor)
        except OSError as error:
            self._path.protocol.error_received(error)
            return
        try:
            self._take(count, time.monotonic())
        except Exception:  # a packet that we cannot handle must cost its sender the connection, and nobody else
            log.exception("a packet could not be handled")
            if self._open:
                self._open = False
                self._failed()

    def _take(self, count: int, arrival: float) -> None:
        """Take a burst."""
        inbox = _INBOX
        admitted = self._packets.take(arrival, count)
        touched: list[ReceiverSink] = []
        for index in range(count):
            length, view = inbox.lengths[index], inbox.views[index]
            if not HEADER_BYTES <= length < DATAGRAM_BYTES or view[0] not in _MEDIA:
                self._packets.give_back()
                if 0 < length < DATAGRAM_BYTES:
                    self._hand_on(index, length)
            elif not self._open:
                continue
            elif not admitted:
                self.refused += 1
            elif view[1] in _RTCP:
                self._take_rtcp(index, length, arrival)
            else:
                self._take_rtp(index, length, arrival, touched)
        if not touched:
            return
        for sink in touched:
            sink.flush()
        now = time.monotonic()
        FORWARDING.observe(now - arrival)
        if self._feedback is not None and now >= self._feedback.due:
            self._feedback.give(now)

    def _hand_on(self, index: int, length: int) -> None:
        """Give aioice what is no media. Anybody can send that, so its failures must not end the connection."""
        try:
            self._path.protocol.datagram_received(_INBOX.buffers[index][0:length], _INBOX.address(index))
        except Exception:
            if not self._complained:
                log.exception("a datagram could not be handled")
            self._complained = True
            self.refused += 1

    def _may_begin(self, index: int, arrival: float) -> bool:
        """Whether a stream that is not known may be looked at: decrypting costs, and libsrtp keeps each one."""
        return len(self._ssrcs) < MAX_SSRCS and (arrival >= self._wary_until or self._comes_from_participant(index))

    def _comes_from_participant(self, index: int) -> bool:
        try:
            return _INBOX.address(index) == self._path.remote
        except OSError:  # of a network interface that is no more
            return False

    def _refuse(self, arrival: float) -> None:
        """Throw away what nobody can be held to have sent: it may not use up the participant's rate.

        Who sends much of it under the participant's own address can at most keep new streams waiting: those that run
        are known by 32 random bits.
        """
        self.refused += 1
        self._packets.give_back()
        if not self._forged.take(arrival):
            self._wary_until = arrival + 1.0

    def _take_rtcp(self, index: int, length: int, arrival: float) -> None:
        buffer = _INBOX.buffers[index]
        ssrc = buffer[4:8]
        if ssrc not in self._ssrcs and not self._may_begin(index, arrival):
            self._refuse(arrival)
            return
        self._length[0] = length
        if self._srtp.unprotect_rtcp(_INBOX.pointers[index], self._length):
            self._refuse(arrival)
            return
        self._ssrcs.add(ssrc)
        try:
            private.handle_rtcp_now(self._transport, buffer[0 : self._length[0]])
        except ValueError as error:
            if not self._misread:
                log.info("datagrams-dropped", reason="malformed", detail=f"RTCP: {error}")
            self._misread = True
            self.refused += 1

    def _take_rtp(self, index: int, length: int, arrival: float, touched: list[ReceiverSink]) -> None:
        buffer = _INBOX.buffers[index]
        ssrc = buffer[8:12]
        if ssrc not in self._ssrcs and not self._may_begin(index, arrival):
            self._refuse(arrival)
            return
        self._length[0] = length
        if self._unprotect(_INBOX.pointers[index], self._length):
            self._refuse(arrival)
            return
        try:
            packet = read_packet(buffer, _INBOX.views[index], self._length[0], self._twcc_id)
        except ValueError:
            self.refused += 1
            return
        sink = self._sinks.get((packet.ssrc, packet.payload_type))
        if sink is None:
            self._ssrcs.add(ssrc)
            sink = self._find_sink(packet)
            if sink is None:
                return
        sink.handle_rtp(packet, arrival)
        if sink not in touched:
            touched.append(sink)

    def _find_sink(self, packet: ReceivedPacket) -> ReceiverSink | None:
        receiver = private.receiver_of(self._transport, packet)
        if receiver is None or receiver.sink is None:
            return None
        self._sinks[packet.ssrc, packet.payload_type] = receiver.sink
        return receiver.sink


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
        self._pairs = private.nominated_pairs(transport)
        self._pair = self._pairs.get(private.MEDIA_COMPONENT)
        self._path = path
        self._srtp = srtp
        self._protect = srtp.protect
        self._length = srtp.length
        self._outbox = Outbox(*path.remote)
        self._stands = True
        self._closed = False

    @property
    def dropped(self) -> int:
        """Packets that the kernel did not take, on the present path."""
        return self._outbox.dropped

    def send(self, packet: bytes) -> bool:
        """Send an RTP or RTCP packet now, after what is queued."""
        sent = self._put(packet, self._srtp.protect_rtcp if packet[1] in _RTCP else self._protect)
        self.flush()
        return sent

    def queue(self, header: bytes, payload: bytes) -> bool:
        """Encrypt an RTP packet and let it wait for ``flush``."""
        return self._put(header + payload, self._protect)

    def flush(self) -> None:
        """Send what is queued."""
        if not self._outbox.count:
            return
        # Before anything is written: is the socket still this connection's, and still the path that ICE has chosen?
        if self._path.transport.is_closing():
            self._stands = False
        elif self._pairs.get(private.MEDIA_COMPONENT) is not self._pair:
            self._change_path()
        if self._stands:
            self._outbox.flush(self._path.descriptor)

    def close(self) -> None:
        """Send nothing more: the socket's number may soon be another's."""
        self._closed = True
        self._stands = False

    def _put(self, packet: bytes, protect: Callable[[Any, Any], int]) -> bool:
        if not self._stands:
            return not self._closed and private.send_now(self._transport, packet)
        length = len(packet)
        if length > PACKET_BYTES:
            return False
        outbox = self._outbox
        number = outbox.count
        if number == BURST:
            self.flush()
            outbox, number = self._outbox, 0
        outbox.buffers[number][0:length] = packet
        self._length[0] = length
        if protect(outbox.pointers[number], self._length):
            return False
        outbox.lengths[number] = self._length[0]
        outbox.count = number + 1
        return True

    def _change_path(self) -> None:
        self._pair, path = self._pairs.get(private.MEDIA_COMPONENT), private.udp_path(self._transport)
        self._stands = path is not None
        if path is not None:
            self._path, self._outbox = path, Outbox(*path.remote)
