"""Pages of A4, filled from top to bottom: headings, texts, tables, pictures. Nothing in a text is ever a command.

Lengths are in points (1/72 inch).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from arsupport.report import font

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import BinaryIO

_WIDTH, _HEIGHT = A4
_SIDE: Final = 20 * mm
_TOP: Final = 18 * mm
_BOTTOM: Final = 22 * mm
_FOOT: Final = 12 * mm
ROOM: Final[float] = _WIDTH - 2 * _SIDE
SIZE: Final = 9.0
SMALL: Final = 7.5
_LINE: Final = 1.38
_GREY: Final = 0.35
_RULE_GREY: Final = 0.7
_HEADINGS: Final = {1: 20.0, 2: 13.0, 3: 10.5}
_CELL: Final[float] = 1.6 * mm
# A wide picture fills most of the width; an upright one is no higher than two fifths of a page.
_PICTURE: Final[tuple[float, float]] = (0.85 * ROOM, 105 * mm)
_PLATE: Final[tuple[float, float]] = (0.75 * ROOM, 28 * mm)
# What never begins a line.
_CLOSING: Final = frozenset(",.;:!?)]}…，。、；：！？）】」』”’")  # noqa: RUF001 - Chinese punctuation
_WIDE: Final = frozenset("WF")


@dataclass(frozen=True, slots=True)
class Figure:
    """A JPEG, its width by its height; or what stands in its place."""

    missing: str
    jpeg: bytes = b""
    aspect: float = 1.0


class _Jpeg:
    """A picture as ReportLab takes it without decoding it."""

    def __init__(self, data: bytes, number: int) -> None:
        self._data = data
        self._number = number

    def __str__(self) -> str:
        return f"picture-{self._number}"

    def jpeg_fh(self) -> BytesIO:
        return BytesIO(self._data)


class Paper:
    """A PDF that is being written."""

    def __init__(self, out: BinaryIO, title: str, characters: Iterable[str], foot: str) -> None:
        """Begin it. ``characters`` are those that will be written, ``foot`` stands at the foot of every page."""
        # Without it pictures would take a quarter more. It is of the whole process, which writes this and ends.
        rl_config.useA85 = 0
        characters = set(characters)
        self._fonts = {False: font.register(font.REGULAR, characters), True: font.register(font.BOLD, characters)}
        self._canvas = Canvas(out, pagesize=A4, pageCompression=1, invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setCreator("arsupport")
        self._foot = foot
        self.pages = 1
        self.pictures = 0
        self._y = _HEIGHT - _TOP

    def finish(self, folio: Callable[[int, int], str]) -> None:
        """Write the file; ``folio`` says which page of how many one is."""
        self._end_page()
        for page in range(1, self.pages + 1):
            self._canvas.beginForm(f"folio-{page}", 0, 0, _WIDTH, _HEIGHT)
            self._canvas.setFont(self._fonts[False], SMALL)
            self._canvas.setFillGray(_GREY)
            self._canvas.drawRightString(_WIDTH - _SIDE, _FOOT, folio(page, self.pages))
            self._canvas.endForm()
        self._canvas.save()

    def wrapped(self, text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
        """Break a text into lines."""
        return _wrapped(text, size, room, self._fonts[bold])

    def space(self, height: float) -> None:
        """Leave some room, unless a page begins."""
        if self._y < _HEIGHT - _TOP:
            self._y -= height

    def keep(self, height: float) -> None:
        """Begin a page when less than this is left on the present one."""
        if self._y - height < _BOTTOM and self._y < _HEIGHT - _TOP:
            self.new_page()

    def new_page(self) -> None:
        """Begin a page."""
        self._end_page()
        self._canvas.showPage()
        self.pages += 1
        self._y = _HEIGHT - _TOP

    def heading(self, text: str, level: int, *, follows: float = 20 * mm) -> None:
        """Write a heading, and on the same page at least ``follows`` of what it is of."""
        size = _HEADINGS[level]
        self.space(size * (1.1 if level > 1 else 0))
        lines = self.wrapped(text, size, ROOM, bold=True)
        self.keep(len(lines) * size * _LINE + follows)
        self._lines(lines, size, bold=True)
        self.space(size * 0.3)

    def text(self, text: str, *, size: float = SIZE, bold: bool = False, grey: bool = False) -> None:
        """Write a text over the whole width, if there is any."""
        if not text:
            return
        self._lines(self.wrapped(text, size, ROOM, bold=bold), size, bold=bold, grey=grey)

    def facts(self, rows: Sequence[tuple[str, str]], name_width: float = 45 * mm, *, bold: bool = True) -> None:
        """Write names, and beside each what it is."""
        for name, value in rows:
            self._row([name, value], [name_width, ROOM - name_width], bold=(False, bold), rule=False)

    def table(
        self, heads: Sequence[str], shares: Sequence[float], rows: Iterable[Sequence[str]], *, size: float = SIZE
    ) -> None:
        """Write a table with its heads on every page; ``shares`` are the columns' parts of the width."""
        widths = [share * ROOM / sum(shares) for share in shares]

        def top() -> None:
            self._row(heads, widths, size=size, bold=(True,) * len(heads))

        self.keep(4 * size * _LINE)
        top()
        for row in rows:
            self._row(row, widths, size=size, again=top)

    def picture(self, figure: Figure, caption: str) -> None:
        """Put a picture, or the frame that stands in its place, and its caption below it, all on one page."""
        self.keep(self.height(figure, caption))
        width, height = self._extent(figure)
        self._y -= height
        if figure.missing:
            self._plate(figure.missing, width, height)
        else:
            self.pictures += 1
            self._canvas.drawImage(_Jpeg(figure.jpeg, self.pictures), _SIDE, self._y, width, height)
            self._canvas.setStrokeGray(_RULE_GREY)
            self._canvas.setLineWidth(0.4)
            self._canvas.rect(_SIDE, self._y, width, height)
        self._y -= _CELL
        self._lines(self.wrapped(caption, SMALL, ROOM), SMALL, grey=True)
        self.space(_CELL)

    def height(self, figure: Figure, caption: str) -> float:
        """Give how much room a picture takes with its caption."""
        return self._extent(figure)[1] + len(self.wrapped(caption, SMALL, ROOM)) * SMALL * _LINE + 2 * _CELL

    def _extent(self, figure: Figure) -> tuple[float, float]:
        if not figure.missing:
            width = min(_PICTURE[0], _PICTURE[1] * figure.aspect)
            return width, width / figure.aspect
        lines = self.wrapped(figure.missing, SIZE, _PLATE[0] - 8 * _CELL)
        return _PLATE[0], max(_PLATE[1], len(lines) * SIZE * _LINE + 4 * _CELL)

    def _plate(self, text: str, width: float, height: float) -> None:
        self._canvas.setStrokeGray(_GREY)
        self._canvas.setLineWidth(0.8)
        self._canvas.setDash(3, 2)
        self._canvas.rect(_SIDE, self._y, width, height)
        self._canvas.setDash()
        lines = self.wrapped(text, SIZE, width - 8 * _CELL)
        y = self._y + (height + len(lines) * SIZE * _LINE) / 2
        for line in lines:
            y -= SIZE * _LINE
            self._put(line, _SIDE + 4 * _CELL, y + SIZE * 0.35, SIZE)

    def _lines(self, lines: Iterable[str], size: float, *, bold: bool = False, grey: bool = False) -> None:
        for line in lines:
            self.keep(size * _LINE)
            self._y -= size * _LINE
            self._put(line, _SIDE, self._y + size * 0.35, size, bold=bold, grey=grey)

    def _row(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        *,
        size: float = SIZE,
        bold: Sequence[bool] = (),
        rule: bool = True,
        again: Callable[[], None] | None = None,
    ) -> None:
        """Write a row; one that is longer than the page goes on on the next, below ``again``."""
        heavy = [*bold, *(False for _ in cells)][: len(cells)]
        columns = [
            self.wrapped(cell, size, width - _CELL, bold=each)
            for cell, width, each in zip(cells, widths, heavy, strict=True)
        ]
        for index in range(max(map(len, columns))):
            if self._y - size * _LINE - _CELL / 2 < _BOTTOM:
                self.new_page()
                if again is not None:
                    again()
            self._y -= size * _LINE
            x = _SIDE
            for lines, width, each in zip(columns, widths, heavy, strict=True):
                if index < len(lines):
                    self._put(lines[index], x, self._y + size * 0.35, size, bold=each)
                x += width
        if rule:
            self._y -= _CELL / 4
            self._canvas.setStrokeGray(_GREY if any(heavy) else _RULE_GREY)
            self._canvas.setLineWidth(0.8 if any(heavy) else 0.3)
            self._canvas.line(_SIDE, self._y, _SIDE + ROOM, self._y)
            self._y -= _CELL / 4

    def _put(self, text: str, x: float, y: float, size: float, *, bold: bool = False, grey: bool = False) -> None:
        self._canvas.setFillGray(_GREY if grey else 0)
        self._canvas.setFont(self._fonts[bold], size)
        self._canvas.drawString(x, y, text)

    def _end_page(self) -> None:
        self._canvas.setStrokeGray(_RULE_GREY)
        self._canvas.setLineWidth(0.4)
        self._canvas.line(_SIDE, _FOOT + 4 * mm, _WIDTH - _SIDE, _FOOT + 4 * mm)
        self._put(self._foot, _SIDE, _FOOT, SMALL, grey=True)
        self._canvas.doForm(f"folio-{self.pages}")


def _wrapped(text: str, size: float, room: float, name: str) -> list[str]:
    """Break what can be written of a text into lines of at most ``room``: between words, and within one that is longer.

    An empty text is one empty line.
    """
    known: dict[int, float] = pdfmetrics.getFont(name).face.charWidths
    scale = size / 1000
    lines, used = [""], 0.0
    for piece in _pieces(font.writable(text)):
        bare = piece.rstrip()
        width = sum(known.get(ord(each), 0) for each in bare) * scale
        spaces = known[32] * scale * (len(piece) - len(bare))
        if used + width > room and lines[-1]:
            lines.append("")
            used = 0.0
        if width <= room:
            lines[-1] += piece
            used += width + spaces
            continue
        for each in piece:
            width = known.get(ord(each), 0) * scale
            if used + width > room:
                lines.append("")
                used = 0.0
            lines[-1] += each
            used += width
    return [line.rstrip() for line in lines]


def _pieces(text: str) -> list[str]:
    """A text in parts between which a line may end: words with the space after them, and each wide character."""
    pieces: list[str] = []
    begins = True
    for character in text:
        wide = unicodedata.east_asian_width(character) in _WIDE
        if pieces and (character in _CLOSING or not (begins or wide)):
            pieces[-1] += character
        else:
            pieces.append(character)
        begins = character == " " or wide
    return pieces
