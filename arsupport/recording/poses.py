"""The pose log of a track: for each frame, by its RTP timestamp, the bytes that were sent about it.

A segment is a header and then records, all numbers big-endian, ``‖`` for joining bytes::

    header = "ARPOSES1" ‖ length of facts (4 bytes) ‖ facts (JSON, ``PoseFacts``)
    record = rtp (4 bytes) ‖ length of body (4 bytes) ‖ CRC-32 of rtp ‖ length ‖ body (4 bytes) ‖ body

A record whose CRC (ISO 3309, as in zlib) does not fit ends the log: a crash tore it.
"""

from __future__ import annotations

import os
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

import msgspec

from arsupport.recording.segment import OPEN_SUFFIX, ClosedSegment, seal, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUFFIX: Final = ".poses"
BODY_LIMIT: Final = 64 * 1024
"""Bytes of one record's body."""
CODEC: Final = "poses"
_MAGIC: Final = b"ARPOSES1"
_FACTS_LIMIT: Final = 4096
_LENGTH: Final = struct.Struct(">I")
_HEAD: Final = struct.Struct(">II")
_CRC: Final = struct.Struct(">I")


class PoseFacts(msgspec.Struct, frozen=True):
    """What is known when a segment begins: the clock is that of the video track of the same name."""

    track: str
    clock_rate: int
    started_at_ms: int


class PoseRecord(NamedTuple):
    """What was sent about frame ``rtp``, encoded."""

    rtp: int
    body: bytes


class PoseSegment:
    """A pose log that is being written. Methods raise ``OSError`` when the disk refuses; then call ``abandon``."""

    def __init__(self, path: Path, facts: PoseFacts) -> None:
        """Begin the file; ``path`` is its final name."""
        self.path = path
        self._open_path = path.with_name(path.name + OPEN_SUFFIX)
        self._file = self._open_path.open("wb", buffering=0)
        encoded = msgspec.json.encode(facts)
        _write_whole(self._file, _MAGIC + _LENGTH.pack(len(encoded)) + encoded)

    def write(self, record: PoseRecord) -> None:
        """Add a record; a process that is killed afterwards does not lose it."""
        head = _HEAD.pack(record.rtp, len(record.body))
        _write_whole(self._file, head + _CRC.pack(zlib.crc32(head + record.body)) + record.body)

    def close(self) -> ClosedSegment | None:
        """Put the log on disk and give it its final name; None, and no file, when it holds no record."""
        self._file.close()
        return _close(self._open_path, recovered=False)

    def abandon(self) -> None:
        """Let go of the file after a failure. It is left open-named, for ``recovery`` to close."""
        self._file.close()


def read(path: Path) -> Iterator[PoseRecord]:
    """Yield a segment's records, in order, up to the first one that is torn.

    Raises:
        OSError: when the file cannot be read.
        ValueError: when it is no pose log.
    """
    with path.open("rb") as file:
        _read_facts(file)
        yield from _records(file)


def close_left_open(path: Path) -> ClosedSegment | None:
    """Cut an open-named log back to whole records and close it; None, and the file removed, when it holds none.

    Raises:
        OSError: when the disk refuses.
    """
    return _close(path, recovered=True)


def _close(path: Path, *, recovered: bool) -> ClosedSegment | None:
    rtps = []
    with path.open("r+b") as file:
        try:
            facts = _read_facts(file)
        except ValueError:
            facts = None  # killed before the header was whole
        else:
            whole = file.tell()
            for record in _records(file):
                rtps.append(record.rtp)
                whole = file.tell()
            file.truncate(whole)
    if facts is None or not rtps:
        path.unlink()
        return None
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    size, sha256 = seal(path)
    path.rename(final)
    sync_folder(final.parent)
    return ClosedSegment(
        track=facts.track,
        kind="poses",
        file=final.name,
        sha256=sha256,
        size=size,
        codec=CODEC,
        clock_rate=facts.clock_rate,
        first_rtp=rtps[0],
        last_rtp=rtps[-1],
        frames=len(rtps),
        started_at_ms=facts.started_at_ms,
        recovered=recovered,
    )


def _read_facts(file: BinaryIO) -> PoseFacts:
    start = file.read(len(_MAGIC) + _LENGTH.size)
    if len(start) < len(_MAGIC) + _LENGTH.size or not start.startswith(_MAGIC):
        raise ValueError("not a pose log")
    (length,) = _LENGTH.unpack_from(start, len(_MAGIC))
    if length > _FACTS_LIMIT:
        raise ValueError("not a pose log")
    return msgspec.json.decode(file.read(length), type=PoseFacts)  # its DecodeError is a ValueError


def _records(file: BinaryIO) -> Iterator[PoseRecord]:
    while len(head := file.read(_HEAD.size)) == _HEAD.size:
        rtp, length = _HEAD.unpack(head)
        crc = file.read(_CRC.size)
        if length > BODY_LIMIT:
            return
        body = file.read(length)
        if len(body) < length or crc != _CRC.pack(zlib.crc32(head + body)):
            return
        yield PoseRecord(rtp, body)


def _write_whole(file: BinaryIO, data: bytes) -> None:
    """Write without a buffer, in one system call unless the disk takes only a part."""
    view = memoryview(data)
    while view:
        view = view[os.write(file.fileno(), view) :]
