"""What the tests of rtc have at the other ends: handlers that remember, and stock aiortc clients."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import av
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import VideoStreamTrack
from aiortc.rtp import AnyRtcpPacket, RtcpSrPacket, RtpPacket

from arsupport.rtc import MediaPacket, Peer, Publication

if TYPE_CHECKING:
    from aiortc import RTCRtpTransceiver

    from arsupport.errors import ArError
    from arsupport.rtc import PeerState, Slot


class Handler:
    """Remembers what a peer told, and wakes whoever waits for it."""

    def __init__(self) -> None:
        self.publications: list[Publication] = []
        self.ended: list[Publication] = []
        self.mapped: list[tuple[Slot, Publication, int, int]] = []
        self.control: list[bytes] = []
        self.volatile: list[bytes] = []
        self.pictures: list[bytes] = []
        self.control_opened = 0
        self.states: list[tuple[PeerState, ArError | None]] = []
        self.when_published: Callable[[Publication], None] = lambda _publication: None
        self._changed = asyncio.Event()

    async def until(self, condition: Callable[[], object], seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def on_publication(self, publication: Publication) -> None:
        self.publications.append(publication)
        self._changed.set()
        self.when_published(publication)

    def on_publication_ended(self, publication: Publication) -> None:
        self.ended.append(publication)
        self._changed.set()

    def on_slot_mapped(self, slot: Slot, publication: Publication, from_rtp: int, offset: int) -> None:
        self.mapped.append((slot, publication, from_rtp, offset))
        self._changed.set()

    def on_control_open(self) -> None:
        self.control_opened += 1
        self._changed.set()

    def on_control(self, message: bytes) -> None:
        self.control.append(message)
        self._changed.set()

    def on_volatile(self, message: bytes) -> None:
        self.volatile.append(message)
        self._changed.set()

    def on_pictures(self, message: bytes) -> None:
        self.pictures.append(message)
        self._changed.set()

    def on_state(self, state: PeerState, reason: ArError | None) -> None:
        self.states.append((state, reason))
        self._changed.set()


class Room:
    """Peers, which take the short way or not, and stock clients of one test; all are closed at its end."""

    def __init__(self, *, fast: bool = True) -> None:
        self._fast = fast
        self.peers: list[Peer] = []
        self.clients: list[RTCPeerConnection] = []

    def client(self) -> RTCPeerConnection:
        client = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.clients.append(client)
        return client

    def peer(self, handler: Handler | None = None) -> Peer:
        peer = Peer(handler or Handler(), loopback=True, fast=self._fast)
        self.peers.append(peer)
        return peer

    async def connect(self, client: RTCPeerConnection, peer: Peer) -> None:
        await client.setLocalDescription(await client.createOffer())
        answer = await peer.answer(client.localDescription.sdp)
        await client.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))

    async def close(self) -> None:
        for client in self.clients:
            await client.close()
        for peer in self.peers:
            await peer.close()


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

        async def on_rtcp(packet: AnyRtcpPacket) -> None:
            if isinstance(packet, RtcpSrPacket):
                self.reports.append(packet)
                self.changed.set()
            await handle_rtcp(packet)

        setattr(receiver, "_handle_rtp_packet", on_rtp)  # noqa: B010 - a type checker forbids the assignment
        setattr(receiver, "_handle_rtcp_packet", on_rtcp)  # noqa: B010

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


class Publisher:
    """A stock client that publishes to a peer of ours, and what the server saw of it."""

    def __init__(self, room: Room, handler: Handler) -> None:
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


Publish = Callable[..., Awaitable[Publisher]]
"""Takes the tracks to publish, by default one small video; returns when the server has the publications."""

Subscribe = Callable[..., Awaitable[tuple[Peer, list[Received], Handler]]]
"""Takes the kinds of the m-lines, by default one for video; returns when the connection is there."""
