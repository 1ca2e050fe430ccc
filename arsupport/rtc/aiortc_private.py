"""Every private name of aiortc, aioice, pylibsrtp and asyncio that this package relies on.

``tests/rtc/test_aiortc_private.py`` pins each.

aiortc decodes what it receives and encodes what it sends. Here its peer connection keeps ICE, DTLS, SRTP, SCTP and
the negotiation, while packets go to and come from our own code. Only connections made by ``RelayConnection`` are
changed: nothing global is patched, so that stock peer connections work in the same process.
"""

from __future__ import annotations

import asyncio
import struct
import time
from asyncio import selector_events
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, cast

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCRtpSender,
    RTCSctpTransport,
)
from aiortc.rtcrtpparameters import RTCRtpDecodingParameters, RTCRtpReceiveParameters
from aiortc.rtp import RtpPacket
from pylibsrtp._binding import ffi as srtp_ffi
from pylibsrtp._binding import lib as srtp

from arsupport.rtc.datagrams import enlarge_receive_buffer
from arsupport.rtc.gate import Budget, Gate
from arsupport.rtc.latency import FORWARDING
from arsupport.rtc.media_loop import MediaLoop
from arsupport.rtc.rtp import ReceivedPacket
from arsupport.rtc.sctp import is_sound

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, DatagramTransport
    from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence

    from aioice import Candidate, Connection
    from aioice.ice import StunProtocol
    from aiortc import MediaStreamTrack, RTCDtlsTransport, RTCRtpTransceiver
    from aiortc.rtcrtpparameters import (
        RTCRtpSendParameters,
    )
    from aiortc.rtp import AnyRtcpPacket
    from pylibsrtp import Session as SrtpSession

    from arsupport.rtc.gate import Address
    from arsupport.rtc.ice import IceServer
    from arsupport.rtc.offer import MediaLine

LOOPBACK: Final = "127.0.0.1"

SCTP_WINDOW_BYTES: Final = 512 * 1024
"""Advertised receive window of the data channels: what a well-behaved peer may have in flight."""

SCTP_WINDOW_SLACK_BYTES: Final = 64 * 1024
"""Beyond window and slack the peer ignores the window, or sends a message that can never be complete."""


SCTP_FIRST_FLIGHT_BYTES: Final = 12_000
"""That may be unanswered at the beginning: ten packets, as Chromium (dcSCTP) and TCP (RFC 6928) have it.

aiortc begins with three, and takes more only where these are always full. A picture that is paced below that leaves it
so, and every mark beside it waits for an answer.
"""

SCTP_MAX_PIECES: Final = 1024
"""Chunks of messages that are not whole; each is looked at again with every one that comes."""

SCTP_SECONDS_PER_SECOND: Final = 0.5
"""Processor time for one peer's data channels: twice what the fastest pictures that we take cost."""

SCTP_SECONDS_IN_A_ROW: Final = 0.005
"""Processor time after which others have their turn."""

MAX_MALFORMED: Final = 1000
"""Packets of one connection that could not be parsed; then it is closed."""


class ReceiverSink(Protocol):
    """Takes what a publisher sends on one m-line."""

    def handle_rtp(self, packet: ReceivedPacket, arrival: float) -> None:
        """Take a decrypted packet; ``arrival`` is ``time.monotonic()``."""

    def flush(self) -> None:
        """The burst of packets is over."""

    def handle_rtcp(self, packet: AnyRtcpPacket, arrival: float) -> None:
        """Take a sender report or a BYE."""


class SenderSink(Protocol):
    """Owns what is sent to a subscriber on one m-line."""

    def open(self) -> None:
        """The transport is connected: packets can be sent from now on."""

    def close(self) -> None:
        """Nothing can be sent any more."""

    def handle_rtcp(self, packet: AnyRtcpPacket, arrival: float) -> None:
        """Take a receiver report or a feedback message."""


class RelayReceiver(RTCRtpReceiver):
    """Hands packets to a sink; no jitter buffer is fed, no decoder thread started, no REMB sent."""

    def __init__(self, kind: str, transport: RTCDtlsTransport) -> None:
        super().__init__(kind, transport)
        self.sink: ReceiverSink | None = None
        self.extra_ssrcs: list[int] = []
        self._registered = False

    async def receive(self, parameters: RTCRtpReceiveParameters) -> None:
        """Start to take packets; also those of the retransmission SSRC, which aiortc leaves to be guessed."""
        if self._registered:
            return
        self._registered = True
        encodings = [RTCRtpDecodingParameters(ssrc=ssrc, payloadType=0) for ssrc in self.extra_ssrcs]
        known = RTCRtpReceiveParameters(
            codecs=parameters.codecs,
            headerExtensions=parameters.headerExtensions,
            muxId=parameters.muxId,
            encodings=encodings,
        )
        self.transport._register_rtp_receiver(self, known)  # noqa: SLF001

    async def stop(self) -> None:
        """Take no more packets."""
        if self._registered:
            self.transport._unregister_rtp_receiver(self)  # noqa: SLF001

    def _handle_disconnect(self) -> None:
        """Nothing to stop: there is no decoder thread."""

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:  # noqa: ARG002 - too coarse
        if self.sink is not None:
            received = ReceivedPacket(
                packet.payload_type,
                bool(packet.marker),
                packet.sequence_number,
                packet.timestamp,
                packet.ssrc,
                packet.extensions.transport_sequence_number,
                packet.payload,
            )
            arrival = time.monotonic()
            self.sink.handle_rtp(received, arrival)
            self.sink.flush()
            FORWARDING.observe(time.monotonic() - arrival)

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if self.sink is not None:
            self.sink.handle_rtcp(packet, time.monotonic())


class RelaySender(RTCRtpSender):
    """Gives its transport to a sink; encodes nothing and starts no task."""

    def __init__(self, kind: str, transport: RTCDtlsTransport) -> None:
        super().__init__(kind, transport)
        self.sink: SenderSink | None = None
        self._registered = False

    @property
    def ssrc(self) -> int:
        """SSRC of the media, as announced in the answer."""
        return self._ssrc

    @property
    def rtx_ssrc(self) -> int:
        """SSRC of the retransmissions, as announced in the answer."""
        return self._rtx_ssrc

    async def send(self, parameters: RTCRtpSendParameters) -> None:
        """The transport is connected."""
        if self._registered:
            return
        self._registered = True
        self.transport._register_rtp_sender(self, parameters)  # noqa: SLF001
        if self.sink is not None:
            self.sink.open()

    async def stop(self) -> None:
        """Send no more."""
        if self._registered:
            self.transport._unregister_rtp_sender(self)  # noqa: SLF001
        if self.sink is not None:
            self.sink.close()

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if self.sink is not None:
            self.sink.handle_rtcp(packet, time.monotonic())


class RelayConnection(RTCPeerConnection):
    """A peer connection whose media is forwarded.

    Args:
        ice_servers: STUN and TURN servers; none means none (aiortc's default is on the public internet).
        loopback: also offer 127.0.0.1 as an address. It is always offered when the machine has no other.
    """

    def __init__(self, ice_servers: Sequence[IceServer], *, loopback: bool) -> None:
        self._loopback = loopback
        self._gates: list[Gate] = []
        servers = [
            RTCIceServer(urls=list(server.urls), username=server.username, credential=server.credential)
            for server in ice_servers
        ]
        super().__init__(RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))

    @property
    def dropped(self) -> dict[str, int]:
        """Datagrams that were not looked at, by reason."""
        dropped: Counter[str] = Counter()
        for gate in self._gates:
            dropped.update(gate.dropped)
        return dict(dropped)

    def relay_ends(self, mid: str) -> tuple[RelayReceiver, RelaySender]:
        """The two ends of an m-line of the offer."""
        transceiver = self._transceiver(mid)
        return cast("RelayReceiver", transceiver.receiver), cast("RelaySender", transceiver.sender)

    def accept(self, line: MediaLine) -> None:
        """Put into the answer for this m-line what we negotiated, in place of what aiortc can decode."""
        transceiver = self._transceiver(line.mid)
        transceiver._codecs = line.answer_codecs  # noqa: SLF001
        transceiver._headerExtensions = line.answer_extensions  # noqa: SLF001
        transceiver.direction = cast("str", transceiver._offerDirection)  # noqa: SLF001
        cast("RelayReceiver", transceiver.receiver).extra_ssrcs = line.ssrcs

    def _transceiver(self, mid: str) -> RTCRtpTransceiver:
        return next(transceiver for transceiver in self.getTransceivers() if transceiver.mid == mid)

    def _RTCPeerConnection__createTransceiver(  # noqa: N802 - overrides a name-mangled method
        self, direction: str, kind: str, sender_track: MediaStreamTrack | None = None
    ) -> RTCRtpTransceiver:
        stock = cast("Any", super())
        transceiver = cast(
            "RTCRtpTransceiver",
            stock._RTCPeerConnection__createTransceiver(direction, kind, sender_track),  # noqa: SLF001
        )
        receiver = RelayReceiver(kind, transceiver.receiver.transport)
        sender = RelaySender(kind, transceiver.sender.transport)
        sender._stream_id = transceiver.sender._stream_id  # noqa: SLF001
        inner = cast("Any", transceiver)
        inner._RTCRtpTransceiver__receiver = receiver  # noqa: SLF001
        inner._RTCRtpTransceiver__sender = sender  # noqa: SLF001
        return transceiver

    def _RTCPeerConnection__createDtlsTransport(self) -> RTCDtlsTransport:  # noqa: N802 - the same
        stock = cast("Any", super())
        transport = cast("RTCDtlsTransport", stock._RTCPeerConnection__createDtlsTransport())  # noqa: SLF001
        _offer_loopback(transport.transport._connection, always=self._loopback)  # noqa: SLF001
        self._gates.append(_put_gate(transport))
        return transport


def _offer_loopback(connection: Connection, *, always: bool) -> None:
    """Let ICE gather 127.0.0.1, which aioice leaves out."""
    gather = connection.get_component_candidates

    async def gather_with_loopback(component: int, addresses: list[str], timeout: int = 5) -> list[Candidate]:  # noqa: ASYNC109 - aioice's signature
        if always or not addresses:
            addresses = [*addresses, LOOPBACK]
        return await gather(component, addresses, timeout)

    cast("Any", connection).get_component_candidates = gather_with_loopback


def send_now(transport: RTCDtlsTransport, data: bytes) -> bool:
    """Encrypt and send an RTP or RTCP packet at once.

    Returns:
        False when the transport is not (or no longer) connected.
    """
    try:
        _step(transport._send_rtp(data))  # noqa: SLF001
    except ConnectionError:
        return False
    return True


def handle_rtcp_now(transport: RTCDtlsTransport, data: bytes) -> None:
    """Give a decrypted RTCP packet to the transport's receivers and senders.

    Raises:
        ValueError: its fields contradict its length. aiortc passes over most such packets, not over a REMB with fewer
            SSRCs than it counts.
    """
    try:
        _step(transport._handle_rtcp_data(data))  # noqa: SLF001
    except struct.error as error:
        raise ValueError(str(error)) from error


def _step(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run what aiortc declares as a coroutine although it never waits.

    Stepping it here needs no task, so that packets cannot overtake each other.
    """
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("handling a packet had to wait")


class Path(NamedTuple):
    """Over which socket, and to whom, a connected transport sends.

    Attributes:
        protocol: aioice's; it takes the datagrams that are no media.
        transport: asyncio's.
        descriptor: of the socket.
        remote: host and port of the other side.
    """

    protocol: StunProtocol
    transport: DatagramTransport
    descriptor: int
    remote: tuple[str, int]


MEDIA_COMPONENT: Final = 1


def nominated_pairs(transport: RTCDtlsTransport) -> Mapping[int, object]:
    """What ICE has chosen, for ``MEDIA_COMPONENT``: another object when it chooses again, none when there is no path.

    It always shows the present state.
    """
    return transport.transport._connection._nominated  # noqa: SLF001


def udp_path(transport: RTCDtlsTransport) -> Path | None:
    """The nominated pair's path when it is a UDP socket of our own; None through a relay and without a path."""
    pair = transport.transport._connection._nominated.get(MEDIA_COMPONENT)  # noqa: SLF001
    plain_udp = selector_events._SelectorDatagramTransport  # type: ignore[attr-defined]  # noqa: SLF001
    if pair is None or not isinstance(pair.protocol.transport, plain_udp):
        return None
    sock = pair.protocol.transport.get_extra_info("socket")
    return Path(pair.protocol, pair.protocol.transport, sock.fileno(), pair.remote_addr)


def watch_socket(loop: AbstractEventLoop, descriptor: int, readable: Callable[[], None]) -> None:
    """Call ``readable`` instead of asyncio's own transport whenever a socket has datagrams.

    asyncio refuses this in ``add_reader`` to protect its transports. Closing the transport ends it.
    """
    cast("Any", loop)._add_reader(descriptor, readable)  # noqa: SLF001
    if isinstance(loop, MediaLoop):
        loop.watch(descriptor, readable)


class SrtpInPlace:
    """pylibsrtp's session without its copies: packets are protected and unprotected where they lie.

    The four calls are libsrtp's own. They take a pointer to a packet and one to its length, which they change, and give
    an error's number: 0 when all is well, another one for a forged, repeated or broken packet.

    Attributes:
        length: for a packet's length in bytes.
    """

    def __init__(self, session: SrtpSession) -> None:
        self._session = session  # owns the C structure
        handle = session._srtp[0]  # noqa: SLF001
        self.length: Final[Any] = srtp_ffi.new("int *")
        self.protect: Callable[[Any, Any], int] = partial(srtp.srtp_protect, handle)
        self.protect_rtcp: Callable[[Any, Any], int] = partial(srtp.srtp_protect_rtcp, handle)
        self.unprotect: Callable[[Any, Any], int] = partial(srtp.srtp_unprotect, handle)
        self.unprotect_rtcp: Callable[[Any, Any], int] = partial(srtp.srtp_unprotect_rtcp, handle)


def srtp_sessions(transport: RTCDtlsTransport) -> tuple[SrtpInPlace, SrtpInPlace] | None:
    """A connected transport's ways in and out; None before the handshake."""
    inward, outward = cast("tuple[SrtpSession | None, ...]", (transport._rx_srtp, transport._tx_srtp))  # noqa: SLF001
    if inward is None or outward is None:
        return None
    return SrtpInPlace(inward), SrtpInPlace(outward)


def receiver_of(transport: RTCDtlsTransport, packet: ReceivedPacket) -> RelayReceiver | None:
    """Which m-line a packet belongs to, by aiortc's rules: its SSRC, else a payload type that only one line has."""
    shown = RtpPacket(payload_type=packet.payload_type, ssrc=packet.ssrc)
    return cast("RelayReceiver | None", transport._rtp_router.route_rtp(shown))  # noqa: SLF001


def bound_sctp(sctp: RTCSctpTransport, overflow: Callable[[str], None]) -> None:
    """Look at SCTP packets before they are parsed, and bound what is held of messages that are not complete, and sent.

    ``overflow`` is called once, with the reason, when the peer sends more than the advertised window, pieces without
    end, or what costs too much time; nothing is taken any more then.
    """
    sctp._advertised_rwnd = SCTP_WINDOW_BYTES  # noqa: SLF001
    sctp._cwnd = SCTP_FIRST_FLIGHT_BYTES  # noqa: SLF001
    parse: Callable[[bytes], Awaitable[None]] = sctp._handle_data  # noqa: SLF001
    receive: Callable[[Any], Awaitable[None]] = sctp._receive_data_chunk  # noqa: SLF001
    budget = Budget(SCTP_SECONDS_PER_SECOND)
    exceeded = False
    in_a_row = 0.0

    def give_up(reason: str) -> None:
        nonlocal exceeded
        exceeded = True
        overflow(reason)

    async def parse_sound(data: bytes) -> None:
        nonlocal in_a_row
        if exceeded:
            return
        if not is_sound(data):
            raise ValueError("the SCTP packet is not sound")
        began = time.thread_time()
        try:
            await parse(data)
        finally:
            spent = time.thread_time() - began
            in_a_row += spent
            if not budget.spend(spent, time.monotonic()) and not exceeded:
                give_up("its data takes too much time")
        if in_a_row > SCTP_SECONDS_IN_A_ROW:
            in_a_row = 0.0
            await asyncio.sleep(0)  # packets that wait are taken without a turn of the loop between them

    async def receive_bounded(chunk: Any) -> None:  # noqa: ANN401 - aiortc's DataChunk
        if exceeded:
            return
        await receive(chunk)
        held = sum(len(stream.reassembly) for stream in sctp._inbound_streams.values())  # noqa: SLF001
        if sctp._advertised_rwnd < -SCTP_WINDOW_SLACK_BYTES or held > SCTP_MAX_PIECES:  # noqa: SLF001
            give_up("too much data without a whole message")

    cast("Any", sctp)._handle_data = parse_sound  # noqa: SLF001
    cast("Any", sctp)._receive_data_chunk = receive_bounded  # noqa: SLF001


def largest_message(sctp: RTCSctpTransport) -> int:
    """Bytes that the peer accepts in one data-channel message (RFC 8841 section 6); 0 means no limit."""
    return sctp._remote_max_message_size  # noqa: SLF001


def _put_gate(transport: RTCDtlsTransport) -> Gate:
    """Let every datagram of a transport pass a gate first, and outlive what cannot be parsed.

    aioice and aiortc answer malformed packets mostly by passing over them, and sometimes by an exception, which asyncio
    would log with each datagram, and which would end the connection.
    """
    connection = transport.transport._connection  # noqa: SLF001
    gate = Gate(_addresses_of(connection), connection._queue.qsize)  # noqa: SLF001
    gather = connection.get_component_candidates
    receive_next = transport._recv_next  # noqa: SLF001

    async def gather_guarded(component: int, addresses: list[str], timeout: int = 5) -> list[Candidate]:  # noqa: ASYNC109 - aioice's signature
        candidates = await gather(component, addresses, timeout)
        for protocol in connection._protocols:  # noqa: SLF001
            cast("Any", protocol).datagram_received = _guarded(protocol.datagram_received, gate)
            enlarge_receive_buffer(protocol.transport.get_extra_info("socket"))
        return candidates

    async def receive_next_guarded() -> None:
        try:
            await receive_next()
        except ConnectionError:
            raise
        except Exception as error:
            gate.drop("malformed", type(error).__name__)
            if gate.dropped["malformed"] > MAX_MALFORMED:
                raise ConnectionError("nothing but malformed packets") from error

    cast("Any", connection).get_component_candidates = gather_guarded
    cast("Any", transport)._recv_next = receive_next_guarded  # noqa: SLF001
    return gate


def _guarded(receive: Callable[[bytes, Any], None], gate: Gate) -> Callable[[bytes, Any], None]:
    def receive_guarded(data: bytes, address: Any) -> None:  # noqa: ANN401 - a tuple, longer for IPv6
        if not gate.admits(data, address[:2], time.monotonic()):
            return
        try:
            receive(data, address)
        except Exception as error:  # noqa: BLE001 - anybody can send what makes aioice fail
            gate.drop("malformed", type(error).__name__)

    return receive_guarded


def _addresses_of(connection: Connection) -> Callable[[], Collection[Address]]:
    """Where a participant may send from: what was announced, and what a check with the right password came from."""
    known: set[Address] = set()
    seen = 0

    def addresses() -> Collection[Address]:
        nonlocal seen
        candidates = connection._remote_candidates  # noqa: SLF001
        if len(candidates) > seen:
            known.update((candidate._network_host, candidate.port) for candidate in candidates[seen:])  # noqa: SLF001
            seen = len(candidates)
        return known

    return addresses
