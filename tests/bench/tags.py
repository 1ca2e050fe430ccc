"""How far, and from how far aside, machines' tags are read, how exactly, and what that costs.

Plates of both sizes hang on the door of the rendered plant, on light paint and on dark. A hand-held camera stands
before them (720p, focal length 1024 px), looks from the left, and is encoded as cameras do it (H.264, 2.5 Mbit/s) and
decoded as the server does it.

``python -m tests.bench.tags [--quick] [--json]``
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from arsupport import plates
from arsupport.camera import paint
from arsupport.camera.cabinet import GREY_PAINT
from arsupport.camera.encoder import PictureEncoder
from arsupport.camera.geometry import Pose, apply, look_at, plane_to_picture
from arsupport.camera.motion import HandHeldPath
from arsupport.camera.part import Placing
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.timeline import CLOCK_RATE
from arsupport.live.decoder import Decoder
from arsupport.protocol.plates import PlateSize
from arsupport.rtc.frames import EncodedFrame
from arsupport.vision.tags import find_tags, tag_poses

if TYPE_CHECKING:
    from numpy.typing import NDArray

FPS: Final = 30
BIT_RATE: Final = 2_500_000
LOOKS: Final = 3
# Degrees by which a pose is another one.
FLIPPED: Final = 20.0
# Where the plate's tag is on the door, in metres of the world.
TAG_AT: Final = np.array([-0.92, -0.05, -0.002])
GROUNDS: Final = {"light": GREY_PAINT, "dark": paint.BLACK}
# Around the plate, in metres.
SHEET: Final = 0.05
LOOK_EVERY: Final = 4
DISTANCES: Final = (0.5, 1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0)
ANGLES: Final = (0, 45, 60, 65, 70)
NUMBERS: Final = (3, 654)
# Beside the tag, in metres: what a mark at that distance would be off by, when it were held by the tag alone.
BESIDE: Final = (0.0, 0.2, 0.5)


class Stand:
    """A hand that hardly moves, ``distance`` metres from the tag and ``angle`` degrees to the left of its front."""

    def __init__(self, distance: float, angle: float, seed: int) -> None:
        self._hand = HandHeldPath(seed, 12.0, 0.6)
        aside = np.deg2rad(angle)
        self._stand = TAG_AT + distance * np.array([-np.sin(aside), -0.12, -np.cos(aside)])
        rng = np.random.default_rng(seed)
        self._aim = TAG_AT + distance * np.array([*rng.uniform(-0.2, 0.2, 2), 0.0])

    def pose(self, seconds: float) -> Pose:
        """Return where the camera is at ``seconds``."""
        sway = self._hand.pose(seconds).position - self._hand.pose(0.0).position
        position = self._stand + sway
        return Pose(position, look_at(position, self._aim + 0.5 * sway, 0.0))


class Bystander(VirtualCamera):
    """A camera before a plate of one size on the cabinet's door, wherever it is told to stand."""

    def __init__(self, size: PlateSize, number: int, ground: paint.Colour) -> None:
        super().__init__(CameraSettings(seed=7, fps=FPS, stamp=False))
        drawing = plates.draw(
            plates.Plate("Press 4", "Hall 2", "7KQM2X", number, "https://help.example/m/7KQM2X"), size
        )
        form = plates.FORMATS[size]
        # On a sheet of its own paint: the renderer draws a dark line around each sheet, which no paper has.
        canvas = paint.Canvas(0.26, 0.32, 1200, ground)
        canvas.print(SHEET, SHEET, drawing)
        canvas.shade(np.random.default_rng(1), 3.0)
        middle = SHEET + np.array([form.width / 2, form.margin + form.tag / 2, 0.0]) / 1000
        middle[2] = 0.0
        corner = TAG_AT - middle
        self.plate = Placing((float(corner[0]), float(corner[1]), float(corner[2]))).hang("plate", canvas, 1.0)
        self.scene = replace(self.scene, planes=(*self.scene.planes, self.plate))
        self.middle = middle

    def stand(self, path: Stand) -> None:
        """Look from there from now on."""
        self._path = path


@dataclass
class Looks:
    """What was seen from one place."""

    looks: int = 0
    read: int = 0
    errors: list[list[float]] = field(default_factory=list)
    metres: list[float] = field(default_factory=list)
    sure: int = 0
    flipped: int = 0
    false: int = 0
    likeness: list[float] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)


def look(camera: Bystander, size: PlateSize, number: int, path: Stand, looks: int) -> Looks:
    """Look through encoder and decoder."""
    camera.stand(path)
    encoder, decoder, seen = PictureEncoder(camera.settings.size, FPS, BIT_RATE), Decoder("H264"), Looks()
    for index in range(looks * LOOK_EVERY):
        packet = encoder.encode(camera.frame(index), index * CLOCK_RATE // FPS)
        frame = EncodedFrame(index * CLOCK_RATE // FPS, bytes(packet), bool(packet.is_keyframe), 0.0)
        for picture in decoder.decode(frame):
            if index % LOOK_EVERY == LOOK_EVERY - 1:
                _judge(camera, size, number, index, picture.luma(), seen)
    return seen


def _judge(camera: Bystander, size: PlateSize, number: int, index: int, luma: NDArray[np.uint8], seen: Looks) -> None:
    began = time.process_time()
    sights = find_tags(luma)
    seen.ms.append(1000 * (time.process_time() - began))
    seen.looks += 1
    seen.false += sum(sight.number not in {number, camera.settings.tag} for sight in sights)
    for sight in sights:
        if sight.number != number:
            continue
        seen.read += 1
        seen.likeness.append(sight.likeness)
        edge = plates.FORMATS[size].tag / 1000
        to_picture = plane_to_picture(camera.plate, camera.pose(index), camera.lens)
        off = []
        for metres in BESIDE:
            for across, down in ((metres, 0.0), (-metres, 0.0), (0.0, metres), (0.0, -metres)):
                where = apply(to_picture, camera.middle[0] + across, camera.middle[1] + down)
                told = apply(sight.homography, across / edge, down / edge)
                off.append(float(np.hypot(where[0] - told[0], where[1] - told[1])))
        seen.errors.append([float(np.mean(off[first : first + 4])) for first in range(0, len(off), 4)])
        poses = tag_poses(sight, edge, camera.lens.matrix())
        pose = camera.pose(index)
        seen.metres.append(float(np.linalg.norm(poses.best.translation - pose.rotation @ (TAG_AT - pose.position))))
        seen.sure += not poses.ambiguous
        turned = (np.trace(poses.best.rotation.T @ pose.rotation) - 1) / 2
        seen.flipped += bool(not poses.ambiguous and turned < np.cos(np.deg2rad(FLIPPED)))


def measure(*, quick: bool) -> list[dict[str, Any]]:
    """Measure both sizes on both grounds from everywhere; a row for each place."""
    rows = []
    step = 2 if quick else 1
    numbers, distances, angles = NUMBERS[::step], DISTANCES[::step], ANGLES[::step]
    for size, (ground, paint_there) in product(PlateSize, GROUNDS.items()):
        cameras = [Bystander(size, number, paint_there) for number in numbers]
        for distance, angle in product(distances, angles):
            parts = [
                look(camera, size, number, Stand(distance, angle, number), LOOKS)
                for camera, number in zip(cameras, numbers, strict=True)
            ]
            rows.append({"size": size.value, "ground": ground, "distance": distance, "angle": angle, **_row(parts)})
    return rows


def _row(parts: list[Looks]) -> dict[str, Any]:
    errors = np.array([error for part in parts for error in part.errors]).reshape(-1, len(BESIDE))
    metres = [error for part in parts for error in part.metres]
    read, looks = sum(part.read for part in parts), sum(part.looks for part in parts)
    return {
        "read": read / looks,
        "error_px": [round(float(it), 2) for it in np.median(errors, axis=0)] if read else None,
        "error_m": round(float(np.median(metres)), 3) if read else None,
        "sure": sum(part.sure for part in parts) / read if read else None,
        "flipped": sum(part.flipped for part in parts),
        "false": sum(part.false for part in parts),
        "likeness": round(min((it for part in parts for it in part.likeness), default=0.0), 2),
        "ms": round(float(np.median([ms for part in parts for ms in part.ms])), 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few places only")
    parser.add_argument("--json", action="store_true", help="one object instead of tables")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rows = measure(quick=options.quick)
    if options.json:
        print(json.dumps({"tags": rows}))  # noqa: T201
        return
    for size, ground in product(PlateSize, GROUNDS):
        mine = {(row["distance"], row["angle"]): row for row in rows if (row["size"], row["ground"]) == (size, ground)}
        angles = sorted({angle for _, angle in mine})
        print(f"\n{size} ({plates.FORMATS[size].tag:g} mm) on {ground} paint: % of looks in which it was read")  # noqa: T201
        print("metres" + "".join(f"{angle:5}°" for angle in angles))  # noqa: T201
        for distance in sorted({distance for distance, _ in mine}):
            print(f"{distance:6}" + "".join(f"{100 * mine[distance, angle]['read']:6.0f}" for angle in angles))  # noqa: T201
        print(f"px off at {', '.join(f'{it:g}' for it in BESIDE)} m from it; m off; sure of its pose; likeness")  # noqa: T201
        for (distance, angle), row in mine.items():
            if angle in {0, 65} and row["read"]:
                told = ("error_px", "error_m", "sure", "likeness")
                print(f"{distance:6} {angle:3}°  " + "  ".join(str(row[name]) for name in told))  # noqa: T201
    print(f"\nms of processor time a look: {np.median([row['ms'] for row in rows]):.1f}")  # noqa: T201
    print(f"turned by more than {FLIPPED:g}° though sure: {sum(row['flipped'] for row in rows)}")  # noqa: T201
    print(f"seen though not there: {sum(row['false'] for row in rows)}")  # noqa: T201


if __name__ == "__main__":
    main()
