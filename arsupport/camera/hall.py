"""What stands around the cabinet: the hall's wall and floor, the tagged press, and the valves for its cooling water."""

from __future__ import annotations

import cv2
import numpy as np

from arsupport.camera import paint
from arsupport.camera.paint import BLACK, BLUE, DARK_STEEL, GREEN, RED, STEEL, WHITE, YELLOW, Canvas
from arsupport.camera.part import AWAY, DOWN, RIGHT, Part, Placing

TAG_DICTIONARY = cv2.aruco.DICT_4X4_50
TAG_ID = 7
TAG_SIZE = 0.15
FLOOR_LEVEL, WALL_DEPTH = 0.98, 1.7
PRESS_LEFT, PRESS_TOP, PRESS_DEPTH = 0.36, -0.92, 0.85
PRESS_PAINT = (96, 130, 62)


def wall(rng: np.random.Generator, scale: float) -> Part:
    """Make the wall at the back: brickwork, a painted band, pipes, a tray, an exit sign and a fire extinguisher."""
    width, height = 6.4, 2.9
    canvas = Canvas(width, height, 330, (150, 160, 166))
    for row in range(int(height / 0.1)):
        for column in range(-1, int(width / 0.3) + 1):
            left = column * 0.3 + (row % 2) * 0.15
            tone = int(rng.integers(-14, 14))
            canvas.rectangle(left + 0.004, row * 0.1 + 0.004, 0.292, 0.092, (168 + tone, 178 + tone, 184 + tone))
    canvas.rectangle(0, 2.1, width, 0.8, (128, 120, 96))
    canvas.rectangle(0, 2.08, width, 0.03, YELLOW)
    for y, colour in ((0.42, STEEL), (0.56, (150, 110, 50)), (1.9, (70, 120, 70))):
        canvas.rectangle(0, y, width, 0.085, DARK_STEEL)
        canvas.rectangle(0, y + 0.008, width, 0.05, colour)
        canvas.rectangle(0, y + 0.016, width, 0.012, WHITE)
        for x in np.arange(0.3, width, 0.8):
            canvas.rectangle(float(x), y - 0.015, 0.05, 0.115, DARK_STEEL)
    canvas.rectangle(0, 0.8, width, 0.1, (120, 120, 118))
    for x in np.arange(0.05, width, 0.14):
        canvas.rectangle(float(x), 0.82, 0.08, 0.05, BLACK)
    canvas.rectangle(2.98, 1.05, 0.44, 0.2, GREEN)
    canvas.text(3.2, 1.15, "EXIT →", 0.13, WHITE, 800)
    canvas.rectangle(3.06, 1.42, 0.15, 0.42, RED)
    canvas.rectangle(3.1, 1.36, 0.07, 0.07, BLACK)
    canvas.rectangle(3.075, 1.55, 0.12, 0.12, WHITE)
    canvas.text(3.135, 1.61, "CO2", 0.05, BLACK)
    canvas.text(1.3, 1.3, f"HALL {rng.integers(1, 9)}", 0.3, BLUE, 900)
    canvas.shade(rng, 4.0, (0.75, 0.95, 0.7, 0.8))
    return Part(Placing((-3.2, -1.9, WALL_DEPTH)).hang("wall", canvas, scale))


def floor(rng: np.random.Generator, scale: float) -> Part:
    """Make the floor with its walkway line."""
    width, depth = 6.4, 2.3
    canvas = Canvas(width, depth, 300, (120, 124, 126))
    for x in np.arange(0.0, width, 0.8):
        canvas.line([(float(x), 0), (float(x), depth)], (80, 84, 86), 0.01)
    for y in (0.6, 1.4):
        canvas.line([(0, y), (width, y)], (80, 84, 86), 0.01)
    paint.hazard(canvas, 0, 1.0, width, 0.1)
    canvas.shade(rng, 6.0, (0.9, 0.9, 0.7, 0.7))
    return Part(Placing((-3.2, FLOOR_LEVEL, WALL_DEPTH - depth), RIGHT, AWAY).hang("floor", canvas, scale))


def press(rng: np.random.Generator, scale: float) -> list[Part]:
    """Make the press: the side that faces the cabinet, and the front with window, gauge, nameplate and tag."""
    side = Canvas(0.8, FLOOR_LEVEL - PRESS_TOP, 330, PRESS_PAINT)
    paint.vent(side, 0.2, 0.3, 0.4, 0.5, 10)
    paint.hazard(side, 0, 1.6, 0.8, 0.1)
    side.shade(rng, 4.0, (0.6, 0.45, 0.5, 0.4))
    parts = [Part(Placing((PRESS_LEFT, PRESS_TOP, PRESS_DEPTH), AWAY, DOWN).hang("press-side", side, scale))]

    canvas = Canvas(1.5, FLOOR_LEVEL - PRESS_TOP, 430, PRESS_PAINT)
    canvas.rectangle(0.012, 0.012, 1.476, 1.87, (70, 100, 44), 0.012)
    canvas.rectangle(0.0, 0.16, 1.5, 0.012, (70, 100, 44))
    paint.plate(canvas, 0.62, 0.25, f"HYDRAULIC PRESS HP-{rng.integers(11, 99) * 10}", 0.06, (60, 90, 36))
    _ram(canvas)
    paint.gauge(canvas, 0.9, 0.5, 0.1, "MPa", float(rng.uniform(0.2, 0.75)))
    paint.plate(canvas, 0.9, 0.65, "PI 03", 0.03)
    _tag(canvas, 0.9, 0.86)
    paint.plate(canvas, 0.9, 0.995, "M-007", 0.034)
    paint.hazard(canvas, 0.06, 1.08, 1.38, 0.06)
    canvas.rectangle(1.06, 0.4, 0.34, 0.22, (200, 204, 204))
    for row in range(5):
        canvas.text(1.23, 0.43 + row * 0.04, f"{rng.integers(10**7, 10**8)}-{rng.integers(10, 99)}", 0.036, BLACK)
    paint.screws(canvas, rng, 0.04, 0.014)
    for y in np.arange(0.3, 1.8, 0.25):
        paint.screw(canvas, 0.04, float(y), 0.014, float(rng.uniform(0, np.pi)))
    canvas.shade(rng, 4.0, (0.95, 1.05, 0.8, 0.85))
    plane = Placing((PRESS_LEFT, PRESS_TOP, PRESS_DEPTH)).hang("press", canvas, scale)
    parts.append(Part(plane, {"tag": (0.9, 0.86), "gauge-3": (0.9, 0.5), "nameplate": (0.62, 0.25), "ram": (0.4, 0.6)}))
    return parts


def _ram(canvas: Canvas) -> None:
    canvas.rectangle(0.1, 0.36, 0.62, 0.66, BLACK)
    canvas.rectangle(0.12, 0.38, 0.58, 0.62, (60, 62, 58))
    canvas.rectangle(0.33, 0.38, 0.14, 0.22, STEEL)
    canvas.rectangle(0.36, 0.38, 0.03, 0.22, WHITE)
    canvas.rectangle(0.2, 0.58, 0.42, 0.1, DARK_STEEL)
    canvas.rectangle(0.2, 0.58, 0.42, 0.012, STEEL)
    for x in (0.16, 0.64):
        canvas.rectangle(x, 0.38, 0.028, 0.62, STEEL)
    canvas.rectangle(0.2, 0.86, 0.42, 0.14, DARK_STEEL)
    canvas.rectangle(0.3, 0.8, 0.22, 0.06, (60, 110, 170))
    paint.hazard(canvas, 0.2, 0.68, 0.42, 0.03)


def _tag(canvas: Canvas, x: float, y: float) -> None:
    """Stick the machine's tag (ArUco 4x4) with its white margin, centred on (x, y)."""
    marker = cv2.aruco.generateImageMarker(cv2.aruco.getPredefinedDictionary(TAG_DICTIONARY), TAG_ID, 6)
    margin = TAG_SIZE / 6
    edge = TAG_SIZE + 2 * margin
    canvas.rectangle(x - edge / 2, y - edge / 2, edge, edge, WHITE)
    canvas.picture(x - TAG_SIZE / 2, y - TAG_SIZE / 2, TAG_SIZE, np.asarray(marker, np.uint8))


VALVES = tuple(enumerate((0.15, 0.39, 0.63, 0.87), start=1))


def manifold(rng: np.random.Generator, scale: float) -> list[Part]:
    """Make the cooling water manifold, and its four hand wheels, which stand out towards the camera."""
    canvas = Canvas(1.05, 0.62, 560, (150, 142, 120))
    paint.plate(canvas, 0.525, 0.045, "COOLING WATER  MAX 6 bar", 0.036, BLUE)
    canvas.rectangle(0, 0.47, 1.05, 0.1, DARK_STEEL)
    canvas.rectangle(0, 0.478, 1.05, 0.075, (150, 110, 50))
    canvas.rectangle(0, 0.487, 1.05, 0.018, (210, 180, 140))
    canvas.text(0.27, 0.525, "SUPPLY →", 0.04, WHITE, 800)
    canvas.text(0.76, 0.525, "→ PRESS", 0.04, WHITE, 800)
    for number, x in VALVES:
        canvas.rectangle(x - 0.027, 0.1, 0.054, 0.39, DARK_STEEL)
        canvas.rectangle(x - 0.022, 0.1, 0.036, 0.39, (150, 110, 50))
        for y in (0.14, 0.38):
            canvas.rectangle(x - 0.045, y, 0.09, 0.03, STEEL)
            for bolt in (-0.033, 0.033):
                paint.screw(canvas, x + bolt, y + 0.015, 0.009, float(rng.uniform(0, np.pi)))
        canvas.rectangle(x - 0.05, 0.2, 0.1, 0.15, DARK_STEEL)
        paint.plate(canvas, x, 0.425, f"V{number}", 0.036, WHITE)
    paint.screws(canvas, rng, 0.025, 0.01)
    canvas.shade(rng, 4.0)
    board = Placing((0.34, 0.2, 0.36)).hang("manifold", canvas, scale)

    wheels = Canvas(1.05, 0.2, 600, None)
    spots = {}
    for number, x in VALVES:
        _wheel(wheels, x, 0.1, rng)
        spots[f"valve-V{number}"] = (x, 0.1)
    wheels.shade(rng, 2.0)
    return [Part(board), Part(Placing((0.34, 0.375, 0.27)).hang("valves", wheels, scale, cutout=True), spots)]


def _wheel(canvas: Canvas, x: float, y: float, rng: np.random.Generator) -> None:
    canvas.disc(x, y, 0.078, (24, 22, 120), 0.024)
    canvas.disc(x - 0.002, y - 0.003, 0.078, RED, 0.017)
    turn = float(rng.uniform(0, np.pi))
    for spoke in range(5):
        angle = turn + spoke * 2 * np.pi / 5
        canvas.line([(x, y), (x + 0.075 * np.cos(angle), y + 0.075 * np.sin(angle))], RED, 0.015)
    canvas.disc(x, y, 0.027, DARK_STEEL)
    canvas.disc(x, y, 0.016, STEEL)
    notch = turn + 0.4
    canvas.disc(x + 0.078 * float(np.cos(notch)), y + 0.078 * float(np.sin(notch)), 0.012, WHITE)
