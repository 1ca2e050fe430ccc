"""The exported film against the pose log that it was made from, frame by frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from arsupport.errors import ArError, Code
from arsupport.journal.database import Database
from arsupport.protocol.marks import MarkState
from arsupport.recording.codecs import TrackCodec
from arsupport.video import export_film
from tests.recorded import STARTED_MS, STEP
from tests.video.recorded import FRAMES, HEIGHT, RADIUS, WIDTH, Take, centre, record

if TYPE_CHECKING:
    from pathlib import Path

    from arsupport.video.film import Exported

SECONDS = STEP / 90_000
STANDS = 0.25
NEAR_PX = 2.0


def film(folder: Path, session: str, camera: str = "") -> tuple[Exported, list[float], list[np.ndarray[Any, Any]]]:
    """Export a session; give what was said about it, the frames' times in seconds, and the frames, red first."""
    database = Database.open(folder)
    out = folder.parent / "film.mp4"
    try:
        with database.read() as connection:
            exported = export_film(connection, folder, session, out, camera=camera)
    finally:
        database.close()
    with av.open(out) as container:
        frames = list(container.decode(video=0))
    assert list(folder.parent.glob(".film*")) == []
    return (
        exported,
        [float(frame.time or 0) for frame in frames],
        [frame.to_ndarray(format="rgb24") for frame in frames],
    )


def magenta(frame: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give how much of the mark's colour is in each pixel of the picture: of the lesser of red and blue over green."""
    picture = frame[:HEIGHT].astype(int)
    return np.asarray(np.minimum(picture[..., 0], picture[..., 2]) - picture[..., 1])


def middle(frame: np.ndarray[Any, Any], at_least: int) -> np.ndarray[Any, Any]:
    """Give the middle of the circle in the mark's colour, x and y in pixels; its badge is above and right of it."""
    rows, columns = np.nonzero(magenta(frame) > at_least)
    reach = RADIUS * WIDTH + 1
    return np.array([columns.min() + reach, rows.max() - reach])


@pytest.mark.parametrize("codec", [TrackCodec.VP8, TrackCodec.H264])
async def test_every_frame_has_its_time_and_the_mark_where_the_pose_log_says(tmp_path: Path, codec: TrackCodec) -> None:
    session = await record(tmp_path / "data", [Take("t1", "p1", codec=codec)])
    exported, times, frames = film(tmp_path / "data", session)
    assert exported.frames == FRAMES
    assert times == pytest.approx([*(number * SECONDS for number in range(FRAMES)), times[-1]], abs=1e-3)
    assert times[-1] == pytest.approx((FRAMES - 1) * SECONDS + STANDS, abs=1e-3)
    for number, frame in enumerate(frames[:FRAMES]):
        true = np.array(centre(number)) * (WIDTH, HEIGHT) - 0.5
        assert np.hypot(*(middle(frame, 100) - true)) < NEAR_PX
        assert (frame[HEIGHT:] > 200).any()  # the line below says when it was


async def test_a_mark_is_dashed_or_missing_where_it_was(tmp_path: Path) -> None:
    states = {3: None, 5: MarkState.WEAK, 7: MarkState.LOST}
    session = await record(tmp_path / "data", [Take("t1", "p1", states=states)])
    _, _, frames = film(tmp_path / "data", session)
    ink = [int((magenta(frame) > 100).sum()) for frame in frames]
    clear = ink[4]
    assert min(ink[number] for number in (0, 1, 2, 4, 6, 8)) > 0.9 * clear
    assert 0.3 * clear < ink[5] < 0.85 * clear
    # A frame that the tracker skipped has the mark where it was last.
    assert 0.3 * clear < ink[3] < 0.85 * clear
    assert np.hypot(*(middle(frames[3], 100) - (np.array(centre(2)) * (WIDTH, HEIGHT) - 0.5))) < 2 * NEAR_PX
    assert ink[7] == 0


async def test_an_interruption_is_a_plate_of_a_few_seconds(tmp_path: Path) -> None:
    later = Take("t2", "p1", started_ms=STARTED_MS + 10_000)
    session = await record(tmp_path / "data", [Take("t1", "p1"), later])
    exported, times, frames = film(tmp_path / "data", session)
    begins = (FRAMES - 1) * SECONDS + STANDS
    plates = [frame for time, frame in zip(times, frames, strict=True) if begins - 1e-3 <= time < begins + 3 - 1e-3]
    assert len(plates) == 12
    for plate in plates:
        assert np.median(plate) < 30
        assert (plate[:HEIGHT] > 200).any()  # it says from when to when there is no picture
        assert magenta(plate).max() < 60
    assert times[FRAMES + len(plates)] == pytest.approx(begins + 3, abs=1e-3)
    assert exported.left_out_ms == pytest.approx(10_000 - 1000 * begins - 3_000, abs=1)
    assert exported.frames == 2 * FRAMES


async def test_of_several_cameras_one_is_named(tmp_path: Path) -> None:
    session = await record(tmp_path / "data", [Take("t1", "p1"), Take("t2", "p2")])
    with pytest.raises(ArError, match=r"p1 \(Ana p1\), p2 \(Ana p2\)") as refused:
        film(tmp_path / "data", session)
    assert refused.value.code is Code.UNKNOWN_CAMERA
    for camera in ("p2", "Ana p2"):
        assert film(tmp_path / "data", session, camera=camera)[0].frames == FRAMES


async def test_a_session_that_runs_is_not_exported(tmp_path: Path) -> None:
    session = await record(tmp_path / "data", [Take("t1", "p1")], close=False)
    with pytest.raises(ArError) as refused:
        film(tmp_path / "data", session)
    assert refused.value.code is Code.NOT_FOUND
