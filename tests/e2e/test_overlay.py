"""What the browser draws over a picture is where the server burns it in, to two pixels."""

from __future__ import annotations

import subprocess
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import pytest

from arsupport.protocol.marks import MarkState
from arsupport.vision import draw_marks
from tests.vision.golden import EXAMPLES

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from playwright.async_api import Browser

    from arsupport.vision.arrays import Image
    from tests.vision.golden import Drawn

WEB: Final = Path("web").resolve()
# A colour that no mark has, nor any mixture at an edge of one.
GROUND: Final = (255, 0, 255)
NOTICEABLE: Final = 40
CLOSE_PX: Final = 2.0
SIZES: Final = [(1280, 720), (720, 1280), (640, 360)]
DRAW: Final = """([width, height, marks]) => marks.map((mark) => {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context.fillStyle = 'rgb(255 0 255)'
  context.fillRect(0, 0, width, height)
  const scene = { marks: [mark], placements: [overlay.asDrawn(mark, mark.state)], selected: 0 }
  overlay.drawMarks(context, { left: 0, top: 0, width, height }, scene)
  const shown = document.createElement('canvas')
  shown.width = width
  shown.height = height
  shown.getContext('2d').drawImage(canvas, 0, 0)
  return shown.toDataURL('image/png').split(',')[1]
})"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The pages' own drawing, as one script."""
    folder = tmp_path_factory.mktemp("overlay")
    sources = {"drawMarks": "overlay", "asDrawn": "geometry"}
    entry = folder / "entry.ts"
    entry.write_text("".join(f"export {{ {name} }} from '{WEB}/src/lib/{file}'\n" for name, file in sources.items()))
    bundler = str(WEB / "node_modules/.bin/rolldown")
    asked = ["--format", "iife", "--name", "overlay", "--file", str(folder / "overlay.js")]
    subprocess.run([bundler, str(entry), *asked], check=True, cwd=WEB, capture_output=True)
    return (folder / "overlay.js").read_text()


async def test_both_draw_the_same_marks_at_the_same_places(plain_browser: Browser, script: str) -> None:
    page = await plain_browser.new_page()
    await page.add_script_tag(content=script)
    for size in SIZES:
        shown = await page.evaluate(DRAW, [*size, [_wire(each) for each in EXAMPLES.values()]])
        _compare(size, shown)


def _compare(size: tuple[int, int], shown: list[str]) -> None:
    for (name, example), png in zip(EXAMPLES.items(), shown, strict=True):
        picture = np.full((size[1], size[0], 3), GROUND, np.uint8)
        burnt = _ink(draw_marks(picture, [example.shape(*size)])[: size[1]])
        overlaid = _ink(np.asarray(cv2.imdecode(np.frombuffer(b64decode(png), np.uint8), cv2.IMREAD_COLOR), np.uint8))
        if example.text:  # the letters' widths are those of another font
            burnt, overlaid = _left(burnt), _left(overlaid)
        assert max(_farthest(burnt, overlaid), _farthest(overlaid, burnt)) <= CLOSE_PX, (name, size)


def _wire(example: Drawn) -> dict[str, object]:
    mark = {"number": example.number, "shape": example.kind.value, "points": example.points, "colour": example.colour}
    state = MarkState.WEAK if example.uncertain else MarkState.HELD
    return {**mark, "text": example.text, "state": int(state)}


def _ink(picture: Image) -> NDArray[np.bool_]:
    return np.asarray((np.abs(picture.astype(int) - GROUND) > NOTICEABLE).any(axis=2))


def _left(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The ink without what is further right than the narrower font may reach: of a plate, its left half."""
    filled = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_OPEN, np.ones((16, 16), np.uint8)) > 0
    left = int(np.nonzero(filled)[1].min())
    return ink & (np.arange(ink.shape[1]) < left + 40)


def _farthest(of: NDArray[np.bool_], to: NDArray[np.bool_]) -> float:
    """How far the ink of one that is farthest from any of the other is from it, in pixels."""
    assert of.any()
    assert to.any()
    return float(cv2.distanceTransform((~to).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[of].max())
