"""A film with truth: frames, and where every mark really is in each of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]
States = NDArray[np.uint8]

HD: Final = (1280, 720)
DEPTH: Final = ("p3d", "box", "desk", "plant")
MOVING: Final = ("box", "plant_door")

ABSENT, VISIBLE, OCCLUDED, UNKNOWN = range(4)


class Frame:
    """A picture, (H, W) as luma and (H, W, 3) as BGR; the second is made only when it is asked for."""

    def __init__(self, luma: Image, colour: Callable[[], Image]) -> None:
        self.luma = luma
        self._make = colour

    @cached_property
    def colour(self) -> Image:
        return self._make()


@dataclass(frozen=True)
class Sequence:
    """Frames, as often as they are asked for, and the truth about them.

    Attributes:
        name: what the film tries, and of what; its beginning says whether it has depth, see `DEPTH`.
        frames: the film from its beginning.
        truth: (frames, marks, 2) full-resolution pixels.
        vis: (frames, marks) `ABSENT`, `VISIBLE`, `OCCLUDED` or `UNKNOWN`; the last two are not scored.
        size: width and height in pixels.
        scale: from full-resolution pixels to those of a picture 1280 wide.
    """

    name: str
    frames: Callable[[], Iterator[Frame]]
    truth: Floats
    vis: States
    size: tuple[int, int] = HD
    scale: float = 1.0

    @property
    def deep(self) -> bool:
        """Whether near and far parts move against each other in it."""
        return self.name.startswith(DEPTH)

    @property
    def moving(self) -> bool:
        """Whether something in it moves by itself, with marks on it."""
        return self.name.startswith(MOVING)


def recorded(folder: Path) -> Iterator[Sequence]:
    """NAME.webm or NAME.mp4 with NAME.npz: `truth`, `vis`, and optionally `wh` (the size) and `scale`."""
    for path in sorted(folder.glob("*.npz")):
        film = next(film for film in (path.with_suffix(".webm"), path.with_suffix(".mp4")) if film.exists())
        data = np.load(path)
        size = (int(data["wh"][0]), int(data["wh"][1])) if "wh" in data else HD
        scale = float(data["scale"]) if "scale" in data else 1.0
        yield Sequence(path.stem, partial(_decoded, film), data["truth"], data["vis"], size, scale)


def gray(luma: Image) -> Frame:
    """A frame of which nothing but the luma is known."""
    return Frame(luma, lambda: np.asarray(cv2.cvtColor(luma, cv2.COLOR_GRAY2BGR), np.uint8))


def decoded(frame: av.VideoFrame) -> Frame:
    """A frame as a decoder gives it."""
    return Frame(
        np.asarray(frame.to_ndarray(format="gray"), np.uint8),
        lambda: np.asarray(frame.to_ndarray(format="bgr24"), np.uint8),
    )


def _decoded(film: Path) -> Iterator[Frame]:
    with av.open(str(film)) as container:
        yield from map(decoded, container.decode(video=0))
