"""What recorders tell the rest of the server."""

from __future__ import annotations

import errno
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from arsupport.recording.segment import ClosedSegment

_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class GapCause(StrEnum):
    """Why something is missing in a recording."""

    PAUSED = "paused"
    """Nothing arrived for a while, or it was not in order."""
    OVERLOADED = "overloaded"
    """The disk was too slow."""
    DISK_FAILED = "disk-failed"
    """The disk refused: it is full, or broken."""
    UNDECODABLE = "undecodable"
    """Frames that need one that is missing, until the next keyframe."""


class Gap(NamedTuple):
    """Something is missing from ``start_ms`` to ``end_ms`` (UTC); ``frames`` of what arrived were not recorded."""

    track: str
    cause: GapCause
    start_ms: int
    end_ms: int
    frames: int


class RecordingSink(Protocol):
    """Who is told. Called in the recording thread: hand over to the event loop."""

    def segment_closed(self, segment: ClosedSegment) -> None:
        """A segment is on disk for good."""

    def gap(self, gap: Gap) -> None:
        """Something is missing; told when it is over."""

    def keyframe_needed(self, track: str) -> None:
        """A new segment shall begin: ask the publisher for a keyframe."""

    def recording_failed(self, track: str, failure: ArError) -> None:
        """The disk refuses. Told once a failure; recording goes on by itself when the disk does."""


def disk_failure(failure: OSError) -> ArError:
    """Name what the disk reported: ``disk-full`` or ``storage-failed``."""
    code = Code.DISK_FULL if failure.errno in _NO_ROOM else Code.STORAGE_FAILED
    return ArError(code, "The recording has a gap until the disk works again.")
