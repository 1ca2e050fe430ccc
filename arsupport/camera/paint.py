"""A canvas measured in metres, and the small parts that every machine is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arsupport.camera.geometry import Matrix, Picture
    from arsupport.plates import Drawing

Colour = tuple[int, int, int]
Point = tuple[float, float]

BLACK: Colour = (22, 22, 24)
WHITE: Colour = (238, 240, 240)
STEEL: Colour = (176, 172, 166)
DARK_STEEL: Colour = (92, 90, 88)
RED: Colour = (40, 36, 200)
GREEN: Colour = (70, 170, 40)
YELLOW: Colour = (30, 200, 245)
BLUE: Colour = (180, 95, 30)
ORANGE: Colour = (30, 120, 240)

SUPERSAMPLING = 2
SUBPIXEL_BITS = 4
_MM = 1000.0


class Canvas:
    """A texture under the brush: BGRA with premultiplied alpha, drawn at twice its final density.

    Every coordinate and length is in metres from the top left corner; colours are (blue, green, red).
    """

    def __init__(self, width: float, height: float, density: float, ground: Colour | None) -> None:
        """Start ``width`` x ``height`` metres of ``ground``, or of nothing; ``density`` is in texels per metre."""
        self.width = width
        self.height = height
        self.density = density
        self._scale = density * SUPERSAMPLING
        shape = (round(height * density) * SUPERSAMPLING, round(width * density) * SUPERSAMPLING, 4)
        self._pixels = np.zeros(shape, np.uint8)
        if ground is not None:
            self._pixels[:] = (*ground, 255)

    def rectangle(self, x: float, y: float, width: float, height: float, colour: Colour, edge: float = 0.0) -> None:
        """Fill a rectangle, or draw its outline when ``edge`` gives a line width."""
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        if edge > 0.0:
            self.line([*corners, corners[0]], colour, edge)
        else:
            self.polygon(corners, colour)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon."""
        cv2.fillPoly(self._pixels, [self._fixed(points)], (*colour, 255), cv2.LINE_AA, SUBPIXEL_BITS)

    def print(self, x: float, y: float, drawing: Drawing) -> None:
        """Stick what is printed on paper with its upper left corner at (x, y)."""
        self.rectangle(x, y, drawing.width / _MM, drawing.height / _MM, WHITE)
        loops = [self._fixed(loop / _MM + (x, y)) for loop in drawing.loops]
        cv2.fillPoly(self._pixels, loops, (*BLACK, 255), cv2.LINE_AA, SUBPIXEL_BITS)

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """Draw an open polyline."""
        thickness = max(1, round(width * self._scale))
        cv2.polylines(
            self._pixels,
            [self._fixed(points)],
            isClosed=False,
            color=(*colour, 255),
            thickness=thickness,
            lineType=cv2.LINE_AA,
            shift=SUBPIXEL_BITS,
        )

    def disc(self, x: float, y: float, radius: float, colour: Colour, edge: float = 0.0) -> None:
        """Fill a disc, or draw a ring when ``edge`` gives a line width."""
        thickness = max(1, round(edge * self._scale)) if edge > 0.0 else -1
        centre = self._fixed([(x, y)])[0]
        size = round(radius * self._scale * (1 << SUBPIXEL_BITS))
        cv2.circle(
            self._pixels, (int(centre[0]), int(centre[1])), size, (*colour, 255), thickness, cv2.LINE_AA, SUBPIXEL_BITS
        )

    def text(self, x: float, y: float, text: str, size: float, colour: Colour, weight: int = 600) -> None:
        """Write ``text`` centred on (x, y); ``size`` is the height of a line."""
        pixels = max(6, round(size * self._scale))
        font = cv2.FontFace("sans")
        box = cv2.getTextSize((0, 0), text, (0, 0), font, pixels, weight)
        left = round(x * self._scale - box[0] - box[2] / 2)
        bottom = round(y * self._scale - box[1] - box[3] / 2)
        cv2.putText(self._pixels, text, (left, bottom), (*colour, 255), font, pixels, weight)

    def picture(self, x: float, y: float, size: float, square: Picture) -> None:
        """Paste a gray square picture, ``size`` metres wide, without smoothing."""
        edge = round(size * self._scale)
        big = cv2.resize(square, (edge, edge), interpolation=cv2.INTER_NEAREST)
        left, top = round(x * self._scale), round(y * self._scale)
        target = self._pixels[top : top + edge, left : left + edge]
        target[..., :3] = big[..., None]
        target[..., 3] = 255

    def shade(self, rng: np.random.Generator, grime: float, light: Sequence[float] = (1.1, 0.95, 1.0, 0.85)) -> None:
        """Light and age what is drawn so far, in the final density; nothing can be drawn afterwards.

        ``light`` gives the brightness at the corners (top left, top right, bottom left, bottom right); ``grime`` is
        the standard deviation in grey levels of the stains, which are coarse, and of the grain, which is fine.
        """
        size = (self._pixels.shape[1] // SUPERSAMPLING, self._pixels.shape[0] // SUPERSAMPLING)
        pixels = cv2.resize(self._pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        field = cv2.resize(np.array(light, np.float32).reshape(2, 2), size, interpolation=cv2.INTER_LINEAR)
        stains = rng.standard_normal(size[::-1], np.float32)
        for cells, share in ((6, 1.0), (24, 0.8), (90, 0.6)):
            rough = rng.standard_normal((cells, max(2, cells * size[0] // size[1])), np.float32)
            stains += share * cv2.resize(rough, size, interpolation=cv2.INTER_CUBIC)
        solid = pixels[..., 3:]
        pixels[..., :3] = pixels[..., :3] * field[..., None] + (grime / 255) * stains[..., None] * solid
        pixels[..., :3] = np.clip(pixels[..., :3], 0, solid)
        self._pixels = pixels.astype(np.uint8)

    def finish(self, scale: float) -> tuple[Picture, float]:
        """Return the texture and its density in texels per metre, which is the canvas's, scaled by ``scale``."""
        size = (max(2, round(self.width * self.density * scale)), max(2, round(self.height * self.density * scale)))
        texture = cv2.resize(self._pixels, size, interpolation=cv2.INTER_AREA)
        return np.ascontiguousarray(texture, np.uint8), size[0] / self.width

    def _fixed(self, points: Sequence[Point] | Matrix) -> np.ndarray:
        scaled = (np.array(points, np.float64) * self._scale - 0.5) * (1 << SUBPIXEL_BITS)
        return np.round(scaled).astype(np.int32)


def screw(canvas: Canvas, x: float, y: float, radius: float, angle: float) -> None:
    """Draw a slotted screw."""
    canvas.disc(x + radius * 0.2, y + radius * 0.2, radius * 1.1, DARK_STEEL)
    canvas.disc(x, y, radius, STEEL)
    dx, dy = radius * 0.75 * np.cos(angle), radius * 0.75 * np.sin(angle)
    canvas.line([(x - dx, y - dy), (x + dx, y + dy)], BLACK, radius * 0.35)


def screws(canvas: Canvas, rng: np.random.Generator, inset: float, radius: float) -> None:
    """Put a screw into each corner of the canvas."""
    for x in (inset, canvas.width - inset):
        for y in (inset, canvas.height - inset):
            screw(canvas, x, y, radius, float(rng.uniform(0, np.pi)))


def plate(canvas: Canvas, x: float, y: float, text: str, size: float, ground: Colour = WHITE) -> None:
    """Engrave ``text`` on a label plate centred on (x, y); ``size`` is the height of the letters."""
    width = size * (0.62 * len(text) + 0.8)
    height = size * 1.6
    ink = BLACK if sum(ground) > 3 * 128 else WHITE
    canvas.rectangle(x - width / 2 + 0.002, y - height / 2 + 0.002, width, height, BLACK)
    canvas.rectangle(x - width / 2, y - height / 2, width, height, ground)
    canvas.text(x, y, text, size, ink)


def gauge(canvas: Canvas, x: float, y: float, radius: float, unit: str, reading: float) -> None:
    """Draw a round gauge; ``reading`` is 0 to 1 of its scale."""
    canvas.disc(x + 0.004, y + 0.005, radius * 1.12, BLACK)
    canvas.disc(x, y, radius * 1.12, DARK_STEEL)
    canvas.disc(x, y, radius * 1.04, STEEL, radius * 0.05)
    canvas.disc(x, y, radius, WHITE)
    start, sweep = 0.75 * np.pi, 1.5 * np.pi
    zone = [start + sweep * part for part in np.linspace(0.8, 1.0, 12)]
    canvas.line([(x + radius * 0.9 * np.cos(a), y + radius * 0.9 * np.sin(a)) for a in zone], RED, radius * 0.1)
    for tick in range(21):
        a = start + sweep * tick / 20
        inner = 0.72 if tick % 5 == 0 else 0.82
        ends = [(x + radius * r * np.cos(a), y + radius * r * np.sin(a)) for r in (inner, 0.93)]
        canvas.line(ends, BLACK, radius * (0.045 if tick % 5 == 0 else 0.02))
    for number in range(5):
        a = start + sweep * number / 4
        canvas.text(x + radius * 0.53 * np.cos(a), y + radius * 0.53 * np.sin(a), str(number * 4), radius * 0.26, BLACK)
    canvas.text(x, y + radius * 0.7, unit, radius * 0.26, BLACK)
    a = start + sweep * reading
    tip = (x + radius * 0.8 * np.cos(a), y + radius * 0.8 * np.sin(a))
    tail = (x - radius * 0.2 * np.cos(a), y - radius * 0.2 * np.sin(a))
    canvas.line([tail, tip], RED, radius * 0.07)
    canvas.disc(x, y, radius * 0.11, BLACK)


def lamp(canvas: Canvas, x: float, y: float, radius: float, colour: Colour, *, lit: bool) -> None:
    """Draw a pilot lamp with its bezel."""
    canvas.disc(x + 0.003, y + 0.004, radius * 1.35, BLACK)
    canvas.disc(x, y, radius * 1.35, DARK_STEEL)
    canvas.disc(x, y, radius * 1.25, STEEL, radius * 0.12)
    dim = tuple(int(part * 0.45) for part in colour)
    canvas.disc(x, y, radius, colour if lit else (dim[0], dim[1], dim[2]))
    if lit:
        bright = tuple(min(255, int(part * 0.4 + 155)) for part in colour)
        canvas.disc(x, y, radius * 0.6, (bright[0], bright[1], bright[2]))
    canvas.disc(x - radius * 0.35, y - radius * 0.4, radius * 0.2, WHITE)


def vent(canvas: Canvas, x: float, y: float, width: float, height: float, slots: int) -> None:
    """Draw a louvred vent with its top left corner at (x, y)."""
    step = height / slots
    for slot in range(slots):
        top = y + slot * step
        canvas.rectangle(x, top, width, step * 0.55, BLACK)
        canvas.rectangle(x, top + step * 0.55, width, step * 0.14, WHITE)


def hazard(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """Draw a black and yellow hazard band with its top left corner at (x, y)."""
    canvas.rectangle(x, y, width, height, YELLOW)
    step = height * 1.6
    for stripe in range(int(width / step) + 1):
        left = x + stripe * step
        right = min(left + step / 2, x + width)
        points = [(left, y + height), (right, y + height), (min(right + height, x + width), y)]
        canvas.polygon([*points, (min(left + height, x + width), y)], BLACK)


def cable(canvas: Canvas, points: Sequence[Point], colour: Colour, width: float) -> None:
    """Draw a cable along a smooth curve through ``points``, with a shadow side and a highlight."""
    curve = smooth(points)
    dark = tuple(int(part * 0.45) for part in colour)
    bright = tuple(min(255, int(part * 0.6 + 110)) for part in colour)
    canvas.line(curve, (dark[0], dark[1], dark[2]), width)
    canvas.line([(x - width * 0.08, y - width * 0.08) for x, y in curve], colour, width * 0.7)
    canvas.line([(x - width * 0.2, y - width * 0.2) for x, y in curve], (bright[0], bright[1], bright[2]), width * 0.15)


def smooth(points: Sequence[Point], steps: int = 16) -> list[Point]:
    """Return a Catmull-Rom curve through ``points``."""
    ends = np.array([points[0], *points, points[-1]], np.float64)
    curve: list[Point] = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for t in np.linspace(0.0, 1.0, steps, endpoint=False):
            at = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
            curve.append((float(at[0]), float(at[1])))
    curve.append((float(ends[-1][0]), float(ends[-1][1])))
    return curve
