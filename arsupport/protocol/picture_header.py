"""The dimensions of a picture, from its first bytes: nothing is decoded before they are known to be harmless.

JPEG: ITU-T T.81 Annex B. PNG: W3C PNG section 11.2.2. WebP: RFC 9649 section 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arsupport.errors import ArError, Code
from arsupport.protocol.pictures import MediaType

if TYPE_CHECKING:
    from mmap import mmap

_PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
# Start of frame, all of its kinds; C4, C8 and CC are something else.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_MARK, _START, _END, _SCAN = 0xFF, 0xD8, 0xD9, 0xDA
_MOST_SEGMENTS: Final = 1_000
# Bytes up to where the dimensions end: IHDR, a segment's marker and length, a frame's head, a WebP's first chunk.
_PNG_HEAD, _SEGMENT_HEAD, _FRAME_HEAD, _WEBP_HEAD = 24, 4, 9, 30


def dimensions(data: bytes | mmap, media_type: MediaType) -> tuple[int, int]:
    """Give a picture's width and height in pixels, as it is stored.

    Raises:
        ArError: ``bad-picture`` when this is no picture of that type.
    """
    read = {MediaType.JPEG: _jpeg, MediaType.PNG: _png, MediaType.WEBP: _webp}[media_type]
    found = read(data)
    if found is None or not all(found):
        raise ArError(Code.BAD_PICTURE, f"this is no {media_type}")
    return found


def _png(data: bytes | mmap) -> tuple[int, int] | None:
    if data[:16] != _PNG or len(data) < _PNG_HEAD:
        return None
    return _big(data[16:20]), _big(data[20:24])


def _jpeg(data: bytes | mmap) -> tuple[int, int] | None:
    if data[:2] != bytes([_MARK, _START]):
        return None
    at = 2
    for _ in range(_MOST_SEGMENTS):
        head = data[at : at + _FRAME_HEAD]
        if len(head) < _SEGMENT_HEAD or head[0] != _MARK:
            return None
        marker = head[1]
        if marker == _MARK:  # a fill byte; a file that holds nothing else would keep us for seconds
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        elif marker in _FRAMES:
            return (_big(head[7:9]), _big(head[5:7])) if len(head) == _FRAME_HEAD else None
        elif marker in {_END, _SCAN}:
            return None
        else:
            at += 2 + _big(head[2:4])
    return None


def _webp(data: bytes | mmap) -> tuple[int, int] | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < _WEBP_HEAD:
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        return _little(data[24:27]) + 1, _little(data[27:30]) + 1
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
    if kind == b"VP8L" and data[20:21] == b"\x2f":
        bits = _little(data[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
