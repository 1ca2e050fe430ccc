from __future__ import annotations

import numpy as np
import pytest

from arsupport.vision.anchors import Anchor, AnchorTable
from arsupport.vision.keyframe import Keyframe
from arsupport.vision.preparation import prepare
from tests.vision.plane import Camera, Plane

FRAME = Plane(1).seen_by(Camera())


def row(name: str, x: float, y: float) -> Anchor:
    return Anchor(name, 1, np.array([x, y]), np.eye(2) * x)


def test_columns_stay_in_step_when_a_row_is_removed() -> None:
    anchors, keyframe = AnchorTable(), Keyframe(prepare(FRAME))
    for name, x in (("a", 100.0), ("b", 200.0), ("c", 300.0)):
        anchors.append(row(name, x, 150.0), keyframe, misses=int(x))
    patch = anchors.patch[2].copy()
    anchors.remove("b")
    assert anchors.names == ["a", "c"]
    assert anchors.point.tolist() == [[100, 150], [300, 150]]
    assert anchors.entry[1].tolist() == [[300, 0], [0, 300]]
    assert anchors.misses.tolist() == [100, 300]
    assert np.array_equal(anchors.patch[1], patch)
    columns = (anchors.keyframe, anchors.stride, anchors.weight, anchors.blank, anchors.descent, anchors.depth)
    assert {len(column) for column in columns} == {2}


def test_the_neighbourhood_grows_until_it_shows_something() -> None:
    bare = np.full_like(FRAME, 128)
    bare[:, 720:] = FRAME[:, 720:]
    anchors, keyframe = AnchorTable(), Keyframe(prepare(bare))
    anchors.append(row("on it", 450.0, 180.0), keyframe, misses=0)
    anchors.append(row("beside it", 320.0, 180.0), keyframe, misses=0)
    anchors.append(row("far off", 100.0, 180.0), keyframe, misses=0)
    assert anchors.stride[0] == 1
    assert 1 < anchors.stride[1] <= 4
    assert anchors.blank.tolist() == [False, False, True]


def test_what_lies_outside_the_keyframe_has_no_weight() -> None:
    anchors, keyframe = AnchorTable(), Keyframe(prepare(FRAME))
    anchors.append(row("corner", 0.0, 0.0), keyframe, misses=0)
    anchors.append(row("nowhere", -900.0, 0.0), keyframe, misses=0)
    assert anchors.weight[0].mean() == pytest.approx(0.25, abs=0.03)
    assert not anchors.weight[1].any()
    assert anchors.blank[1]
