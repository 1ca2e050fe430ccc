"""Text in pictures, with the fonts that OpenCV brings along: Latin, Greek, Cyrillic, Chinese, Japanese, Korean."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Image

Colour = tuple[int, int, int]

WEIGHT: Final = 600
# Of the size, from one base line to the next.
LINE_HEIGHT: Final = 1.3
_FONT: Final = "sans"
# What OpenCV draws for a character that no font has.
_NO_GLYPH: Final = "?"
_PROBE: Final = 32
_KNOWN: Final = 4096
# Scripts without spaces break anywhere.
_WIDE: Final = frozenset("WF")
# Of writing from right to left, which OpenCV would put the wrong way round.
_RIGHT_TO_LEFT: Final = frozenset(("R", "AL", "RLE", "RLO", "RLI", "AN"))


@dataclass(frozen=True)
class Block:
    """Lines of text in one size; ``width`` and ``height`` in pixels are those of all of them."""

    lines: tuple[str, ...]
    size: int
    width: int

    @property
    def line(self) -> int:
        """Pixels from one line to the next."""
        return round(LINE_HEIGHT * self.size)

    @property
    def height(self) -> int:
        """Pixels from the top of the first line to the bottom of the last one."""
        return self.line * len(self.lines)

    def put(self, picture: Image, left: int, top: int, ink: Colour) -> None:
        """Write it with its upper left corner there; ``ink`` is blue, green, red."""
        for row, line in enumerate(self.lines):
            _put(picture, line, (left, top + row * self.line + self.size), ink, self.size)


def block(text: str, size: int, room: int) -> Block | None:
    """Break a text into lines that are at most ``room`` pixels wide; between words, and within one that is wider.

    None when there is no text, or when a character of it cannot be drawn as it should be.
    """
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if not text or not all(_drawable(character) for character in text):
        return None
    lines = [""]
    for piece in _pieces(text):
        if _width(lines[-1] + piece.rstrip(), size) <= room:
            lines[-1] += piece
            continue
        lines.append("")
        for character in piece:
            if lines[-1] and _width(lines[-1] + character, size) > room:
                lines.append("")
            lines[-1] += character
    whole = tuple(line.rstrip() for line in lines if line.strip())
    return Block(whole, size, max(_width(line, size) for line in whole))


def centred(picture: Image, text: str, at: Floats, ink: Colour, size: int) -> None:
    """Write a text around a place; ``ink`` is blue, green, red."""
    left, top, width, height = _extent(text, size)
    origin = np.round(at - np.array([left + width / 2, top + height / 2])).astype(int)
    _put(picture, text, (int(origin[0]), int(origin[1])), ink, size)


def _pieces(text: str) -> list[str]:
    """A text in parts between which a line may end: words with the space after them, and each wide character."""
    pieces = [""]
    for character in text:
        if unicodedata.east_asian_width(character) in _WIDE or pieces[-1].endswith(" "):
            pieces.append("")
        pieces[-1] += character
    return pieces


@lru_cache(_KNOWN)
def _drawable(character: str) -> bool:
    if character.isascii():
        return character.isprintable()
    if unicodedata.bidirectional(character) in _RIGHT_TO_LEFT or unicodedata.category(character)[0] in "MC":
        return False
    return not np.array_equal(_drawn(character), _drawn(_NO_GLYPH))


def _drawn(character: str) -> Image:
    canvas = np.zeros((2 * _PROBE, 2 * _PROBE, 3), np.uint8)
    _put(canvas, character, (_PROBE // 2, _PROBE + _PROBE // 2), (255, 255, 255), _PROBE)
    return canvas


def _width(text: str, size: int) -> int:
    left, _, width, _ = _extent(text, size)
    return left + width


def _extent(text: str, size: int) -> tuple[int, int, int, int]:
    """Left, top, width and height of a text's box from where it begins on its base line, in pixels."""
    left, top, width, height = cv2.getTextSize((0, 0), text, (0, 0), cv2.FontFace(_FONT), size, WEIGHT)
    return left, top, width, height


def _put(picture: Image, text: str, at: tuple[int, int], ink: Colour, size: int) -> None:
    cv2.putText(picture, text, at, ink, cv2.FontFace(_FONT), size, WEIGHT)
