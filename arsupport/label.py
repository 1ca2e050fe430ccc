"""The label of a machine: what is printed, laminated and stuck next to its nameplate."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

import segno

# Millimetres: fits twelve times on A4 and is read from an arm's length.
WIDTH: Final = 90
HEIGHT: Final = 50
QR_SIZE: Final = 44
# Longer names would run out of the label; the whole name is in the title.
NAME_CHARS: Final = 22
LINK_CHARS: Final = 52


def svg(*, name: str, site: str, code: str, link: str) -> str:
    """Return a label as SVG (90 × 50 mm) with the QR code of `link`, the link, the code to type, name and site.

    The QR code is read with a quarter of it damaged (error correction level Q of ISO/IEC 18004).
    """
    qr = segno.make(link, error="q", micro=False).svg_inline(omitsize=True, border=2)
    x = QR_SIZE + 6
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" viewBox="0 0 {WIDTH} {HEIGHT}">
<title>{escape(f"{name}, {site}")}</title>
<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>
<svg x="2" y="1" width="{QR_SIZE}" height="{QR_SIZE}">{qr}</svg>
<g font-family="system-ui, sans-serif" fill="#000">
<text x="{x}" y="8" font-size="3.6" font-weight="bold">{escape(_short(name, NAME_CHARS))}</text>
<text x="{x}" y="13" font-size="3.2">{escape(_short(site, NAME_CHARS))}</text>
<text x="{x}" y="24" font-size="3">Help with this machine:</text>
<text x="{x}" y="28" font-size="3">scan, or type the code</text>
<text x="{x}" y="38" font-size="8" font-family="ui-monospace, monospace" font-weight="bold">{escape(code)}</text>
<text x="4" y="48" font-size="2.4">{escape(_short(link, LINK_CHARS))}</text>
</g>
</svg>
"""


def _short(text: str, chars: int) -> str:
    return text if len(text) <= chars else f"{text[: chars - 1]}…"
