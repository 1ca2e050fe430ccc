from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arsupport.errors import ArError, Code
from arsupport.recording import poses
from arsupport.recording.pose_writer import PoseRecorder
from arsupport.recording.poses import PoseFacts, PoseRecord, PoseSegment
from arsupport.recording.recovery import recover

if TYPE_CHECKING:
    from pathlib import Path

    from arsupport.recording.thread import RecordingThread
    from tests.recording.conftest import Told

RECORDS = [PoseRecord(2**32 - 3000, b"first"), PoseRecord(0, b""), PoseRecord(3000, b"third")]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    segment = PoseSegment(tmp_path / "cam-00001.poses", PoseFacts("cam", 90_000, 17))
    for record in RECORDS:
        segment.write(record)
    segment.close()
    return tmp_path / "cam-00001.poses"


def test_what_was_written_is_read(log: Path) -> None:
    assert list(poses.read(log)) == RECORDS


def test_every_torn_tail_is_cut_off(log: Path) -> None:
    whole = log.read_bytes()
    log.unlink()
    for length in range(len(whole) - len(b"third") - 12, len(whole)):
        (log.parent / "cam-00001.poses.open").write_bytes(whole[:length])
        (segment,) = recover(log.parent)
        assert (segment.frames, segment.first_rtp, segment.last_rtp) == (2, RECORDS[0].rtp, RECORDS[1].rtp)
        assert (segment.started_at_ms, segment.recovered) == (17, True)
        assert list(poses.read(log)) == RECORDS[:2]
        log.unlink()


def test_a_changed_byte_ends_the_log(log: Path) -> None:
    data = log.read_bytes()
    log.write_bytes(data.replace(b"third", b"thirD"))
    assert list(poses.read(log)) == RECORDS[:2]


def test_something_else_is_no_pose_log(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"RIFF and so on, and so on")
    with pytest.raises(ValueError, match="not a pose log"):
        list(poses.read(tmp_path / "other"))


def test_the_recorder_makes_segments(tmp_path: Path, thread: RecordingThread, told: Told) -> None:
    recorder = PoseRecorder(thread, tmp_path, "cam", told, segment_seconds=1)
    for number in range(70):
        recorder.write(number * 3000, b"%d" % number, at=number / 30)
    recorder.close().result()
    assert [(segment.kind, segment.frames) for segment in told.closed] == [("poses", 30), ("poses", 30), ("poses", 10)]
    assert [record.body for record in poses.read(tmp_path / told.closed[1].file)] == [b"%d" % n for n in range(30, 60)]


def test_poses_that_are_too_large_are_refused(tmp_path: Path, thread: RecordingThread, told: Told) -> None:
    recorder = PoseRecorder(thread, tmp_path, "cam", told)
    with pytest.raises(ArError) as refusal:
        recorder.write(0, bytes(poses.BODY_LIMIT + 1), at=0)
    assert refusal.value.code is Code.MESSAGE_TOO_LARGE
