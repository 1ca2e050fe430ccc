from __future__ import annotations

import numpy as np
import pytest

from arsupport.vision import State, Tracker
from tests.vision.depth import ON_BACK, ON_FRONT, Look
from tests.vision.plane import Camera, Plane

SHOWN = (State.HELD, State.WEAK)
FRONT, BACK = slice(0, len(ON_FRONT)), slice(len(ON_FRONT), len(ON_FRONT) + len(ON_BACK))


def followed(looks: list[Look]) -> tuple[np.ndarray, np.ndarray]:
    """Errors in pixels and states, (frames, marks)."""
    tracker, off, states = Tracker(), [], []
    tracker.init(Look().picture(), Look().marks())
    for number, each in enumerate(looks):
        places, state = tracker.update(each.picture(noise=number + 2))
        off.append(np.linalg.norm(places - each.marks(), axis=1))
        states.append(state)
    return np.array(off), np.array(states)


def swing(reach: float, count: int = 40) -> list[Look]:
    turn = np.linspace(0, 2 * np.pi, count)
    return [Look(x=1200 + reach * float(np.sin(a)), y=750 + reach / 3 * float(np.sin(2 * a))) for a in turn]


def test_marks_before_and_behind_the_plane_stay_while_it_shifts_against_them() -> None:
    """The front panel moves 42 pixels against the back one: a homography alone would be off by that."""
    off, states = followed(swing(120))
    assert np.isin(states, SHOWN).mean() > 0.98
    assert np.nanmedian(off) < 1.0
    assert np.nanmax(off) < 5.0


def test_marks_on_a_part_that_moves_by_itself_move_with_it() -> None:
    looks = [Look(moved=(3.0 * step, 1.0 * step)) for step in range(30)]
    off, states = followed(looks)
    assert (states[:, BACK] == State.HELD).all()
    assert np.nanmax(off[:, BACK]) < 3.0
    shown = np.isin(states[:, FRONT], SHOWN)
    assert shown[-1].all()
    assert np.nanmax(off[-1, FRONT]) < 5.0
    assert (off[:, FRONT][shown] > 20).mean() < 0.02


def test_a_mark_is_not_carried_away_by_what_passes_before_it() -> None:
    plane, other = Plane(1), Plane(2)
    spot = np.array([[640.0, 360.0], [300, 200]])
    tracker = Tracker()
    tracker.init(plane.seen_by(Camera()), spot)
    hand = other.seen_by(Camera(x=700))[200:520, 300:700]
    for step in range(24):
        frame = plane.seen_by(Camera(), noise=step + 2)
        left = 60 + 40 * step
        width = min(400, 1280 - left)
        frame[200:520, left : left + width] = hand[:, :width]
        places, states = tracker.update(frame)
        shown = np.isin(states, SHOWN)
        assert (np.linalg.norm(places - spot, axis=1)[shown] < 3).all(), step
    assert states.tolist() == [State.HELD, State.HELD]


def test_a_lost_mark_on_a_moved_part_is_found_again() -> None:
    """The part is somewhere else after a moment in which nothing could be seen."""
    tracker = Tracker()
    tracker.init(Look().picture(), Look().marks())
    for _ in range(16):
        tracker.update(np.full((720, 1280), 90, np.uint8))
    away = Look(moved=(150.0, 60.0))
    for number in range(40):
        places, states = tracker.update(away.picture(noise=number + 2))
    assert np.isin(states, SHOWN)[FRONT].sum() >= 2
    shown = np.isin(states, SHOWN)
    assert np.linalg.norm(places - away.marks(), axis=1)[shown] == pytest.approx(0, abs=3.0)


def test_depth_is_learnt_the_same_way_every_time() -> None:
    once, again = followed(swing(90, 16)), followed(swing(90, 16))
    assert np.array_equal(once[0], again[0], equal_nan=True)
    assert np.array_equal(once[1], again[1])
