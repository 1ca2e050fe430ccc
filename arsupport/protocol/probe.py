"""The network check: a short connection whose data channels carry probes and nothing else.

On ``echo`` (unordered, ``maxRetransmits: 0``) every message comes back as it is: round trip and loss. On ``load`` (the
same) both sides send filling, as much as the path takes up to ``LOAD_BITS_PER_SECOND``: the rate. ``ask`` is reliable.
"""

from __future__ import annotations

import msgspec

from arsupport.protocol.signals import Hello, Offer, Ping

ECHO = "echo"
LOAD = "load"
ASK = "ask"

LOAD_BITS_PER_SECOND = 4_000_000
LOAD_BYTES = 1_100
"""One message of filling: it fits into one packet."""


class SendLoad(msgspec.Struct, frozen=True, tag="send-load"):
    """The server shall send filling, for ``LOAD_SECONDS``; once in a connection."""


class CountLoad(msgspec.Struct, frozen=True, tag="count-load"):
    """How much filling has arrived since this was asked last?"""


class Counted(msgspec.Struct, frozen=True, tag="counted"):
    """Answer to ``count-load``: bytes, and the milliseconds in which they came."""

    bytes: int
    ms: float


LOAD_SECONDS = 3.0

ClientProbe = SendLoad | CountLoad
ServerProbe = Counted

CheckSignal = Hello | Ping | Offer
"""What the check's socket takes; it answers as the signalling socket does."""
