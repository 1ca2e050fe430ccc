"""Films of the virtual camera, for browsers that take a file as their camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2

from arsupport.camera.render import CameraSettings, VirtualCamera

if TYPE_CHECKING:
    from pathlib import Path

JPEG_QUALITY = 85


def write_film(path: Path, settings: CameraSettings) -> VirtualCamera:
    """Write one period of the camera to ``path`` and return the camera, which knows the truth about each frame.

    The suffix chooses the form: ``.mjpeg``, JPEG pictures one after another (Chromium plays it at 30 frames per
    second, over and over); ``.y4m``, uncompressed YUV 4:2:0 with the rate in its header.

    Raises:
        ValueError: the suffix is none of these.
        OSError: the file cannot be written.
    """
    if path.suffix not in {".mjpeg", ".y4m"}:
        raise ValueError(f"{path.name}: a film is written as .mjpeg or .y4m")
    camera = VirtualCamera(settings)
    width, height = settings.size
    with path.open("wb") as file:
        if path.suffix == ".y4m":
            file.write(f"YUV4MPEG2 W{width} H{height} F{settings.fps}:1 Ip A1:1 C420jpeg\n".encode())
        for index in range(settings.frames):
            frame = camera.frame(index)
            if path.suffix == ".y4m":
                file.write(b"FRAME\n")
                file.write(cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420).tobytes())
            else:
                file.write(cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes())
    return camera
