"""What is printed and stuck on a machine: the tag that a camera reads, the QR code, the code to type, the name."""

from arsupport.plates.drawing import Drawing
from arsupport.plates.layout import FORMATS, Plate, draw
from arsupport.plates.pdf import pdf, sheet
from arsupport.plates.svg import svg

__all__ = ["FORMATS", "Drawing", "Plate", "draw", "pdf", "sheet", "svg"]
