from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arsupport.recording.thread import RecordingThread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arsupport.errors import ArError
    from arsupport.recording.segment import ClosedSegment
    from arsupport.recording.sink import Gap


class Told:
    """A sink that remembers what it was told."""

    def __init__(self) -> None:
        self.closed: list[ClosedSegment] = []
        self.gaps: list[Gap] = []
        self.keyframes_asked = 0
        self.failures: list[ArError] = []

    def segment_closed(self, segment: ClosedSegment) -> None:
        self.closed.append(segment)

    def gap(self, gap: Gap) -> None:
        self.gaps.append(gap)

    def keyframe_needed(self, track: str) -> None:
        assert track == "cam"
        self.keyframes_asked += 1

    def recording_failed(self, track: str, failure: ArError) -> None:
        assert track == "cam"
        self.failures.append(failure)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def thread() -> Iterator[RecordingThread]:
    thread = RecordingThread()
    yield thread
    thread.stop()
