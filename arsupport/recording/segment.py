"""One segment: a short file that plays by itself, also while it is being written and after a crash."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from hashlib import file_digest
from typing import TYPE_CHECKING, Final

import av
import msgspec

from arsupport.recording.codecs import CONTAINERS, Picture, TrackCodec, template
from arsupport.recording.rtp_clock import wrapped

if TYPE_CHECKING:
    from pathlib import Path

OPEN_SUFFIX: Final = ".open"
"""At the end of the name of a segment that is still being written."""
INDEX_SUFFIX: Final = ".rtp"
"""At the end of the name of a video segment's frame index: its frames' RTP timestamps, 4 bytes each, big-endian."""

FRAGMENT_SECONDS: Final = 0.5
"""Playing time that a crash may cost: what is not yet a whole fragment."""
_MUXER_OPTIONS: Final = {
    "mp4": {
        "movflags": "empty_moov+default_base_moof+frag_keyframe",
        "frag_duration": str(int(FRAGMENT_SECONDS * 1_000_000)),
        "flush_packets": "1",
    },
    "webm": {"cluster_time_limit": str(int(FRAGMENT_SECONDS * 1_000)), "flush_packets": "1"},
}


class SegmentFacts(msgspec.Struct, frozen=True):
    """What is known when a segment begins; kept in the file's own metadata (``comment``), as JSON.

    The first frame has pts 0; frame ``rtp`` has pts ``(rtp - first_rtp) mod 2^32`` in units of 1/``clock_rate`` s (in
    WebM rounded to milliseconds, which is why a frame index lies beside it). ``started_at_ms`` (UTC) is when the first
    frame arrived.
    """

    track: str
    codec: TrackCodec
    clock_rate: int
    first_rtp: int
    started_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSegment:
    """A segment that is complete on disk and never changes again.

    ``file`` is its name in the track's folder, ``sha256`` (hexadecimal) and ``size`` (bytes) are of the file.
    ``kind`` is ``video``, ``audio`` or ``poses``. ``index_file`` names a video segment's frame index, empty for others.
    ``gaps`` counts interruptions within. ``recovered`` is true when it was closed only after a crash.
    """

    track: str
    kind: str
    file: str
    sha256: str
    size: int
    codec: str
    clock_rate: int
    first_rtp: int
    last_rtp: int
    frames: int
    started_at_ms: int
    width: int = 0
    height: int = 0
    gaps: int = 0
    recovered: bool = False
    index_file: str = ""
    index_sha256: str = ""
    index_size: int = 0


class Segment:
    """A segment that is being written.

    Every method raises ``OSError`` (``av.FFmpegError`` is one) when the disk refuses; then call ``abandon``.
    """

    def __init__(self, path: Path, facts: SegmentFacts, first_frame: bytes, picture: Picture | None) -> None:
        """Begin the file. ``path`` is its final name; ``first_frame`` only tells the codec's parameters."""
        self.facts = facts
        self.picture = picture
        self.gaps = 0
        self.seconds = 0.0
        self.path = path
        self.frames = 0
        self._pts = 0
        self._step = 1
        self._time_base = Fraction(1, facts.clock_rate)
        form = CONTAINERS[facts.codec].format
        self._output = av.open(self._beside(OPEN_SUFFIX), "w", format=form, options=_MUXER_OPTIONS[form])
        self._output.metadata["comment"] = msgspec.json.encode(facts).decode()
        with template(facts.codec, first_frame, picture) as parameters:
            self._stream = self._output.add_stream_from_template(parameters.streams[0])
        self._stream.time_base = self._time_base
        self._index = None if picture is None else self._beside(INDEX_SUFFIX).open("wb", buffering=0)

    def write(self, pts: int, data: bytes, *, keyframe: bool) -> None:
        """Add a frame; ``pts`` in ticks since the segment's first frame, greater than the one before."""
        if self._index is not None:
            self._index.write(wrapped(self.facts.first_rtp + pts).to_bytes(4, "big"))
        if self.frames:
            self._step = pts - self._pts
        packet = av.Packet(data)
        packet.stream, packet.time_base = self._stream, self._time_base
        packet.pts = packet.dts = pts
        packet.duration = self._step
        packet.is_keyframe = keyframe
        self._output.mux(packet)
        self.frames += 1
        self._pts = pts
        self.seconds = pts / self.facts.clock_rate

    def close(self, *, recovered: bool = False) -> ClosedSegment:
        """Finish the file, put it on disk, and give it its final name."""
        self._output.close()
        written = self._beside(OPEN_SUFFIX)
        size, sha256 = seal(written)
        index_size, index_sha256 = 0, ""
        if self._index is not None:
            self._index.close()
            index_size, index_sha256 = seal(self._beside(INDEX_SUFFIX))
        written.rename(self.path)
        sync_folder(self.path.parent)
        picture = self.picture or Picture(0, 0, b"")
        return ClosedSegment(
            track=self.facts.track,
            kind="audio" if self.picture is None else "video",
            file=self.path.name,
            sha256=sha256,
            size=size,
            codec=self.facts.codec,
            clock_rate=self.facts.clock_rate,
            first_rtp=self.facts.first_rtp,
            last_rtp=wrapped(self.facts.first_rtp + self._pts),
            frames=self.frames,
            started_at_ms=self.facts.started_at_ms,
            width=picture.width,
            height=picture.height,
            gaps=self.gaps,
            recovered=recovered,
            index_file="" if self._index is None else self._beside(INDEX_SUFFIX).name,
            index_sha256=index_sha256,
            index_size=index_size,
        )

    def abandon(self) -> None:
        """Let go of the files after a failure. They are left open-named, for ``recovery`` to close."""
        with suppress(OSError):  # the failure is known; this only frees what the muxer holds
            self._output.close()
        if self._index is not None:
            self._index.close()

    def _beside(self, suffix: str) -> Path:
        return self.path.with_name(self.path.name + suffix)


def seal(path: Path) -> tuple[int, str]:
    """Put a finished file on disk; return its size in bytes and its SHA-256 in hexadecimal.

    Raises:
        OSError: when that fails.
    """
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size, file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Put a folder's entries on disk, such as a file's new name.

    Raises:
        OSError: when that fails.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
