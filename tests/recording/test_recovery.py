from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest

from arsupport.recording import poses
from arsupport.recording.codecs import CLOCK_RATES, TrackCodec
from arsupport.recording.playable import frame_index, make_playable
from arsupport.recording.recovery import recover
from arsupport.recording.segment import FRAGMENT_SECONDS
from arsupport.recording.writer import TrackRecorder
from tests.recording.encoded import audio, video

if TYPE_CHECKING:
    from arsupport.recording.thread import RecordingThread
    from tests.recording.conftest import Told

ROOT = Path(__file__).parents[2]
# Writes a track in real time's order but as fast as it can, and says which frame the writing thread has dealt with.
WRITER = """
import sys
from pathlib import Path
from arsupport.recording.codecs import TrackCodec
from arsupport.recording.pose_writer import PoseRecorder
from arsupport.recording.thread import RecordingThread
from arsupport.recording.writer import TrackRecorder
from tests.recording.conftest import Told
from tests.recording.encoded import audio, video

folder, codec = Path(sys.argv[1]), TrackCodec(sys.argv[2])
frames = video(codec, 150, first_rtp=2**32 - 9000) if codec.is_video else audio(150)
thread, told = RecordingThread(), Told()
recorder = TrackRecorder(thread, folder, "cam", codec, told, segment_seconds=1)
places = PoseRecorder(thread, folder, "cam", told, segment_seconds=1)
for number, frame in enumerate(frames, start=1):
    recorder.write(frame.rtp, frame.data, keyframe=frame.keyframe, arrival=number / 30)
    places.write(frame.rtp, b"pose %d" % number, at=number / 30)
    thread.offer(0, lambda number=number: print(number, flush=True))
sys.stdin.read()
"""


@pytest.mark.parametrize("codec", list(TrackCodec))
def test_kill_9_costs_less_than_a_fragment(codec: TrackCodec, tmp_path: Path) -> None:
    killed_after = 145
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path), codec],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) == killed_after:
                process.kill()
                break
    written = video(codec, 150, first_rtp=2**32 - 9000) if codec.is_video else audio(150)
    whole = sorted(path for path in tmp_path.glob("cam-*") if path.suffix in {".mp4", ".webm", ".m4a"})
    (recovered,) = [segment for segment in recover(tmp_path) if segment.kind != "poses"]
    assert recovered.recovered
    paths = [*whole, tmp_path / recovered.file]
    playable = make_playable(paths, tmp_path / "derived" / "cam")
    frames_per_second = CLOCK_RATES[codec] / ((written[1].rtp - written[0].rtp) % 2**32)
    assert playable.frames >= killed_after - FRAGMENT_SECONDS * frames_per_second - 1
    assert recovered.last_rtp == written[playable.frames - 1].rtp
    with av.open(playable.path) as container:
        assert sum(1 for _ in container.decode(container.streams[0])) == playable.frames
    if codec.is_video:
        assert frame_index(paths) == [frame.rtp for frame in written[: playable.frames]]
    logged = [record for path in sorted(tmp_path.glob("*.poses")) for record in poses.read(path)]
    assert len(logged) >= killed_after
    assert [record.rtp for record in logged] == [frame.rtp for frame in written[: len(logged)]]
    assert recover(tmp_path) == []


def test_a_segment_without_a_whole_fragment_is_removed(tmp_path: Path) -> None:
    for name in ("a-00001.mp4.open", "b-00001.webm.open", "c-00001.poses.open", "d-00001.mp4.open"):
        (tmp_path / name).write_bytes(b"\x1a\x45\xdf\xa3" if name.startswith("b") else b"")
    (tmp_path / "d-00001.mp4.open").write_bytes(bytes(100))
    assert recover(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("codec", list(TrackCodec))
def test_a_segment_that_was_closed_but_never_entered_is_found(
    codec: TrackCodec, tmp_path: Path, thread: RecordingThread, told: Told
) -> None:
    frames = video(codec, 70) if codec.is_video else audio(140)
    recorder = TrackRecorder(thread, tmp_path, "cam", codec, told, segment_seconds=1)
    for number, frame in enumerate(frames):
        recorder.write(frame.rtp, frame.data, keyframe=frame.keyframe, arrival=number / 30)
    recorder.close().result()
    first, *others = told.closed
    found = recover(tmp_path, entered={first.file})
    assert [replace(segment, recovered=False) for segment in found] == others
    assert recover(tmp_path, entered={segment.file for segment in told.closed}) == []


def test_a_fragment_without_all_of_its_frames_is_cut_off_whole(
    tmp_path: Path, thread: RecordingThread, told: Told
) -> None:
    recorder = TrackRecorder(thread, tmp_path / "whole", "cam", TrackCodec.H264, told)
    for number, frame in enumerate(video("h264", 60)):
        recorder.write(frame.rtp, frame.data, keyframe=frame.keyframe, arrival=number / 30)
    recorder.close().result()
    whole = (tmp_path / "whole" / told.closed[0].file).read_bytes()
    second = whole.index(b"moof", whole.index(b"moof") + 4) - 4
    for torn in (second + 2, second + 50, whole.index(b"mdat", second) + 100):
        (tmp_path / "cam-00001.mp4.open").write_bytes(whole[:torn])
        (tmp_path / "cam-00001.mp4.rtp").write_bytes((tmp_path / "whole" / told.closed[0].index_file).read_bytes())
        (segment,) = recover(tmp_path)
        assert segment.size == second
        (tmp_path / segment.file).unlink()
