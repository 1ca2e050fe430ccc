"""Pictures with marks burnt in, as they should be; a person has looked at them.

    python -m tests.vision.golden

makes them again, for when marks are meant to look different. Look at what it wrote before you commit it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from arsupport.vision import annotate
from arsupport.vision.annotate import Kind, Shape

if TYPE_CHECKING:
    from arsupport.vision.arrays import Image

FOLDER: Final = Path(__file__).parent / "golden"
SIZES: Final = {"landscape": (640, 360), "portrait": (360, 640)}


@dataclass(frozen=True)
class Drawn:
    """A mark as clients send it: points in fractions of the picture, colour as #rrggbb."""

    kind: Kind
    points: list[tuple[float, float]]
    colour: str
    text: str = ""
    number: int = 0
    instruction: str = ""
    uncertain: bool = False

    def shape(self, width: int, height: int) -> Shape:
        red, green, blue = bytes.fromhex(self.colour.removeprefix("#"))
        points = annotate.pixels(self.points, width, height)
        return Shape(self.kind, points, (red, green, blue), self.text, self.number, self.instruction, self.uncertain)


WAVE: Final = [(0.08 + 0.012 * step, 0.62 + 0.06 * np.sin(step / 2)) for step in range(30)]
CURL: Final = [(x + 0.38, 0.36 - y / 3) for x, y in WAVE]
EXAMPLES: Final[dict[str, Drawn]] = {
    "arrow": Drawn(Kind.ARROW, [(0.45, 0.25), (0.22, 0.2)], "#ff3b30", number=1, instruction="Ventil V3 schließen"),
    "short arrow": Drawn(Kind.ARROW, [(0.61, 0.5), (0.6, 0.51)], "#ffd60a", number=3),
    "circle": Drawn(Kind.CIRCLE, [(0.72, 0.3), (0.78, 0.34)], "#34c759", number=2, instruction="检查压力表的读数"),
    "stroke": Drawn(Kind.FREEHAND, WAVE, "#0a2a6a", number=12),
    "dot": Drawn(Kind.FREEHAND, [(0.9, 0.62)], "#ffffff", number=4),
    "named": Drawn(Kind.ARROW, [(0.62, 0.75), (0.82, 0.9)], "#ff9500", "Überdruck", 5),
    "german": Drawn(Kind.TEXT, [(0.05, 0.85)], "#0a84ff", "Nicht öffnen: heiß", 6),
    "uncertain arrow": Drawn(Kind.ARROW, [(0.32, 0.9), (0.42, 0.62)], "#ff453a", number=8, uncertain=True),
    "uncertain circle": Drawn(Kind.CIRCLE, [(0.87, 0.25), (0.93, 0.29)], "#32d7ff", number=19, uncertain=True),
    "uncertain stroke": Drawn(Kind.FREEHAND, CURL, "#ffd60a", number=100, uncertain=True),
    "chinese": Drawn(Kind.TEXT, [(0.55, 0.08)], "#ff2d55", "关闭阀门", 7),
}


def background(width: int, height: int) -> Image:
    """Stripes of what is hard to draw on: black, white, the marks' own colours, and fine texture."""
    picture = np.zeros((height, width, 3), np.uint8)
    colours = [(0, 0, 0), (255, 255, 255), (48, 59, 255), (89, 199, 52), (106, 42, 10), (128, 128, 128)]
    for stripe, colour in enumerate(colours):
        picture[:, stripe * width // 7 : (stripe + 1) * width // 7] = colour
    rows, columns = np.indices((height, width - 6 * width // 7))
    picture[:, 6 * width // 7 :] = ((rows // 4 + columns // 4) % 2 * 255)[..., None]
    return picture


def made(name: str) -> Image:
    """The picture of that name as it is drawn now."""
    width, height = SIZES[name]
    return annotate.draw_marks(background(width, height), [each.shape(width, height) for each in EXAMPLES.values()])


def kept(name: str) -> Image:
    """The picture of that name as it should be."""
    picture = cv2.imread(str(FOLDER / f"{name}.png"))
    if picture is None:
        raise FileNotFoundError(FOLDER / f"{name}.png")
    return np.asarray(picture, np.uint8)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in SIZES:
        cv2.imwrite(str(FOLDER / f"{each}.png"), made(each), [cv2.IMWRITE_PNG_COMPRESSION, 9])
