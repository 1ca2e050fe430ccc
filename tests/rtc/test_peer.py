"""Two of our peers in one process, with stock aiortc clients outside: what goes in on one side comes out on the other."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import av
import pytest
from aiortc import MediaStreamTrack
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from aiortc.rtp import RtcpPsfbPacket, RtcpSrPacket

from arsupport.errors import ArError, Code
from arsupport.rtc import MediaPacket, Peer, PeerState, Publication
from arsupport.rtc.packets import ntp_from_monotonic

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiortc import RTCPeerConnection, RTCRtpTransceiver
    from aiortc.rtp import RtpPacket


class SmallVideo(VideoStreamTrack):
    """A grey 160×120 picture at 30 frames per second."""

    async def recv(self) -> av.VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = av.VideoFrame(160, 120, "yuv420p")
        frame.pts, frame.time_base = pts, time_base
        return frame


class Received:
    """What a stock client's m-line received, with a filter that can lose packets before aiortc sees them."""

    def __init__(self, transceiver: RTCRtpTransceiver) -> None:
        self.packets: list[RtpPacket] = []
        self.reports: list[RtcpSrPacket] = []
        self.lose: Callable[[RtpPacket], bool] = lambda _packet: False
        self.changed = asyncio.Event()
        receiver = transceiver.receiver
        handle_rtp, handle_rtcp = receiver._handle_rtp_packet, receiver._handle_rtcp_packet

        async def on_rtp(packet: RtpPacket, arrival_time_ms: int) -> None:
            if self.lose(packet):
                return
            self.packets.append(packet)
            self.changed.set()
            await handle_rtp(packet, arrival_time_ms)

        async def on_rtcp(packet: Any) -> None:
            if isinstance(packet, RtcpSrPacket):
                self.reports.append(packet)
                self.changed.set()
            await handle_rtcp(packet)

        receiver._handle_rtp_packet = on_rtp  # type: ignore[method-assign]
        receiver._handle_rtcp_packet = on_rtcp  # type: ignore[method-assign]

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


class Publisher:
    """A stock client that publishes to a peer of ours, and what the server saw of it."""

    def __init__(self, room: Any, handler: Any) -> None:
        self.handler = handler
        self.client: RTCPeerConnection = room.client()
        self.peer: Peer = room.peer(handler)
        self.packets: list[MediaPacket] = []
        handler.when_published = self._note

    def _note(self, publication: Publication) -> None:
        if publication.kind == "video":
            publication.tap(self.packets.append)

    @property
    def video(self) -> Publication:
        return next(publication for publication in self.peer.publications if publication.kind == "video")


@pytest.fixture
def publish(room: Any, new_handler: Any) -> Callable[..., Any]:
    async def publish(*tracks: MediaStreamTrack) -> Publisher:
        publisher = Publisher(room, new_handler())
        for track in tracks or (SmallVideo(),):
            publisher.client.addTransceiver(track, direction="sendonly")
        await room.connect(publisher.client, publisher.peer)
        count = len(tracks) or 1
        await publisher.handler.until(lambda: len(publisher.handler.publications) == count)
        return publisher

    return publish


@pytest.fixture
def subscribe(room: Any, new_handler: Any) -> Callable[..., Any]:
    async def subscribe(*kinds: str) -> tuple[Peer, list[Received], Any]:
        handler = new_handler()
        client, peer = room.client(), room.peer(handler)
        received = [Received(client.addTransceiver(kind, direction="recvonly")) for kind in kinds or ("video",)]
        client.on("track", lambda track: None)
        await room.connect(client, peer)
        await handler.until(lambda: handler.states)
        return peer, received, handler

    return subscribe


async def test_a_subscriber_gets_the_publishers_packets_with_their_timestamps(publish: Any, subscribe: Any) -> None:
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


async def test_another_publisher_in_the_same_slot_continues_its_counters(publish: Any, subscribe: Any) -> None:
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


async def test_a_publication_that_comes_back_keeps_its_offset(publish: Any, subscribe: Any) -> None:
    publisher = await publish()
    peer, (received,), handler = await subscribe()
    peer.slots[0].attach(publisher.video)
    await received.until(lambda: received.packets)
    peer.slots[0].detach()
    peer.slots[0].attach(publisher.video)
    await handler.until(lambda: len(handler.mapped) == 2)
    assert handler.mapped[1][3] == 0


async def test_a_slot_can_wait_for_its_subscriber_to_connect(publish: Any, room: Any, new_handler: Any) -> None:
    publisher = await publish()
    handler = new_handler()
    client, peer = room.client(), room.peer(handler)
    received = Received(client.addTransceiver("video", direction="recvonly"))
    peer_answer = peer.answer

    async def answer_then_attach(offer: str) -> str:
        answer = await peer_answer(offer)
        peer.slots[0].attach(publisher.video)
        return answer

    peer.answer = answer_then_attach
    await room.connect(client, peer)
    await received.until(lambda: received.packets)
    assert handler.mapped[0][2] == received.packets[0].timestamp


async def test_a_packet_lost_on_the_way_down_is_retransmitted(publish: Any, subscribe: Any) -> None:
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


async def test_a_packet_lost_on_the_way_up_is_asked_for_and_forwarded_once(publish: Any) -> None:
    publisher = await publish()
    receiver, _sender = publisher.peer._connection.relay_ends(publisher.video.mid)
    inbound = receiver.sink
    lost: list[RtpPacket] = []
    recovered = asyncio.Event()

    class Lossy:
        def handle_rtp(self, packet: RtpPacket, arrival: float) -> None:
            if not lost and packet.ssrc == publisher.video.ssrc:
                lost.append(packet)
                return
            inbound.handle_rtp(packet, arrival)

        def handle_rtcp(self, packet: Any, arrival: float) -> None:
            inbound.handle_rtcp(packet, arrival)

    def watch(packet: MediaPacket) -> None:
        if lost and packet.sequence == lost[0].sequence_number:
            recovered.set()

    publisher.video.tap(watch)
    receiver.sink = Lossy()
    await asyncio.wait_for(recovered.wait(), 10)
    (again,) = [packet for packet in publisher.packets if packet.sequence == lost[0].sequence_number]
    assert (again.payload, again.timestamp) == (lost[0].payload, lost[0].timestamp)
    assert publisher.video.stats()["nacks"] >= 1
    assert publisher.video.stats()["lost"] == 0


async def test_a_subscribers_keyframe_request_reaches_the_publisher(publish: Any, subscribe: Any) -> None:
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


async def test_sender_reports_carry_the_slots_timestamps_and_the_servers_clock(publish: Any, subscribe: Any) -> None:
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
    ntp, rtp = second.video.sender_report
    elapsed = report.sender_info.ntp_timestamp / (1 << 32) - ntp
    assert report.ssrc == peer.slots[0].ssrc
    assert abs(elapsed) < 5
    expected = (rtp + round(elapsed * 90_000) + offset) & 0xFFFFFFFF
    assert abs(report.sender_info.rtp_timestamp - expected) <= 90
    assert abs(ntp - ntp_from_monotonic(time.monotonic())) < 10


async def test_audio_and_video_go_side_by_side(publish: Any, subscribe: Any) -> None:
    publisher = await publish(SmallVideo(), AudioStreamTrack())
    peer, received, _handler = await subscribe("audio", "video")
    kinds = {publication.kind: publication for publication in publisher.peer.publications}
    assert (kinds["audio"].codec, kinds["audio"].clock_rate) == ("opus", 48_000)
    for slot in peer.slots:
        slot.attach(kinds[slot.kind])
    for each in received:
        await each.until(lambda each=each: len(each.packets) >= 10)
    with pytest.raises(ValueError, match="cannot carry"):
        peer.slots[0].attach(kinds["video"])


async def test_the_publisher_hears_how_its_packets_arrive(publish: Any) -> None:
    publisher = await publish()
    sender = publisher.client.getSenders()[0]
    reported = asyncio.Event()
    handle = sender._handle_rtcp_packet

    async def watch(packet: Any) -> None:
        await handle(packet)
        if any(report.ssrc == sender._ssrc and report.lsr for report in getattr(packet, "reports", [])):
            reported.set()

    sender._handle_rtcp_packet = watch
    await asyncio.wait_for(reported.wait(), 10)
    stats = (await sender.getStats())[f"remote-inbound-rtp_{id(sender)}"]
    assert stats.roundTripTime is not None


async def test_a_publication_ends_with_its_peer(publish: Any) -> None:
    publisher = await publish()
    video = publisher.video
    await publisher.peer.close()
    assert publisher.handler.ended == [video]
    assert video.ended
    assert publisher.peer.publications == []


async def test_a_client_that_hangs_up_is_disconnected(publish: Any) -> None:
    publisher = await publish()
    video = publisher.video
    await publisher.client.close()
    await publisher.handler.until(lambda: publisher.handler.ended)
    await publisher.handler.until(lambda: len(publisher.handler.states) == 2)
    assert publisher.handler.states == [(PeerState.CONNECTED, None), (PeerState.DISCONNECTED, None)]
    assert publisher.handler.ended == [video]


async def test_a_handler_that_raises_costs_nobody_the_connection(room: Any, new_handler: Any) -> None:
    class Raising(new_handler):
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
    channel.on("open", lambda: [channel.send(bytes([number])) for number in range(3)])
    await room.connect(client, peer)
    await handler.until(lambda: len(handler.control) == 3)
    await handler.until(lambda: handler.publications)
    assert peer.state is PeerState.CONNECTED


async def test_a_tap_that_raises_costs_only_itself(publish: Any) -> None:
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


async def test_a_subscriber_without_the_codec_is_told_so(publish: Any, room: Any) -> None:
    publisher = await publish()
    assert publisher.video.codec == "VP8"
    client, peer = room.client(), room.peer()
    transceiver = client.addTransceiver("video", direction="recvonly")
    capabilities = [codec for codec in type(transceiver.receiver).getCapabilities("video").codecs]
    transceiver.setCodecPreferences([codec for codec in capabilities if codec.name == "H264"])
    await room.connect(client, peer)
    with pytest.raises(ArError) as refused:
        peer.slots[0].attach(publisher.video)
    assert refused.value.code is Code.UNSUPPORTED_CODEC


async def test_statistics_are_json(publish: Any, subscribe: Any) -> None:
    publisher = await publish()
    peer, (received,), _handler = await subscribe()
    peer.slots[0].attach(publisher.video)
    await received.until(lambda: len(received.packets) >= 5)
    up, down = json.loads(json.dumps([publisher.peer.stats(), peer.stats()]))
    assert up["publications"][0]["packets"] >= down["slots"][0]["packets"] >= 5
    assert up["publications"][0]["subscribers"] == 1
    assert down["slots"][0]["codec"] == "VP8"


async def test_an_unusable_offer_is_refused_and_the_peer_closed(room: Any) -> None:
    peer = room.peer()
    with pytest.raises(ArError) as refused:
        await peer.answer("v=0\r\n")
    assert refused.value.code is Code.BAD_DESCRIPTION
    assert peer._connection.connectionState == "closed"
