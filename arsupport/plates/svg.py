"""A drawing as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from arsupport.plates.drawing import Drawing


def svg(drawing: Drawing) -> str:
    """Give a drawing as an SVG file in its true size."""
    size = f"{drawing.width:g} {drawing.height:g}"
    path = "".join("M" + "L".join(f"{x:.3f} {y:.3f}" for x, y in loop) + "Z" for loop in drawing.loops)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width:g}mm" height="{drawing.height:g}mm" '
        f'viewBox="0 0 {size}">\n'
        f"<title>{escape(drawing.title)}</title>\n"
        f'<rect width="{drawing.width:g}" height="{drawing.height:g}" fill="#fff"/>\n'
        f'<path fill="#000" fill-rule="evenodd" d="{path}"/>\n'
        "</svg>\n"
    )
