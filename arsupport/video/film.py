"""Puts a camera's pictures, their marks and the interruptions between them into one film."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from arsupport.errors import ArError, Code
from arsupport.journal import disk
from arsupport.journal.blobs import Blobs
from arsupport.protocol.marks import MarkState
from arsupport.video.drawing import Caption, with_marks
from arsupport.video.marks import Marks
from arsupport.video.pictures import picture_size, shown_pictures
from arsupport.video.record import load
from arsupport.video.writer import CLOCK_RATE, FilmWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from arsupport.video.marks import Placed
    from arsupport.video.pictures import Shown
    from arsupport.video.record import Record
    from arsupport.vision.arrays import Image

LONGEST_SIDE: Final = 1920
_STILLS_SIZE: Final = (1280, 720)
# A shorter interruption is a frame that stands.
_SHORTEST_GAP_MS: Final = 1_000
# What is longer is shown for so long, and says how long it was.
PLATE_SECONDS: Final = 3
_PLATES_PER_SECOND: Final = 4
_TICKS_PER_MS: Final = CLOCK_RATE // 1000


@dataclass(frozen=True, slots=True)
class Exported:
    """What was made. ``left_out_ms``: of interruptions that were shown for a shorter time than they lasted."""

    frames: int
    seconds: float
    left_out_ms: float


def export_film(
    connection: Connection,
    folder: Path,
    session_id: str,
    out: Path,
    *,
    camera: str = "",
    progress: Callable[[float, float], None] = lambda _done, _whole: None,
) -> Exported:
    """Write one camera's recorded pictures with their marks into an MP4 file; ``out`` appears complete or not at all.

    Each frame is shown for as long as it was then. Below it stand session, time (UTC), camera and the marks that are
    not in the picture. Blocks for minutes: for a process of its own. ``progress`` is told how many
    seconds are done, and of how many.

    Raises:
        ArError: as ``record.load``; ``storage-corrupt`` when nothing of it can be read; ``disk-full``,
            ``storage-failed``.
    """
    record = load(connection, folder, session_id, camera)
    unfinished = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        exported = _Film(record, Blobs(folder), progress).write(unfinished)
        unfinished.replace(out)
    except OSError as failure:
        raise disk.as_ar_error(failure) from failure
    finally:
        unfinished.unlink(missing_ok=True)
    return exported


class _Film:
    def __init__(self, record: Record, blobs: Blobs, progress: Callable[[float, float], None]) -> None:
        self._record = record
        self._blobs = blobs
        self._progress = progress
        self._marks = Marks(record.events, record.camera)
        size = picture_size(record) or _STILLS_SIZE
        scale = min(1.0, LONGEST_SIDE / max(size))
        self._width, self._height = (max(2, round(scale * side / 2) * 2) for side in size)
        self._caption = Caption(self._width, self._height)

    def write(self, path: Path) -> Exported:
        begins, ends = self._span()
        frames, left_out, at = 0, 0.0, 0.0
        before: Shown | None = None
        height = self._height + self._caption.height + self._caption.height % 2
        with FilmWriter(path, (self._width, height)) as film:
            for shown in shown_pictures(self._record, self._blobs):
                if before is not None:
                    left_out += self._interruption(film, before, shown, begins + left_out)
                at = shown.frame.at_ms - begins - left_out
                picture = self._composed(shown)
                film.add(picture, round(at * _TICKS_PER_MS))
                frames, before = frames + 1, shown
                self._progress((shown.frame.at_ms - begins) / 1000, (ends - begins) / 1000)
            if before is not None:
                film.add(picture, round((at + before.stands_ms) * _TICKS_PER_MS))
        if before is None:
            raise ArError(Code.STORAGE_CORRUPT, "No recorded picture of this camera can be read.")
        return Exported(frames, (at + before.stands_ms) / 1000, left_out)

    def _span(self) -> tuple[float, float]:
        """When the first and the last picture were shown, ms UTC."""
        record = self._record
        begins = [*(one.started_at_ms for one in record.stretches), *(one.frame.at_ms for one in record.stills)]
        ends = [*(one.ends_at_ms for one in record.stretches), *(float(one.ends_at_ms) for one in record.stills)]
        return float(min(begins)), max(ends)

    def _interruption(self, film: FilmWriter, before: Shown, after: Shown, zero_ms: float) -> float:
        """Show that there is no picture between two; return by how many ms the film is shorter than the time."""
        begin, end = before.frame.at_ms + before.stands_ms, after.frame.at_ms
        if end - begin < _SHORTEST_GAP_MS:
            return 0.0
        lasted = min(end - begin, PLATE_SECONDS * 1000.0)
        words = f"no picture {_clock(begin)}-{_clock(end)} UTC"
        plate = self._whole(
            self._caption.plate(self._height, words),
            (f"{self._named} · {words}", f"session {self._record.session} · {words}"),
        )
        for number in range(max(1, round(lasted / 1000 * _PLATES_PER_SECOND))):
            film.add(plate, round((begin - zero_ms + number * 1000 / _PLATES_PER_SECOND) * _TICKS_PER_MS))
        return end - begin - lasted

    def _composed(self, shown: Shown) -> Image:
        """The frame at the film's size with its marks, on black where it is of another shape, and the line below."""
        placed = self._marks.placed(shown.frame)
        height, width = shown.picture.shape[:2]
        scale = min(self._width / width, self._height / height)
        size = (max(1, round(scale * width)), max(1, round(scale * height)))
        picture = shown.picture
        if size != (width, height):
            how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            picture = np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)
        picture = with_marks(picture, placed)
        whole = np.zeros((self._height, self._width, 3), np.uint8)
        left, top = (self._width - size[0]) // 2, (self._height - size[1]) // 2
        whole[top : top + size[1], left : left + size[0]] = picture
        return self._whole(whole, self._line(shown, placed))

    def _whole(self, picture: Image, texts: Sequence[str]) -> Image:
        rows = [picture, self._caption.strip(*texts)]
        if self._caption.height % 2:
            rows.append(rows[1][-1:])
        return np.concatenate(rows)

    @property
    def _named(self) -> str:
        return f"session {self._record.session} · camera {self._record.camera_name}"

    def _line(self, shown: Shown, placed: Sequence[Placed]) -> tuple[str, str]:
        """What stands below a frame; the second one for names that cannot be written."""
        at = (
            dt.datetime.fromtimestamp(shown.frame.at_ms / 1000, dt.UTC).isoformat(" ", "milliseconds").partition("+")[0]
        )
        missing = self._marks.missing(placed)
        uncertain = [one.mark.number for one in placed if one.pose.state is MarkState.WEAK]
        notes = "".join(
            f" · {_listed(numbers)} {state}"
            for numbers, state in ((missing, "not shown"), (uncertain, "uncertain"))
            if numbers
        )
        return f"{self._named} · {at} UTC{notes}", f"session {self._record.session} · {at} UTC{notes}"


def _listed(numbers: Sequence[int]) -> str:
    return f"mark{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


def _clock(at_ms: float) -> str:
    return dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC).strftime("%H:%M:%S")
