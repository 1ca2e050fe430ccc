"""Closing what a killed server, or a full disk, left open: cut back to what is whole, no byte changed.

A crash leaves a prefix of the file. Its last fragment (MP4: ``moof`` and ``mdat``, ISO/IEC 14496-12; WebM: a cluster,
RFC 9559) may be torn and is cut off. That needs no room on the disk.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

import av
import msgspec
import structlog

from arsupport.recording import poses
from arsupport.recording.codecs import CONTAINERS
from arsupport.recording.reading import opened
from arsupport.recording.rtp_clock import wrapped
from arsupport.recording.segment import INDEX_SUFFIX, OPEN_SUFFIX, ClosedSegment, SegmentFacts, seal, sync_folder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

log = structlog.get_logger()

_EBML_MAGIC: Final = b"\x1a\x45\xdf\xa3"
_EBML_SEGMENT: Final = 0x18538067


def recover(folder: Path, entered: Collection[str] | None = None) -> list[ClosedSegment]:
    """Close every segment in a folder that nobody is writing any more; return those that hold anything.

    ``entered`` are the names of the segments that the log knows. If given, complete segments that it does not know are
    returned as well: of these, the server was killed between closing and entering them.
    Only for a folder that no recorder uses. Safe to repeat after it was interrupted itself.

    Raises:
        OSError: when the disk refuses.
    """
    if entered is not None:
        _reopen(folder, entered)
    closed = []
    for path in sorted(folder.glob(f"*{OPEN_SUFFIX}")):
        name = path.name.removesuffix(OPEN_SUFFIX)
        segment = poses.close_left_open(path) if name.endswith(poses.SUFFIX) else close_left_open(path)
        if segment is not None:
            closed.append(segment)
    return sorted(closed, key=lambda segment: segment.started_at_ms)


def _reopen(folder: Path, entered: Collection[str]) -> None:
    """Give complete segments that nobody knows the name of open ones: closing them again changes no byte."""
    suffixes = {container.suffix for container in CONTAINERS.values()} | {poses.SUFFIX}
    for path in folder.glob("*"):
        if path.suffix in suffixes and path.name not in entered:
            path.rename(path.with_name(path.name + OPEN_SUFFIX))


def close_left_open(path: Path) -> ClosedSegment | None:
    """Close one open-named audio or video segment; None, and the file removed, when it holds no whole fragment.

    Raises:
        OSError: when the disk refuses.
    """
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    index = path.with_name(final.name + INDEX_SUFFIX)
    with path.open("r+b") as file:
        file.truncate(_whole_length(file))
    found = _read(path)
    if found is None:
        log.warning("recording.nothing_recovered", file=final.name)
        path.unlink()
        index.unlink(missing_ok=True)
        return None
    is_video = found.width > 0
    last_rtp = wrapped(found.facts.first_rtp + found.last_ticks)
    index_size, index_sha256 = 0, ""
    if is_video:
        os.truncate(index, found.frames * 4)
        index_size, index_sha256 = seal(index)
        last_rtp = int.from_bytes(index.read_bytes()[-4:], "big")
    size, sha256 = seal(path)
    path.rename(final)
    sync_folder(final.parent)
    return ClosedSegment(
        track=found.facts.track,
        kind="video" if is_video else "audio",
        file=final.name,
        sha256=sha256,
        size=size,
        codec=found.facts.codec,
        clock_rate=found.facts.clock_rate,
        first_rtp=found.facts.first_rtp,
        last_rtp=last_rtp,
        frames=found.frames,
        started_at_ms=found.facts.started_at_ms,
        width=found.width,
        height=found.height,
        recovered=True,
        index_file=index.name if is_video else "",
        index_sha256=index_sha256,
        index_size=index_size,
    )


class _Found(NamedTuple):
    facts: SegmentFacts
    frames: int
    last_ticks: int
    width: int
    height: int


def _read(path: Path) -> _Found | None:
    try:
        with opened(path) as segment:
            ticks = [segment.ticks(packet) for packet in segment.packets()]
            width, height = 0, 0
            if isinstance(segment.stream, av.VideoStream):
                width, height = segment.stream.width, segment.stream.height
    except (av.FFmpegError, msgspec.DecodeError, IndexError):
        return None  # killed before the first fragment was whole
    return _Found(segment.facts, len(ticks), ticks[-1], width, height) if ticks else None


def _whole_length(file: BinaryIO) -> int:
    """Return how many bytes from the start are whole boxes or clusters."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    ends = _webm_ends(file) if file.read(4) == _EBML_MAGIC else _mp4_ends(file)
    return max((end for end in ends if end <= size), default=0)


def _mp4_ends(file: BinaryIO) -> Iterator[int]:
    """Yield where a whole fragment, or the movie header, should end. A ``moof`` without its ``mdat`` is not whole."""
    start = 0
    while True:
        file.seek(start)
        header = file.read(16)
        length = int.from_bytes(header[:4], "big")
        if length == 1:  # the 64-bit form
            length = int.from_bytes(header[8:16], "big")
        if len(header) < 16 or length < 8:  # noqa: PLR2004 - sizes of the two forms of a box header
            return
        start += length
        if header[4:8] != b"moof":
            yield start


def _webm_ends(file: BinaryIO) -> Iterator[int]:
    """Yield where each element on the top level, or in the segment, should end."""
    start = 0
    while True:
        file.seek(start)
        head = file.read(12)
        identifier, id_width = _ebml_number(head, keep_marker=True)
        length, length_width = _ebml_number(head[id_width:], keep_marker=False)
        if not id_width or not length_width:
            return
        start += id_width + length_width
        if identifier != _EBML_SEGMENT:  # the segment's own length is unknown until it is closed: look into it
            start += length
            yield start


def _ebml_number(data: bytes, *, keep_marker: bool) -> tuple[int, int]:
    """Return a variable-size integer and its width in bytes (RFC 8794, section 4); width 0 when it is cut off."""
    width = 9 - data[0].bit_length() if data else 0
    if not 0 < width <= min(8, len(data)):
        return 0, 0
    value = int.from_bytes(data[:width], "big")
    return (value if keep_marker else value & ((1 << 7 * width) - 1)), width
