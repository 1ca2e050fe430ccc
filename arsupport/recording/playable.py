"""One seekable file out of a track's segments, remuxed without decoding, in the time of the track's RTP clock.

Media time 0 is the track's first recorded frame. Frame ``rtp`` has media time
``((rtp - first_rtp) mod 2^32) / clock_rate`` seconds: exactly in MP4 (H.264, Opus), rounded to milliseconds in WebM
(VP8). In both, the frame that a player shows at ``mediaTime`` is the one in ``frame_index`` whose media time is
nearest. What is missing between segments stays missing: the last frame stands until the next one.
"""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import av
import msgspec

from arsupport.errors import ArError, Code
from arsupport.recording.codecs import CONTAINERS, TrackCodec
from arsupport.recording.reading import opened
from arsupport.recording.rtp_clock import RtpClock, wrapped
from arsupport.recording.segment import INDEX_SUFFIX
from arsupport.recording.sink import disk_failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_MUXER_OPTIONS: Final = {
    "mp4": {"movflags": "faststart"},
    "webm": {"cues_to_front": "1"},
}


@dataclass(frozen=True, slots=True)
class Playable:
    """A playable file. ``started_at_ms`` (UTC) is when media time 0 arrived; ``seconds`` is its playing time."""

    path: Path
    media_type: str
    track: str
    codec: TrackCodec
    clock_rate: int
    first_rtp: int
    started_at_ms: int
    frames: int
    seconds: float


def make_playable(segments: Sequence[Path], out: Path) -> Playable:
    """Write the segments of one track, in order, into one file; ``out`` appears complete or not at all.

    Blocks for as long as copying takes: for a thread.

    Raises:
        ArError: ``unknown-file`` when there is no segment, ``storage-corrupt`` when one cannot be read, and
            ``disk-full`` or ``storage-failed``.
    """
    if not segments:
        raise ArError(Code.UNKNOWN_FILE, "Nothing of this track was recorded.")
    unfinished = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        playable = _remux(segments, unfinished, out)
        unfinished.replace(out)
    except (av.error.InvalidDataError, msgspec.DecodeError, IndexError, ValueError) as failure:
        raise ArError(Code.STORAGE_CORRUPT, f"A segment of {out.stem} cannot be read.") from failure
    except OSError as failure:
        raise disk_failure(failure) from failure
    finally:
        unfinished.unlink(missing_ok=True)
    return playable


def frame_index(segments: Sequence[Path]) -> list[int]:
    """Return the RTP timestamps of a video track's recorded frames, in order. Cheap: no media is read.

    Raises:
        ArError: ``storage-corrupt`` when a segment's index is missing.
    """
    rtps: list[int] = []
    for path in segments:
        try:
            rtps += _index_of(path)
        except OSError as failure:
            raise ArError(Code.STORAGE_CORRUPT, f"The frame index of {path.name} cannot be read.") from failure
    return rtps


def _remux(segments: Sequence[Path], unfinished: Path, out: Path) -> Playable:
    with opened(segments[0]) as first:
        facts = first.facts
        form = CONTAINERS[facts.codec]
        time_base = Fraction(1, facts.clock_rate)
        clock = RtpClock(facts.first_rtp)
        frames = end = 0
        with av.open(unfinished, "w", format=form.format, options=_MUXER_OPTIONS[form.format]) as output:
            stream = output.add_stream_from_template(first.stream)
            stream.time_base = time_base
            for path in segments:
                for packet, rtp in rtp_packets(path):
                    ticks = clock.ticks(rtp)
                    duration = round((packet.duration or 0) * (packet.time_base or 0) * facts.clock_rate)
                    packet.stream, packet.time_base = stream, time_base
                    packet.pts = packet.dts = ticks
                    packet.duration = duration
                    output.mux(packet)
                    frames, end = frames + 1, ticks + duration
    return Playable(
        path=out,
        media_type=form.media_type,
        track=facts.track,
        codec=facts.codec,
        clock_rate=facts.clock_rate,
        first_rtp=facts.first_rtp,
        started_at_ms=facts.started_at_ms,
        frames=frames,
        seconds=end / facts.clock_rate,
    )


def rtp_packets(path: Path) -> Iterator[tuple[av.Packet[Any], int]]:
    """Yield a segment's packets with their RTP timestamps."""
    with opened(path) as segment:
        if segment.facts.codec is TrackCodec.VP8:  # the container's own times are rounded
            yield from zip(segment.packets(), _index_of(path), strict=True)
        else:
            for packet in segment.packets():
                yield packet, wrapped(segment.facts.first_rtp + segment.ticks(packet))


def _index_of(path: Path) -> Iterator[int]:
    data = path.with_name(path.name + INDEX_SUFFIX).read_bytes()
    return (rtp for (rtp,) in struct.iter_unpack(">I", data))
