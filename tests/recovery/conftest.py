"""A film of the plant that the tablet's browser takes as its camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arsupport.camera.film import write_film
from arsupport.camera.render import CameraSettings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "plant.mjpeg"
    write_film(path, CameraSettings(seed=7, size=(640, 360), fps=15, period=4.0, liveliness=0.6))
    return path
