"""VP8 in RTP (RFC 7741) and its frame header (RFC 6386 section 9.1)."""

from __future__ import annotations

import struct
from typing import Final

_SYNC_CODE: Final = b"\x9d\x01\x2a"
_HEADER_BYTES: Final = 10
_EXTENDED: Final = 0x80
_START_AND_PARTITION: Final = 0x17
_START_OF_FIRST: Final = 0x10
_PICTURE_ID: Final = 0x80
_LEVEL: Final = 0x40
_LAYER_OR_KEY: Final = 0x30
_DELTA: Final = 0x01
_SIZE_MASK: Final = 0x3FFF


def descriptor_length(payload: bytes) -> int | None:
    """Bytes of the payload descriptor (RFC 7741 section 4.2); None when it is cut off."""
    if not payload:
        return None
    length = 1
    if payload[0] & _EXTENDED:
        if len(payload) < 3:  # noqa: PLR2004
            return None
        flags = payload[1]
        length = 2
        if flags & _PICTURE_ID:
            length += 2 if payload[2] & 0x80 else 1
        length += bool(flags & _LEVEL) + bool(flags & _LAYER_OR_KEY)
    return length if len(payload) > length else None


def starts_frame(payload: bytes) -> bool:
    """Whether this RTP payload is the first of a frame: it starts partition 0."""
    return bool(payload) and payload[0] & _START_AND_PARTITION == _START_OF_FIRST


def starts_keyframe(payload: bytes) -> bool:
    """Whether this RTP payload is the first of a keyframe; the sync code is checked, not only the frame tag."""
    length = descriptor_length(payload)
    return length is not None and starts_frame(payload) and keyframe_size(payload[length:]) is not None


def keyframe_size(frame: bytes) -> tuple[int, int] | None:
    """Width and height in pixels when ``frame`` (without payload descriptor) begins a keyframe, else None."""
    if len(frame) < _HEADER_BYTES or frame[0] & _DELTA or frame[3:6] != _SYNC_CODE:
        return None
    width, height = struct.unpack_from("<HH", frame, 6)
    return width & _SIZE_MASK, height & _SIZE_MASK


def join_payloads(payloads: list[bytes]) -> bytes | None:
    """One encoded frame from its RTP payloads in order; None when one is damaged, or the first is not a first."""
    parts: list[bytes] = []
    for payload in payloads:
        if not payload:
            continue
        length = descriptor_length(payload)
        if length is None or not (parts or starts_frame(payload)):
            return None
        parts.append(payload[length:])
    return b"".join(parts) or None
