r"""The hash chain over a session's events.

Every event is hashed together with the hash before it, so that nobody can change, remove, insert or reorder an event
without changing every hash after it. All numbers are big-endian; ``‖`` joins bytes; texts are UTF-8::

    hash(0)   = SHA-256("arsupport/session/1\n" ‖ text(session id) ‖ text(machine id))
    hash(seq) = SHA-256("arsupport/event/1\n" ‖ hash(seq - 1) ‖ seq ‖ at_ms ‖ text(type) ‖ body)

    text(x)   = length of x in bytes (4 bytes) ‖ x
    seq       = 8 bytes, 1 for the first event
    at_ms     = 8 bytes, milliseconds since 1970-01-01 UTC
    body      = the bytes as stored, msgpack; never decoded and encoded again
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

_SESSION_DOMAIN: Final = b"arsupport/session/1\n"
_EVENT_DOMAIN: Final = b"arsupport/event/1\n"


def first_hash(session_id: str, machine_id: str) -> bytes:
    """Return ``hash(0)``, the hash before a session's first event (32 bytes)."""
    return sha256(_SESSION_DOMAIN + text_bytes(session_id) + text_bytes(machine_id)).digest()


def event_hash(previous: bytes, seq: int, at_ms: int, kind: str, body: bytes) -> bytes:
    """Return ``hash(seq)`` (32 bytes); ``kind`` is the event's type."""
    numbers = number_bytes(seq) + number_bytes(at_ms)
    return sha256(_EVENT_DOMAIN + previous + numbers + text_bytes(kind) + body).digest()


def number_bytes(value: int) -> bytes:
    """Return a number as it is hashed."""
    return value.to_bytes(8, "big")


def text_bytes(value: str) -> bytes:
    """Return a text as it is hashed, so that two texts cannot be cut elsewhere: length ‖ UTF-8."""
    encoded = value.encode()
    return len(encoded).to_bytes(4, "big") + encoded
