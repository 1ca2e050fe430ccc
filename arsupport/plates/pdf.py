"""Drawings as PDF: one to a page, or as many as a sheet of A4 holds, with marks to cut along."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import FILL_EVEN_ODD, Canvas

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from arsupport.plates.drawing import Drawing

_A4: Final = (210.0, 297.0)
_CUT: Final = 6.0
_CUT_WIDTH: Final = 0.2
_MARKS_GREY: Final = 0.4


def pdf(drawing: Drawing) -> bytes:
    """Give a drawing as a PDF of one page in its true size."""
    made = _Pages(drawing.title)
    made.page(drawing.width, drawing.height)
    made.put(drawing, 0.0, 0.0)
    return made.finished()


def sheet(drawings: Sequence[Drawing], title: str) -> bytes:
    """Give drawings of one size, A5 or A6, as pages of A4: two or four on each."""
    made = _Pages(title)
    across = sorted(_A4, reverse=2 * drawings[0].width > _A4[0])
    places = [
        (column * drawings[0].width, row * drawings[0].height)
        for row in range(int(across[1] // drawings[0].height))
        for column in range(int(across[0] // drawings[0].width))
    ]
    for first in range(0, len(drawings), len(places)):
        made.page(*across)
        for drawing, (x, y) in zip(drawings[first:], places, strict=False):
            made.put(drawing, x, y)
        made.marks({x for x, _ in places} | {places[-1][0] + drawings[0].width}, vertical=True)
        made.marks({y for _, y in places} | {places[-1][1] + drawings[0].height}, vertical=False)
    return made.finished()


class _Pages:
    """Pages in mm from their upper left corner; a PDF measures in points from the lower one."""

    def __init__(self, title: str) -> None:
        self._file = BytesIO()
        # The same plates give the same file.
        self._canvas = Canvas(self._file, invariant=1, pageCompression=1)
        self._canvas.setTitle(title)
        self._width = self._height = 0.0

    def page(self, width: float, height: float) -> None:
        """Begin a page."""
        if self._height:
            self._canvas.showPage()
        self._width, self._height = width, height
        self._canvas.setPageSize((width * mm, height * mm))

    def put(self, drawing: Drawing, x: float, y: float) -> None:
        """Put a drawing with its upper left corner there."""
        path = self._canvas.beginPath()
        for loop in drawing.loops:
            (first, *others) = ((left + x, self._height - top - y) for left, top in loop.tolist())
            path.moveTo(first[0] * mm, first[1] * mm)
            for left, top in others:
                path.lineTo(left * mm, top * mm)
            path.close()
        self._canvas.setFillGray(0)
        self._canvas.drawPath(path, stroke=0, fill=1, fillMode=FILL_EVEN_ODD)

    def marks(self, at: Iterable[float], *, vertical: bool) -> None:
        """Mark at both ends where to cut straight through, unless that is the edge of the page."""
        length, whole = (self._height, self._width) if vertical else (self._width, self._height)
        self._canvas.setStrokeGray(_MARKS_GREY)
        self._canvas.setLineWidth(_CUT_WIDTH * mm)
        for place in at:
            if not 0 < place < whole:
                continue
            for begin, end in ((0.0, _CUT), (length - _CUT, length)):
                ends = [(place, begin), (place, end)] if vertical else [(begin, place), (end, place)]
                (x0, y0), (x1, y1) = ((x * mm, (self._height - y) * mm) for x, y in ends)
                self._canvas.line(x0, y0, x1, y1)

    def finished(self) -> bytes:
        """Give the file."""
        self._canvas.save()
        return self._file.getvalue()
