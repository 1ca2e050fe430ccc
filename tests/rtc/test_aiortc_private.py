"""One test for each private name of aiortc and aioice that we rely on, so that an update which moves one fails here."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING

import aiortc.rtcpeerconnection
import pytest
from aioice import Candidate, Connection
from aiortc import (
    RTCConfiguration,
    RTCDtlsTransport,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCRtpSender,
    RTCSctpTransport,
)
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpReceiveParameters
from aiortc.rtcrtptransceiver import RTCRtpTransceiver
from aiortc.rtcsctptransport import USERDATA_MAX_LENGTH, InboundStream
from pylibsrtp import Policy, Session
from pylibsrtp._binding import ffi

from arsupport.rtc.aiortc_private import (
    LOOPBACK,
    MEDIA_COMPONENT,
    RelayConnection,
    RelayReceiver,
    RelaySender,
    SrtpInPlace,
    handle_rtcp_now,
    nominated_pairs,
    receiver_of,
    send_now,
    srtp_sessions,
    udp_path,
    watch_socket,
)
from arsupport.rtc.rtp import ReceivedPacket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tests.rtc.clients import Room


def parameters(function: Callable[..., object]) -> list[str]:
    return list(inspect.signature(function).parameters)


@pytest.fixture
async def stock() -> AsyncIterator[RTCPeerConnection]:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.createDataChannel("control")
    yield connection
    await connection.close()


def test_the_peer_connection_makes_its_transceivers_and_transports_in_these_methods() -> None:
    make_transceiver = vars(RTCPeerConnection)["_RTCPeerConnection__createTransceiver"]
    assert parameters(make_transceiver) == ["self", "direction", "kind", "sender_track"]
    assert parameters(vars(RTCPeerConnection)["_RTCPeerConnection__createDtlsTransport"]) == ["self"]
    callers = inspect.getsource(RTCPeerConnection.setRemoteDescription)
    assert "self.__createTransceiver(" in callers


async def test_a_transceivers_ends_and_negotiated_codecs_can_be_replaced(stock: RTCPeerConnection) -> None:
    transceiver = stock.addTransceiver("video")
    receiver, sender = object(), object()
    setattr(transceiver, "_RTCRtpTransceiver__receiver", receiver)  # noqa: B010 - a type checker forbids the assignment
    original = transceiver.sender
    setattr(transceiver, "_RTCRtpTransceiver__sender", sender)  # noqa: B010
    assert transceiver.receiver is receiver
    assert transceiver.sender is sender
    assert transceiver._codecs == []
    assert transceiver._headerExtensions == []
    assert transceiver._offerDirection is None
    stock._RTCPeerConnection__transceivers.clear()  # type: ignore[attr-defined]
    await original.stop()


def test_the_answer_is_made_from_the_transceivers_codecs_extensions_and_direction() -> None:
    source = inspect.getsource(aiortc.rtcpeerconnection.create_media_description_for_transceiver)
    for name in ("transceiver._codecs", "transceiver._headerExtensions", "sender._ssrc", "sender._rtx_ssrc"):
        assert name in source
    assert "transceiver._offerDirection" in inspect.getsource(RTCPeerConnection.createAnswer)
    assert "_stream_id" in source
    assert "assert direction in DIRECTIONS" in inspect.getsource(RTCRtpTransceiver)


def test_a_receiver_is_given_packets_through_these_methods() -> None:
    assert parameters(RTCRtpReceiver._handle_rtp_packet) == ["self", "packet", "arrival_time_ms"]
    assert parameters(RTCRtpReceiver._handle_rtcp_packet) == ["self", "packet"]
    assert parameters(RTCRtpReceiver._handle_disconnect) == ["self"]
    assert parameters(RTCRtpReceiver._set_rtcp_ssrc) == ["self", "ssrc"]
    assert "receiver._handle_rtp_packet(" in inspect.getsource(RTCDtlsTransport._handle_rtp_data)
    assert "recipient._handle_rtcp_packet(" in inspect.getsource(RTCDtlsTransport._handle_rtcp_data)


def test_a_sender_is_given_feedback_through_this_method() -> None:
    assert parameters(RTCRtpSender._handle_rtcp_packet) == ["self", "packet"]


def test_receivers_and_senders_register_at_the_transport() -> None:
    assert parameters(RTCDtlsTransport._register_rtp_receiver) == ["self", "receiver", "parameters"]
    assert parameters(RTCDtlsTransport._unregister_rtp_receiver) == ["self", "receiver"]
    assert parameters(RTCDtlsTransport._register_rtp_sender) == ["self", "sender", "parameters"]
    assert parameters(RTCDtlsTransport._unregister_rtp_sender) == ["self", "sender"]


async def test_sending_never_waits(room: Room) -> None:
    client, peer = room.client(), room.peer()
    client.createDataChannel("control")
    opened = asyncio.Event()

    def note() -> None:
        if client.connectionState == "connected":
            opened.set()

    client.on("connectionstatechange", note)
    await room.connect(client, peer)
    await asyncio.wait_for(opened.wait(), 10)
    assert client.sctp is not None
    assert send_now(client.sctp.transport, b"\x80\xc9\x00\x01\x00\x00\x00\x01")


async def test_sending_on_a_transport_that_is_not_connected_fails_quietly(stock: RTCPeerConnection) -> None:
    assert stock.sctp is not None
    assert not send_now(stock.sctp.transport, b"\x80\xc9\x00\x01\x00\x00\x00\x01")


async def test_sctp_counts_what_it_holds_and_what_the_other_side_takes(stock: RTCPeerConnection) -> None:
    assert stock.sctp is not None
    assert stock.sctp._advertised_rwnd == 1024 * 1024
    assert stock.sctp._cwnd == 3 * USERDATA_MAX_LENGTH
    assert "min(self._flight_size + burst_size, self._cwnd)" in inspect.getsource(RTCSctpTransport._transmit)
    assert stock.sctp._remote_max_message_size == 65536
    assert parameters(RTCSctpTransport._receive_data_chunk) == ["self", "chunk"]
    assert "self._receive_data_chunk(chunk)" in inspect.getsource(RTCSctpTransport._receive_chunk)
    assert "_advertised_rwnd -= len(chunk.user_data)" in inspect.getsource(RTCSctpTransport._receive_data_chunk)


def test_data_is_parsed_and_put_together_in_these_methods() -> None:
    assert parameters(RTCSctpTransport._handle_data) == ["self", "data"]
    assert "self._data_receiver._handle_data(data)" in inspect.getsource(RTCDtlsTransport._recv_next)
    assert "self._inbound_streams[stream_id]" in inspect.getsource(RTCSctpTransport._get_inbound_stream)
    assert InboundStream().reassembly == []


async def test_packets_are_received_one_by_one_and_wait_in_a_queue(stock: RTCPeerConnection) -> None:
    assert stock.sctp is not None
    assert "await self._recv_next()" in inspect.getsource(vars(RTCDtlsTransport)["_RTCDtlsTransport__run"])
    connection = stock.sctp.transport.transport._connection
    assert connection._queue.qsize() == 0
    await connection.get_component_candidates(1, [LOOPBACK])
    (protocol,) = connection._protocols
    assert parameters(protocol.datagram_received) == ["data", "addr"]
    await protocol.close()


async def test_a_remote_address_is_known_when_it_was_announced_or_proven(stock: RTCPeerConnection) -> None:
    assert stock.sctp is not None
    connection = stock.sctp.transport.transport._connection
    await connection.add_remote_candidate(Candidate("1", 1, "udp", 1, "192.0.2.1", 5000, "host"))
    (candidate,) = connection._remote_candidates
    assert (candidate._network_host, candidate.port) == ("192.0.2.1", 5000)
    assert "self._remote_candidates.append(remote_candidate)" in inspect.getsource(Connection.check_incoming)


async def test_ice_gathers_the_addresses_that_it_is_given(stock: RTCPeerConnection) -> None:
    assert stock.sctp is not None
    connection = stock.sctp.transport.transport._connection
    assert isinstance(connection, Connection)
    assert parameters(Connection.get_component_candidates) == ["self", "component", "addresses", "timeout"]
    (candidate,) = await connection.get_component_candidates(1, [LOOPBACK])
    assert candidate.host == LOOPBACK


@pytest.mark.parametrize(("loopback", "addresses", "offered"), [(True, ["192.0.2.1"], True), (False, [], True)])
async def test_loopback_is_offered_on_request_and_when_there_is_nothing_else(
    loopback: bool,  # noqa: FBT001 - a parameter of the test
    addresses: list[str],
    offered: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (LOOPBACK in await gathered(monkeypatch, addresses, loopback=loopback)) == offered


async def test_loopback_is_not_offered_to_a_plant_network(monkeypatch: pytest.MonkeyPatch) -> None:
    assert LOOPBACK not in await gathered(monkeypatch, ["127.0.0.2"], loopback=False)


async def gathered(monkeypatch: pytest.MonkeyPatch, addresses: list[str], *, loopback: bool) -> set[str]:
    """Host candidates on a machine with these addresses."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: addresses)
    connection = RelayConnection([], loopback=loopback)
    connection.createDataChannel("control")
    await connection.setLocalDescription(await connection.createOffer())
    assert connection.sctp is not None
    candidates = connection.sctp.transport.transport.iceGatherer.getLocalCandidates()
    await connection.close()
    return {candidate.ip for candidate in candidates}


async def test_only_our_own_connections_are_changed(stock: RTCPeerConnection) -> None:
    ours = RelayConnection([], loopback=True)
    mine, theirs = ours.addTransceiver("video"), stock.addTransceiver("video")
    assert type(mine.receiver) is RelayReceiver
    assert type(mine.sender) is RelaySender
    assert type(theirs.receiver) is RTCRtpReceiver
    assert type(theirs.sender) is RTCRtpSender
    await ours.close()


async def test_no_server_on_the_public_internet_is_asked() -> None:
    ours = RelayConnection([], loopback=True)
    transport = ours.addTransceiver("audio").receiver.transport.transport
    assert transport._connection.stun_server is None
    assert transport._connection.turn_server is None
    await ours.close()


async def test_asyncios_transport_can_be_read_by_us() -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=(LOOPBACK, 0))
    assert type(transport).__name__ == "_SelectorDatagramTransport"
    ours = asyncio.Event()
    watch_socket(loop, transport.get_extra_info("socket").fileno(), ours.set)
    transport.sendto(b"x", transport.get_extra_info("sockname"))
    await asyncio.wait_for(ours.wait(), 10)
    transport.close()


async def test_a_connected_transport_has_a_path_and_keys(room: Room) -> None:
    client, peer = room.client(), room.peer()
    channel = client.createDataChannel("control")
    opened = asyncio.Event()
    channel.on("open", opened.set)
    await room.connect(client, peer)
    await asyncio.wait_for(opened.wait(), 10)
    assert client.sctp is not None
    transport = client.sctp.transport
    path = udp_path(transport)
    assert path is not None
    assert path.transport is path.protocol.transport
    assert path.descriptor == path.transport.get_extra_info("socket").fileno()
    pairs = nominated_pairs(transport)
    assert getattr(pairs.get(MEDIA_COMPONENT), "remote_addr", None) == path.remote
    await transport.transport._connection.close()
    assert nominated_pairs(transport) is pairs
    assert srtp_sessions(transport) is not None
    assert parameters(type(path.protocol).datagram_received) == ["self", "data", "addr"]
    assert parameters(type(path.protocol).error_received) == ["self", "exc"]


async def test_a_transport_that_is_not_connected_has_neither(stock: RTCPeerConnection) -> None:
    assert stock.sctp is not None
    assert udp_path(stock.sctp.transport) is None
    assert srtp_sessions(stock.sctp.transport) is None


async def test_packets_find_their_line_by_ssrc_or_by_a_payload_type_of_its_own(stock: RTCPeerConnection) -> None:
    assert stock.sctp is not None
    transport = stock.sctp.transport
    receiver = RelayReceiver("video", transport)
    codecs = [RTCRtpCodecParameters(mimeType="video/VP8", clockRate=90_000, payloadType=96)]
    await receiver.receive(RTCRtpReceiveParameters(codecs=codecs))
    assert receiver_of(transport, ReceivedPacket(96, False, 1, 1, 5, None, b"x")) is receiver  # noqa: FBT003
    assert receiver_of(transport, ReceivedPacket(97, False, 1, 1, 5, None, b"x")) is None  # noqa: FBT003


async def test_reports_are_handled_without_waiting(stock: RTCPeerConnection) -> None:
    assert stock.sctp is not None
    handle_rtcp_now(stock.sctp.transport, b"\x80\xc9\x00\x01\x00\x00\x00\x01")
    assert inspect.iscoroutinefunction(RTCDtlsTransport._handle_rtcp_data)


def test_srtp_sessions_can_be_used_in_place() -> None:
    policy = Policy(key=bytes(30), ssrc_type=Policy.SSRC_ANY_OUTBOUND)
    plain, in_place = Session(policy), SrtpInPlace(Session(policy))
    packet = b"\x80\x60\x00\x01" + bytes(8) + b"payload"
    room_for_it = ffi.new("char[]", 200)
    buffer = ffi.buffer(room_for_it)
    buffer[0 : len(packet)] = packet
    in_place.length[0] = len(packet)
    assert in_place.protect(room_for_it, in_place.length) == 0
    assert buffer[0 : in_place.length[0]] == plain.protect(packet)
