"""CSRT of OpenCV's contributed modules, in an environment of its own under build/."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import typer

from tests.bench.tracking import csrt_process
from tests.bench.tracking.contest import Answer
from tests.bench.tracking.peers import reported

if TYPE_CHECKING:
    from tests.bench.tracking.sequence import Floats, Frame

ENVIRONMENT: Final = Path("build/contrib")
WHEEL: Final = "opencv-contrib-python-headless"


class Csrt:
    """Sends frames to the process, which works while others are asked."""

    def __init__(self, python: Path) -> None:
        self._process = subprocess.Popen([python, csrt_process.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("a process with pipes has them")
        self._to, self._from = self._process.stdin, self._process.stdout

    def init(self, frame: Frame, points: Floats) -> None:
        self._send(frame, points)
        self.answer()

    def take(self, frame: Frame) -> None:
        self._send(frame, None)

    def answer(self) -> Answer:
        line = self._from.readline()
        if not line:
            raise RuntimeError("the process of CSRT has ended")
        said = json.loads(line)
        places = np.array([place or (np.nan, np.nan) for place in said["places"]], np.float64)
        return Answer(*reported(places, self._frame.luma), said["ms"])

    def close(self) -> None:
        self._to.close()
        self._process.wait()
        self._from.close()

    def _send(self, frame: Frame, points: Floats | None) -> None:
        self._frame = frame
        head = {"shape": frame.colour.shape[:2], "points": None if points is None else points.tolist()}
        self._to.write(json.dumps(head).encode() + b"\n" + frame.colour.tobytes())
        self._to.flush()


def environment() -> Path | None:
    """The interpreter that has CSRT; installed when it is first asked for, None when it cannot be had."""
    python = ENVIRONMENT / "bin/python"
    wanted = version("opencv-python-headless")
    try:
        if not python.exists():
            _do("venv", str(ENVIRONMENT), "--quiet", "--python", sys.executable)
        # The contributed modules come from the same release, with any build number of its own.
        release = ".".join(wanted.split(".")[:3])
        _do("pip", "install", "--quiet", "--python", str(python), f"{WHEEL}=={release}.*", f"numpy=={np.__version__}")
    except (OSError, subprocess.CalledProcessError) as error:
        typer.echo(f"csrt is left out: {WHEEL} cannot be installed into {ENVIRONMENT}: {error}", err=True)
        return None
    return python


def _do(*arguments: str) -> None:
    subprocess.run([Path(sys.executable).parent / "uv", *arguments], check=True)
