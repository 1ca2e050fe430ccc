from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from pypdf import PdfReader

from arsupport import plates
from arsupport.plates.drawing import Drawing, outlines
from arsupport.protocol.plates import TAGS, PlateLanguage, PlateSize
from arsupport.vision import tags

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

LINK = "https://help.plant.lan:8443/m/7KQM2X"
PLATE = plates.Plate("四号液压机 Kühlung", "苏州二厂", "7KQM2X", 517, LINK)
DOTS = 8  # per mm
MM = 72 / 25.4


def printed(drawing: Drawing) -> NDArray[np.uint8]:
    """Put a drawing on paper, in gray."""
    paper = np.full((round(drawing.height * DOTS), round(drawing.width * DOTS)), 255, np.uint8)
    fill(paper, drawing.loops)
    return paper


def fill(paper: NDArray[np.uint8], loops: Iterable[NDArray[np.float64]]) -> None:
    cv2.fillPoly(paper, [np.round((loop * DOTS - 0.5) * 16).astype(np.int32) for loop in loops], 0, cv2.LINE_AA, 4)


def read_tags(paper: NDArray[np.uint8]) -> dict[int, NDArray[np.float64]]:
    """Give the corners (mm) of every tag on paper, by a detector that knows nothing of ours."""
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000)
    corners, numbers, _ = cv2.aruco.ArucoDetector(dictionary).detectMarkers(paper)
    return {int(n): np.asarray(c[0], np.float64) / DOTS for n, c in zip(numbers.ravel(), corners, strict=True)}


def pages_of(pdf: bytes) -> list[NDArray[np.uint8]]:
    """Give what a PDF of ours has on each page."""
    pages = []
    for page in PdfReader(BytesIO(pdf)).pages:
        width, height = (float(side) / MM for side in page.mediabox.upper_right)
        paper = np.full((round(height * DOTS), round(width * DOTS)), 255, np.uint8)
        contents = page.get_contents()
        assert contents is not None
        commands = contents.get_data().decode()
        for path in re.findall(r"n ([^nS*]*?) h\s+f\*", commands):
            loops = [np.array(re.findall(r"([\d.-]+) ([\d.-]+) [ml]", part), np.float64) for part in path.split(" h")]
            fill(paper, [np.column_stack([loop[:, 0] / MM, height - loop[:, 1] / MM]) for loop in loops])
        pages.append(paper)
    return pages


@pytest.mark.parametrize(("size", "edge"), [(PlateSize.A5, 120), (PlateSize.A6, 90)])
@pytest.mark.parametrize("language", PlateLanguage)
def test_a_plate_has_its_tag_and_its_link(size: PlateSize, edge: int, language: PlateLanguage) -> None:
    plate = plates.Plate("Press 4", "Hall 2", "7KQM2X", 517, LINK, language)
    paper = printed(plates.draw(plate, size))
    assert cv2.QRCodeDetector().detectAndDecode(paper)[0] == LINK
    [(number, corners)] = read_tags(paper).items()
    assert number == 517
    assert np.allclose(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1), edge, atol=0.5)


def test_names_of_any_script_are_printed_and_what_cannot_be_is_named() -> None:
    blank = printed(plates.draw(plates.Plate(" ", "", "7KQM2X", 1, LINK), PlateSize.A5))
    for name in ("Kühlung", "四号液压机", "Жидкий", "프레스"):
        drawing = plates.draw(plates.Plate(name, "", "7KQM2X", 1, LINK), PlateSize.A5)
        assert drawing.left_out == ()
        assert (printed(drawing) < 128).sum() > (blank < 128).sum() + 500
    drawing = plates.draw(plates.Plate("مكبس", "Hall", "7KQM2X", 1, LINK), PlateSize.A5)
    assert drawing.left_out == ("مكبس",)
    assert read_tags(printed(drawing)).keys() == {1}


def test_a_long_name_stays_on_the_plate() -> None:
    for name in ("Kaltwalzgerüst " * 8, "M" * 120, "液" * 120):
        drawing = plates.draw(plates.Plate(name, name, "7KQM2X", 1, LINK + "x" * 100), PlateSize.A6)
        points = np.concatenate(drawing.loops)
        assert points.min() >= 3
        assert (points.max(axis=0) <= (drawing.width - 3, drawing.height - 3)).all()


def test_the_pdf_has_the_same_in_its_true_size() -> None:
    drawing = plates.draw(PLATE, PlateSize.A5)
    [page] = pages_of(plates.pdf(drawing))
    assert page.shape == (210 * DOTS, 148 * DOTS)
    assert np.abs(page.astype(int) - printed(drawing)).mean() < 0.5


@pytest.mark.parametrize(
    ("size", "shape", "pages"), [(PlateSize.A5, (210, 297), [2, 2, 1]), (PlateSize.A6, (297, 210), [4, 1])]
)
def test_a_sheet_holds_what_fits_on_a4(size: PlateSize, shape: tuple[int, int], pages: list[int]) -> None:
    numbers = [3, 14, 15, 92, 653]
    drawings = [plates.draw(plates.Plate("Press", "Hall", "7KQM2X", number, LINK), size) for number in numbers]
    papers = pages_of(plates.sheet(drawings, "Hall"))
    assert [paper.shape for paper in papers] == [(shape[0] * DOTS, shape[1] * DOTS)] * len(pages)
    found = [read_tags(paper) for paper in papers]
    assert [len(tags_there) for tags_there in found] == pages
    assert set().union(*found) == set(numbers)


def test_outlines_enclose_exactly_the_dark_squares() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        grid = rng.integers(0, 2, (9, 9)) == 1
        paper = np.full((9 * DOTS, 9 * DOTS), 255, np.uint8)
        fill(paper, outlines(grid))
        assert np.array_equal(paper[DOTS // 2 :: DOTS, DOTS // 2 :: DOTS] == 0, grid)


def test_every_number_has_a_tag() -> None:
    assert len({tags.modules(number).tobytes() for number in range(TAGS)}) == TAGS
    with pytest.raises(cv2.error):
        tags.modules(TAGS)
