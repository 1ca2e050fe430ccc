"""Where everything stands on a plate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import segno

from arsupport.plates.drawing import Drawing, outlines
from arsupport.plates.letters import letters
from arsupport.plates.words import WORDS
from arsupport.protocol.plates import PlateLanguage, PlateSize
from arsupport.vision import tags

if TYPE_CHECKING:
    from arsupport.plates.drawing import Loops


@dataclass(frozen=True, slots=True)
class Format:
    """Paper, tag and lettering of one size of plate, in mm.

    Attributes:
        width: of the paper, which stands upright.
        height: of the paper.
        tag: edge of the tag, its black border included.
        reach: from how many metres a 720p camera reads the tag, also from 65° aside (docs/plates.md).
    """

    width: float
    height: float
    tag: float
    reach: float

    @property
    def margin(self) -> float:
        """White around the tag, which is read by the edge between both."""
        return (self.width - self.tag) / 2


FORMATS: Final = {
    PlateSize.A5: Format(148, 210, 120, 4),
    PlateSize.A6: Format(105, 148, 90, 2.5),
}

# Below the tag everything is laid out for A5 (mm), and made smaller for A6.
_SIDE: Final = 11.0
_QR_TOP: Final = 9.0
# The code is scanned from an arm's length.
_QR: Final = 42.0
_COLUMN: Final = _SIDE + _QR + 7
# Heights of letters, the largest first: the next is taken when a text does not fit.
_CODE: Final[tuple[float, ...]] = (12.0,)
_NAME: Final[tuple[float, ...]] = (8.0, 7.0, 6.0, 5.0)
_SITE: Final[tuple[float, ...]] = (5.0, 4.4, 3.8)
_SMALL: Final[tuple[float, ...]] = (3.8, 3.4, 3.0, 2.6)


@dataclass(frozen=True, slots=True)
class Plate:
    """What a plate says. ``link`` is what the QR code leads to, ``tag`` the number of the machine's tag."""

    name: str
    site: str
    code: str
    tag: int
    link: str
    language: PlateLanguage = PlateLanguage.EN


def draw(plate: Plate, size: PlateSize) -> Drawing:
    """Draw a plate. A name with characters that cannot be written as they should be is left out, and named."""
    form = FORMATS[size]
    top = form.margin + form.tag
    scale = (form.height - top) / (FORMATS[PlateSize.A5].height - _top_of_a5())
    modules = tags.modules(plate.tag)
    loops = _placed(outlines(modules), form.margin, form.margin, form.tag / len(modules))
    below, left_out = _below(plate, form)
    loops += _placed(below, 0.0, top, scale)
    return Drawing(form.width, form.height, loops, f"{plate.name}, {plate.site}: {plate.code}", left_out)


def _top_of_a5() -> float:
    return FORMATS[PlateSize.A5].margin + FORMATS[PlateSize.A5].tag


def _below(plate: Plate, form: Format) -> tuple[Loops, tuple[str, ...]]:
    """Draw what stands below the tag of an A5 plate, from the tag's lower edge on; give also what cannot be written."""
    words = WORDS[plate.language]
    # A quarter of it may be damaged (error correction level Q of ISO/IEC 18004).
    qr = np.array(segno.make(plate.link, error="q", micro=False).matrix, bool)
    loops = _placed(outlines(qr), _SIDE, _QR_TOP, _QR / len(qr))
    width = FORMATS[PlateSize.A5].width
    column, whole = width - _SIDE - _COLUMN, width - 2 * _SIDE
    reach = words.reach.format(tag=plate.tag, metres=words.number(form.reach))
    y, left_out = 7.5, []
    for text, sizes, lines in ((plate.name, _NAME, 2), (plate.site, _SITE, 1)):
        lettering = letters(text, sizes, column, lines)
        if lettering is not None:
            loops += _placed(lettering.loops, _COLUMN, y, 1.0)
            y += lettering.height
        elif text.strip():
            left_out.append(text)
    for text, sizes, (x, top), room, lines in (
        (words.help, _SMALL, (_COLUMN, 29.5), column, 2),
        (plate.code, _CODE, (_COLUMN, _QR_TOP + _QR - _CODE[0]), column, 1),
        (plate.link, _SMALL, (_SIDE, 57.0), whole, 1),
        (reach, _SMALL, (_SIDE, 63.0), whole, 1),
    ):
        lettering = letters(text, sizes, room, lines)
        if lettering is not None:
            loops += _placed(lettering.loops, x, top, 1.0)
    return loops, tuple(left_out)


def _placed(loops: Loops, x: float, y: float, scale: float) -> Loops:
    return [loop * scale + (x, y) for loop in loops]
