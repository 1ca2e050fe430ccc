"""Two peers in one process with stock aiortc clients outside: what goes in on one side comes out on the other."""

from __future__ import annotations

import asyncio
import json
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from aiortc import RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack
from aiortc.rtp import RtcpPsfbPacket

from arsupport.errors import ArError, Code
from arsupport.rtc import MediaPacket, Peer, PeerState, Publication
from arsupport.rtc.packets import ntp_from_monotonic
from tests.rtc.clients import Handler, Publisher, Received, Room, SmallVideo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiortc import MediaStreamTrack
    from aiortc.rtp import AnyRtcpPacket, RtpPacket

    from arsupport.rtc.rtp import ReceivedPacket
    from tests.rtc.clients import Publish, Subscribe


@pytest.fixture(params=["fast", "plain"])
async def room(request: pytest.FixtureRequest) -> AsyncIterator[Room]:
    """Both ways through the server do the same."""
    room = Room(fast=request.param == "fast")
    yield room
    await room.close()


@pytest.fixture
def publish(room: Room) -> Publish:
    async def publish(*tracks: MediaStreamTrack) -> Publisher:
        publisher = Publisher(room, Handler())
        for track in tracks or (SmallVideo(),):
            publisher.client.addTransceiver(track, direction="sendonly")
        await room.connect(publisher.client, publisher.peer)
        count = len(tracks) or 1
        await publisher.handler.until(lambda: len(publisher.handler.publications) == count)
        return publisher

    return publish


@pytest.fixture
def subscribe(room: Room) -> Subscribe:
    async def subscribe(*kinds: str) -> tuple[Peer, list[Received], Handler]:
        handler = Handler()
        client, peer = room.client(), room.peer(handler)
        received = [Received(client.addTransceiver(kind, direction="recvonly")) for kind in kinds or ("video",)]
        client.on("track", lambda _track: None)
        await room.connect(client, peer)
        await handler.until(lambda: handler.states)
        return peer, received, handler

    return subscribe


async def test_a_subscriber_gets_the_publishers_packets_with_their_timestamps(
    publish: Publish, subscribe: Subscribe
) -> None:
    publisher = await publish()
    peer, (received,), handler = await subscribe()
    peer.slots[0].attach(publisher.video)
    await received.until(lambda: len(received.packets) >= 30)
    sent = {packet.sequence: packet for packet in publisher.packets}
    for packet in received.packets:
        source = sent[packet.sequence_number]
        assert (packet.timestamp, packet.payload, packet.marker) == (source.timestamp, source.payload, source.marker)
    assert {packet.ssrc for packet in received.packets} == {peer.slots[0].ssrc}
    ((slot, publication, from_rtp, offset),) = handler.mapped
    assert (slot, publication, offset) == (peer.slots[0], publisher.video, 0)
    assert from_rtp == received.packets[0].timestamp
    assert publisher.video.starts_keyframe(sent[received.packets[0].sequence_number])


async def test_another_publisher_in_the_same_slot_continues_its_counters(
    publish: Publish, subscribe: Subscribe
) -> None:
    first, second = await publish(), await publish()
    peer, (received,), handler = await subscribe()
    peer.slots[0].attach(first.video)
    await received.until(lambda: len(received.packets) >= 20)
    peer.slots[0].attach(second.video)
    await handler.until(lambda: len(handler.mapped) == 2)
    _slot, publication, from_rtp, offset = handler.mapped[1]
    assert publication is second.video
    before = len(received.packets)
    await received.until(lambda: len(received.packets) >= before + 20)
    assert {packet.ssrc for packet in received.packets} == {peer.slots[0].ssrc}
    start = next(index for index, packet in enumerate(received.packets) if packet.timestamp == from_rtp)
    numbers = [packet.sequence_number for packet in received.packets]
    assert numbers == [(numbers[0] + index) & 0xFFFF for index in range(len(numbers))]
    expected = [(packet.timestamp + offset) & 0xFFFFFFFF for packet in second.packets]
    assert all(packet.timestamp in expected for packet in received.packets[start:])
    step = (from_rtp - received.packets[start - 1].timestamp) & 0xFFFFFFFF
    assert 0 < step < 90_000 * 5


async def test_a_publication_that_comes_back_keeps_its_offset(publish: Publish, subscribe: Subscribe) -> None:
    publisher = await publish()
    peer, (received,), handler = await subscribe()
    peer.slots[0].attach(publisher.video)
    await received.until(lambda: received.packets)
    peer.slots[0].detach()
    peer.slots[0].attach(publisher.video)
    await handler.until(lambda: len(handler.mapped) == 2)
    assert handler.mapped[1][3] == 0


async def test_a_slot_can_wait_for_its_subscriber_to_connect(publish: Publish, room: Room) -> None:
    publisher = await publish()
    handler = Handler()
    client, peer = room.client(), room.peer(handler)
    received = Received(client.addTransceiver("video", direction="recvonly"))
    await client.setLocalDescription(await client.createOffer())
    answer = await peer.answer(client.localDescription.sdp)
    peer.slots[0].attach(publisher.video)
    await client.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
    await received.until(lambda: received.packets)
    assert handler.mapped[0][2] == received.packets[0].timestamp


async def test_a_packet_lost_on_the_way_down_is_retransmitted(publish: Publish, subscribe: Subscribe) -> None:
    publisher = await publish()
    peer, (received,), _handler = await subscribe()
    lost: list[RtpPacket] = []

    def lose_one(packet: RtpPacket) -> bool:
        if not lost and len(received.packets) == 10:
            lost.append(packet)
            return True
        return False

    received.lose = lose_one
    peer.slots[0].attach(publisher.video)

    def retransmitted() -> list[RtpPacket]:
        return [packet for packet in received.packets if packet.ssrc != peer.slots[0].ssrc]

    await received.until(retransmitted)
    packet = retransmitted()[0]
    assert packet.payload == lost[0].sequence_number.to_bytes(2, "big") + lost[0].payload
    assert (packet.timestamp, packet.marker) == (lost[0].timestamp, lost[0].marker)
    assert peer.stats()["slots"][0]["retransmitted"] == 1


async def test_a_packet_lost_on_the_way_up_is_asked_for_and_forwarded_once(publish: Publish) -> None:
    publisher = await publish()
    receiver, _sender = publisher.peer._connection.relay_ends(publisher.video.mid)
    inbound = receiver.sink
    assert inbound is not None
    handle_rtp = inbound.handle_rtp
    lost: list[ReceivedPacket] = []
    recovered = asyncio.Event()

    def lose_one(packet: ReceivedPacket, arrival: float) -> None:
        if not lost and packet.ssrc == publisher.video.ssrc:
            lost.append(packet)
        else:
            handle_rtp(packet, arrival)

    def watch(packet: MediaPacket) -> None:
        if lost and packet.sequence == lost[0].sequence:
            recovered.set()

    publisher.video.tap(watch)
    setattr(inbound, "handle_rtp", lose_one)  # noqa: B010 - a type checker forbids the assignment
    await asyncio.wait_for(recovered.wait(), 10)
    (again,) = [packet for packet in publisher.packets if packet.sequence == lost[0].sequence]
    assert (again.payload, again.timestamp) == (lost[0].payload, lost[0].timestamp)
    assert publisher.video.stats()["nacks"] >= 1
    assert publisher.video.stats()["lost"] == 0


async def test_a_subscribers_keyframe_request_reaches_the_publisher(publish: Publish, subscribe: Subscribe) -> None:
    publisher = await publish()
    peer, (received,), _handler = await subscribe()
    peer.slots[0].attach(publisher.video)
    await received.until(lambda: len(received.packets) >= 5)
    plis = publisher.video.stats()["plis"]
    keyframes = sum(publisher.video.starts_keyframe(packet) for packet in publisher.packets)
    client = peer.slots[0]
    client.handle_rtcp(RtcpPsfbPacket(fmt=1, ssrc=1, media_ssrc=client.ssrc), time.monotonic() + 1)
    assert publisher.video.stats()["plis"] == plis + 1
    await received.until(
        lambda: sum(publisher.video.starts_keyframe(packet) for packet in publisher.packets) > keyframes
    )


async def test_sender_reports_carry_the_slots_timestamps_and_the_servers_clock(
    publish: Publish, subscribe: Subscribe
) -> None:
    first, second = await publish(), await publish()
    peer, (received,), handler = await subscribe()
    peer.slots[0].attach(first.video)
    await received.until(lambda: received.packets)
    peer.slots[0].attach(second.video)
    await handler.until(lambda: len(handler.mapped) == 2)
    received.reports.clear()
    await received.until(lambda: received.reports)
    offset = handler.mapped[1][3]
    report = received.reports[-1]
    assert second.video.sender_report is not None
    ntp, rtp = second.video.sender_report
    elapsed = report.sender_info.ntp_timestamp / (1 << 32) - ntp
    assert report.ssrc == peer.slots[0].ssrc
    assert abs(elapsed) < 5
    expected = (rtp + round(elapsed * 90_000) + offset) & 0xFFFFFFFF
    assert abs(report.sender_info.rtp_timestamp - expected) <= 90
    assert abs(ntp - ntp_from_monotonic(time.monotonic())) < 10


def enough(received: Received) -> bool:
    return len(received.packets) >= 10


async def test_audio_and_video_go_side_by_side(publish: Publish, subscribe: Subscribe) -> None:
    publisher = await publish(SmallVideo(), AudioStreamTrack())
    peer, received, _handler = await subscribe("audio", "video")
    kinds = {publication.kind: publication for publication in publisher.peer.publications}
    assert (kinds["audio"].codec, kinds["audio"].clock_rate) == ("opus", 48_000)
    for slot in peer.slots:
        slot.attach(kinds[slot.kind])
    for each in received:
        await each.until(partial(enough, each))
    with pytest.raises(ValueError, match="cannot carry"):
        peer.slots[0].attach(kinds["video"])


async def test_the_publisher_hears_how_its_packets_arrive(publish: Publish) -> None:
    publisher = await publish()
    sender = publisher.client.getSenders()[0]
    measured = asyncio.Event()
    handle = sender._handle_rtcp_packet

    async def watch(packet: AnyRtcpPacket) -> None:
        await handle(packet)
        # aiortc takes the report only when it answers its very last one, which on a busy machine may be another.
        stats = (await sender.getStats()).get(f"remote-inbound-rtp_{id(sender)}")
        if stats is not None and stats.roundTripTime is not None:
            measured.set()

    setattr(sender, "_handle_rtcp_packet", watch)  # noqa: B010 - a type checker forbids the assignment
    await asyncio.wait_for(measured.wait(), 20)
    assert sender._ssrc == publisher.video.ssrc


async def test_a_publication_ends_with_its_peer(publish: Publish) -> None:
    publisher = await publish()
    video = publisher.video
    await publisher.peer.close()
    assert publisher.handler.ended == [video]
    assert video.ended
    assert publisher.peer.publications == []


async def test_a_client_that_hangs_up_is_disconnected(publish: Publish) -> None:
    publisher = await publish()
    video = publisher.video
    await publisher.client.close()
    await publisher.handler.until(lambda: publisher.handler.ended)
    await publisher.handler.until(lambda: len(publisher.handler.states) == 2)
    assert publisher.handler.states == [(PeerState.CONNECTED, None), (PeerState.DISCONNECTED, None)]
    assert publisher.handler.ended == [video]


async def test_a_handler_that_raises_costs_nobody_the_connection(room: Room) -> None:
    class Raising(Handler):
        def on_publication(self, publication: Publication) -> None:
            super().on_publication(publication)
            raise RuntimeError("broken")

        def on_state(self, state: PeerState, reason: ArError | None) -> None:
            super().on_state(state, reason)
            raise RuntimeError("broken")

        def on_control(self, message: bytes) -> None:
            super().on_control(message)
            raise RuntimeError("broken")

    handler = Raising()
    client, peer = room.client(), room.peer(handler)
    client.addTransceiver(SmallVideo(), direction="sendonly")
    channel = client.createDataChannel("control")

    def send_three() -> None:
        for number in range(3):
            channel.send(bytes([number]))

    channel.on("open", send_three)
    await room.connect(client, peer)
    await handler.until(lambda: len(handler.control) == 3)
    await handler.until(lambda: handler.publications)
    assert peer.state is PeerState.CONNECTED


async def test_a_tap_that_raises_costs_only_itself(publish: Publish) -> None:
    publisher = await publish()

    def broken(_packet: MediaPacket) -> None:
        raise RuntimeError("broken")

    before = len(publisher.packets)
    publisher.video.tap(broken)
    seen: asyncio.Event = asyncio.Event()
    untap = publisher.video.tap(lambda _packet: seen.set())
    await asyncio.wait_for(seen.wait(), 10)
    untap()
    untap()
    assert len(publisher.packets) > before


async def test_a_subscriber_without_the_codec_is_told_so(publish: Publish, room: Room) -> None:
    publisher = await publish()
    assert publisher.video.codec == "VP8"
    client, peer = room.client(), room.peer()
    transceiver = client.addTransceiver("video", direction="recvonly")
    capabilities = RTCRtpSender.getCapabilities("video").codecs
    transceiver.setCodecPreferences([codec for codec in capabilities if codec.name == "H264"])
    await room.connect(client, peer)
    with pytest.raises(ArError) as refused:
        peer.slots[0].attach(publisher.video)
    assert refused.value.code is Code.UNSUPPORTED_CODEC


async def test_statistics_are_json(publish: Publish, subscribe: Subscribe) -> None:
    publisher = await publish()
    peer, (received,), _handler = await subscribe()
    peer.slots[0].attach(publisher.video)
    await received.until(lambda: len(received.packets) >= 5)
    up, down = json.loads(json.dumps([publisher.peer.stats(), peer.stats()]))
    assert up["publications"][0]["packets"] >= down["slots"][0]["packets"] >= 5
    assert up["publications"][0]["subscribers"] == 1
    assert down["slots"][0]["codec"] == "VP8"


async def test_an_unusable_offer_is_refused_and_the_peer_closed(room: Room) -> None:
    peer = room.peer()
    with pytest.raises(ArError) as refused:
        await peer.answer("v=0\r\n")
    assert refused.value.code is Code.BAD_DESCRIPTION
    assert peer._connection.connectionState == "closed"


async def test_two_cameras_on_one_connection_are_told_apart(publish: Publish, subscribe: Subscribe) -> None:
    publisher = await publish(SmallVideo(), SmallVideo())
    first, second = publisher.peer.publications
    assert first.mid != second.mid
    peer, received, _handler = await subscribe("video", "video")
    for slot, publication in zip(peer.slots, (first, second), strict=True):
        slot.attach(publication)
    for each in received:
        await each.until(partial(enough, each))
    assert first.stats()["lost"] == second.stats()["lost"] == 0


async def test_a_client_that_never_comes_is_given_up(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arsupport.rtc.peer.CONNECT_TIMEOUT_SECONDS", 0.1)
    handler = Handler()
    client, peer = room.client(), room.peer(handler)
    client.createDataChannel("control")
    await client.setLocalDescription(await client.createOffer())
    await peer.answer(client.localDescription.sdp)
    await handler.until(lambda: handler.states)
    ((state, reason),) = handler.states
    assert state is PeerState.FAILED
    assert reason is not None
    assert reason.code is Code.CONNECTION_FAILED
