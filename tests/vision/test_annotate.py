from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from arsupport.vision import Kind, Shape, draw_marks
from tests.vision import golden

GREY = np.full((360, 640, 3), 120, np.uint8)
RED = (255, 0, 0)


def shape(kind: Kind, *points: tuple[float, float], label: str = "", number: int = 0, instruction: str = "") -> Shape:
    return Shape(kind, np.array(points, np.float64).reshape(-1, 2), RED, label, number, instruction)


def changed(picture: np.ndarray, frame: np.ndarray = GREY) -> np.ndarray:
    return np.asarray((picture != frame).any(axis=2))


def is_red(picture: np.ndarray, x: int, y: int) -> bool:
    return bool(picture[y, x, 2] > 200 and picture[y, x, :2].max() < 60)


@pytest.mark.parametrize(
    ("mark", "on"),
    [
        (shape(Kind.ARROW, (100, 100), (300, 200)), [(100, 100), (200, 150), (299, 199)]),
        (shape(Kind.CIRCLE, (320, 180), (400, 180)), [(400, 180), (320, 100), (240, 180)]),
        (shape(Kind.FREEHAND, (50, 50), (60, 300), (500, 310)), [(50, 50), (280, 305), (400, 308)]),
    ],
)
def test_a_mark_is_where_its_points_are(mark: Shape, on: list[tuple[int, int]]) -> None:
    picture = draw_marks(GREY, [mark])
    for x, y in on:
        assert is_red(picture, x, y)
    assert 0.002 < changed(picture).mean() < 0.1


def test_the_middle_of_a_circle_stays_visible() -> None:
    assert not changed(draw_marks(GREY, [shape(Kind.CIRCLE, (320, 180), (400, 180))]))[160:200, 300:340].any()


@pytest.mark.parametrize("background", [(0, 0, 255), (255, 255, 255), (0, 0, 0)])
def test_a_mark_is_readable_on_any_background(background: tuple[int, int, int]) -> None:
    frame = np.full_like(GREY, background)
    picture = draw_marks(frame, [shape(Kind.FREEHAND, (100, 180), (500, 180))]).astype(int)
    column = picture[160:200, 300]
    assert (np.abs(np.diff(column, axis=0)).max(axis=1) > 100).any()


def test_the_frame_itself_is_left_alone() -> None:
    frame = GREY.copy()
    draw_marks(frame, [shape(Kind.ARROW, (0, 0), (300, 300))])
    assert np.array_equal(frame, GREY)


def test_labels_and_numbers_are_written_in_several_scripts() -> None:
    texts = ["check F6", "prüfen", "проверить", "检查"]
    pictures = [draw_marks(GREY, [shape(Kind.TEXT, (100, 180), label=text)]) for text in texts]
    assert all(changed(picture)[150:200, 95:120].any() for picture in pictures)
    assert len({picture.tobytes() for picture in pictures}) == len(texts)
    assert np.array_equal(draw_marks(GREY, [shape(Kind.TEXT, (100, 180))]), GREY)
    plain, numbered = (draw_marks(GREY, [shape(Kind.ARROW, (9, 9), (200, 180), number=n)]) for n in (0, 7))
    assert changed(numbered).sum() > changed(plain).sum()


def test_text_ends_in_the_picture() -> None:
    picture = draw_marks(GREY, [shape(Kind.TEXT, (630, 180), label="at the edge")])
    rows, columns = np.nonzero(changed(picture))
    assert columns.min() < 560
    assert rows.size > 500


@pytest.mark.parametrize(
    "text", ["short", "Close the valve slowly and watch the gauge " * 6, "关闭阀门并观察压力表" * 9]
)
def test_a_text_is_whole_wherever_it_begins(text: str) -> None:
    plates = []
    for at in [(5, 5), (630, 5), (5, 355), (630, 355), (320, 180), (-50, 900)]:
        picture = draw_marks(GREY, [shape(Kind.TEXT, at, label=text)])
        rows, columns = np.nonzero(changed(picture))
        plates.append(picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])
    assert {plate.tobytes() for plate in plates} == {plates[0].tobytes()}
    ink = plates[0].min(axis=2) > 100
    assert ink.any()
    assert not np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]]).any()


@pytest.mark.parametrize("length", [1, 20, 400])
def test_an_instruction_stands_below_the_picture_and_covers_nothing(length: int) -> None:
    mark = shape(Kind.ARROW, (9, 9), (200, 180), number=3)
    told = shape(Kind.ARROW, (9, 9), (200, 180), number=3, instruction="Ventil schließen " * length)
    alone, picture = draw_marks(GREY, [mark]), draw_marks(GREY, [told])
    assert alone.shape == GREY.shape
    assert np.array_equal(picture[:360], alone)
    strip = picture[360:]
    assert strip.shape[1:] == GREY.shape[1:]
    ink = strip.min(axis=2) > 128
    assert ink.any()
    # Whole: nothing touches the borders.
    assert not np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]]).any()


def test_several_instructions_are_in_their_order() -> None:
    first, second = (shape(Kind.CIRCLE, (320, 180), (340, 180), number=n, instruction=f"number {n}") for n in (1, 2))
    assert np.array_equal(draw_marks(GREY, [first, second])[360:], draw_marks(GREY, [second, first])[360:])
    assert draw_marks(GREY, [first, second]).shape[0] > draw_marks(GREY, [first]).shape[0]


@pytest.mark.parametrize("text", ["אין", "عربي", "ไทย ที่", "tool \N{WRENCH}"])
def test_text_that_cannot_be_drawn_as_it_should_be_is_left_out_and_its_number_stays(text: str) -> None:
    alone = draw_marks(GREY, [shape(Kind.ARROW, (9, 9), (200, 180), number=7)])
    assert np.array_equal(draw_marks(GREY, [shape(Kind.ARROW, (9, 9), (200, 180), number=7, instruction=text)]), alone)
    dot = changed(draw_marks(GREY, [shape(Kind.TEXT, (100, 180), label=text)]))
    assert 0 < dot.sum() < 400


@pytest.mark.parametrize("tip", [(0, 0), (639, 0), (0, 359), (639, 359)])
def test_a_number_is_in_the_picture_beside_its_mark(tip: tuple[float, float]) -> None:
    mark = shape(Kind.ARROW, (320, 180), tip)
    plain, numbered = draw_marks(GREY, [mark]), draw_marks(GREY, [replace(mark, number=8)])
    badge = changed(numbered, plain)
    assert badge.sum() > 250
    x, y = min(max(int(tip[0]), 1), 638), min(max(int(tip[1]), 1), 358)
    assert not badge[y - 1 : y + 2, x - 1 : x + 2].any()


def test_marks_grow_with_the_picture() -> None:
    large = np.full((2160, 3840, 3), 120, np.uint8)
    small = changed(draw_marks(GREY, [shape(Kind.ARROW, (100, 100), (300, 200))])).mean()
    scaled = changed(draw_marks(large, [shape(Kind.ARROW, (600, 600), (1800, 1200))]), large).mean()
    assert scaled == pytest.approx(small, rel=0.4)


@pytest.mark.parametrize("kind", list(Kind))
def test_odd_points_do_no_harm(kind: Kind) -> None:
    assert np.array_equal(draw_marks(GREY, [shape(kind)]), GREY)
    assert np.array_equal(draw_marks(GREY, [shape(kind, (float("nan"), 3), label="x")]), GREY)
    draw_marks(GREY, [shape(kind, (1e12, -1e12), (5, 5), label="x", number=99999)])
    draw_marks(GREY, [shape(kind, (5, 5), label="y" * 2000)])
    same = shape(kind, (50, 50), (50, 50))
    assert changed(draw_marks(GREY, [same])).any() == (kind is not Kind.TEXT)


@pytest.mark.parametrize("name", list(golden.SIZES))
def test_marks_look_as_they_did_when_a_person_looked(name: str) -> None:
    picture, expected = golden.made(name), golden.kept(name)
    assert picture.shape == expected.shape
    difference = np.abs(picture.astype(int) - expected).max(axis=2)
    assert (difference > 60).mean() < 0.001, "python -m tests.vision.golden makes the pictures anew"
