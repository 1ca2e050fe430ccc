"""H.264 in RTP (RFC 6184) and the few fields of its bitstream (ITU-T H.264 section 7.3) that we need."""

from __future__ import annotations

import base64
import struct
from typing import Final

from arsupport.rtc.packets import UINT16

START_CODE: Final = b"\x00\x00\x00\x01"

_IDR: Final = 5
_SPS: Final = 7
_PPS: Final = 8
_DELIMITER: Final = 9
_STAP_A: Final = 24
_FU_A: Final = 28
_TYPE_MASK: Final = 0x1F
_FU_START: Final = 0x80
_FU_END: Final = 0x40
_FIRST_MACROBLOCK: Final = 0x80
"""First bit of a slice header: ``first_mb_in_slice`` is ue(v), and 0 is written as one set bit."""

_CHROMA_PROFILES: Final = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_CHROMA_444: Final = 3
_MAX_EXP_GOLOMB_BITS: Final = 32
_MAX_REFERENCE_CYCLE: Final = 255


def starts_keyframe(payload: bytes) -> bool:
    """Whether this RTP payload is the first of a frame that can be decoded by itself."""
    if payload and payload[0] & _TYPE_MASK == _STAP_A:
        return any(unit[0] & _TYPE_MASK in {_SPS, _IDR} for unit in _split_aggregate(payload) or [])
    nal_type, body = _first_unit(payload)
    return nal_type == _SPS or (nal_type == _IDR and body[:1] >= bytes([_FIRST_MACROBLOCK]))


def opens_frame(payload: bytes) -> bool:
    """Whether this RTP payload is surely the first of a frame: nothing that a decoder needs stands before an SPS."""
    return _first_unit(payload)[0] in {_SPS, _DELIMITER}


def _first_unit(payload: bytes) -> tuple[int, bytes]:
    """Type and body (without its one-byte header) of the NAL unit that begins here; type 0 when none begins."""
    if not payload:
        return 0, b""
    nal_type = payload[0] & _TYPE_MASK
    if nal_type == _STAP_A:
        return (payload[3] & _TYPE_MASK, payload[4:6]) if len(payload) > 3 else (0, b"")  # noqa: PLR2004
    if nal_type == _FU_A:
        if len(payload) < 2 or not payload[1] & _FU_START:  # noqa: PLR2004
            return 0, b""
        return payload[1] & _TYPE_MASK, payload[2:4]
    return nal_type, payload[1:3]


def join_payloads(payloads: list[bytes]) -> list[bytes] | None:
    """NAL units of one frame from its RTP payloads in order; None when they do not fit together."""
    units: list[bytes] = []
    fragment = bytearray()
    for payload in filter(None, payloads):
        nal_type = payload[0] & _TYPE_MASK
        if nal_type == _FU_A:
            if not _continues(payload, fragment):
                return None
            fragment += payload[2:]
            if payload[1] & _FU_END:
                units.append(bytes(fragment))
                fragment.clear()
            continue
        found = _split_aggregate(payload) if nal_type == _STAP_A else [payload]
        if fragment or not found or not 0 < nal_type <= _STAP_A:
            return None
        units.extend(found)
    return units if units and not fragment else None


def _continues(payload: bytes, fragment: bytearray) -> bool:
    """Whether this fragment (RFC 6184 section 5.8) goes on where ``fragment`` ends; a first one brings its header."""
    if len(payload) < 2:  # noqa: PLR2004
        return False
    starts = bool(payload[1] & _FU_START)
    if starts == bool(fragment):
        return False
    if starts:
        fragment.append((payload[0] & 0xE0) | (payload[1] & _TYPE_MASK))
    return True


def _split_aggregate(payload: bytes) -> list[bytes] | None:
    """RFC 6184 section 5.7.1."""
    units = []
    position = 1
    while position + 2 <= len(payload):
        (size,) = struct.unpack_from("!H", payload, position)
        position += 2
        if size == 0 or position + size > len(payload):
            return None
        units.append(payload[position : position + size])
        position += size
    return units


class ParameterSets:
    """The latest SPS and PPS of a stream, put in front of keyframes that come without them.

    Args:
        out_of_band: value of ``sprop-parameter-sets`` (RFC 6184 section 8.1), "" when there is none.

    Attributes:
        held_pixels: what a decoder holds by the latest SPS: the picture, and those that it refers to.
    """

    def __init__(self, out_of_band: str = "") -> None:
        self._sps: bytes | None = None
        self._pps: bytes | None = None
        self.held_pixels = 0
        for item in filter(None, out_of_band.split(",")):
            try:
                self._note(base64.b64decode(item, validate=True))
            except ValueError:  # no base64, or not even ASCII
                continue

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels by the latest SPS."""
        return sps_size(self._sps) if self._sps else None

    def access_unit(self, units: list[bytes]) -> tuple[bytes, bool]:
        """Annex B bytes (4-byte start codes) of a frame, and whether it is a keyframe, with SPS and PPS in front."""
        for unit in units:
            self._note(unit)
        types = {unit[0] & _TYPE_MASK for unit in units}
        sets = [self._sps, self._pps] if self._sps and self._pps else []
        keyframe = _IDR in types and bool(sets)
        if keyframe and not {_SPS, _PPS} <= types:
            units = [*sets, *units]
        return b"".join(START_CODE + unit for unit in units), keyframe

    def _note(self, unit: bytes) -> None:
        nal_type = unit[0] & _TYPE_MASK if unit else 0
        if nal_type == _SPS:
            self._sps = unit
            self.held_pixels = sps_held_pixels(unit)
        elif nal_type == _PPS:
            self._pps = unit


class _BitReader:
    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def bits(self, count: int) -> int:
        if count > self._left:
            raise ValueError("the bitstream ends too early")
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def unsigned(self) -> int:
        """Exp-Golomb code, ITU-T H.264 section 9.1."""
        zeros = 0
        while not self.bits(1):
            zeros += 1
            if zeros > _MAX_EXP_GOLOMB_BITS:
                raise ValueError("an Exp-Golomb code is too long")
        return (1 << zeros) - 1 + self.bits(zeros)

    def signed(self) -> int:
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)


def sps_size(sps: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a sequence parameter set (ITU-T H.264 section 7.3.2.1.1); None when damaged."""
    try:
        return _read_sps(_bits_of(sps))[:2]
    except ValueError:
        return None


def sps_held_pixels(sps: bytes) -> int:
    """Pixels of all pictures that a decoder holds by this sequence parameter set; 0 when it is damaged."""
    try:
        width, height, references = _read_sps(_bits_of(sps))
    except ValueError:
        return 0
    return width * height * (1 + references)


def _bits_of(sps: bytes) -> _BitReader:
    return _BitReader(sps[1:256].replace(b"\x00\x00\x03", b"\x00\x00"))


def _read_sps(reader: _BitReader) -> tuple[int, int, int]:
    """Width, height, and how many pictures may be referred to."""
    profile = reader.bits(8)
    reader.bits(16)
    reader.unsigned()
    chroma = 1
    if profile in _CHROMA_PROFILES:
        chroma = _skip_chroma(reader)
    reader.unsigned()
    _skip_picture_order(reader)
    references = reader.unsigned()
    reader.bits(1)
    width = (reader.unsigned() + 1) * 16
    height_units = reader.unsigned() + 1
    frames_only = reader.bits(1)
    if not frames_only:
        reader.bits(1)
    height = height_units * 16 * (2 - frames_only)
    reader.bits(1)
    if reader.bits(1):
        left, right, top, bottom = (reader.unsigned() for _ in range(4))
        step_x = 2 if chroma in {1, 2} else 1
        step_y = (2 if chroma == 1 else 1) * (2 - frames_only)
        width -= (left + right) * step_x
        height -= (top + bottom) * step_y
    if not (0 < width <= UINT16 and 0 < height <= UINT16):
        raise ValueError("the picture size is impossible")
    return width, height, references


def _skip_chroma(reader: _BitReader) -> int:
    chroma = reader.unsigned()
    if chroma == _CHROMA_444:
        reader.bits(1)
    reader.unsigned()
    reader.unsigned()
    reader.bits(1)
    if reader.bits(1):
        for index in range(12 if chroma == _CHROMA_444 else 8):
            if reader.bits(1):
                _skip_scaling_list(reader, 16 if index < 6 else 64)  # noqa: PLR2004
    return chroma


def _skip_scaling_list(reader: _BitReader, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + reader.signed()) % 256
        last = following or last


def _skip_picture_order(reader: _BitReader) -> None:
    order = reader.unsigned()
    if order == 0:
        reader.unsigned()
    elif order == 1:
        reader.bits(1)
        reader.signed()
        reader.signed()
        for _ in range(min(reader.unsigned(), _MAX_REFERENCE_CYCLE)):
            reader.signed()
