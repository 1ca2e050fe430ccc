"""A participant's data channels: by name, bounded in size, rate and backlog.

`control` is reliable and ordered, `poses` unordered without retransmission, `frames` is for pictures, in small pieces:
all channels share one queue, and what waits there makes everything else wait.
Clients open all of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError, Code
from arsupport.rtc.aiortc_private import bound_sctp, largest_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiortc import RTCDataChannel, RTCSctpTransport

CONTROL: Final = "control"
VOLATILE: Final = "poses"
PICTURES: Final = "frames"

MAX_CHANNELS: Final = 8
MAX_MESSAGE_BYTES: Final = 256 * 1024
MESSAGES_PER_SECOND: Final = 500
BYTES_PER_SECOND: Final = 4 * 1024 * 1024
BURST_SECONDS: Final = 2
CONTROL_BACKLOG_BYTES: Final = 2 * 1024 * 1024
"""A client that lets that much of `control` pile up is too slow to follow the session."""

VOLATILE_BACKLOG_BYTES: Final = 16 * 1024
"""What is still waiting is outdated: beyond this, new volatile messages are dropped."""

PICTURES_BACKLOG_BYTES: Final = 256 * 1024
"""A client that lets that much of `frames` pile up does not read: senders wait long before."""

log = structlog.get_logger()


class _TokenBucket:
    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._filled_at = time.monotonic()

    def take(self, amount: float, now: float) -> bool:
        self._level = min(self._burst, self._level + (now - self._filled_at) * self._rate)
        self._filled_at = now
        self._level -= amount
        return self._level >= 0


@dataclass(frozen=True, slots=True)
class ChannelEvents:
    """What the owner of the channels wants to know; none of these may raise."""

    control_open: Callable[[], None]
    control: Callable[[bytes], None]
    volatile: Callable[[bytes], None]
    pictures: Callable[[bytes], None]
    violation: Callable[[ArError], None]


class DataChannels:
    """The data channels of one connection.

    Args:
        events: where messages and violations go.
    """

    def __init__(self, events: ChannelEvents) -> None:
        self._events = events
        self._sctp: RTCSctpTransport | None = None
        self._control: RTCDataChannel | None = None
        self._volatile: RTCDataChannel | None = None
        self._pictures: RTCDataChannel | None = None
        self._channels = 0
        self._messages_allowed = _TokenBucket(MESSAGES_PER_SECOND, MESSAGES_PER_SECOND * BURST_SECONDS)
        self._bytes_allowed = _TokenBucket(BYTES_PER_SECOND, BYTES_PER_SECOND * BURST_SECONDS)
        self._violated = False
        self.received = 0
        self.sent = 0
        self.volatile_dropped = 0

    def bound(self, sctp: RTCSctpTransport) -> None:
        """Bound what ``sctp`` holds of messages that are not complete."""
        self._sctp = sctp
        bound_sctp(sctp, lambda reason: self._violate(Code.MESSAGE_TOO_LARGE, reason))

    def add(self, channel: RTCDataChannel) -> None:
        """Take a channel that the client has opened."""
        self._channels += 1
        if self._channels > MAX_CHANNELS:
            self._violate(Code.TOO_MANY, f"more than {MAX_CHANNELS} data channels")
            return
        if channel.label == CONTROL:
            self._control = channel
            channel.on("message", self._receiver(self._events.control))
            self._events.control_open()
        elif channel.label == VOLATILE:
            self._volatile = channel
            channel.on("message", self._receiver(self._events.volatile))
        elif channel.label == PICTURES:
            self._pictures = channel
            channel.on("message", self._receiver(self._events.pictures))
        else:
            log.info("unknown data channel closed", label=channel.label[:32])
            channel.close()

    def send_control(self, message: bytes) -> bool:
        """Queue a message on `control`; False when the channel is not open.

        Raises:
            ArError: ``MESSAGE_TOO_LARGE`` when the client has announced that it takes no message of this size.
        """
        channel = self._control
        if channel is None or channel.readyState != "open":
            return False
        limit = largest_message(self._sctp) if self._sctp else 0
        if limit and len(message) > limit:
            raise ArError(Code.MESSAGE_TOO_LARGE, f"{len(message)} bytes, the client takes {limit}")
        if channel.bufferedAmount > CONTROL_BACKLOG_BYTES:
            self._violate(Code.CONNECTION_FAILED, "the client is too slow to follow the session")
            return False
        channel.send(message)
        self.sent += 1
        return True

    def send_volatile(self, message: bytes) -> bool:
        """Send a message on `poses` unless older ones are still waiting; False when it was dropped."""
        channel = self._volatile
        if channel is None or channel.readyState != "open" or channel.bufferedAmount > VOLATILE_BACKLOG_BYTES:
            self.volatile_dropped += 1
            return False
        channel.send(message)
        self.sent += 1
        return True

    @property
    def pictures_waiting(self) -> int:
        """Bytes of `frames` that are still waiting to go out: marks wait behind them."""
        return self._pictures.bufferedAmount if self._pictures is not None else 0

    def send_pictures(self, message: bytes) -> bool:
        """Queue a message on `frames`; False when it is not open. Look at ``pictures_waiting`` before large ones."""
        channel = self._pictures
        if channel is None or channel.readyState != "open":
            return False
        if channel.bufferedAmount > PICTURES_BACKLOG_BYTES:
            self._violate(Code.CONNECTION_FAILED, "the client does not read its pictures")
            return False
        channel.send(message)
        self.sent += 1
        return True

    def _receiver(self, deliver: Callable[[bytes], None]) -> Callable[[bytes | str], None]:
        def receive(message: bytes | str) -> None:
            if self._violated:
                return
            data = message.encode() if isinstance(message, str) else message
            now = time.monotonic()
            if len(data) > MAX_MESSAGE_BYTES:
                self._violate(Code.MESSAGE_TOO_LARGE, f"a message of {len(data)} bytes")
            elif not self._messages_allowed.take(1, now) or not self._bytes_allowed.take(len(data), now):
                self._violate(Code.TOO_MANY_REQUESTS, "too many messages")
            else:
                self.received += 1
                deliver(data)

        return receive

    def _violate(self, code: Code, detail: str) -> None:
        if not self._violated:
            self._violated = True
            self._events.violation(ArError(code, detail))
