"""The letters of pictures and plates as a font for paper: text in a PDF can be searched, copied and read aloud.

OpenCV brings Latin, Greek, Cyrillic, Chinese, Japanese and Korean letters along, but gives no font file. So the letters
that a text needs are drawn large, their outlines followed, and a TrueType font is made of them.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from arsupport.vision.lettering import block

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fontTools.ttLib.tables._g_l_y_f import Glyph

# Of paper; pictures need heavier ones.
REGULAR: Final = 420
BOLD: Final = 680
# Letters are drawn so large (pixels to the em); what is lost at 9 points is a hundredth of a millimetre.
_EM: Final = 256
_ROUGHNESS: Final = 0.5
_HALF: Final = 127
_CORNERS: Final = 3
# Of the em, as OpenCV's fonts are: above and below the base line.
_ASCENT: Final = 1.0
_DESCENT: Final = 0.3
_MISSING: Final = ".notdef"
# OpenCV takes them from its Chinese font, with the room of a whole character around them; of the em, what they get.
_WIDE_SET: Final = frozenset("()")
_BEARING: Final = 0.06
# Of numbers, and of what stands for other characters.
_ALWAYS: Final = "".join(map(chr, range(0x20, 0x7F))) + "…·–—[]×"


def register(weight: int, characters: Iterable[str]) -> str:
    """Make a font with the characters that can be drawn; give the name by which ReportLab knows it.

    ReportLab keeps what it knows of a name: other characters are another font.
    """
    wanted = {*characters, *_ALWAYS}
    name = f"Arsupport{weight}-{sha256(''.join(sorted(wanted)).encode('utf-8', 'replace')).hexdigest()[:12]}"
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, BytesIO(_made(name, weight, wanted))))
    return name


def writable(text: str) -> str:
    """Give a text on one line of which every character can be written; what stands for the others says what it was.

    Controls and what has no width become nothing or a space. A run of letters of a script that has no glyphs becomes
    ``[HEBREW ×4]``, a sign its name in brackets (``[WRENCH]``).
    """
    written, missing = "", ""
    for character in unicodedata.normalize("NFC", text):
        if _draws(character):
            written, missing = written + _named(missing) + character, ""
        elif character.isspace() or unicodedata.category(character) == "Cc":
            written, missing = written + _named(missing) + " ", ""
        elif unicodedata.category(character)[0] != "C":
            missing += character
    return " ".join((written + _named(missing)).split())


@lru_cache(8192)
def _draws(character: str) -> bool:
    return block(character, _EM, 2 * _EM) is not None


def _named(missing: str) -> str:
    """Say what a run of characters was that cannot be written."""
    if not missing:
        return ""
    parts: list[list[str | int]] = []
    for character in missing:
        kind = unicodedata.category(character)[0]
        name = unicodedata.name(character, f"U+{ord(character):04X}")
        if kind == "M" and parts:
            continue
        what = name.partition(" ")[0] if kind in "LMN" else name
        if parts and parts[-1][0] == what and kind in "LMN":
            parts[-1] = [what, int(parts[-1][1]) + 1]
        else:
            parts.append([what, 1 if kind in "LMN" else 0])
    return "".join(f"[{what} ×{count}]" if count else f"[{what}]" for what, count in parts)


def _made(name: str, weight: int, characters: set[str]) -> bytes:
    glyphs: dict[str, Glyph] = {_MISSING: TTGlyphPen(None).glyph()}
    metrics = {_MISSING: (_EM // 2, 0)}
    known: dict[int, str] = {}
    for character in sorted(characters):
        if character != " " and not _draws(character):
            continue
        known[ord(character)] = glyph = f"u{ord(character):04X}"
        glyphs[glyph], advance = _traced(character, weight)
        metrics[glyph] = (advance, 0)
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(known)
    builder.setupGlyf(glyphs)
    table = builder.font["glyf"]
    builder.setupHorizontalMetrics({glyph: (metrics[glyph][0], getattr(table[glyph], "xMin", 0)) for glyph in glyphs})
    ascent, descent = round(_ASCENT * _EM), -round(_DESCENT * _EM)
    builder.setupHorizontalHeader(ascent=ascent, descent=descent)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name, "fullName": name})
    builder.setupOS2(sTypoAscender=ascent, sTypoDescender=descent, usWinAscent=ascent, usWinDescent=-descent)
    builder.setupPost()
    file = BytesIO()
    builder.save(file)
    return file.getvalue()


def _traced(character: str, weight: int) -> tuple[Glyph, int]:
    """Give a letter's outlines, y up from the base line, and how far the next letter is from it."""
    left, base = _EM // 2, round(1.5 * _EM)
    canvas = np.zeros((2 * _EM, 3 * _EM), np.uint8)
    end, _ = cv2.putText(canvas, character, (left, base), (255,), cv2.FontFace("sans"), _EM, weight)
    pen = TTGlyphPen(None)
    if character in _WIDE_SET:
        columns = np.flatnonzero(canvas.any(axis=0))
        left = int(columns[0]) - round(_BEARING * _EM)
        end = (int(columns[-1]) + round(_BEARING * _EM), base)
    contours, _ = cv2.findContours((canvas > _HALF).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        loop = cv2.approxPolyDP(contour, _ROUGHNESS, closed=True)[:, 0]
        if len(loop) < _CORNERS:
            continue
        first, *others = [(int(x) - left, base - int(y)) for x, y in loop.tolist()]
        pen.moveTo(first)
        for point in others:
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph(), int(end[0]) - left
