"""One WebRTC connection of one participant: publications in, slots out, data channels both ways."""

from __future__ import annotations

import asyncio
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Protocol

import structlog
from aiortc import RTCSessionDescription

from arsupport.errors import ArError, Code
from arsupport.rtc.aiortc_private import RelayConnection, srtp_sessions, udp_path
from arsupport.rtc.data_channels import ChannelEvents, DataChannels
from arsupport.rtc.fast_path import FastInlet, FastOutlet
from arsupport.rtc.feedback import Feedback
from arsupport.rtc.inbound import Inbound
from arsupport.rtc.offer import MediaLine, Offer, read_offer
from arsupport.rtc.outlet import PlainOutlet
from arsupport.rtc.publication import Publication, PublisherClock
from arsupport.rtc.slot import Slot
from arsupport.rtc.twcc import TwccCollector

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from aiortc import RTCDataChannel, RTCDtlsTransport

    from arsupport.rtc.ice import IceServer
    from arsupport.rtc.outlet import Outlet

IDLE_INTERVAL_SECONDS: Final = 1.0
"""Between two looks at a connection that publishes nothing."""

TAIL_SECONDS: Final = 0.25
"""After this long feedback is given even though no further packet has come that would have led to it."""

CONNECT_TIMEOUT_SECONDS: Final = 30.0

log = structlog.get_logger()

P = ParamSpec("P")


class PeerState(StrEnum):
    """Of a connection; ``DISCONNECTED`` and ``FAILED`` are final."""

    NEW = "new"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    FAILED = "failed"


class PeerHandler(Protocol):
    """What a connection tells its owner.

    All of these are called on the event loop and must not block. One that raises is logged; the connection lives on.
    """

    def on_publication(self, publication: Publication) -> None:
        """The participant has begun to publish. Slots attached in here miss nothing."""

    def on_publication_ended(self, publication: Publication) -> None:
        """The participant publishes this no more."""

    def on_slot_mapped(self, slot: Slot, publication: Publication, from_rtp: int, offset: int) -> None:
        """From the participant's timestamp ``from_rtp`` on, it is the publication's timestamp + ``offset`` mod 2³²."""

    def on_control_open(self) -> None:
        """`control` can be written to."""

    def on_control(self, message: bytes) -> None:
        """A message came on `control`; nothing but its size and rate was checked."""

    def on_volatile(self, message: bytes) -> None:
        """The same on `poses`."""

    def on_pictures(self, message: bytes) -> None:
        """The same on `frames`."""

    def on_state(self, state: PeerState, reason: ArError | None) -> None:
        """The connection is there, gone, or (with the reason) given up. Not called after ``Peer.close``."""


class Peer:
    """One WebRTC connection of one participant; the client offers, the server answers, once.

    Reconnecting means a new ``Peer``.

    Args:
        handler: told what happens.
        ice_servers: STUN and TURN servers that the server itself uses; usually none, as it has an address that
            clients reach.
        loopback: also offer 127.0.0.1, which is otherwise only done on a machine without any other address.
        fast: take the short way where a connection allows it (``fast_path``); ``fast_path_trouble`` must have found
            none.
        takes: the kinds of media that the participant may send; an offer to send another is refused.
    """

    def __init__(
        self,
        handler: PeerHandler,
        *,
        ice_servers: Sequence[IceServer] = (),
        loopback: bool = False,
        fast: bool = False,
        takes: Collection[str] = ("audio", "video"),
    ) -> None:
        self.state = PeerState.NEW
        self.slots: list[Slot] = []
        self._handler = handler
        self._takes = takes
        self._connection = RelayConnection(ice_servers, loopback=loopback)
        self._clock = PublisherClock()
        self._inbounds: list[Inbound] = []
        self._twcc: TwccCollector | None = None
        self._fast = fast
        self._twcc_id = 0
        self._feedback: Feedback | None = None
        self._transport: RTCDtlsTransport | None = None
        self._outlet: Outlet | None = None
        self._short_way: tuple[FastInlet, FastOutlet] | None = None
        self._tick_task: asyncio.Task[None] | None = None
        self._close_task: asyncio.Task[None] | None = None
        self._closed = False
        self._channels = DataChannels(
            ChannelEvents(
                control_open=lambda: self._tell(handler.on_control_open),
                control=lambda message: self._tell(handler.on_control, message),
                volatile=lambda message: self._tell(handler.on_volatile, message),
                pictures=lambda message: self._tell(handler.on_pictures, message),
                violation=self._fail,
            )
        )

    @property
    def publications(self) -> list[Publication]:
        """What the participant publishes at the moment."""
        return [inbound.publication for inbound in self._inbounds if inbound.publication is not None]

    async def answer(self, offer_sdp: str) -> str:
        """Answer the client's offer; the answer holds all candidates.

        Raises:
            ArError: ``BAD_DESCRIPTION``, ``UNSUPPORTED_CODEC`` or ``NOT_ALLOWED``; the connection is closed then.
        """
        try:
            offer = read_offer(offer_sdp)
            self._check_allowed(offer)
            sdp = await self._negotiate(offer)
        except BaseException:
            await self.close()
            raise
        self._tick_task = asyncio.create_task(self._run_feedback(), name="rtc-feedback")
        return sdp

    async def close(self) -> None:
        """End the connection; its publications end, its slots are detached. Harmless when repeated."""
        if not self._closed:
            self._closed = True
            if self._tick_task is not None:
                self._tick_task.cancel()
            for inbound in self._inbounds:
                inbound.end()
            for slot in self.slots:
                slot.close()
            for end in self._short_way or ():
                end.close()
        await self._connection.close()

    def send_control(self, message: bytes) -> bool:
        """Send on `control` (reliable, ordered); False when it is not open.

        Raises:
            ArError: ``MESSAGE_TOO_LARGE`` when the client takes no message of this size.
        """
        return self._channels.send_control(message)

    def send_volatile(self, message: bytes) -> bool:
        """Send on `poses` (unordered, unreliable); False when dropped because older messages are still waiting."""
        return self._channels.send_volatile(message)

    def send_pictures(self, message: bytes) -> bool:
        """Send on `frames` (reliable, ordered); False when it is not open."""
        return self._channels.send_pictures(message)

    @property
    def pictures_waiting(self) -> int:
        """Bytes of `frames` that have not gone out yet: marks wait behind them."""
        return self._channels.pictures_waiting

    def stats(self) -> dict[str, Any]:
        """Counters of publications, slots and channels; JSON-able."""
        return {
            "state": str(self.state),
            "fast": self._short_way is not None,
            "refused": self._short_way[0].refused if self._short_way else 0,
            "dropped": self._short_way[1].dropped if self._short_way else 0,
            "publications": [publication.stats() for publication in self.publications],
            "slots": [slot.stats() for slot in self.slots],
            "messages_received": self._channels.received,
            "messages_sent": self._channels.sent,
            "volatile_dropped": self._channels.volatile_dropped,
            "datagrams_dropped": self._connection.dropped,
        }

    def _check_allowed(self, offer: Offer) -> None:
        for line in offer.media:
            if line.publishes and line.kind not in self._takes:
                raise ArError(Code.NOT_ALLOWED, f"this participant may not send {line.kind}")

    async def _negotiate(self, offer: Offer) -> str:
        connection = self._connection
        connection.on("connectionstatechange", self._connection_changed)
        connection.on("datachannel", self._channel_opened)
        try:
            await connection.setRemoteDescription(RTCSessionDescription(sdp=offer.sdp, type="offer"))
        except Exception as error:  # aiortc answers an offer that it cannot use with any exception
            raise ArError(Code.BAD_DESCRIPTION, f"the description cannot be used ({type(error).__name__})") from error
        for line in offer.media:
            connection.accept(line)
            self._wire(line)
        if connection.sctp is not None:
            self._channels.bound(connection.sctp)
        await connection.setLocalDescription(await connection.createAnswer())
        return connection.localDescription.sdp

    def _wire(self, line: MediaLine) -> None:
        receiver, sender = self._connection.relay_ends(line.mid)
        self._transport = receiver.transport  # the same for all lines: they are bundled
        self._outlet = self._outlet or PlainOutlet(self._transport)
        if line.publishes:
            if self._twcc is None or self._feedback is None:
                self._twcc = TwccCollector(sender.ssrc)
                self._feedback = Feedback(self._twcc, lambda: self.publications, self._send, time.monotonic())
            self._twcc_id = self._twcc_id or line.twcc_extension_id or 0
            inbound = Inbound(
                line,
                rtcp_ssrc=sender.ssrc,
                send_rtcp=self._send,
                clock=self._clock,
                twcc=self._twcc,
                began=lambda publication: self._tell(self._handler.on_publication, publication),
                ended=lambda publication: self._tell(self._handler.on_publication_ended, publication),
            )
            receiver.sink = inbound
            self._inbounds.append(inbound)
        if line.subscribes:
            slot = Slot(line, ssrc=sender.ssrc, rtx_ssrc=sender.rtx_ssrc, outlet=self._outlet, mapped=self._slot_mapped)
            sender.sink = slot
            self.slots.append(slot)

    def _send(self, packet: bytes) -> bool:
        return self._outlet is not None and self._outlet.send(packet)

    def _shorten_way(self) -> None:
        """Read and write this connection's socket ourselves, when its path is one."""
        transport = self._transport
        path = udp_path(transport) if transport is not None else None
        srtp = srtp_sessions(transport) if transport is not None else None
        if not self._fast or transport is None or path is None or srtp is None:
            return
        inlet = FastInlet(transport, path, srtp[0], self._twcc_id, self._feedback, self._short_way_failed)
        outlet = FastOutlet(transport, path, srtp[1])
        self._outlet, self._short_way = outlet, (inlet, outlet)
        for slot in self.slots:
            slot.use(outlet)
        inlet.start()

    def _short_way_failed(self) -> None:
        self._fail(ArError(Code.INTERNAL, "a packet could not be handled"))

    async def _run_feedback(self) -> None:
        """Give feedback where no packet leads to it, and give up when no path is found."""
        give_up_at = time.monotonic() + CONNECT_TIMEOUT_SECONDS
        while True:
            await asyncio.sleep(self._pause(time.monotonic()))
            now = time.monotonic()
            if self.state is PeerState.NEW and now > give_up_at:
                self._fail(ArError(Code.CONNECTION_FAILED, "no path to the client was found"))
                return
            if self._feedback is not None:
                self._feedback.give(now)

    def _pause(self, now: float) -> float:
        if self._feedback is None:
            return IDLE_INTERVAL_SECONDS
        # On the short way a burst of packets that has woken us gives the feedback: it costs no turn of its own.
        return TAIL_SECONDS if self._short_way else max(0.0, self._feedback.due - now)

    def _slot_mapped(self, slot: Slot) -> None:
        if slot.publication is not None and slot.mapping is not None:
            self._tell(self._handler.on_slot_mapped, slot, slot.publication, *slot.mapping)

    def _channel_opened(self, channel: RTCDataChannel) -> None:
        try:
            self._channels.add(channel)
        except Exception:  # aiortc would end the connection
            log.exception("opening a data channel failed")

    def _connection_changed(self) -> None:
        if self._closed:
            return
        state = self._connection.connectionState
        if state == "connected" and self.state is PeerState.NEW:
            self.state = PeerState.CONNECTED
            self._shorten_way()
            self._tell(self._handler.on_state, PeerState.CONNECTED, None)
        elif state == "failed":
            self._fail(ArError(Code.CONNECTION_FAILED, "the path to the client is lost"))
        elif state == "closed":
            self._finish(PeerState.DISCONNECTED, None)

    def _fail(self, reason: ArError) -> None:
        log.info("connection given up", code=str(reason.code), detail=reason.detail)
        self._finish(PeerState.FAILED, reason)

    def _finish(self, state: PeerState, reason: ArError | None) -> None:
        if self._closed or self.state in {PeerState.DISCONNECTED, PeerState.FAILED}:
            return
        self.state = state
        self._tell(self._handler.on_state, state, reason)
        self._close_task = asyncio.create_task(self.close(), name="rtc-close")

    def _tell(self, callback: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except Exception:  # the owner's fault must not end the participant's connection
            log.exception("a connection handler failed", handler=getattr(callback, "__name__", "?"))
