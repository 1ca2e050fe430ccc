"""The control cabinet: a closed door with gauges and lamps, and an open bay full of wiring."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from arsupport import plates
from arsupport.camera import paint
from arsupport.camera.paint import BLACK, BLUE, DARK_STEEL, GREEN, ORANGE, RED, STEEL, WHITE, YELLOW, Canvas
from arsupport.camera.part import AWAY, DOWN, RIGHT, Part, Placing
from arsupport.protocol.plates import PlateSize

if TYPE_CHECKING:
    from arsupport.camera.geometry import Plane

LEFT, TOP, HEIGHT = -1.25, -0.46, 1.26
DOOR_WIDTH, BAY_WIDTH, DEPTH = 0.66, 0.56, 0.3
BAY = LEFT + DOOR_WIDTH
OPEN_DEGREES = 110.0
GREY_PAINT = (190, 194, 190)
INSIDE_PAINT = (120, 122, 118)
PLATE, PLATE_SIZE = (0.481, 0.41), PlateSize.A6
LINK = "https://help.example/m/PLANT3"
WIRES = (RED, BLUE, BLACK, GREEN, ORANGE, (60, 60, 120), (150, 150, 150))


def closed_door(rng: np.random.Generator, scale: float, tag: int) -> Part:
    """Make the left door: gauges, lamps, an operator panel, switches, the emergency stop, and the machine's plate."""
    canvas = Canvas(DOOR_WIDTH, HEIGHT, 640, GREY_PAINT)
    canvas.rectangle(0.025, 0.03, DOOR_WIDTH - 0.05, HEIGHT - 0.06, DARK_STEEL, 0.005)
    paint.plate(canvas, 0.33, 0.075, f"=A{rng.integers(1, 9)} PRESS CONTROL", 0.032, BLUE)
    for number, x in ((1, 0.15), (2, 0.36)):
        paint.gauge(canvas, x, 0.22, 0.082, ("bar", "kN")[number - 1], float(rng.uniform(0.2, 0.75)))
        paint.plate(canvas, x, 0.34, f"PI {number:02d}", 0.022)
    for index, (colour, text) in enumerate(((RED, "FAULT"), (YELLOW, "WARN"), (GREEN, "READY"))):
        paint.lamp(canvas, 0.545, 0.165 + index * 0.1, 0.024, colour, lit=index != 1)
        canvas.text(0.545, 0.212 + index * 0.1, text, 0.02, BLACK)
    _operator_panel(canvas, rng)
    for index, text in enumerate(("M   A", "PUMP", "LIGHT")):
        x = 0.12 + index * 0.13
        canvas.disc(x, 0.80, 0.036, BLACK)
        canvas.disc(x, 0.80, 0.03, STEEL)
        angle = float(rng.choice([-0.7, 0.0, 0.7]))
        tip = (x + 0.034 * np.sin(angle), 0.80 - 0.034 * np.cos(angle))
        canvas.line([(2 * x - tip[0], 1.60 - tip[1]), tip], BLACK, 0.016)
        canvas.text(x, 0.742, text, 0.02, BLACK)
    canvas.disc(0.54, 0.79, 0.062, YELLOW)
    canvas.disc(0.545, 0.797, 0.044, BLACK)
    canvas.disc(0.54, 0.79, 0.042, RED)
    canvas.disc(0.53, 0.78, 0.02, (90, 90, 235))
    canvas.text(0.53, 0.72, "EMERGENCY STOP", 0.018, BLACK, 800)
    paint.vent(canvas, 0.12, 0.93, 0.42, 0.16, 9)
    canvas.rectangle(0.615, 0.56, 0.022, 0.13, BLACK)
    canvas.rectangle(0.619, 0.58, 0.014, 0.09, STEEL)
    paint.screws(canvas, rng, 0.016, 0.007)
    plate = plates.draw(plates.Plate("Control cabinet 3", "Demo plant", "PLANT3", tag, LINK), PLATE_SIZE)
    canvas.print(*PLATE, plate)
    canvas.shade(rng, 3.0, (1.08, 1.0, 0.95, 0.82))
    form = plates.FORMATS[PLATE_SIZE]
    middle = (form.margin + form.tag / 2) / 1000
    plane = Placing((LEFT, TOP, 0.0)).hang("door", canvas, scale)
    return Part(
        plane,
        {
            "gauge-1": (0.15, 0.22),
            "gauge-2": (0.36, 0.22),
            "lamp-red": (0.545, 0.165),
            "lamp-yellow": (0.545, 0.265),
            "lamp-green": (0.545, 0.365),
            "panel": (0.26, 0.53),
            "switch-pump": (0.25, 0.80),
            "emergency-stop": (0.54, 0.79),
            "handle": (0.626, 0.625),
            "plate": (PLATE[0] + middle, PLATE[1] + middle),
        },
    )


def _operator_panel(canvas: Canvas, rng: np.random.Generator) -> None:
    canvas.rectangle(0.07, 0.405, 0.38, 0.27, BLACK)
    canvas.rectangle(0.085, 0.42, 0.35, 0.215, (92, 60, 34))
    canvas.rectangle(0.085, 0.42, 0.35, 0.032, (140, 92, 46))
    canvas.text(0.26, 0.436, f"LINE {rng.integers(1, 9)}   E-{rng.integers(100, 999)} LOW PRESSURE", 0.02, WHITE)
    curve = np.cumsum(rng.standard_normal(40)) * 0.008
    curve = np.clip(curve - curve.mean(), -0.05, 0.05)
    for row in range(5):
        canvas.line([(0.1, 0.47 + row * 0.03), (0.3, 0.47 + row * 0.03)], (130, 110, 90), 0.0012)
    canvas.line([(0.1 + i * 0.005, 0.53 + float(y)) for i, y in enumerate(curve)], YELLOW, 0.003)
    for row, text in enumerate((f"{rng.integers(80, 240)} bar", f"{rng.integers(30, 70)} °C", "V3 ?")):
        colour = (RED, GREEN, ORANGE)[row]
        canvas.rectangle(0.315, 0.465 + row * 0.055, 0.112, 0.044, colour)
        canvas.text(0.371, 0.487 + row * 0.055, text, 0.025, WHITE)
    for key in range(8):
        canvas.rectangle(0.088 + key * 0.044, 0.645, 0.036, 0.018, STEEL)


def header(rng: np.random.Generator, scale: float) -> Part:
    """Make the sheet above the bay, with the cabinet's number."""
    canvas = Canvas(BAY_WIDTH + 0.03, 0.075, 640, GREY_PAINT)
    paint.plate(canvas, 0.28, 0.037, f"24 VDC   -X{rng.integers(1, 9)}", 0.03, YELLOW)
    paint.screws(canvas, rng, 0.014, 0.007)
    canvas.shade(rng, 3.0)
    return Part(Placing((BAY, TOP, 0.0)).hang("header", canvas, scale))


def hinge_post(rng: np.random.Generator, scale: float) -> Part:
    """Make the narrow post that the open door hangs on."""
    canvas = Canvas(0.03, HEIGHT - 0.075, 640, GREY_PAINT)
    for y in (0.12, 0.9):
        canvas.rectangle(0.004, y, 0.022, 0.1, DARK_STEEL)
    canvas.shade(rng, 3.0)
    return Part(Placing((BAY + BAY_WIDTH, TOP + 0.075, 0.0)).hang("hinge-post", canvas, scale))


def bay_walls(rng: np.random.Generator, scale: float) -> list[Part]:
    """Make the inner sides of the open bay."""
    sides = []
    for name, x in (("bay-left", BAY), ("bay-right", BAY + BAY_WIDTH)):
        canvas = Canvas(DEPTH, HEIGHT, 500, INSIDE_PAINT)
        for y in np.arange(0.05, HEIGHT, 0.05):
            canvas.rectangle(0.14, float(y), 0.03, 0.012, BLACK)
        canvas.shade(rng, 3.0, (0.9, 0.55, 0.8, 0.5))
        sides.append(Part(Placing((x, TOP, 0.0), AWAY, DOWN).hang(name, canvas, scale)))
    floor = Canvas(BAY_WIDTH, DEPTH, 500, INSIDE_PAINT)
    for x in (0.1, 0.25, 0.4):
        floor.disc(x, 0.15, 0.03, BLACK)
    floor.shade(rng, 3.0, (0.9, 0.9, 0.5, 0.5))
    sides.append(Part(Placing((BAY, TOP + HEIGHT - 0.03, 0.0), RIGHT, AWAY).hang("bay-floor", floor, scale)))
    return sides


def mounting_plate(rng: np.random.Generator, scale: float) -> Part:
    """Make the back of the bay: controller, breakers, relays, terminals, between wiring ducts."""
    canvas = Canvas(BAY_WIDTH, HEIGHT, 560, (200, 206, 208))
    for y in (0.09, 0.33, 0.57, 0.81, 1.05):
        _duct(canvas, 0.02, y, BAY_WIDTH - 0.04)
    _controller(canvas, rng)
    _row_of_breakers(canvas, rng)
    _row_of_relays(canvas, rng)
    _row_of_terminals(canvas, rng)
    canvas.shade(rng, 3.5, (0.75, 0.8, 0.9, 0.85))
    plane = Placing((BAY, TOP, DEPTH)).hang("mounting-plate", canvas, scale)
    return Part(plane, {"controller": (0.13, 0.24), "breaker-3": (0.215, 0.48), "relay-2": (0.18, 0.72)})


def _duct(canvas: Canvas, x: float, y: float, width: float) -> None:
    canvas.rectangle(x, y, width, 0.045, (150, 150, 146))
    for slot in np.arange(x + 0.006, x + width, 0.014):
        canvas.rectangle(float(slot), y + 0.004, 0.005, 0.037, (96, 96, 94))


def _controller(canvas: Canvas, rng: np.random.Generator) -> None:
    canvas.rectangle(0.04, 0.15, 0.48, 0.165, BLACK)
    canvas.rectangle(0.045, 0.155, 0.16, 0.155, (70, 74, 70))
    canvas.text(0.125, 0.175, "PLC 400", 0.026, WHITE)
    canvas.rectangle(0.06, 0.2, 0.06, 0.05, GREEN)
    for module in range(5):
        left = 0.212 + module * 0.061
        canvas.rectangle(left, 0.155, 0.056, 0.155, (110, 112, 108))
        canvas.rectangle(left + 0.004, 0.16, 0.048, 0.02, WHITE)
        canvas.text(left + 0.028, 0.17, f"DI{rng.integers(1, 99)}", 0.018, BLACK)
        for led in range(16):
            lit = bool(rng.integers(0, 2))
            x, y = left + 0.016 + (led % 2) * 0.022, 0.194 + (led // 2) * 0.014
            canvas.disc(x, y, 0.0042, GREEN if lit else DARK_STEEL)


def _row_of_breakers(canvas: Canvas, rng: np.random.Generator) -> None:
    canvas.rectangle(0.02, 0.468, 0.52, 0.022, STEEL)
    for index in range(7):
        left = 0.04 + index * 0.07
        canvas.rectangle(left, 0.395, 0.064, 0.165, (228, 228, 222))
        canvas.rectangle(left, 0.395, 0.064, 0.165, DARK_STEEL, 0.002)
        canvas.rectangle(left + 0.014, 0.45, 0.036, 0.06, BLACK)
        up = bool(rng.integers(0, 4))
        canvas.rectangle(left + 0.02, 0.455 if up else 0.482, 0.024, 0.024, BLUE if up else RED)
        canvas.text(left + 0.032, 0.42, f"F{index + 1}", 0.026, BLACK)
        canvas.text(left + 0.032, 0.54, f"C{rng.choice([6, 10, 16, 20])}", 0.022, BLACK)


def _row_of_relays(canvas: Canvas, rng: np.random.Generator) -> None:
    for index in range(5):
        left = 0.035 + index * 0.1
        body = ((60, 60, 58), (96, 110, 60), (60, 60, 58), (50, 90, 150), (60, 60, 58))[index]
        canvas.rectangle(left, 0.635, 0.09, 0.16, body)
        canvas.rectangle(left + 0.01, 0.675, 0.07, 0.08, (170, 178, 170))
        canvas.text(left + 0.045, 0.655, f"K{index + 1}", 0.028, WHITE)
        canvas.text(left + 0.045, 0.715, f"{rng.integers(10, 99)}A", 0.026, BLACK)
        for pole in range(3):
            paint.screw(canvas, left + 0.02 + pole * 0.025, 0.775, 0.008, float(rng.uniform(0, np.pi)))


def _row_of_terminals(canvas: Canvas, rng: np.random.Generator) -> None:
    for index in range(24):
        left = 0.04 + index * 0.02
        colour = ((150, 156, 150), BLUE, (150, 156, 150), (60, 190, 120))[int(rng.integers(0, 4))]
        canvas.rectangle(left, 0.88, 0.0185, 0.15, colour)
        for y in (0.9, 1.01):
            paint.screw(canvas, left + 0.009, y, 0.006, float(rng.uniform(0, np.pi)))
        canvas.text(left + 0.009, 0.955, str(index + 1), 0.014, BLACK)


def loom(rng: np.random.Generator, scale: float) -> Part:
    """Make the cables that hang in front of the mounting plate."""
    canvas = Canvas(BAY_WIDTH - 0.04, HEIGHT - 0.1, 560, None)
    for top, bottom in ((0.05, 0.1), (0.29, 0.34), (0.49, 0.58), (0.72, 0.83)):
        for index in range(11):
            x = 0.045 + index * 0.041 + float(rng.uniform(-0.012, 0.012))
            end = x + float(rng.uniform(-0.018, 0.018))
            middle = (top + bottom) / 2
            points = [(x, top), (0.7 * x + 0.3 * end, middle), (end, bottom)]
            paint.cable(canvas, points, WIRES[int(rng.integers(0, len(WIRES)))], 0.0085)
    side = BAY_WIDTH - 0.075
    paint.cable(canvas, [(side, 0.0), (side + 0.012, 0.4), (side - 0.03, 0.8), (side - 0.01, 1.15)], BLACK, 0.026)
    paint.cable(canvas, [(0.03, 0.02), (0.012, 0.4), (0.04, 0.75), (0.16, 0.95), (0.2, 1.15)], ORANGE, 0.02)
    paint.plate(canvas, side - 0.01, 0.62, f"W{rng.integers(10, 99)}", 0.022, YELLOW)
    plane = Placing((BAY + 0.02, TOP + 0.07, 0.14)).hang("loom", canvas, scale, cutout=True)
    return Part(plane, {"cable-tag": (side - 0.01, 0.62)})


def open_door(rng: np.random.Generator, scale: float) -> Part:
    """Make the inside of the open right door: a wiring diagram, a document pocket and a ground strap."""
    width, height = 0.5, HEIGHT - 0.09
    canvas = Canvas(width, height, 760, (176, 180, 176))
    canvas.rectangle(0.02, 0.02, width - 0.04, height - 0.04, STEEL, 0.012)
    canvas.rectangle(0.07, 0.09, 0.36, 0.4, WHITE)
    canvas.text(0.25, 0.12, "WIRING DIAGRAM", 0.03, BLACK, 800)
    for row in range(6):
        y = 0.17 + row * 0.052
        split = float(rng.uniform(0.16, 0.32))
        canvas.line([(0.09, y), (split - 0.02, y)], BLACK, 0.004)
        canvas.rectangle(split - 0.02, y - 0.012, 0.04, 0.024, BLACK, 0.004)
        canvas.line([(split + 0.02, y), (0.41, y)], BLACK, 0.004)
        canvas.text(split, y - 0.026, f"K{row + 1}", 0.022, BLACK)
    canvas.polygon([(0.25, 0.53), (0.33, 0.665), (0.17, 0.665)], BLACK)
    canvas.polygon([(0.25, 0.545), (0.318, 0.658), (0.182, 0.658)], YELLOW)
    canvas.polygon([(0.258, 0.57), (0.235, 0.62), (0.252, 0.62), (0.243, 0.65), (0.268, 0.608), (0.251, 0.608)], BLACK)
    canvas.text(0.25, 0.69, "400 V", 0.034, BLACK, 800)
    canvas.rectangle(0.07, 0.76, 0.36, 0.3, (140, 144, 140))
    canvas.rectangle(0.1, 0.73, 0.27, 0.14, WHITE)
    canvas.rectangle(0.07, 0.81, 0.36, 0.25, (130, 134, 130))
    canvas.text(0.25, 0.94, "DOCUMENTS", 0.03, BLACK)
    canvas.shade(rng, 3.0, (0.95, 1.1, 0.8, 1.0))
    plane = Placing((LEFT + DOOR_WIDTH + BAY_WIDTH + 0.03, TOP + 0.05, 0.0)).hang("open-door", canvas, scale)
    return Part(swung(plane, OPEN_DEGREES), {"diagram": (0.25, 0.12), "high-voltage": (0.25, 0.62)})


def swung(door: Plane, degrees: float) -> Plane:
    """Return the right door opened so far; 0 is closed. Below 90 its inside cannot be seen from the front."""
    angle = np.deg2rad(degrees)
    return replace(door, across=np.array([-np.cos(angle), 0.0, -np.sin(angle)]))


def beacon(rng: np.random.Generator, scale: float) -> Part:
    """Make the tower light on top of the cabinet."""
    canvas = Canvas(0.1, 0.34, 560, None)
    canvas.rectangle(0.042, 0.2, 0.016, 0.14, STEEL)
    for index, colour in enumerate((RED, YELLOW, GREEN)):
        top = 0.03 + index * 0.058
        dim = (colour[0] // 2, colour[1] // 2, colour[2] // 2)
        canvas.rectangle(0.022, top, 0.056, 0.054, colour if index == 0 else dim)
        canvas.rectangle(0.03, top + 0.004, 0.008, 0.046, WHITE)
    canvas.rectangle(0.02, 0.016, 0.06, 0.016, BLACK)
    canvas.rectangle(0.02, 0.204, 0.06, 0.016, BLACK)
    canvas.shade(rng, 2.0)
    plane = Placing((LEFT + 0.26, TOP - 0.33, 0.1)).hang("beacon", canvas, scale, cutout=True)
    return Part(plane, {"beacon": (0.05, 0.057)})


def cable_drop(rng: np.random.Generator, scale: float) -> Part:
    """Make the cables that fall from the tray above into the cabinet."""
    canvas = Canvas(0.6, 0.62, 560, None)
    for index in range(7):
        x = 0.08 + index * 0.07
        sway = float(rng.uniform(-0.05, 0.05))
        colour = (BLACK, ORANGE, (70, 70, 70), BLUE, BLACK, (60, 90, 60), BLACK)[index]
        paint.cable(canvas, [(x + sway, 0.0), (x + sway * 0.7, 0.2), (x - sway * 0.3, 0.42), (x, 0.6)], colour, 0.02)
        canvas.rectangle(x - 0.017, 0.575, 0.034, 0.04, DARK_STEEL)
    plane = Placing((LEFT + 0.5, TOP - 0.61, 0.15)).hang("cable-drop", canvas, scale, cutout=True)
    return Part(plane)
