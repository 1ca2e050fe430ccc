"""The frame stamp: a frame's index, written into the picture so that it survives a video codec and scaling.

Geometry, for a picture ``W`` pixels wide as it is shown (``videoWidth`` in a browser, after any scaling):

- One cell is a square of edge ``c = W / 80`` pixels, not rounded (16 px at 1280, 8 px at 640).
- The stamp is the rectangle from (0, 0) to (13 c, 3 c): a black border half a cell wide around 12 x 2 cells.
- Cell (column k, row r), k = 0..11, r = 0..1, covers x from (k + 0.5) c to (k + 1.5) c, y from (r + 0.5) c to
  (r + 1.5) c; its centre is ((k + 1) c, (r + 1) c).
- Cells are read row by row, left to right, as bits b0..b23; white is 1.
- b0 = 1 and b1 = 0 are fixed: they give the white and the black level.
- b2..b17 are the index modulo 65536, the most significant bit first.
- b18..b23 are the CRC-6 of those 16 bits, the most significant bit first: polynomial x^6 + x + 1 (ITU-T G.704,
  2.3.3), start value 0x3F. In code: ``crc = 63; for each bit: top = (crc >> 5) ^ bit; crc = (crc << 1) & 63;
  if (top) crc ^= 3``.

To read a cell, average the luminance of its middle half (from c/4 left of the centre to c/4 right of it, and so down).
With white level w = b0 and black level k = b1: no stamp is there unless w - k >= 60; a cell is white above
(w + k) / 2; no stamp is there when any cell lies within (w - k) / 8 of that threshold, or when the CRC differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from arsupport.camera.geometry import Picture

CELLS_PER_WIDTH = 80
COLUMNS, ROWS = 12, 2
INDEX_BITS = 16
CRC_BITS = 6
LEAST_CONTRAST = 60.0
UNCERTAIN_PART = 1 / 8
MONOCHROME = 2

Bits = NDArray[np.uint8]


def stamp_size(width: int) -> tuple[float, float]:
    """Return the stamp's width and height in pixels in a picture ``width`` pixels wide."""
    cell = width / CELLS_PER_WIDTH
    return (COLUMNS + 1) * cell, (ROWS + 1) * cell


def write_stamp(frame: Picture, index: int) -> None:
    """Write ``index`` modulo 65536 into the top left corner of ``frame``, (height, width, 3) or (height, width)."""
    number = _unpack(index % (1 << INDEX_BITS), INDEX_BITS)
    bits = np.concatenate([np.array([1, 0], np.uint8), number, _unpack(_crc(number), CRC_BITS)])
    cell = frame.shape[1] / CELLS_PER_WIDTH
    width, height = stamp_size(frame.shape[1])
    frame[: round(height), : round(width)] = 0
    for position in np.flatnonzero(bits):
        row, column = divmod(int(position), COLUMNS)
        top, bottom = round((row + 0.5) * cell), round((row + 1.5) * cell)
        left, right = round((column + 0.5) * cell), round((column + 1.5) * cell)
        frame[top:bottom, left:right] = 255


def read_stamp(frame: Picture) -> int | None:
    """Return the index in ``frame``, (height, width, 3) BGR or (height, width) luminance, or None."""
    cell = frame.shape[1] / CELLS_PER_WIDTH
    width, height = stamp_size(frame.shape[1])
    if frame.shape[0] < height:
        return None
    corner = frame[: int(np.ceil(height)), : int(np.ceil(width))]
    gray = corner if corner.ndim == MONOCHROME else np.asarray(cv2.cvtColor(corner, cv2.COLOR_BGR2GRAY), np.uint8)
    levels = np.array([_level(gray, column + 1, row + 1, cell) for row in range(ROWS) for column in range(COLUMNS)])
    white, black = levels[0], levels[1]
    if white - black < LEAST_CONTRAST:
        return None
    distance = levels - (white + black) / 2
    if np.abs(distance).min() < (white - black) * UNCERTAIN_PART:
        return None
    bits = (distance > 0).astype(np.uint8)
    number = bits[2 : 2 + INDEX_BITS]
    return _pack(number) if _pack(bits[2 + INDEX_BITS :]) == _crc(number) else None


def _level(gray: NDArray[np.uint8], column: int, row: int, cell: float) -> float:
    top, bottom = round((row - 0.25) * cell), round((row + 0.25) * cell)
    left, right = round((column - 0.25) * cell), round((column + 0.25) * cell)
    return float(gray[top : max(bottom, top + 1), left : max(right, left + 1)].mean())


def _crc(bits: Bits) -> int:
    crc = 0x3F
    for bit in bits:
        top = (crc >> 5) ^ int(bit)
        crc = (crc << 1) & 0x3F
        if top:
            crc ^= 0x03
    return crc


def _unpack(number: int, width: int) -> Bits:
    return np.array([number >> shift & 1 for shift in range(width - 1, -1, -1)], np.uint8)


def _pack(bits: Bits) -> int:
    return int("".join(str(int(bit)) for bit in bits), 2)
