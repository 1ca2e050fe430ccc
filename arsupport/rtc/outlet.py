"""The way out of a connection, as those see it who have packets to send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from arsupport.rtc.aiortc_private import send_now

if TYPE_CHECKING:
    from aiortc import RTCDtlsTransport


class Outlet(Protocol):
    """Encrypts and sends. Packets go out in the order in which they are given."""

    def send(self, packet: bytes) -> bool:
        """Send an RTP or RTCP packet now; False when the connection does not stand."""

    def queue(self, header: bytes, payload: bytes) -> bool:
        """Send an RTP packet with the others of its burst, at the latest at ``flush``; False as for ``send``."""

    def flush(self) -> None:
        """Send what is queued."""


class PlainOutlet:
    """aiortc's own way, one packet at a time."""

    def __init__(self, transport: RTCDtlsTransport) -> None:
        self._transport = transport

    def send(self, packet: bytes) -> bool:
        """Send now."""
        return send_now(self._transport, packet)

    def queue(self, header: bytes, payload: bytes) -> bool:
        """Send now."""
        return send_now(self._transport, header + payload)

    def flush(self) -> None:
        """Nothing waits."""
