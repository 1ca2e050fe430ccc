"""Reading segments back: their facts, and their packets without decoding."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import av
import msgspec

from arsupport.recording.segment import SegmentFacts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.container import InputContainer
    from av.stream import Stream


class OpenedSegment(NamedTuple):
    """A segment's facts, its one stream, and the container to demux."""

    facts: SegmentFacts
    stream: Stream
    container: InputContainer

    def packets(self) -> Iterator[av.Packet[Any]]:
        """Yield the whole packets, in order."""
        for packet in self.container.demux(self.stream):
            if packet.pts is not None and packet.size and not packet.is_corrupt:
                yield packet

    def ticks(self, packet: av.Packet[Any]) -> int:
        """Return a packet's time in ticks of the track's clock since the segment's first frame."""
        return round((packet.pts or 0) * (packet.time_base or 0) * self.facts.clock_rate)


@contextmanager
def opened(path: Path) -> Iterator[OpenedSegment]:
    """Open a segment, closed or not.

    Raises:
        OSError: when it cannot be read, or holds nothing yet.
        msgspec.DecodeError: when it is none of ours.
    """
    with av.open(path) as container:
        tags = {name.lower(): value for name, value in container.metadata.items()}
        facts = msgspec.json.decode(tags.get("comment", ""), type=SegmentFacts)
        yield OpenedSegment(facts, container.streams[0], container)
