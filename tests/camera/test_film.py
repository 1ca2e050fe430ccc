"""Files that browsers take as a camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from arsupport.camera.film import write_film
from arsupport.camera.render import CameraSettings
from arsupport.camera.stamp import read_stamp

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = CameraSettings(seed=1, size=(320, 180), fps=10, period=1)


@pytest.mark.parametrize(("suffix", "form"), [(".mjpeg", "mjpeg"), (".y4m", "yuv4mpegpipe")])
def test_a_film_holds_each_frame_once_and_in_order(tmp_path: Path, suffix: str, form: str) -> None:
    path = tmp_path / f"plant{suffix}"
    camera = write_film(path, SETTINGS)
    assert camera.settings.frames == 10
    with av.open(path, format=form) as film:
        indices = [read_stamp(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)) for frame in film.decode(video=0)]
    assert indices == list(range(10))


def test_another_suffix_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "plant.avi"
    with pytest.raises(ValueError, match=r"mjpeg or \.y4m"):
        write_film(path, SETTINGS)
    assert not path.exists()
